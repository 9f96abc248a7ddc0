"""Two people at the same moment, in real threads on PostgreSQL."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from actions.models import Action
from actions.operations.actions import plan_action, publish_action, start_action
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.models import Cycle
from strategy.models import Initiative
from strategy.operations.groups import ask_question
from strategy.operations.tree import publish_initiative
from tests.support.plan import AT, People, Programme

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Run the calls in threads that set off together; answers, or the refusals that came instead."""
    answers: list[object] = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(place: int) -> None:
        try:
            gate.wait(10)
            answers[place] = calls[place]()
        except Refused as refusal:
            answers[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def test_actions_planned_at_the_same_moment_get_different_codes() -> None:
    people = People()
    programme, user = Programme(people), people.sari

    def plan() -> str:
        cycle = Cycle.objects.get(pk=programme.cycle.pk)
        return plan_action(cycle=cycle, name_id="Kegiatan", by=user, at=AT).code

    assert sorted(map(str, at_once(*[plan] * 6))) == [f"RTL-{n:02d}" for n in range(1, 7)]


def test_an_action_that_two_start_is_started_once() -> None:
    people = People()
    action, user = Programme(people).action(), people.sari

    def start() -> Action:
        return start_action(action=Action.objects.get(pk=action.pk), on=AT.date(), by=user, at=AT)

    assert_one_winner(at_once(start, start, start), "started_already")


def test_an_action_and_an_initiative_that_two_publish_are_published_once() -> None:
    people = People()
    programme, user = Programme(people), people.lestari
    action, initiative = programme.action(), programme.complete()

    def publish_the_action() -> Action:
        return publish_action(action=Action.objects.get(pk=action.pk), by=user, at=AT)

    def publish_the_initiative() -> Initiative:
        return publish_initiative(initiative=Initiative.objects.get(pk=initiative.pk), by=user, at=AT)

    assert_one_winner(at_once(publish_the_action, publish_the_action), "published_already")
    assert_one_winner(at_once(publish_the_initiative, publish_the_initiative), "published_already")


def test_questions_asked_at_the_same_moment_get_different_numbers() -> None:
    people = People()
    group, user = Programme(people).group(), people.sari

    def ask() -> int:
        return ask_question(group=group.__class__.objects.get(pk=group.pk), text="?", by=user, at=AT).position

    assert sorted(map(int, at_once(*[ask] * 4))) == [1, 2, 3, 4]  # type: ignore[call-overload]


def assert_one_winner(answers: list[object], code: str) -> None:
    refusals = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(refusals) == len(answers) - 1
    assert {refusal.code for refusal in refusals} == {code}
