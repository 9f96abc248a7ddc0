"""Paper sheets: keyed once or twice, checked like the web form, counted together so that nobody can tell
which answer came from which sheet.

Until a sheet is counted its answers wait under its number, and can be corrected or taken back. Counting takes
at least `SMALL_GROUP_THRESHOLD` sheets at once (all that are left at the very end), writes them as responses
in random order and erases everything but their numbers, in one transaction. Afterwards nobody can correct a
sheet: nothing says any more which answers were its own. Entering writes no line to the activity log, whose
order and times would outlive the answers' anonymity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from assessment.answers import InvalidAnswers, Mistake
from assessment.models import (
    Channel,
    PaperRule,
    PaperSheet,
    PaperStatus,
    Response,
    Survey,
    SurveyStatus,
    SurveyVersion,
)
from assessment.paper import check_sheet
from assessment.questionnaire import questionnaire_of
from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import ChangedMeanwhile, create, lock
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.permissions import ensure

from .survey_folding import forget_order
from .survey_intake import ensure_accepting, take_in_sheets

PERMISSION = "assessment.enter_paper"
Data = Mapping[str, Sequence[str]]
FIRST, SECOND = "first", "second"


class NumberTaken(Refused):
    """This sheet was entered already; `message` says what became of it."""

    code = "number_taken"
    message = _("Sheet %(number)s was entered already. Check the number on the paper.")

    def __init__(self, number: str) -> None:
        super().__init__(self.message % {"number": number})


class SamePerson(Refused):
    """The second entry must be somebody else's."""

    code = "same_person"
    message = _("You entered this sheet the first time. Somebody else must make the second entry.")


class CountedAlready(Refused):
    """Nothing tells any more which answers came from the sheet."""

    code = "counted_already"
    message = _(
        "This sheet was counted already. Its answers stand among the others without its number, so nobody "
        "can find, change or remove them."
    )


class Undecided(Refused):
    """Sheets wait for a person: they can neither be counted nor forgotten."""

    code = "undecided_sheets"


def needs_second_entry(survey: Survey) -> bool:
    """Whether two people enter every sheet of the survey; one query."""
    return PaperRule.objects.filter(survey=survey, needs_second_entry=True).exists()


@transaction.atomic
def set_double_entry(*, survey: Survey, is_needed: bool, by: Any, at: datetime) -> None:
    """Have every sheet entered twice from now on, or once; then those that were entered once are ready."""
    ensure(by, PERMISSION, survey)
    lock(survey)
    PaperRule.objects.update_or_create(survey=survey, defaults={"needs_second_entry": is_needed})
    if not is_needed:
        waiting = PaperSheet.objects.of(survey).filter(status=PaperStatus.ENTERED)
        waiting.update(status=PaperStatus.READY)
    record(verb="set_double_entry", target=survey, by=by, at=at, needed="yes" if is_needed else "no")


@transaction.atomic
def enter_sheet(*, version: SurveyVersion, number: str, data: Data, by: Any, at: datetime) -> PaperSheet:
    """Enter a sheet: the first time, or the second time where the survey asks for it and another did before.

    `data` is the web form that stands for it. Raises InvalidAnswers, NumberTaken, SamePerson, NotAccepting.
    """
    ensure(by, PERMISSION, version.survey)
    ensure_accepting(version)
    number = clean_number(number)
    check_sheet(questionnaire_of(version), data)
    earlier = PaperSheet.objects.select_for_update(no_key=True).filter(version=version, number=number).first()
    if earlier is not None:
        return _enter_again(earlier, data, by)
    twice = needs_second_entry(version.survey)
    sheet = PaperSheet(
        version=version,
        number=number,
        status=PaperStatus.ENTERED if twice else PaperStatus.READY,
        first=_kept(data),
        first_by=by,
        entered_on=timezone.localdate(at),
    )
    try:
        return create(sheet)
    except Refused as refusal:  # two entered the same number at the same moment
        raise NumberTaken(number) from refusal


def _enter_again(sheet: PaperSheet, data: Data, by: Any) -> PaperSheet:
    if sheet.status != PaperStatus.ENTERED:
        raise NumberTaken(sheet.number)
    if sheet.first_by_id == by.pk:
        raise SamePerson()
    second = _kept(data)
    if second == sheet.first:
        sheet.status = PaperStatus.READY
    else:
        sheet.status, sheet.second = PaperStatus.DIFFERS, second
    sheet.second_by = by
    sheet.save(update_fields=["status", "second", "second_by"])
    return sheet


