"""Taking in answers: one row for each sheet, counted later by the folding worker.

Anonymous by construction (docs/adr/0012): a response points to no invitation, is written to no activity log,
carries no time finer than a day and no serial number. That a personal link was used is one bit, in a row that
all links of the survey share: the order of arrival is known of sheets at most, of people never.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.answers import FormData, InvalidAnswers, Sheet, check_answers, foreign_form, form_data
from assessment.models import Invitation, Response, Survey, SurveyStatus, SurveyVersion
from assessment.models.responses import Channel
from assessment.models.surveys import accepts_answers
from assessment.questionnaire import Questionnaire, frozen_questionnaire, questionnaire_of
from semarang_resilience.core.activity import record
from semarang_resilience.core.batches import in_batches
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.permissions import ensure

from .citations import is_cited
from .survey_door import HOLD_DOOR
from .survey_tokens import mark_used, sheet_id

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
    is_personal: bool = False


def find_invitation(*, token: str, slug: str | None = None, at: datetime) -> Invitation:
    """The link that `token` opens (to the survey `slug`), ready to be answered; one query."""
    links = Invitation.objects.with_use().select_related("survey__current_version")
    invitation = (
        links.filter(token_hash=Invitation.hash_of(token))
        .defer("survey__current_version__definition")
        .first()
    )
    if invitation is None or invitation.is_revoked or slug not in (None, invitation.survey.slug):
        raise UnknownLink()
    if not invitation.survey.is_answerable(at):
        raise SurveyClosed(invitation.survey)
    if invitation.is_used:
        raise AlreadyAnswered()
    return invitation


def submit_response(
    *,
    token: str,
    submission_id: UUID,
    data: FormData,
    at: datetime,
    slug: str | None = None,
    version: int | None = None,
    channel: Channel = Channel.WEB,
) -> Submitted:
    """Take in one sheet, once. `submission_id` was made with the form: sent again, it gets the same receipt.

    `version` is the number of the wording that was seen (else the form's field `version`, else the current
    one); any frozen one of the survey will do. Raises UnknownLink, AlreadyAnswered, SurveyClosed, or
    InvalidAnswers; then nothing was saved.
    """
    door = _open_door(token, _version_seen(data) if version is None else version)
    if door is None or door.is_revoked or slug not in (None, door.slug):
        raise UnknownLink()
    sheet = sheet_id(submission_id)
    is_open = accepts_answers(door.status, door.opens_at, door.closes_at, at)
    if door.is_used or not is_open:
        if earlier := _receipt_of(sheet, door.survey_id):
            return Submitted(receipt=earlier, is_repeat=True)
        if not is_open:
            raise SurveyClosed(Survey.objects.get(slug=door.slug))
        raise AlreadyAnswered()
    checked = check_answers(_questionnaire(door), data)
    today = timezone.localdate(at)
    if door.position is None:  # one statement is a transaction by itself: two round trips less
        return _insert(sheet, door, checked, channel, today)
    with transaction.atomic():
        submitted = replace(_insert(sheet, door, checked, channel, today), is_personal=True)
        if not submitted.is_repeat and not mark_used(survey_id=door.survey_id, position=door.position):
            raise AlreadyAnswered()  # somebody else was faster with this link; this sheet is rolled back
    return submitted


def _version_seen(data: FormData) -> int | None:
    """The version whose form was filled in; 0, which does not exist, for nonsense."""
    number = (data.get("version") or ("",))[0]
    if not number:
        return None
    return int(number) if number.isascii() and number.isdigit() and len(number) <= 4 else 0


class _Door(NamedTuple):
    """What a submission must know about its link and its survey; no version if the one seen is unknown."""

    position: int | None
    is_revoked: bool
    is_used: int | None
    survey_id: int
    slug: str
    status: str
    opens_at: datetime
    closes_at: datetime
    version_id: int | None
    frozen_at: datetime | None


_DOOR = """
    SELECT link.position, link.is_revoked, get_bit(participation.used, link.position), survey.id, survey.slug,
           survey.status, survey.opens_at, survey.closes_at, version.id, version.frozen_at
    FROM assessment_invitation AS link
    JOIN assessment_survey AS survey ON survey.id = link.survey_id
    LEFT JOIN assessment_participation AS participation ON participation.survey_id = survey.id
    LEFT JOIN assessment_surveyversion AS version
        ON version.survey_id = survey.id AND version.frozen_at IS NOT NULL
        AND CASE WHEN %(number)s::int IS NULL THEN version.id = survey.current_version_id
                 ELSE version.number = %(number)s::int END
    WHERE link.token_hash = %(hash)s
