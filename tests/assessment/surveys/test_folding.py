"""Tallies are exact: against a recount by brute force, with any number of folders and writers at once."""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import date
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from assessment.models import OpenAnswer, Response, Survey, SurveyVersion, Tally
from assessment.operations import survey_folding, surveys
from assessment.operations.survey_folding import count_answers
from assessment.questionnaire import questionnaire_of
from semarang_resilience.accounts.models import User
from semarang_resilience.places.models import Ward

from .conftest import AT, Link, filled
from .test_submission import race

pytestmark = pytest.mark.django_db
Cell = tuple[int, str, str]


def recount(rows: Iterable[tuple[str, str | None, list[int | None]]]) -> dict[Cell, Counter[int]]:
    """The oracle: look at every answer of every sheet, one after the other."""
    cells: dict[Cell, Counter[int]] = {}
    for sector, district, answers in rows:
        cells.setdefault((-1, sector, district or ""), Counter())[0] += 1
        for slot, code in enumerate(answers):
            if code is not None:
                cells.setdefault((slot, sector, district or ""), Counter())[code] += 1
    return cells


def tallied(version: SurveyVersion) -> dict[Cell, Counter[int]]:
    """What the tallies say."""
    rows = Tally.objects.filter(version=version).values_list("slot", "sector", "district_code", "counts")
    return {
        (slot, sector, district): Counter({code: n for code, n in enumerate(counts) if n})
        for slot, sector, district, counts in rows
    }


def stored(version: SurveyVersion, **which: Any) -> list[tuple[str, str | None, list[int | None]]]:
    """What the responses say."""
    return list(
        Response.objects.filter(version=version, **which).values_list("sector", "district_id", "answers")
    )


def random_sheets(version: SurveyVersion, count: int, seed: int = 1) -> list[Response]:
    """Sheets with random answers, blanks included."""
    draw = random.Random(seed)
    levels = {
        slot: question.levels for question in questionnaire_of(version) for slot in question.slots.values()
    }
    size = questionnaire_of(version).slots
    return [
        Response(
            version=version,
            sector=draw.choice(["community", "media", "government"]),
            district_id=draw.choice(["33.74.01", "33.74.02", None]),
            answers=[draw.choice([None, *range(levels.get(slot, 1) + 1)]) for slot in range(size)],
            receipt=f"{number:04d}-{seed:04d}",
            received_on=date(2026, 3, 2),
        )
        for number in range(count)
    ]


def test_nothing_to_fold_changes_nothing(version: SurveyVersion) -> None:
    assert surveys.fold_responses() == 0
    assert not Tally.objects.exists()


def test_a_sheet_is_counted_once(version: SurveyVersion, answer: Any) -> None:
    answer()
    assert surveys.fold_responses() == 1
    assert surveys.fold_responses() == 0
    assert tallied(version) == recount(stored(version))


def test_batches_add_up(version: SurveyVersion) -> None:
    Response.objects.bulk_create(random_sheets(version, 25))
    assert [surveys.fold_responses(limit=10) for _ in range(4)] == [10, 10, 5, 0]
    assert tallied(version) == recount(stored(version))


def test_a_later_batch_with_higher_codes_makes_the_histogram_longer(
    version: SurveyVersion, answer: Any
) -> None:
    for code in ("1", "5", "3"):
        answer(**{"q_hazard-rob_now": [code]})
        surveys.fold_responses()
    slot = questionnaire_of(version).by_key["hazard-rob"].slots["now"]
    assert Tally.objects.get(slot=slot).counts == [0, 1, 0, 1, 0, 1]


def test_surveys_are_counted_apart(
    version: SurveyVersion, answer: Any, budi: Any, cycle: Any, framework: Any
) -> None:
    answer()
    other = surveys.create_survey(
        cycle=cycle, slug="lain", title_id="Lain", title_en="Other",
        opens_at=version.survey.opens_at, closes_at=version.survey.closes_at, by=budi, at=AT,
    )  # fmt: skip
    sections = surveys.standard_sections(framework=framework, cycle=cycle)
    surveys.add_version(survey=other, framework=framework, sections=sections, by=budi, at=AT)
    opened = surveys.open_survey(survey=other, by=budi, at=AT).current_version
    assert opened
    surveys.load_responses(
        version=opened, rows=[{"sector": "media", "answers": {"driver-01": 3}}], by=budi, at=AT
    )
    surveys.fold_responses()
    assert tallied(version) == recount(stored(version))
    assert tallied(opened) == recount(stored(opened))


