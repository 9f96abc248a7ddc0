"""A workshop: one question at a time, bars that grow by fives, anonymous sheets at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessment.answers import InvalidAnswers
from assessment.models import (
    Channel,
    Response,
    Survey,
    Workshop,
    WorkshopAnswer,
    WorkshopParticipant,
    WorkshopStatus,
)
from assessment.operations import survey_workshop, survey_workshop_room
from assessment.questionnaire import questionnaire_of
from assessment.workshop import bars_of
from semarang_resilience.accounts.models import User
from semarang_resilience.core.errors import NotAllowed, Refused
from tests.assessment.races import race
from tests.assessment.surveys.conftest import AT

from .conftest import Phones

pytestmark = pytest.mark.django_db
Reply = Callable[..., None]
START = ":closed"


@pytest.fixture
def ask(workshop: Workshop, budi: User) -> Callable[[str], None]:
    """`ask("driver-01")`: the facilitator opens a question, whatever was on the screen."""

    def put(key: str) -> None:
        state = Workshop.objects.room_state(workshop.code)
        assert state
        survey_workshop.open_question(workshop=workshop, key=key, seen=state.step, by=budi, at=AT)

    return put


def close(workshop: Workshop, by: User) -> None:
    state = Workshop.objects.room_state(workshop.code)
    assert state
    survey_workshop.close_question(workshop=workshop, seen=state.step, by=by, at=AT)


def on_screen(workshop: Workshop) -> tuple[list[int], int]:
    row = workshop.questions.get(question_key=Workshop.objects.get(pk=workshop.pk).on_screen)
    return list(row.counts), row.n


def test_a_workshop_begins_with_a_code_that_can_be_read_from_afar(survey: Survey, budi: User) -> None:
    made = survey_workshop.create_workshop(survey=survey, name="Uji", held_on=AT.date(), by=budi, at=AT)
    assert len(made.code) == 6
    assert not set(made.code) & set("01OIL")
    assert made.status == WorkshopStatus.WAITING


def test_only_the_office_leads(survey: Survey, wali: User, workshop: Workshop) -> None:
    with pytest.raises(NotAllowed):
        survey_workshop.create_workshop(survey=survey, name="x", held_on=AT.date(), by=wali, at=AT)
    with pytest.raises(NotAllowed):
        survey_workshop.open_question(workshop=workshop, key="driver-01", seen=START, by=wali, at=AT)


def test_whoever_joins_names_a_group_of_the_list(workshop: Workshop) -> None:
    with pytest.raises(InvalidAnswers) as invalid:
        survey_workshop_room.join_workshop(workshop=workshop, sector="x", district="99", at=AT)
    assert [mistake.name for mistake in invalid.value.mistakes] == ["sector", "district"]


def test_a_room_has_an_end(workshop: Workshop, phones: Phones, settings: Any) -> None:
    settings.WORKSHOP_SEATS = 2
    phones(2)
    with pytest.raises(survey_workshop_room.RoomFull):
        phones(1)


def test_only_the_open_question_takes_answers(
    workshop: Workshop, phones: Phones, reply: Reply, ask: Callable[[str], None], budi: User
) -> None:
    (phone,) = phones(1)
    with pytest.raises(survey_workshop_room.QuestionClosed):
        reply(phone, "driver-01", 3)
    ask("driver-01")
    reply(phone, "driver-01", 3)
    reply(phone, "driver-01", 1)  # changed while it is open
    assert WorkshopAnswer.objects.get().data == {"q_driver-01": ["1"]}
    close(workshop, budi)
    with pytest.raises(survey_workshop_room.QuestionClosed):
        reply(phone, "driver-01", 2)


@pytest.mark.parametrize(
    ("key", "data"),
    [
        ("driver-01", {}),
        ("driver-01", {"q_driver-01": ["9"]}),
        ("driver-01", {"q_driver-01": ["1", "2"]}),
        ("helpful-measures", {"q_helpful-measures": ["99"]}),
        ("suggestion", {"q_suggestion": ["x" * 2001]}),
    ],
)
def test_an_answer_is_checked_as_on_the_web(
    workshop: Workshop, phones: Phones, ask: Callable[[str], None], key: str, data: dict[str, list[str]]
) -> None:
    (phone,) = phones(1)
    ask(key)
    with pytest.raises(InvalidAnswers):
        survey_workshop_room.answer_question(workshop=workshop, participant=phone, key=key, data=data, at=AT)
    assert not WorkshopAnswer.objects.exists()


def test_a_closed_question_is_frozen_with_n_and_stays_closed(
    workshop: Workshop, phones: Phones, reply: Reply, ask: Callable[[str], None], budi: User
) -> None:
    ask("driver-01")
    for place, phone in enumerate(phones(7)):
        reply(phone, "driver-01", place % 3 + 1)
    close(workshop, budi)
    assert on_screen(workshop) == ([0, 3, 2, 2], 7)
    with pytest.raises(Refused) as again:
        ask("driver-01")
    assert again.value.code == "asked_already"


def test_the_next_question_freezes_the_one_before(
    workshop: Workshop, phones: Phones, reply: Reply, ask: Callable[[str], None], budi: User
) -> None:
    ask("driver-01")
    for phone in phones(6):
        reply(phone, "driver-01", 2)
    ask("driver-02")
    first = workshop.questions.get(question_key="driver-01")
    assert (first.is_open, first.counts, first.n) == (False, [0, 0, 6, 0], 6)
    survey_workshop.show_question(workshop=workshop, key="driver-01", seen="driver-02:open", by=budi, at=AT)
    assert Workshop.objects.get(pk=workshop.pk).on_screen == "driver-01"
    assert not workshop.questions.filter(is_open=True).exists()


# -- the projector ---------------------------------------------------------------------------------------


def test_bars_wait_for_ten_and_stay_five_behind(
    workshop: Workshop, phones: Phones, reply: Reply, ask: Callable[[str], None]
) -> None:
    ask("driver-01")
    seen = []
    for phone in phones(17):
        reply(phone, "driver-01", 3)
        seen.append(on_screen(workshop)[1])
    assert seen == [0] * 9 + [5] * 5 + [10] * 3


def test_fewer_than_five_are_never_shown(
    workshop: Workshop, phones: Phones, reply: Reply, ask: Callable[[str], None], budi: User
) -> None:
    ask("driver-01")
    for phone in phones(4):
        reply(phone, "driver-01", 3)
    close(workshop, budi)
    questionnaire = questionnaire_of(workshop.version)
    counts, n = on_screen(workshop)
    (part,) = bars_of(questionnaire, questionnaire.by_key["driver-01"], counts, n, threshold=5)
    assert (part.is_hidden, part.bars, part.n) == (True, (), 0)


def test_each_part_of_a_question_has_its_own_five(
    workshop: Workshop, phones: Phones, reply: Reply, ask: Callable[[str], None], budi: User
) -> None:
    ask("hazard-rob")
    for place, phone in enumerate(phones(6)):
        reply(phone, "hazard-rob", now=4, **({"future": 5} if place < 4 else {}))
    close(workshop, budi)
    questionnaire = questionnaire_of(workshop.version)
    now, future = bars_of(
        questionnaire, questionnaire.by_key["hazard-rob"], *on_screen(workshop), threshold=5
    )
    assert (now.n, now.is_hidden, future.is_hidden) == (6, False, True)
    assert [bar.count for bar in now.bars] == [0, 0, 0, 6, 0, 0]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(st.integers(0, 13), st.integers(0, 3)), max_size=60))
def test_any_two_pictures_differ_by_nobody_or_by_five_people(
    survey: Survey, budi: User, moves: Sequence[tuple[int, int]]
) -> None:
    """People answer and change their minds as they like; whoever compares pictures sees at least five."""
    workshop = survey_workshop.create_workshop(survey=survey, name="x", held_on=AT.date(), by=budi, at=AT)
    people = [
        survey_workshop_room.join_workshop(workshop=workshop, sector="community", district="", at=AT)
        for _ in range(14)
    ]
    survey_workshop.open_question(workshop=workshop, key="driver-01", seen=START, by=budi, at=AT)
    answers = WorkshopAnswer.objects.filter(participant__workshop=workshop)

    def waiting() -> set[Any]:
        return set(answers.filter(is_waiting=True).values_list("participant", flat=True))

    for person, code in moves:
        before, picture = waiting(), on_screen(workshop)
        data = {"q_driver-01": [str(code)]}
        survey_workshop_room.answer_question(
            workshop=workshop, participant=people[person], key="driver-01", data=data, at=AT
        )
        new = (before | {people[person].pk}) - waiting()
        if on_screen(workshop) != picture:
            assert len(new) >= 5, "whoever compares the two pictures sees five people at once"
            assert len(waiting()) >= 5, "and so does whoever compares this one with the final result"
        else:
            assert new <= {people[person].pk}, "nobody enters the picture unseen"
        counts, n = on_screen(workshop)
        assert sum(counts) == n == answers.exclude(shown=None).count()


# -- the end --------------------------------------------------------------------------------------


def test_at_the_end_every_phone_is_one_anonymous_sheet_and_forgotten(
    workshop: Workshop, phones: Phones, reply: Reply, ask: Callable[[str], None], budi: User
) -> None:
    people = [*phones(5), *phones(2, sector="media", district="33.74.02")]
    silent = phones(1)
    ask("driver-01")
    for phone in people:
        reply(phone, "driver-01", 2)
    ask("helpful-measures")
    reply(people[0], "helpful-measures", 1, 3)
    ended = survey_workshop.end_workshop(workshop=workshop, by=budi, at=AT)
    assert (ended.status, ended.counted) == (WorkshopStatus.ENDED, 7)
    assert Response.objects.filter(channel=Channel.WORKSHOP).count() == 7
    assert Response.objects.filter(sector="media", district="33.74.02").count() == 2
    assert not WorkshopParticipant.objects.exists()
    assert not WorkshopAnswer.objects.exists()
    assert not Response.objects.filter(pk__in=[phone.pk for phone in people + silent]).exists()
    assert workshop.questions.get(question_key="driver-01").n == 7, "the frozen results stay"
    with pytest.raises(survey_workshop_room.RoomClosed):
        survey_workshop.end_workshop(workshop=workshop, by=budi, at=AT)
    with pytest.raises(survey_workshop_room.RoomClosed):
        phones(1)


def test_a_rehearsal_is_discarded_without_a_trace(
    workshop: Workshop, phones: Phones, reply: Reply, ask: Callable[[str], None], budi: User
) -> None:
    ask("driver-01")
    for phone in phones(6):
        reply(phone, "driver-01", 2)
    done = survey_workshop.discard_workshop(workshop=workshop, by=budi, at=AT)
    assert done.status == WorkshopStatus.DISCARDED
    assert not Response.objects.exists()
    assert not workshop.questions.exists()


def test_a_forgotten_workshop_is_ended_by_the_clock(
    workshop: Workshop, phones: Phones, reply: Reply, ask: Callable[[str], None]
) -> None:
    ask("driver-01")
    reply(phones(1)[0], "driver-01", 2)
    assert survey_workshop.end_forgotten_workshops(at=AT + timedelta(days=2)) == 0
    assert survey_workshop.end_forgotten_workshops(at=AT + timedelta(days=3)) == 1
    assert Response.objects.count() == 1


def test_after_publication_answers_are_never_added(
    survey: Survey, workshop: Workshop, phones: Phones, budi: User
) -> None:
    phones(1)
    Survey.objects.filter(pk=survey.pk).update(status="published", closed_at=AT, published_at=AT)
    with pytest.raises(Refused) as refused:
        survey_workshop.end_workshop(workshop=workshop, by=budi, at=AT)
    assert refused.value.code == "not_accepting"
    assert survey_workshop.end_running_workshops(survey=survey, at=AT) == 1
    assert Workshop.objects.get().status == WorkshopStatus.DISCARDED


# -- at the same moment -----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_facilitators_who_press_next_at_once_move_on_once(
    workshop: Workshop, budi: User, tono: User
) -> None:
    def pressing(by: User) -> Callable[[], Any]:
        return lambda: survey_workshop.open_question(
            workshop=workshop, key="driver-01", seen=START, by=by, at=AT
        )

    assert sorted(race(pressing(budi), pressing(tono))) == ["done", "moved_on"]
    assert workshop.questions.count() == 1


@pytest.mark.django_db(transaction=True)
def test_answers_that_race_with_the_closing_are_counted_or_refused(
    workshop: Workshop, phones: Phones, reply: Reply, ask: Callable[[str], None], budi: User
) -> None:
    ask("driver-01")
    people = phones(8)
    runners = [lambda phone=phone: reply(phone, "driver-01", 3) for phone in people]
    results = race(*runners, lambda: close(workshop, budi))
    assert set(results) <= {"done", "question_closed"}
    frozen = workshop.questions.get()
    assert frozen.n == results[:-1].count("done") == WorkshopAnswer.objects.count()


@pytest.mark.django_db(transaction=True)
def test_a_burst_of_answers_shows_what_it_may(
    workshop: Workshop, phones: Phones, reply: Reply, ask: Callable[[str], None]
) -> None:
    ask("driver-01")
    people = phones(16)
    assert set(race(*[lambda phone=phone: reply(phone, "driver-01", 3) for phone in people])) == {"done"}
    _counts, n = on_screen(workshop)
    assert n in range(12)
    assert n == 0 or n >= 5
    assert WorkshopAnswer.objects.filter(is_waiting=True).count() == 16 - n >= 5


@pytest.mark.django_db(transaction=True)
def test_ending_and_joining_at_once_leave_no_phone_behind(
    workshop: Workshop, phones: Phones, budi: User
) -> None:
    results = race(
        *[lambda: phones(1) for _ in range(4)],
        lambda: survey_workshop.end_workshop(workshop=workshop, by=budi, at=AT),
    )
    assert set(results) <= {"done", "room_closed"}
    assert not WorkshopParticipant.objects.exists()
