"""Every number of the results against brute force over the sheets themselves: all kinds, groups, versions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessment.answers import check_answers, form_data
from assessment.models import Response, Tally
from assessment.operations.survey_folding import count_answers
from assessment.questionnaire import Question, Questionnaire, questionnaire_of
from assessment.results import (
    ChoiceResult,
    DriverResult,
    HazardResult,
    ScaleResult,
    SurveyTables,
    results_from,
    results_of,
    tables_of,
)
from assessment.results.crosstab import crosstab_of, group_rows
from assessment.results.tables import Version
from stakeholders.models import Sector

from .conftest import SECTORS, Build, Rows, World, draw_rows

pytestmark = pytest.mark.django_db
LEVELS = {"driver-01": 3, "driver-02": 3, "hazard-rob": 5, "hazard-banjir": 5, "trust": 7, "follow": 4}
PARTS = {"hazard-rob": ["now", "future", "likelihood", "impact"], "hazard-banjir": ["likelihood", "impact"]}
OPTIONS = {"one": 3, "deeper": 2, "many": 4, "vote": 5}
SEVERAL = {"deeper", "many", "vote"}
GROUPS: list[tuple[str | None, str | None]] = [
    (sector, district) for sector in (None, *Sector.values) for district in (None, "33.74.01", "33.74.02", "")
]


def was_asked(key: str, answers: dict[str, Any]) -> bool:
    """The conditions of the survey, written a second time."""
    if key == "follow":
        return answers.get("one") in (1, 3)
    if key == "deeper":
        return was_asked("follow", answers) and answers.get("follow") in (3, 4)
    return True


def given_code(key: str, part: str, answers: dict[str, Any]) -> Any:
    """What a sheet says: a code, a list of codes, or None."""
    value = answers.get(key) if was_asked(key, answers) else None
    if key in PARTS and value is not None:
        return value[PARTS[key].index(part)]
    return value or None if key in SEVERAL else value


def expected(key: str, part: str, rows: Rows, sector: str | None, district: str | None) -> dict[str, Any]:
    """The numbers of one group by looking at every sheet."""
    inside = [a for s, d, a in rows if sector in (None, s) and district in (None, d)]
    codes = [given_code(key, part, answers) for answers in inside if was_asked(key, answers)]
    answered = [code for code in codes if code is not None]
    judged = [code for code in answered if code != 0]
    if key in LEVELS:
        counts = tuple(Counter(judged)[level] for level in range(1, LEVELS[key] + 1))
        mean = sum(judged) / len(judged) if judged else None
    else:
        chosen = [one for code in judged for one in (code if isinstance(code, list) else [code])]
        counts, mean = tuple(Counter(chosen)[code] for code in range(1, OPTIONS[key] + 1)), None
    return {
        "n": len(judged),
        "counts": counts,
        "cannot_judge": len(answered) - len(judged),
        "blank": len(codes) - len(answered),
        "not_asked": len(inside) - len(codes),
        "mean": mean,
    }


def parts_of(key: str) -> list[str]:
    return PARTS.get(key, [""])


def in_memory(world: World, by_version: dict[int, Rows], *, threshold: int) -> SurveyTables:
    """Tables as folding would count these sheets, without a database."""
    versions = []
    for row in world.survey.versions.order_by("number"):
        questionnaire = questionnaire_of(row)
        versions.append(_counted(questionnaire, row.number, by_version.get(row.number, [])))
    return SurveyTables(world.survey, versions, threshold=threshold)


def _counted(questionnaire: Questionnaire, number: int, rows: Rows) -> Version:
    sheets = []
    for sector, district, answers in rows:
        data = form_data(questionnaire, {"sector": sector, "district": district, "answers": answers})
        sheet = check_answers(questionnaire, data)
        sheets.append((number, sheet.sector, sheet.district, sheet.answers))
    histograms: defaultdict[int, dict[tuple[str, str], tuple[int, ...]]] = defaultdict(dict)
    for (_version, slot, sector, district), histogram in count_answers(sheets).items():
        counts = tuple(histogram[code] for code in range(max(histogram) + 1))
        histograms[slot][sector, district] = counts
    return Version(number, questionnaire, histograms)


def check_groups(tables: SurveyTables, question: Question, rows: Rows) -> int:
    """Every group that is shown says the truth; returns how many were shown."""
    shown = 0
    for part in parts_of(question.key):
        answers = tables.answers(question, part)
        for sector, district in GROUPS:
            numbers = answers.of(sector=sector, district=district)
            if numbers is None:
                continue
            shown += 1
            truth = expected(question.key, part, rows, sector, district)
            assert (numbers.n, numbers.counts) == (truth["n"], truth["counts"])
            assert numbers.cannot_judge == truth["cannot_judge"]
            assert numbers.blank in (None, truth["blank"])
            assert numbers.not_asked in (None, truth["not_asked"])
            assert numbers.n == 0 or numbers.n >= tables.threshold
            if truth["mean"] is not None:
                assert numbers.mean == pytest.approx(truth["mean"])
    return shown


def test_every_group_of_every_question_is_what_the_sheets_say(build: Build) -> None:
    world = build()

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 10**6), st.integers(0, 120), st.integers(1, 7))
    def check(seed: int, count: int, threshold: int) -> None:
        rows = draw_rows(count, seed, sectors=SECTORS[: 1 + seed % 5])
        tables = in_memory(world, {1: rows}, threshold=threshold)
        for question in tables.questionnaire:
            if not question.is_open:
                shown = check_groups(tables, question, rows)
                enough = expected(question.key, parts_of(question.key)[0], rows, None, None)["n"] >= threshold
                assert shown or not enough

    check()


def merged(world: World, by_version: dict[int, Rows], numbers: Iterable[int]) -> Rows:
    return [row for number in numbers for row in by_version.get(number, [])]


def test_versions_are_added_until_one_breaks_the_series(build: Build) -> None:
    world = build(
        versions=[
            {},
            {"trust": {"breaks_series": True}, "many": {"options": 5}},
            {"driver-01": {"breaks_series": True}, "many": {"options": 5}},
        ]
    )

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 10**6), st.lists(st.integers(0, 50), min_size=3, max_size=3))
    def check(seed: int, counts: list[int]) -> None:
        by_version = {number: draw_rows(count, seed + number) for number, count in enumerate(counts, start=1)}
        tables = in_memory(world, by_version, threshold=5)
        runs = {"trust": [(1,), (2, 3)], "many": [(1,), (2,), (3,)], "driver-01": [(1, 2), (3,)]}
        for question in tables.questionnaire:
            if question.is_open or question.key == "many":
                continue
            for part in parts_of(question.key):
                segments = tables.segments(question.key, part)
                assert [one.answers.versions for one in segments] == runs.get(question.key, [(1, 2, 3)])
                for segment in segments:
                    rows = merged(world, by_version, segment.answers.versions)
                    numbers = segment.answers.of()
                    truth = expected(question.key, part, rows, None, None)
                    if numbers is None:
                        assert truth["n"] < 5
                    else:
                        assert (numbers.n, numbers.counts) == (truth["n"], truth["counts"])
                        assert numbers.blank in (None, truth["blank"])
            check_groups(
                tables,
                question,
                merged(world, by_version, tables.answers(question, parts_of(question.key)[0]).versions),
            )
        assert [one.answers.versions for one in tables.segments("many")] == [(1,), (2, 3)]

    check()


def test_no_sum_of_wordings_is_shown_that_do_not_compare(build: Build) -> None:
    """Shown are n before the break and n after it; who left blank is said only if it tells nothing more."""
    world = build(versions=[{}, {"trust": {"breaks_series": True}}])
    by_version = {1: draw_rows(3, 1), 2: draw_rows(60, 2)}
    tables = in_memory(world, by_version, threshold=5)
    trust = tables.questionnaire.by_key["trust"]
    numbers = tables.answers(trust).of()
    assert numbers is not None
    assert numbers.blank is None, "blanks of the new wording would say that three people saw the old one"
    assert tables.segments("trust")[0].answers.of() is None
    assert results_from(tables).apart[0].n is None


def test_a_conditional_question_shows_no_group_that_its_condition_hides(build: Build) -> None:
    world = build()
    for seed in range(25):
        rows = draw_rows(80, seed)
        tables = in_memory(world, {1: rows}, threshold=5)
        keys = tables.questionnaire.by_key
        for below, above in (("follow", "one"), ("deeper", "follow")):
            for sector, district in GROUPS:
                if tables.answers(keys[below]).of(sector=sector, district=district) is not None:
                    assert tables.answers(keys[above]).of(sector=sector, district=district) is not None


@pytest.mark.parametrize("seed", range(3))
def test_through_the_database_all_results_are_what_the_sheets_say(build: Build, seed: int) -> None:
    world = build(versions=[{}, {}])
    world.take(draw_rows(70, seed), 1)
    world.take(draw_rows(40, seed + 100), 2)
    rows = world.all_rows()
    Response.objects.all().delete()  # results read tallies alone
    results = results_of(world.survey)
    assert (results.n, results.versions, results.apart) == (110, (1, 2), ())
    for result in results.all:
        if isinstance(result, ChoiceResult):
            truth = expected(result.key, "", rows, None, None)
            assert (result.n, result.blank, result.not_asked) == (
                truth["n"],
                truth["blank"],
                truth["not_asked"],
            )
            assert tuple(option.count for option in result.options) == truth["counts"]
            for group in result.by_sector:
                if group.n:
                    assert group.counts == expected(result.key, "", rows, group.code, None)["counts"]
            continue
        if isinstance(result, HazardResult):
            pairs = [(part, result.rating_of(part)) for part in result.parts]
        else:
            assert isinstance(result, DriverResult | ScaleResult)
            pairs = [("", result.rating)]
        for part, rating in pairs:
            truth = expected(result.key, part, rows, None, None)
            assert (rating.n, rating.cannot_judge, rating.blank) == (
                truth["n"],
                truth["cannot_judge"],
                truth["blank"],
            )
            assert rating.counts == truth["counts"]
            assert rating.mean == pytest.approx(truth["mean"])
            shown = [group for group in rating.by_sector if group.mean is not None]
            means = [expected(result.key, part, rows, group.code, None)["mean"] for group in shown]
            assert [group.mean for group in shown] == pytest.approx(means)
            assert rating.balanced_mean == pytest.approx(sum(means) / len(means))


def test_votes_are_ranked_with_ties_in_one_place(build: Build) -> None:
    world = build()
    votes = [[1, 2]] * 6 + [[2, 3]] * 4 + [[4]] * 4 + [[3]] * 2
    world.take([("community", "33.74.01", {"vote": vote, "driver-01": 2}) for vote in votes])
    vote = results_of(world.survey).votes[0]
    assert [(row.place, row.is_tied, row.option.code, row.option.count) for row in vote.ranking] == [
        (1, False, 2, 10),
        (2, True, 1, 6),
        (2, True, 3, 6),
        (4, False, 4, 4),
        (5, False, 5, 0),
    ]
    assert (vote.n, vote.max_choices, vote.is_multiple) == (16, 2, True)


def test_the_crosstab_is_what_the_sheets_say_and_hides_small_cells(build: Build) -> None:
    world = build()
    world.take(draw_rows(150, 5))
    rows = world.all_rows()
    tables = tables_of([world.survey])[world.survey.pk]
    keys = tables.questionnaire.by_key
    table = crosstab_of(tables, keys["trust"])
    assert table.has_cells
    for district, line in zip(table.districts, table.cells, strict=True):
        for sector, cell in zip(table.sectors, line, strict=True):
            truth = expected("trust", "", rows, sector.code, district.code)
            assert cell.n in (None, truth["n"])
            if cell.n:
                assert cell.n >= 5
                assert cell.value == pytest.approx(truth["mean"])
    shares = crosstab_of(tables, keys["vote"], option=2)
    truth = expected("vote", "", rows, None, None)
    assert shares.total.value == pytest.approx(truth["counts"][2] / truth["n"])
    found = list(group_rows(tables, keys["hazard-rob"]))
    assert {row.part for row in found} == set(PARTS["hazard-rob"])
    for row in found:
        if row.numbers is not None:
            truth = expected("hazard-rob", row.part, rows, row.sector, row.district)
            assert row.numbers.counts == truth["counts"]


@pytest.mark.parametrize("sheets", [1, 60])
def test_results_take_three_queries_whatever_was_asked_and_answered(build: Build, sheets: int) -> None:
    world = build(versions=[{}, {}])
    world.take(draw_rows(sheets, 1), 2)
    results_of(world.survey)  # this process has read the questionnaires
    with CaptureQueriesContext(connection) as queries:
        results_of(world.survey)
    assert len(queries) == 3  # versions, tallies, answers that wait
    with CaptureQueriesContext(connection) as queries:
        tables_of([world.survey], keys=["deeper"])
    assert len(queries) == 2


def test_one_question_is_read_with_its_conditions_and_nothing_else(build: Build) -> None:
    world = build()
    world.take(draw_rows(90, 3))
    whole = tables_of([world.survey])[world.survey.pk]
    Tally.objects.filter(slot=whole.questionnaire.by_key["trust"].slots[""]).update(counts=[0, 999])
    part = tables_of([world.survey], keys=["deeper"])[world.survey.pk]
    question = whole.questionnaire.by_key["deeper"]
    for sector, district in GROUPS:
        assert part.answers(question).of(sector=sector, district=district) == whole.answers(question).of(
            sector=sector, district=district
        )


def test_of_an_open_survey_only_totals_are_read(build: Build) -> None:
    world = build(status="open")
    world.take(draw_rows(90, 3))
    results = results_of(world.survey)
    assert results.is_open
    assert results.drivers[0].rating.mean is not None
    assert {group.n for group in results.sectors} == {None}
    tables = tables_of([world.survey])[world.survey.pk]
    table = crosstab_of(tables, tables.questionnaire.by_key["trust"])
    assert {group.n for group in (*table.sectors, *table.districts)} == {None}
    assert not table.has_cells