def test_rebuilding_gives_the_same_tallies_and_repairs_broken_ones(version: SurveyVersion) -> None:
    Response.objects.bulk_create(random_sheets(version, 30))
    surveys.fold_responses(limit=20)
    before = tallied(version)
    Tally.objects.update(counts=[7, 7, 7])
    assert surveys.rebuild_tallies(version=version) == 20
    assert tallied(version) == before == recount(stored(version, is_folded=True))
    surveys.fold_responses()
    assert tallied(version) == recount(stored(version))


CODES = st.one_of(st.none(), st.integers(0, 5))
SHEETS = st.lists(
    st.tuples(
        st.sampled_from(["community", "media"]),
        st.sampled_from(["", "33.74.01"]),
        st.lists(CODES, min_size=4, max_size=4),
    ),
    max_size=30,
)


@given(SHEETS)
def test_counting_agrees_with_the_oracle(sheets: list[tuple[str, str, list[int | None]]]) -> None:
    cells = count_answers((1, *sheet) for sheet in sheets)
    assert {key[1:]: histogram for key, histogram in cells.items()} == recount(sheets)


@given(batches=st.lists(SHEETS, max_size=4), limit=st.integers(1, 7))
@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_comes_in_whatever_batches_the_tallies_agree_with_the_oracle(
    version: SurveyVersion, batches: list[list[tuple[str, str, list[int | None]]]], limit: int
) -> None:
    Response.objects.all().delete()
    Tally.objects.all().delete()
    for batch in batches:
        Response.objects.bulk_create(
            Response(
                version=version,
                sector=sector,
                district_id=district or None,
                answers=answers,
                receipt=uuid4().hex[:14],
                received_on=date(2026, 3, 2),
            )
            for sector, district, answers in batch
        )
        surveys.fold_responses(limit=limit)
    while surveys.fold_responses(limit=limit):
        pass
    assert tallied(version) == recount(stored(version))


@pytest.mark.django_db(transaction=True)
def test_tallies_are_exact_while_people_answer_and_several_workers_fold(
    version: SurveyVersion, open_link: Link
) -> None:
    writers_done = Event()
    writers, sheets_each = 3, 40

    def write(seed: int) -> int:
        draw = random.Random(seed)
        for _ in range(sheets_each):
            changes: Any = {
                "sector": [draw.choice(["community", "media"])],
                "q_driver-01": [draw.choice("0123")],
                "q_helpful-measures": draw.sample("1234567", 3),
            }
            surveys.submit_response(
                token=open_link.token, submission_id=uuid4(), data=filled(**changes), at=AT
            )
        return 0

    def fold() -> int:
        folded = 0
        while not writers_done.is_set():
            folded += surveys.fold_responses(limit=7)
        return folded

    def rebuild() -> int:
        while not writers_done.is_set():
            surveys.rebuild_tallies(version=version)
        return 0

    def write_all() -> int:
        try:
            results = race(*[lambda seed=seed: write(seed) for seed in range(writers)])  # type: ignore[misc]
            assert results == [0] * writers, results
        finally:
            writers_done.set()
        return 0

    *_, first, second, third = race(write_all, rebuild, fold, fold, fold)
    last = surveys.fold_all_responses()
    connections.close_all()
    assert first + second + third + last == writers * sheets_each
    assert tallied(version) == recount(stored(version))


def test_the_worker_s_task_folds_everything_that_waits(
    survey: Survey, answer: Any, settings: Settings
) -> None:
    from assessment import tasks

    for _ in range(settings.SMALL_GROUP_THRESHOLD - 1):
        answer()
    tasks.fold_responses()
    assert Response.objects.filter(is_folded=True).count() == 0, "too few to be counted in an open survey"
    answer()
    tasks.fold_responses()
    assert not Response.objects.filter(is_folded=False).exists()


def test_while_a_survey_is_open_few_answers_are_never_counted_alone(survey: Survey, budi: User) -> None:
    """Or somebody who looks before and after one arrival could read that one sheet from the difference."""
    version = survey.current_version
    assert version is not None
    rows = [{"sector": "community", "district": "", "answers": {"driver-01": "2"}} for _ in range(4)]
    surveys.load_responses(version=version, rows=rows, by=budi, at=AT)
    assert surveys.fold_all_responses(least=5) == 0
    surveys.load_responses(version=version, rows=rows[:1], by=budi, at=AT)
    assert surveys.fold_all_responses(least=5) == 5
    surveys.load_responses(version=version, rows=rows[:1], by=budi, at=AT)
    assert surveys.fold_all_responses(least=5) == 0
    surveys.close_survey(survey=survey, by=budi, at=AT)
    assert not Response.objects.filter(is_folded=False).exists(), "closing counts what is left"


