"""A survey answered together in a room: questions are opened one after the other, people answer by phone.

**What the projector shows.** Somebody who watches the room must not be able to see what a single person
adds to the bars. So while a question is open they grow by at least the threshold (five people who answered
or changed their answer) at a time, and stay at least five people behind; the whole result comes when the
question is closed. Any two pictures that a room has seen of a question thus differ by nobody or by at least
five people. Fewer than five answers are never shown. A closed question is not opened again: the difference
would show what the latecomers answered. (Where a participant changed an answer that is on the screen, the
old one stays there until the change goes with four others.)

**What is kept.** A phone is a random number in a signed cookie, with a sector and maybe a district. When the
workshop ends, each phone's answers become one anonymous response, in random order and with new ids, after the
same check as the web form; phones and their answers are erased, the frozen results stay with their n.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from random import SystemRandom
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.answers import InvalidAnswers, Sheet
from assessment.models import (
    Channel,
    Survey,
    Workshop,
    WorkshopAnswer,
    WorkshopQuestion,
    WorkshopStatus,
)
from assessment.paper import check_sheet
from assessment.questionnaire import questionnaire_of
from assessment.workshop import answers_to, histograms
from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import ChangedMeanwhile, create
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.permissions import ensure
from stakeholders.models import Engagement

from .survey_intake import NotAccepting, ensure_accepting, take_in_sheets
from .survey_workshop_room import RoomClosed

PERMISSION = "assessment.run_workshop"
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0/O, 1/I/L: people copy it from a wall
CODE_LENGTH = 6
FORGOTTEN_AFTER = timedelta(days=2)


class SomebodyMovedOn(ChangedMeanwhile):
    """Two facilitators, or a page that stood open for a while."""

    code = "moved_on"
    message = _("Somebody else has moved the workshop on. This page now shows the newest state.")


@transaction.atomic
def create_workshop(
    *,
    survey: Survey,
    name: str,
    held_on: date,
    by: Any,
    at: datetime,
    engagement: Engagement | None = None,
    code: str | None = None,
) -> Workshop:
    """Prepare a workshop with the current questions of a survey; people can join from now on.

    `code` is drawn at random; only the example city brings its own.
    """
    ensure(by, PERMISSION, survey)
    version = survey.current_version
    if version is None:
        raise NotAccepting()
    ensure_accepting(version)
    workshop = create(
        Workshop(
            survey=survey,
            version=version,
            engagement=engagement,
            name=name.strip(),
            held_on=held_on,
            code=code or _free_code(),
            facilitator=by,
        )
    )
    record(verb="create_workshop", target=survey, by=by, at=at, workshop=workshop.name)
    return workshop


def _free_code() -> str:
    while True:
        code = "".join(secrets.choice(CODE_ALPHABET) for _place in range(CODE_LENGTH))
        if not Workshop.objects.filter(code=code).exists():
            return code


# -- the facilitator ----------------------------------------------------------------------------------------


@transaction.atomic
def open_question(*, workshop: Workshop, key: str, seen: str, by: Any, at: datetime) -> WorkshopQuestion:
    """Put a question to the room; one that is open is closed and frozen first.

    `seen` is what the facilitator's page showed (`RoomState.step`): if another facilitator
    has moved on since then, this raises `SomebodyMovedOn` and changes nothing.
    """
    workshop = _held(workshop, by)
    _must_have_seen(workshop, seen)
    if key not in questionnaire_of(workshop.version).by_key:
        raise Refused(_("This survey does not ask that question."), code="unknown_question")
    if workshop.questions.filter(question_key=key).exists():
        raise Refused(
            _("This question was asked already. It stays closed, so that nobody can tell who answered late."),
            code="asked_already",
        )
    _freeze_open_one(workshop, at)
    question = WorkshopQuestion.objects.create(workshop=workshop, question_key=key)
    _show(workshop, key)
    return question


@transaction.atomic
def close_question(*, workshop: Workshop, seen: str, by: Any, at: datetime) -> Workshop:
    """Close the open question; its result is frozen with n and shown."""
    workshop = _held(workshop, by)
    _must_have_seen(workshop, seen)
    if not _freeze_open_one(workshop, at):
        raise SomebodyMovedOn()
    return workshop


@transaction.atomic
def show_question(*, workshop: Workshop, key: str, seen: str, by: Any, at: datetime) -> Workshop:
    """Put the frozen result of a closed question on the screen again; an open one is closed first."""
    workshop = _held(workshop, by)
    _must_have_seen(workshop, seen)
    if not workshop.questions.filter(question_key=key).exists():
        raise Refused(_("This question has not been asked yet."), code="not_asked")
    if key != workshop.on_screen:
        _freeze_open_one(workshop, at)
    _show(workshop, key)
    return workshop


@transaction.atomic
def end_workshop(*, workshop: Workshop, by: Any, at: datetime) -> Workshop:
    """Close the room: every phone's answers become one anonymous response, and the phones are forgotten."""
    return _end(_held(workshop, by), by, at)


