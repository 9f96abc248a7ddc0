"""The phones in a workshop: joining, answering, and the bars that grow in steps (see survey_workshop.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from random import SystemRandom

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from assessment.answers import InvalidAnswers, Mistake
from assessment.models import (
    Workshop,
    WorkshopAnswer,
    WorkshopParticipant,
    WorkshopQuestion,
    WorkshopStatus,
)
from assessment.questionnaire import Question, questionnaire_of
from assessment.workshop import answers_to, check_question, codes_so_far, histograms
from semarang_resilience.core.errors import Refused
from stakeholders.models import Sector

Data = Mapping[str, Sequence[str]]


class RoomClosed(Refused):
    """The workshop is over (pages: 410)."""

    code = "room_closed"
    message = _("This workshop has ended. Thank you for taking part.")


class RoomFull(Refused):
    """More phones than a room can hold: somebody is playing."""

    code = "room_full"
    message = _("No more phones can join this workshop. Tell the facilitator.")


class QuestionClosed(Refused):
    """The facilitator has moved on."""

    code = "question_closed"
    message = _(
        "This question is closed, so your answer to it could not be counted. Go on with the next one."
    )


@transaction.atomic
def join_workshop(*, workshop: Workshop, sector: str, district: str, at: datetime) -> WorkshopParticipant:
    """Take a phone into the room, for a group; it may join until the workshop ends."""
    questionnaire = questionnaire_of(workshop.version)
    mistakes = []
    if sector not in Sector.values:
        mistakes.append(Mistake("sector", str(_("Choose the group that you answer for."))))
    if district and district not in questionnaire.district_codes:
        message = str(_("Choose one of the districts in the list, or leave it open."))
        mistakes.append(Mistake("district", message))
    if mistakes:
        raise InvalidAnswers(mistakes)
    _must_be_running(workshop.pk)
    if workshop.participants.count() >= settings.WORKSHOP_SEATS:
        raise RoomFull()
    return WorkshopParticipant.objects.create(workshop=workshop, sector=sector, district_id=district or None)


def answer_question(
    *, workshop: Workshop, participant: WorkshopParticipant, key: str, data: Data, at: datetime
) -> None:
    """Keep what a phone answers to the open question, or changes of it; raises `QuestionClosed` when late.

    Two transactions on purpose: the answer is safe before anybody asks whether the bars may grow.
    """
    question = questionnaire_of(workshop.version).by_key.get(key)
    if question is None:
        raise QuestionClosed()
    row_pk = _keep_answer(workshop, participant, question, data)
    _let_bars_grow(row_pk, question)


@transaction.atomic
def _keep_answer(workshop: Workshop, participant: WorkshopParticipant, question: Question, data: Data) -> int:
    with connection.cursor() as cursor:
        # Shared among phones; whoever closes the question waits for all of them, or comes first.
        cursor.execute(
            "SELECT id, is_open FROM assessment_workshopquestion"
            " WHERE workshop_id = %s AND question_key = %s FOR SHARE",
            [workshop.pk, question.key],
        )
        row = cursor.fetchone()
    if row is None or not row[1]:
        raise QuestionClosed()
    # A double tap is served one after the other, and a phone that was forgotten meanwhile is a closed room.
    if not WorkshopParticipant.objects.select_for_update(no_key=True).filter(pk=participant.pk).exists():
        raise RoomClosed()
    given = {answer.question_key: answer for answer in participant.answers.all()}
    others = [answer for answer_key, answer in given.items() if answer_key != question.key]
    so_far = answers_to(participant, others)
    questionnaire = questionnaire_of(workshop.version)
    if not questionnaire.is_shown(question, codes_so_far(questionnaire, so_far)):
        raise QuestionClosed()
    kept = check_question(questionnaire_of(workshop.version), question, data, answers_to(participant, others))
    mine = given.get(question.key)
    if mine is None:
        WorkshopAnswer.objects.create(participant=participant, question_key=question.key, data=kept)
    elif mine.data != kept:
        mine.data, mine.is_waiting = kept, True
        mine.save(update_fields=["data", "is_waiting"])
    return int(row[0])


@transaction.atomic
def _let_bars_grow(row_pk: int, question: Question) -> None:
    """Show more of the answers, if enough of them wait: see the beginning of this module."""
    least: int = settings.SMALL_GROUP_THRESHOLD
    # Skipped while somebody else is answering: the last of them comes through.
    rows = WorkshopQuestion.objects.select_for_update(no_key=True, skip_locked=True)
    row = rows.filter(pk=row_pk, is_open=True).first()
    if row is None:
        return
    answers = WorkshopAnswer.objects.filter(participant__workshop=row.workshop_id, question_key=question.key)
    waiting = list(answers.filter(is_waiting=True).values_list("pk", flat=True))
    more = len(waiting) - least
    if more < least:
        return
    SystemRandom().shuffle(waiting)
    answers.filter(pk__in=waiting[:more]).update(shown=F("data"), is_waiting=False)
    shown = [answer.shown or {} for answer in answers.exclude(shown=None).only("shown")]
    row.counts, row.n = histograms(question, shown)
    row.save(update_fields=["counts", "n"])


def _must_be_running(pk: int) -> None:
    """Hold the workshop against its end, shared with other phones."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM assessment_workshop WHERE id = %s FOR SHARE", [pk])
        row = cursor.fetchone()
    if row is None or row[0] not in (WorkshopStatus.WAITING, WorkshopStatus.ASKING):
        raise RoomClosed()
