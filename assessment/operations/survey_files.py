"""Sheets that came as a file from a device that found no connection: looked at first, then taken in, once.

A sheet keeps the id that was made with it on the device, so it counts once whether it comes by file, over the
network, or both. Its link is named by a pass that only the server can read (survey_passes).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from random import SystemRandom
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessment.answers import InvalidAnswers, Sheet, check_answers, form_data
from assessment.models import Invitation, Response, Survey, SurveyStatus, SurveyVersion
from assessment.models.responses import Channel
from assessment.questionnaire import questionnaire_of
from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import lock
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.permissions import ensure

from .citations import is_cited
from .survey_intake import ensure_accepting
from .survey_passes import open_pass
from .survey_submission import make_receipt
from .survey_tokens import mark_used, sheet_id

FORMAT, SCHEMA = "portal-survey-sheets", 1
LARGEST = 400_000  # bytes; one device holds a few dozen sheets at most
MOST_SHEETS = 500


class FileRefused(Refused):
    """The file is none of ours, or cannot be read."""

    code = "file_refused"
    message = _("This is not a file of answers that the form has made.")


class Verdict(Enum):
    """What becomes of a sheet: a word for the preview."""

    NEW = "new", _("will be taken in"), "success", "circle-check"
    ARRIVED = "arrived", _("has arrived already, is left out"), "neutral", "check"
    USED = "used", _("the personal link was used already, is left out"), "warning", "ban"
    UNKNOWN_LINK = "unknown_link", _("the link is not valid, is left out"), "danger", "ban"
    OTHER_SURVEY = "other_survey", _("belongs to another survey, is left out"), "warning", "ban"
    INVALID = "invalid", _("cannot be taken in"), "danger", "circle-alert"

    def __init__(self, code: str, label: str | Promise, tone: str, icon: str) -> None:
        self.code, self.label, self.tone, self.icon = code, label, tone, icon


@dataclass(frozen=True, kw_only=True)
class FiledSheet:
    """One sheet of a file with what was found out about it; `position` is the bit of a personal link."""

    number: int
    verdict: Verdict
    says: str = ""
    id: UUID | None = None
    version: SurveyVersion | None = None
    sheet: Sheet | None = None
    position: int | None = None

    @property
    def answered(self) -> int:
        """How many answers the sheet holds (columns of the codebook, and texts)."""
        return self.sheet.count if self.sheet else 0


def examine_file(*, survey: Survey, content: bytes, by: Any) -> list[FiledSheet]:
    """What would become of each sheet in the file; nothing is written. Raises FileRefused."""
    ensure(by, "assessment.edit_survey", survey)
    _ensure_open_to_files(survey)
    return _Examination(survey, _rows(content)).sheets()


@transaction.atomic
def take_in_file(*, survey: Survey, content: bytes, by: Any, at: datetime) -> int:
    """Take in the sheets of a file that are new; returns how many. Raises FileRefused."""
    ensure(by, "assessment.edit_survey", survey)
    lock(survey)  # two who take in the same file: the second finds everything arrived
    _ensure_open_to_files(survey)
    found = [row for row in _Examination(survey, _rows(content)).sheets() if row.verdict is Verdict.NEW]
    SystemRandom().shuffle(found)
    today = timezone.localdate(at)
    rows = [
        _response(row, today)
        for row in found
        if row.position is None or mark_used(survey_id=survey.pk, position=row.position)
    ]
    Response.objects.bulk_create(rows, ignore_conflicts=True)
    record(verb="take_in_file", target=survey, by=by, at=at, count=len(rows))
    return len(rows)


def _response(row: FiledSheet, today: Any) -> Response:
    assert row.id is not None and row.version is not None and row.sheet is not None  # noqa: S101, PT018  it is new
    return Response(
        id=row.id,
        version=row.version,
        channel=Channel.OFFLINE,
        sector=row.sheet.sector,
        district_id=row.sheet.district or None,
        answers=row.sheet.answers,
        texts=row.sheet.texts,
        receipt=make_receipt(),
        received_on=today,
    )


def _ensure_open_to_files(survey: Survey) -> None:
    """From the opening until the results are published or cited, as for paper."""
    version = survey.current_version
    if version is None:
        raise Refused(_("Open the survey before you take in answers to it."), code="not_accepting")
    ensure_accepting(version)
    if survey.status != SurveyStatus.OPEN and is_cited(survey):
        raise Refused(
            _(
                "A finding cites the results of this survey. Sheets that come in now could be read from "
                "the difference, so they are not counted any more."
            ),
            code="cited",
        )


def _rows(content: bytes) -> list[Any]:
    """The sheets in the file as they stand."""
    if len(content) > LARGEST:
        raise FileRefused(_("The file is larger than any that the form makes. Take in one device at a time."))
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        raise FileRefused() from None
    if not isinstance(data, dict) or data.get("format") != FORMAT or not isinstance(data.get("sheets"), list):
        raise FileRefused()
    if data.get("schema") != SCHEMA:
        raise FileRefused(
            _("The file was made by another release of the portal, which this one cannot read.")
        )
    if not data["sheets"] or len(data["sheets"]) > MOST_SHEETS:
        raise FileRefused(_("The file holds no sheets, or too many of them."))
    return list(data["sheets"])


class _Examination:
    """One look at all sheets of a file: three queries, whatever their number."""

    def __init__(self, survey: Survey, rows: Sequence[Any]) -> None:
        self.survey, self.rows = survey, rows
        frozen = survey.versions.filter(frozen_at__isnull=False)
        self.versions = {version.number: version for version in frozen}
        ids = [sheet_id(found) for row in rows if (found := _uuid(row)) is not None]
        self.arrived = set(Response.objects.filter(pk__in=ids).values_list("pk", flat=True))
        hashes = [Invitation.hash_of(token) for row in rows if (token := _token(row))]
        links = Invitation.objects.with_use().filter(survey=survey, token_hash__in=hashes, is_revoked=False)
        self.links = {link.token_hash: link for link in links}
        self.seen: set[Any] = set()

    def sheets(self) -> list[FiledSheet]:
        """Every sheet with its verdict, in the order of the file."""
        return [self._sheet(number, row) for number, row in enumerate(self.rows, start=1)]

    def _sheet(self, number: int, row: Any) -> FiledSheet:
        found = _uuid(row)
        if found is None or not isinstance(row.get("answers"), dict):
            return FiledSheet(number=number, verdict=Verdict.INVALID, says=str(FileRefused.message))
        if row.get("survey") != self.survey.slug:
            return FiledSheet(number=number, verdict=Verdict.OTHER_SURVEY)
        kept_as = sheet_id(found)
        if kept_as in self.arrived or kept_as in self.seen:
            return FiledSheet(number=number, verdict=Verdict.ARRIVED)
        link = self.links.get(Invitation.hash_of(_token(row)))
        if link is None:
            return FiledSheet(number=number, verdict=Verdict.UNKNOWN_LINK)
        if link.is_used or (link.is_personal and link.position in self.seen):
            return FiledSheet(number=number, verdict=Verdict.USED)
        checked = self._checked(number, row)
        if checked.verdict is not Verdict.NEW:
            return checked
        self.seen |= {kept_as, link.position} - {None}
        return FiledSheet(
            number=number,
            verdict=Verdict.NEW,
            id=kept_as,
            version=checked.version,
            sheet=checked.sheet,
            position=link.position,
        )

    def _checked(self, number: int, row: dict[str, Any]) -> FiledSheet:
        number_seen = row.get("version")
        version = self.versions.get(number_seen) if isinstance(number_seen, int) else None
        if version is None:
            says = str(_("The sheet names a version that this survey does not have."))
            return FiledSheet(number=number, verdict=Verdict.INVALID, says=says)
        questionnaire = questionnaire_of(version)
        try:
            sheet = check_answers(questionnaire, form_data(questionnaire, row))
        except InvalidAnswers as invalid:
            return FiledSheet(number=number, verdict=Verdict.INVALID, says=str(invalid).replace("; ", " "))
        return FiledSheet(number=number, verdict=Verdict.NEW, version=version, sheet=sheet)


def _uuid(row: Any) -> UUID | None:
    try:
        return UUID(row["id"])
    except (TypeError, KeyError, ValueError, AttributeError):
        return None


def _token(row: Any) -> str:
    sealed = row.get("pass") if isinstance(row, dict) else None
    return (open_pass(sealed) or "") if isinstance(sealed, str) else ""
