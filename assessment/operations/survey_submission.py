"""Taking in answers: one row for each sheet, counted later by the folding worker.

Anonymous by construction: a response points to no invitation, is written to no activity log, carries no
time finer than a day and no serial number. `survey_lifecycle.close_survey` removes the last technical trace.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.answers import FormData, Sheet, check_answers, form_data
from assessment.models import Invitation, Response, Survey, SurveyStatus, SurveyVersion
from assessment.models.responses import Channel
from assessment.questionnaire import questionnaire_of
from semarang_resilience.core.activity import record
from semarang_resilience.core.batches import in_batches
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.permissions import ensure

RECEIPT_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0/O, 1/I/L: people copy it by hand
RECEIPT_ATTEMPTS = 5


class UnknownLink(Refused):
    """No such link, or it was withdrawn (pages: 404)."""

    code = "unknown_link"
    message = _("This survey link is not valid. Ask whoever gave it to you for a new one.")


class SurveyClosed(Refused):
    """The survey does not accept answers (any more, or not yet; pages: 410)."""

    code = "survey_closed"
    message = _("This survey does not accept answers at the moment.")

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        super().__init__()


class AlreadyAnswered(Refused):
    """A personal link was used before (pages: 409)."""

    code = "already_answered"
    message = _("This personal link was used already. Each personal link takes one answer.")


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """What the respondent gets: the receipt; `is_repeat` if the same sheet had arrived before."""

    receipt: str
    is_repeat: bool


def find_invitation(*, token: str, slug: str | None = None, at: datetime) -> Invitation:
    """The link that `token` opens (to the survey `slug`), ready to be answered; one query."""
    invitation = _invitation(token, slug)
    _refuse_unless_answerable(invitation.survey, at)
    if invitation.used_on is not None:
        raise AlreadyAnswered()
    return invitation


@transaction.atomic
def submit_response(
    *, token: str, submission_id: UUID, data: FormData, at: datetime, slug: str | None = None
) -> Submitted:
    """Take in one sheet, once. `submission_id` was made with the form: sent again, it gets the same receipt.

    Raises UnknownLink, AlreadyAnswered, SurveyClosed, or InvalidAnswers; then nothing was saved.
    """
    invitation = _invitation(token, slug, for_update=True)
    survey = invitation.survey
    if invitation.used_on is not None or not survey.is_answerable(at):
        if earlier := _receipt_of(submission_id, survey.current_version_id):
            return Submitted(receipt=earlier, is_repeat=True)
        _refuse_unless_answerable(survey, at)
        raise AlreadyAnswered()
    version = survey.current_version
    assert version is not None  # noqa: S101  held by the constraint survey_open_has_version
    sheet = check_answers(questionnaire_of(version), data)
    today = timezone.localdate(at)
    submitted = _insert(submission_id, version.pk, sheet, Channel.WEB, today)
    if invitation.is_personal and not submitted.is_repeat:
        Invitation.objects.filter(pk=invitation.pk).update(used_on=today)
    return submitted


def _invitation(token: str, slug: str | None, *, for_update: bool = False) -> Invitation:
    """Survey and version come in the same query; the questionnaire itself only if this process lacks it.

    A personal link is held until the end of the transaction, so that two who race for it are served one
    after the other. An open link is not: a whole workshop may use it at the same moment.
    """
    links = Invitation.objects.select_related("survey__current_version").defer(
        "survey__current_version__definition"
    )
    hashed = Invitation.hash_of(token)
    invitation = links.filter(token_hash=hashed).first()
    if for_update and invitation is not None and invitation.is_personal:
        invitation = links.select_for_update(of=("self",), no_key=True).filter(token_hash=hashed).first()
    if invitation is None or invitation.is_revoked or slug not in (None, invitation.survey.slug):
        raise UnknownLink()
    return invitation


def _refuse_unless_answerable(survey: Survey, at: datetime) -> None:
    if not survey.is_answerable(at):
        raise SurveyClosed(survey)


_INSERT = """
    INSERT INTO assessment_response
        (id, version_id, channel, sector, district_id, answers, texts, receipt, received_on, is_folded)
    VALUES (%s, %s, %s, %s, %s, %s::smallint[], %s::jsonb, %s, %s, false)
    ON CONFLICT DO NOTHING RETURNING receipt
"""


def _insert(submission_id: UUID, version_id: int, sheet: Sheet, channel: str, today: date) -> Submitted:
    """Write the row unless it exists, in SQL: this row is the whole cost of a submission."""
    for _attempt in range(RECEIPT_ATTEMPTS):
        with connection.cursor() as cursor:
            cursor.execute(
                _INSERT,
                [
                    str(submission_id),
                    version_id,
                    channel,
                    sheet.sector,
                    sheet.district or None,
                    sheet.answers,
                    json.dumps(sheet.texts, ensure_ascii=False),
                    make_receipt(),
                    today,
                ],
            )
            written = cursor.fetchone()
        if written:
            return Submitted(receipt=written[0], is_repeat=False)
        if earlier := _receipt_of(submission_id, version_id):
            return Submitted(receipt=earlier, is_repeat=True)
        # Neither written nor there: the receipt was taken by another sheet; draw again.
    raise RuntimeError("no free receipt found")


def _receipt_of(submission_id: UUID, version_id: int | None) -> str | None:
    """The receipt of a sheet that arrived before."""
    return (
        Response.objects.filter(pk=submission_id, version_id=version_id)
        .values_list("receipt", flat=True)
        .first()
    )


def make_receipt() -> str:
    """A code such as K7QF-2M9P: random, so it says nothing about when or by whom."""
    code = "".join(secrets.choice(RECEIPT_ALPHABET) for _ in range(8))
    return f"{code[:4]}-{code[4:]}"


@transaction.atomic
def load_responses(
    *,
    version: SurveyVersion,
    rows: Iterable[Mapping[str, Any]],
    by: Any,
    at: datetime,
    batch_size: int = 1000,
) -> int:
    """Take in many sheets at once, from paper or a workshop; all or none. Returns how many.

    A row holds `sector`, `district` (code or empty), `answers` by question key (see `answers.form_data`), and
    may hold `channel` and `received_on`. Every row passes the same check as a form on the web.
    """
    ensure(by, "assessment.edit_survey", version.survey)
    if version.frozen_at is None or version.survey.status == SurveyStatus.PUBLISHED:
        raise Refused(
            _("Answers can be loaded from the opening of a survey until its results are published.")
        )
    questionnaire = questionnaire_of(version)
    today = timezone.localdate(at)
    responses = (
        _response(version, check_answers(questionnaire, form_data(questionnaire, row)), row, today)
        for row in rows
    )
    count = 0
    for batch in in_batches(responses, batch_size):
        count += len(Response.objects.bulk_create(batch))
    record(verb="load_responses", target=version.survey, by=by, at=at, count=count)
    return count


def _response(version: SurveyVersion, sheet: Sheet, row: Mapping[str, Any], today: date) -> Response:
    return Response(
        id=uuid4(),
        version=version,
        channel=row.get("channel", Channel.PAPER),
        sector=sheet.sector,
        district_id=sheet.district or None,
        answers=sheet.answers,
        texts=sheet.texts,
        receipt=make_receipt(),
        received_on=row.get("received_on", today),
    )