"""


def _open_door(token: str, number: int | None) -> _Door | None:
    """The link of `token`, in SQL: building model instances would cost more than the answer itself.

    Nothing is locked here: a whole workshop may come in at the same moment, and of two who race for one
    personal link the bit decides at the end.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DOOR, {"hash": Invitation.hash_of(token), "number": number})
        row = cursor.fetchone()
    return _Door._make(row) if row else None


def _questionnaire(door: _Door) -> Questionnaire:
    if door.version_id is None or door.frozen_at is None:
        raise InvalidAnswers([foreign_form()])
    version_id = door.version_id

    def definition() -> dict[str, Any]:
        return SurveyVersion.objects.values_list("definition", flat=True).get(pk=version_id)

    return frozen_questionnaire(version_id, door.frozen_at, definition)


# The door is held first: a survey that closes at this moment waits for this sheet, or is seen as closed.
_INSERT = f"""
    {HOLD_DOOR}
    INSERT INTO assessment_response
        (id, version_id, channel, sector, district_id, answers, texts, receipt, received_on, is_folded)
    SELECT %s, %s, %s, %s, %s, %s::smallint[], %s::jsonb, %s, %s, false
    FROM assessment_survey WHERE id = %s AND status = 'open'
    ON CONFLICT DO NOTHING RETURNING receipt
"""  # noqa: S608  two constants of our own


def _insert(sheet: UUID, door: _Door, checked: Sheet, channel: str, today: date) -> Submitted:
    """Write the row unless it exists, in SQL: this row is the whole cost of a submission."""
    for _attempt in range(RECEIPT_ATTEMPTS):
        with connection.cursor() as cursor:
            cursor.execute(
                _INSERT,
                [
                    door.survey_id,
                    str(sheet),
                    door.version_id,
                    channel,
                    checked.sector,
                    checked.district or None,
                    checked.answers,
                    json.dumps(checked.texts, ensure_ascii=False),
                    make_receipt(),
                    today,
                    door.survey_id,
                ],
            )
            written = cursor.fetchone()
        if written:
            return Submitted(receipt=written[0], is_repeat=False)
        if earlier := _receipt_of(sheet, door.survey_id):
            return Submitted(receipt=earlier, is_repeat=True)
        if Response.objects.filter(pk=sheet).exists():
            raise InvalidAnswers([foreign_form()])  # the sheet belongs to another survey
        survey = Survey.objects.get(pk=door.survey_id)
        if survey.status != SurveyStatus.OPEN:
            raise SurveyClosed(survey)  # in the moment between looking and writing
        # Neither written nor there: the receipt was taken by another sheet; draw again.
    raise RuntimeError("no free receipt found")


def _receipt_of(sheet: UUID, survey_id: int) -> str | None:
    """The receipt of a sheet that arrived before."""
    return (
        Response.objects.filter(pk=sheet, version__survey=survey_id).values_list("receipt", flat=True).first()
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
    if version.survey.status != SurveyStatus.OPEN and is_cited(version.survey):
        raise Refused(
            _(
                "A finding cites the results of this survey. Sheets that come in now could be read from "
                "the difference, so they are not counted any more."
            ),
            code="cited",
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