# -- texts leave their sheets when they are counted


def text_sheets(version: SurveyVersion, budi: User, count: int) -> list[str]:
    """Load sheets with one text each; returns the texts."""
    texts = [f"Saran nomor {number}" for number in range(count)]
    rows = [
        {"sector": "community", "district": "", "answers": {"driver-01": 2, "suggestion": text}}
        for text in texts
    ]
    surveys.load_responses(version=version, rows=rows, by=budi, at=AT)
    return texts


def test_texts_become_rows_of_their_own_with_question_and_sector(version: SurveyVersion, budi: User) -> None:
    texts = text_sheets(version, budi, 12)
    surveys.fold_all_responses()
    rows = OpenAnswer.objects.values_list("text", "question_key", "sector", "status")
    assert sorted(rows) == sorted((text, "suggestion", "community", "new") for text in texts)
    assert not Response.objects.exclude(texts={}).exists()
    assert surveys.fold_all_responses() == 0
    assert OpenAnswer.objects.count() == 12


def test_a_nominated_asset_takes_its_ward_along_and_a_ward_that_is_gone_stops_nobody(
    version: SurveyVersion, districts: list[Any]
) -> None:
    Ward.objects.create(code="33.74.01.1001", district=districts[0], name="Miroto")
    for number, ward in enumerate(["33.74.01.1001", "33.74.01.9999", None]):
        sheet = random_sheets(version, 1, seed=number)[0]
        sheet.texts = {"place": f"Tempat {number}"} | ({"place:ward": ward} if ward else {})
        sheet.save(force_insert=True)
    surveys.fold_all_responses()
    assert dict(OpenAnswer.objects.values_list("text", "ward_id")) == {
        "Tempat 0": "33.74.01.1001",
        "Tempat 1": None,
        "Tempat 2": None,
    }


@pytest.mark.parametrize("where", ["_add", "_take_out_texts"])
def test_a_folder_that_fails_leaves_everything_to_the_next(
    version: SurveyVersion, budi: User, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    texts = text_sheets(version, budi, 8)

    def fail(*_arguments: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(survey_folding, where, fail)
        with pytest.raises(RuntimeError):
            surveys.fold_responses()
    assert Response.objects.filter(is_folded=False).exclude(texts={}).count() == 8
    assert not OpenAnswer.objects.exists()
    assert not Tally.objects.exists()
    surveys.fold_all_responses()
    assert sorted(OpenAnswer.objects.values_list("text", flat=True)) == sorted(texts)
    assert tallied(version) == recount(stored(version))


@pytest.mark.django_db(transaction=True)
def test_several_folders_take_out_each_text_once(version: SurveyVersion, budi: User) -> None:
    texts = text_sheets(version, budi, 90)

    def fold() -> int:
        return sum(surveys.fold_responses(limit=7) for _ in range(10))

    counts = race(*[fold] * 4)
    rest = surveys.fold_all_responses()
    connections.close_all()
    assert sum(counts) + rest == 90
    assert sorted(OpenAnswer.objects.values_list("text", flat=True)) == sorted(texts)


def test_a_small_rest_of_one_survey_does_not_hold_up_another(
    version: SurveyVersion, budi: User, cycle: Any, framework: Any
) -> None:
    """The last places of a batch are too few for an open survey: they wait, the others are counted."""
    text_sheets(version, budi, 9)
    other = surveys.create_survey(
        cycle=cycle, slug="lain", title_id="Lain", title_en="Other",
        opens_at=version.survey.opens_at, closes_at=version.survey.closes_at, by=budi, at=AT,
    )  # fmt: skip
    sections = surveys.standard_sections(framework=framework, cycle=cycle)
    surveys.add_version(survey=other, framework=framework, sections=sections, by=budi, at=AT)
    opened = surveys.open_survey(survey=other, by=budi, at=AT).current_version
    assert opened
    text_sheets(opened, budi, 9)
    assert surveys.fold_responses(limit=12, least=5) == 9
    assert surveys.fold_responses(limit=12, least=5) == 9
