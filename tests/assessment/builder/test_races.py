"""Two people at the same moment, with real threads on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from assessment.models import Question, Section, Survey, SurveyVersion
from assessment.operations import survey_bank, surveys
from assessment.operations.survey_editing import Gone, Stale
from assessment.operations.survey_specs import spec_of
from semarang_resilience.accounts.models import User
from semarang_resilience.core.errors import Refused

from .conftest import AT, Builder, asks, both, seen

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at_once() -> Iterator[Callable[..., list[Any]]]:
    """Carry out several things at the same moment; returns each result, or the refusal."""
    with ThreadPoolExecutor(max_workers=8) as pool:

        def run(*jobs: Callable[[], Any]) -> list[Any]:
            barrier = Barrier(len(jobs))

            def one(job: Callable[[], Any]) -> Any:
                try:
                    barrier.wait(10)
                    return job()
                except Refused as refusal:
                    return refusal
                finally:
                    connection.close()

            return list(pool.map(one, jobs))

        yield run


def refusals(results: list[Any]) -> list[type]:
    return [type(result) for result in results if isinstance(result, Refused)]


def test_of_two_who_reword_one_question_exactly_one_wins(builder: Builder, at_once: Any) -> None:
    question = builder.add(asks("Apa?"))
    before = seen(question)
    results = at_once(
        *[
            lambda text=text: builder.edit(Question.objects.get(pk=question.pk), asks(text), seen=before)
            for text in ("Kata pertama?", "Kata kedua?")
        ]
    )
    assert refusals(results) == [Stale]
    winner = next(result for result in results if not isinstance(result, Refused))
    assert str(Question.objects.get(pk=question.pk).text) == str(winner.text)


def test_rewording_and_removing_at_once_never_loses_the_new_wording(builder: Builder, at_once: Any) -> None:
    question = builder.add(asks("Apa?"))
    before = seen(question)
    results = at_once(
        lambda: builder.edit(Question.objects.get(pk=question.pk), asks("Baru?"), seen=before),
        lambda: surveys.remove_question(
            question=Question.objects.get(pk=question.pk), seen=before, by=builder.by, at=AT
        ),
    )
    [refusal] = refusals(results)
    stands = Question.objects.filter(pk=question.pk).exists()
    assert (refusal, stands) in ((Stale, True), (Gone, False))


def test_many_who_add_and_move_at_once_leave_one_order(
    builder: Builder, sections: list[Section], at_once: Any
) -> None:
    first = builder.add(asks("nol"))
    results = at_once(
        *[lambda n=n: builder.add(asks(f"tanya {n}"), n % 2) for n in range(6)],
        lambda: builder.move(first, 1),
        lambda: surveys.move_section(section=sections[0], step=1, by=builder.by, at=AT),
    )
    assert refusals(results) == []
    assert sorted(key for keys in builder.order() for key in keys) == [
        "nol",
        *[f"tanya-{n}" for n in range(6)],
    ]
    for section in sections:
        places = list(section.questions.values_list("position", flat=True))
        assert len(places) == len(set(places))


def test_a_question_added_while_the_survey_opens_is_either_asked_or_refused(
    builder: Builder, empty: Survey, budi: User, at_once: Any
) -> None:
    builder.add(asks("Apa?"))
    builder.add(asks("Lagi?"), 1)
    results = at_once(
        lambda: surveys.open_survey(survey=Survey.objects.get(pk=empty.pk), by=budi, at=AT),
        lambda: builder.add(asks("Terlambat?")),
    )
    version = SurveyVersion.objects.get(survey=empty)
    asked = {
        question["key"] for section in version.definition["sections"] for question in section["questions"]
    }
    rows = set(Question.objects.filter(section__version=version).values_list("key", flat=True))
    assert asked == rows
    assert ("terlambat" in rows) == (refusals(results) == [])


def test_two_who_begin_a_version_at_once_get_one(
    builder: Builder, empty: Survey, budi: User, at_once: Any
) -> None:
    builder.add(asks("Apa?"))
    builder.add(asks("Lagi?"), 1)
    surveys.open_survey(survey=empty, by=budi, at=AT)
    results = at_once(
        *[lambda: surveys.start_version(survey=Survey.objects.get(pk=empty.pk), by=budi, at=AT)] * 3
    )
    assert len(refusals(results)) == 2
    assert list(empty.versions.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_publishing_a_version_and_rewording_it_at_once_never_differ(
    builder: Builder, empty: Survey, budi: User, at_once: Any
) -> None:
    builder.add(asks("Apa?", key="apa"))
    builder.add(asks("Lagi?"), 1)
    surveys.open_survey(survey=empty, by=budi, at=AT)
    draft = surveys.start_version(survey=empty, by=budi, at=AT)
    question = Question.objects.get(section__version=draft, key="apa")
    question = builder.edit(question, replace(spec_of(question), text=both("Apa saja?")))
    surveys.describe_version(version=draft, note=both("x"), broken=(), seen=seen(draft), by=budi, at=AT)
    now = seen(question)
    results = at_once(
        lambda: surveys.publish_version(version=SurveyVersion.objects.get(pk=draft.pk), by=budi, at=AT),
        lambda: builder.edit(Question.objects.get(pk=question.pk), asks("Apa lagi?"), seen=now),
    )
    frozen = SurveyVersion.objects.get(pk=draft.pk)
    assert frozen.frozen_at is not None
    text = frozen.definition["sections"][0]["questions"][0]["text"]["id"]
    assert text == Question.objects.get(pk=question.pk).text_ind
    assert len(refusals(results)) == (text == "Apa saja?")


def test_one_question_is_kept_once_by_two_at_once(builder: Builder, budi: User, at_once: Any) -> None:
    question = builder.add(asks("Apa?"))
    results = at_once(
        *[lambda: survey_bank.keep_from_survey(question=Question.objects.get(pk=question.pk), by=budi, at=AT)]
        * 2
    )
    assert len(refusals(results)) == 1
