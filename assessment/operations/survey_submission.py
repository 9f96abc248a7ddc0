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
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.answers import FormData, InvalidAnswers, Sheet, check_answers, foreign_form, form_data
from assessment.models import Invitation, InvitationKind, Response, Survey, SurveyStatus, SurveyVersion
from assessment.models.responses import Channel
from assessment.models.surveys import accepts_answers
from assessment.questionnaire import Questionnaire, frozen_questionnaire, questionnaire_of
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
    links = Invitation.objects.select_related("survey__current_version")
    invitation = (
        links.filter(token_hash=Invitation.hash_of(token))
        .defer("survey__current_version__definition")
        .first()
    )
    if invitation is None or invitation.is_revoked or slug not in (None, invitation.survey.slug):
        raise UnknownLink()
    if not invitation.survey.is_answerable(at):
        raise SurveyClosed(invitation.survey)
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
    door = _open_door(token)
    if door is None or door.is_revoked or slug not in (None, door.slug):
        raise UnknownLink()
    is_open = accepts_answers(door.status, door.opens_at, door.closes_at, at)
    if door.used_on is not None or not is_open:
        if earlier := _receipt_of(submission_id, door.version_id):
            return Submitted(receipt=earlier, is_repeat=True)
        if not is_open:
            raise SurveyClosed(Survey.objects.get(slug=door.slug))
        raise AlreadyAnswered()
    sheet = check_answers(_questionnaire(door), data)
    today = timezone.localdate(at)
    submitted = _insert(submission_id, door.version_id, sheet, Channel.WEB, today)
    if door.kind == InvitationKind.PERSONAL and not submitted.is_repeat:
        Invitation.objects.filter(pk=door.pk).update(used_on=today)
    return submitted


class _Door(NamedTuple):
    """What a submission must know about its link and its survey."""

    pk: int
    kind: str
    is_revoked: bool
    used_on: date | None
    slug: str
    status: str
    opens_at: datetime
    closes_at: datetime
    version_id: int
    frozen_at: datetime


_DOOR = """
    SELECT link.id, link.kind, link.is_revoked, link.used_on, survey.slug, survey.status,
           survey.opens_at, survey.closes_at, version.id, version.frozen_at
    FROM assessment_invitation AS link
    JOIN assessment_survey AS survey ON survey.id = link.survey_id
    JOIN assessment_surveyversion AS version ON version.id = survey.current_version_id
    WHERE link.token_hash = %s
"""


def _open_door(token: str) -> _Door | None:
    """The link of `token`, in SQL: building model instances would cost more than the answer itself.

    A personal link is held until the end of the transaction, so that two who race for it are served one
    after the other. An open link is not: a whole workshop may use it at the same moment.
    """
    arguments = [Invitation.hash_of(token)]
    with connection.cursor() as cursor:
        cursor.execute(_DOOR, arguments)
        row = cursor.fetchone()
        if row is not None and row[1] == InvitationKind.PERSONAL:
            cursor.execute(f"{_DOOR} FOR NO KEY UPDATE OF link", arguments)
            row = cursor.fetchone()
    return _Door._make(row) if row else None


def _questionnaire(door: _Door) -> Questionnaire:
    versions = SurveyVersion.objects.filter(pk=door.version_id)
    return frozen_questionnaire(
        door.version_id, door.frozen_at, lambda: versions.values_list("definition", flat=True)[0]
    )


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
        if Response.objects.filter(pk=submission_id).exists():
            raise InvalidAnswers([foreign_form()])  # the sheet belongs to another survey
        # Neither written nor there: the receipt was taken by another sheet; draw again.
    raise RuntimeError("no free receipt found")


def _receipt_of(submission_id: UUID, version_id: int) -> str | None:
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