@transaction.atomic
def discard_workshop(*, workshop: Workshop, by: Any, at: datetime) -> Workshop:
    """Throw everything away that was answered, for instance after a rehearsal: nothing is counted."""
    workshop = _held(workshop, by)
    workshop.participants.all().delete()
    workshop.questions.all().delete()
    workshop.status, workshop.on_screen = WorkshopStatus.DISCARDED, ""
    workshop.save(update_fields=["status", "on_screen"])
    record(verb="discard_workshop", target=workshop.survey, by=by, at=at, workshop=workshop.name)
    return workshop


def end_forgotten_workshops(*, at: datetime) -> int:
    """End the workshops that nobody ended within two days; the clock does it. Returns how many."""
    long_ago = timezone.localdate(at) - FORGOTTEN_AFTER
    forgotten = Workshop.objects.running().filter(held_on__lt=long_ago)
    return sum(_end_if_running(pk, at) for pk in forgotten.values_list("pk", flat=True))


def end_running_workshops(*, survey: Survey, at: datetime) -> int:
    """End every workshop of a survey, before its answers are reviewed or published. Returns how many."""
    running = Workshop.objects.running().filter(survey=survey)
    return sum(_end_if_running(pk, at) for pk in running.values_list("pk", flat=True))


@transaction.atomic
def _end_if_running(pk: int, at: datetime) -> int:
    workshop = _rows().filter(pk=pk).first()
    if workshop is None or not workshop.is_running:
        return 0
    try:
        ensure_accepting(workshop.version)
    except NotAccepting:  # too late to be counted, and never kept
        workshop.participants.all().delete()
        workshop.status, workshop.on_screen = WorkshopStatus.DISCARDED, ""
        workshop.save(update_fields=["status", "on_screen"])
        return 1
    _end(workshop, None, at)
    return 1


def _end(workshop: Workshop, by: Any, at: datetime) -> Workshop:
    ensure_accepting(workshop.version)
    _freeze_open_one(workshop, at)
    counted = take_in_sheets(
        version=workshop.version,
        sheets=_sheets(workshop),
        channel=Channel.WORKSHOP,
        on=min(workshop.held_on, timezone.localdate(at)),
    )
    workshop.participants.all().delete()
    workshop.status, workshop.on_screen, workshop.counted = WorkshopStatus.ENDED, "", counted
    workshop.save(update_fields=["status", "on_screen", "counted"])
    name = workshop.name
    record(verb="end_workshop", target=workshop.survey, by=by, at=at, workshop=name, count=counted)
    return workshop


def _sheets(workshop: Workshop) -> list[Sheet]:
    """One checked sheet for each phone that answered anything, in random order."""
    questionnaire = questionnaire_of(workshop.version)
    sheets = []
    for participant in workshop.participants.prefetch_related("answers"):
        data = answers_to(participant, participant.answers.all())
        try:
            sheets.append(check_sheet(questionnaire, data))
        except InvalidAnswers:  # joined and answered nothing that counts
            continue
    SystemRandom().shuffle(sheets)
    return sheets


def _rows() -> Any:
    rows = Workshop.objects.select_related("survey", "version__survey").defer("version__definition")
    return rows.select_for_update(of=("self",), no_key=True)


def _held(workshop: Workshop, by: Any) -> Workshop:
    """The workshop as it stands now, held until the end of the transaction; it must be running."""
    ensure(by, PERMISSION, workshop.survey)
    fresh: Workshop = _rows().get(pk=workshop.pk)
    if not fresh.is_running:
        raise RoomClosed()
    return fresh


def _must_have_seen(workshop: Workshop, seen: str) -> None:
    state = Workshop.objects.room_state(workshop.code)
    if state is None or seen != state.step:
        raise SomebodyMovedOn()


def _show(workshop: Workshop, key: str) -> None:
    workshop.on_screen, workshop.status = key, WorkshopStatus.ASKING
    workshop.save(update_fields=["on_screen", "status"])


def _freeze_open_one(workshop: Workshop, at: datetime) -> bool:
    """Close the open question, if there is one, with everything that was answered to it."""
    # Waits for answers that are being written: each holds the row while it looks whether it is open.
    rows = workshop.questions.select_for_update(no_key=True)
    row = rows.filter(is_open=True).first()
    if row is None:
        return False
    question = questionnaire_of(workshop.version).by_key[row.question_key]
    answers = WorkshopAnswer.objects.filter(
        participant__workshop=workshop, question_key=row.question_key
    ).values_list("data", flat=True)
    row.counts, row.n = histograms(question, answers)
    row.is_open, row.frozen_at = False, at
    row.save(update_fields=["counts", "n", "is_open", "frozen_at"])
    return True