@transaction.atomic
def correct_sheet(*, sheet: PaperSheet, data: Data, by: Any, at: datetime) -> PaperSheet:
    """Put right what was keyed, before the sheet is counted: the entry of whoever corrects it.

    A first entry that waits for its second is corrected by whoever made it, or the two would not be
    independent.
    """
    ensure(by, PERMISSION, sheet.version.survey)
    sheet = _held(sheet)
    if sheet.status == PaperStatus.DIFFERS:
        raise Refused(_("Two entries differ here: choose between them instead."), code="differs")
    if sheet.status == PaperStatus.ENTERED and sheet.first_by_id != by.pk:
        raise Refused(
            _("Somebody else made the first entry. Enter the sheet yourself: that is the second one."),
            code="not_yours",
        )
    check_sheet(questionnaire_of(sheet.version), data)
    sheet.first, sheet.entered_on = _kept(data), timezone.localdate(at)
    sheet.save(update_fields=["first", "entered_on"])
    return sheet


def differences(sheet: PaperSheet) -> list[str]:
    """The names of the form fields in which the two entries of a sheet differ, in the order of the form."""
    first, second = sheet.first or {}, sheet.second or {}
    names = [
        "sector",
        "district",
        *(n for question in questionnaire_of(sheet.version) for n in question.names),
    ]
    return [name for name in names if first.get(name, []) != second.get(name, [])]


@transaction.atomic
def resolve_sheet(*, sheet: PaperSheet, choices: Mapping[str, str], by: Any, at: datetime) -> PaperSheet:
    """Decide between two entries: `choices` says for each differing field whether "first" or "second" holds.

    Raises InvalidAnswers where a field was not decided, or where what was chosen does not fit together.
    """
    ensure(by, PERMISSION, sheet.version.survey)
    sheet = _held(sheet)
    if sheet.status != PaperStatus.DIFFERS:
        raise ChangedMeanwhile()
    entries = {FIRST: sheet.first or {}, SECOND: sheet.second or {}}
    differing = differences(sheet)
    open_ones = [name for name in differing if choices.get(name) not in entries]
    if open_ones:
        message = str(_("Choose which of the two entries is what stands on the paper."))
        raise InvalidAnswers([Mistake(name, message) for name in open_ones])
    chosen = dict(entries[FIRST])
    for name in differing:
        chosen[name] = entries[choices[name]].get(name, [])
    chosen = _kept(chosen)
    check_sheet(questionnaire_of(sheet.version), chosen)
    sheet.first, sheet.second, sheet.status = chosen, None, PaperStatus.READY
    sheet.save(update_fields=["first", "second", "status"])
    return sheet


@transaction.atomic
def withdraw_sheet(*, sheet: PaperSheet, by: Any, at: datetime) -> None:
    """Take a sheet back as if it had never been entered; its number is free again."""
    ensure(by, PERMISSION, sheet.version.survey)
    _held(sheet).delete()


@transaction.atomic
def set_aside_sheet(*, version: SurveyVersion, number: str, reason: str, by: Any, at: datetime) -> PaperSheet:
    """Note a sheet that cannot be counted (empty, no group named, illegible), with the reason."""
    ensure(by, PERMISSION, version.survey)
    ensure_accepting(version)
    number = clean_number(number)
    if PaperSheet.objects.filter(version=version, number=number).exists():
        raise NumberTaken(number)
    sheet = PaperSheet(
        version=version, number=number, status=PaperStatus.SET_ASIDE, reason=reason.strip()[:200]
    )
    return create(sheet)


def clean_number(number: str) -> str:
    """A sheet number as it is kept: without spaces around it, in capitals; 1 to 20 characters."""
    number = " ".join(number.split()).upper()
    if not number:
        message = str(_("Type the number that stands on the sheet. If there is none, write one on it first."))
        raise InvalidAnswers([Mistake("number", message)])
    if len(number) > 20:
        raise InvalidAnswers([Mistake("number", str(_("A sheet number has at most 20 characters.")))])
    return number


# -- counting ------------------------------------------------------------------------------------------------


@transaction.atomic
def count_sheets(*, survey: Survey, by: Any, at: datetime) -> int:
    """Make responses of the sheets that are ready, at least the threshold of each version at once.

    Returns how many were counted. While the survey is open, fewer than the threshold wait for more; once it
    is closed all that are left may be counted, because its answers are then written anew all together.
    """
    ensure(by, PERMISSION, survey)
    lock(survey)
    counted = _count(survey, at)
    if not counted:
        raise Refused(_too_few(survey), code="too_few")
    record(verb="count_sheets", target=survey, by=by, at=at, count=counted)
    return counted


def _too_few(survey: Survey) -> str:
    least: int = settings.SMALL_GROUP_THRESHOLD
    ready = PaperSheet.objects.of(survey).ready().count()
    message = ngettext(
        "%(ready)s sheet is ready, and at least %(least)s are counted together, so that nobody can tell "
        "which answers came from which sheet. Enter more, or wait until the survey is closed.",
        "%(ready)s sheets are ready, and at least %(least)s are counted together, so that nobody can tell "
        "which answers came from which sheet. Enter more, or wait until the survey is closed.",
        ready,
    )
    return message % {"ready": ready, "least": least}


def count_due_sheets(*, at: datetime) -> int:
    """Count what was entered before today, in every survey where enough of it waits; the clock does it.

    Sheets of today stay where they can still be corrected.
    """
    today, total = timezone.localdate(at), 0
    due = PaperSheet.objects.ready().filter(entered_on__lt=today).exclude(version__survey__status="published")
    for pk in sorted(set(due.values_list("version__survey", flat=True))):
        with transaction.atomic():
            survey = Survey.objects.select_for_update(no_key=True).get(pk=pk)
            counted = _count(survey, at, before=today)
            if counted:
                record(verb="count_sheets", target=survey, by=None, at=at, count=counted)
            total += counted
    return total


def count_remaining_sheets(*, survey: Survey, at: datetime) -> int:
    """Count every sheet that is ready, however few; before a closed survey is reviewed.

    Runs in the transaction of that step, whose caller holds the survey. Raises `Undecided` while sheets wait
    for their second entry or for a decision.
    """
    waiting = PaperSheet.objects.of(survey).filter(status__in=[PaperStatus.ENTERED, PaperStatus.DIFFERS])
    if undecided := waiting.count():
        message = ngettext(
            "%(count)s paper sheet waits for its second entry or for a decision. Settle it first, take it "
            "back, or have every sheet entered only once.",
            "%(count)s paper sheets wait for their second entry or for a decision. Settle them first, take "
            "them back, or have every sheet entered only once.",
            undecided,
        )
        raise Undecided(message % {"count": undecided})
    return _count(survey, at)


def _count(survey: Survey, at: datetime, *, before: date = date.max) -> int:
    """Count what is ready and was entered before a day; the caller holds the survey."""
    is_last = survey.status != SurveyStatus.OPEN
    ready = PaperSheet.objects.of(survey).ready().filter(entered_on__lt=before)
    rows = list(ready.select_related("version__survey").select_for_update(of=("self",), no_key=True))
    counted = 0
    for version in {row.version_id: row.version for row in rows}.values():
        group = [row for row in rows if row.version_id == version.pk]
        if is_last or len(group) >= settings.SMALL_GROUP_THRESHOLD:
            counted += _hand_over(version, group, at)
    if counted and is_last:
        _hide_the_last(survey)
    return counted


def _hand_over(version: SurveyVersion, group: Sequence[PaperSheet], at: datetime) -> int:
    questionnaire = questionnaire_of(version)
    sheets = [check_sheet(questionnaire, row.first or {}) for row in group]
    PaperSheet.objects.filter(pk__in=[row.pk for row in group]).update(
        status=PaperStatus.ACCEPTED,
        first=None,
        second=None,
        first_by=None,
        second_by=None,
        entered_on=None,
    )
    return take_in_sheets(version=version, sheets=sheets, channel=Channel.PAPER, on=timezone.localdate(at))


def _hide_the_last(survey: Survey) -> None:
    """The last few sheets must not stand out: by their day, by their transaction, or by being the only ones.

    Of a closed survey all answers are written anew at once, those on paper with one day for all. Where fewer
    than the threshold came on paper at all, their numbers go: they would say whose answers those are.
    """
    day = timezone.localdate(survey.closed_at) if survey.closed_at else None
    if day is not None:
        on_paper = Response.objects.filter(version__survey=survey, channel=Channel.PAPER)
        on_paper.update(received_on=day)
    forget_order(survey=survey)
    counted = PaperSheet.objects.of(survey).filter(status=PaperStatus.ACCEPTED)
    if counted.count() < settings.SMALL_GROUP_THRESHOLD:
        counted.delete()


def _held(sheet: PaperSheet) -> PaperSheet:
    """The sheet as it stands now, held until the end of the transaction."""
    rows = PaperSheet.objects.select_related("version__survey").select_for_update(of=("self",), no_key=True)
    fresh = rows.filter(pk=sheet.pk).first()
    if fresh is None:
        raise ChangedMeanwhile()
    if fresh.is_counted:
        raise CountedAlready()
    return fresh


def _kept(data: Data) -> dict[str, list[str]]:
    """Answers as they are kept: what was left blank is not there, several choices in one order."""
    kept = {name: [value for value in values if value] for name, values in data.items()}
    return {name: sorted(values) if len(values) > 1 else values for name, values in kept.items() if values}
