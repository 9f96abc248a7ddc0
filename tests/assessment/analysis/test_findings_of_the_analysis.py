"""Differences, contradictions, rounds, themes and headlines from answers made by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from assessment.models import Driver, Hazard, OpenAnswer, Programme, Reading, Survey, Theme
from assessment.models.programmes import ProgrammeDriver
from assessment.results import results_of
from assessment.results.contradictions import Rule, contradictions_of, served_by
from assessment.results.differences import differences_of
from assessment.results.headlines import headlines_of
from assessment.results.open_answers import open_results_of, shown_of
from assessment.results.rounds import chain_of, series_of
from assessment.statistics import Chance
from semarang_resilience.accounts.models import User

from .conftest import Build, Rows, World, draw_rows

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def rows(sector: str, count: int, **answers: Any) -> Rows:
    keys = {name.replace("_", "-"): value for name, value in answers.items()}
    return [(sector, "33.74.01", {"driver-02": 2} | keys)] * count


def rules(world: World) -> dict[Rule, list[str]]:
    found: dict[Rule, list[str]] = {}
    for row in contradictions_of(results_of(world.survey), served_by(world.survey)):
        found.setdefault(row.rule, []).append(row.sentence)
    return found


# -- differences


def test_a_real_difference_is_found_and_its_p_is_scipy_s_after_correction(build: Build) -> None:
    world = build()
    world.take([*rows("government", 30, driver_01=3, trust=4), *rows("community", 40, driver_01=1, trust=4)])
    found = {(row.key, row.part): row for row in differences_of(results_of(world.survey))}
    row = found["driver-01", ""]
    expected = stats.kruskal([3] * 30, [1] * 40).pvalue
    assert row.p == pytest.approx(expected * len(found)), "one p is small, the others are not there"
    assert row.chance is Chance.UNLIKELY
    assert row.high
    assert row.low
    assert (row.high.code, row.low.code, row.gap, row.effect) == ("government", "community", 2.0, 1.0)
    assert ("trust", "") not in found, "everybody gave the same answer"


def test_groups_that_are_drawn_alike_do_not_differ(build: Build) -> None:
    world = build()
    world.take(draw_rows(200, 11))
    found = differences_of(results_of(world.survey))
    assert len(found) >= 10
    assert sum(row.chance is Chance.UNLIKELY for row in found) <= 1


def test_a_hidden_sector_enters_no_test(build: Build) -> None:
    """Whatever two people of the media say, every p value stays the same."""
    texts = []
    for answer in (1, 3):
        world = build(slug=f"media-{answer}")
        sheets = [*rows("government", 30, driver_01=3), *rows("community", 30, driver_01=2)]
        sheets += [*rows("private", 9, driver_01=1), *rows("media", 2, driver_01=answer)]
        world.take(sheets)
        results = results_of(world.survey)
        assert {group.code: group.n for group in results.sectors}["media"] is None
        texts.append([(row.key, row.p, row.effect, row.n) for row in differences_of(results)])
    assert texts[0] == texts[1]


def test_while_the_survey_is_open_nothing_is_compared(build: Build) -> None:
    world = build(status="open")
    world.take(draw_rows(100, 1))
    assert differences_of(results_of(world.survey)) == []


# -- contradictions


def test_opposite_views_of_sectors_are_named_with_both_n(build: Build) -> None:
    world = build()
    world.take([*rows("government", 30, driver_01=3), *rows("community", 40, driver_01=1)])
    (sentence,) = rules(world)[Rule.OPPOSITE]
    assert "n = 30" in sentence
    assert "n = 40" in sentence


def test_a_strength_against_a_severe_threat_needs_a_programme_that_serves_both(build: Build) -> None:
    world = build()
    world.take(rows("community", 30, driver_01=3, hazard_rob=[5, 5, None, None]))
    assert Rule.SEVERE not in rules(world)
    programme = Programme.objects.create(
        cycle=world.survey.cycle, code="p-1", name_ind="Program", name_en="Programme", status="ongoing"
    )
    programme.hazards.add(Hazard.objects.get(slug="rob"))
    ProgrammeDriver.objects.create(programme=programme, driver=Driver.objects.order_by("pk")[0])
    (sentence,) = rules(world)[Rule.SEVERE]
    assert "Tidal flood" in sentence
    ProgrammeDriver.objects.update(is_direct=False)
    assert Rule.SEVERE not in rules(world)


def test_a_divided_sector_is_named_and_an_even_one_is_not(build: Build) -> None:
    world = build()
    sheets = [*rows("community", 10, driver_01=1), *rows("community", 10, driver_01=3)]
    for level in (1, 2, 3):
        sheets += rows("government", 12, driver_01=level)
    world.take([*sheets, *rows("private", 60, driver_01=2)])
    (sentence,) = rules(world)[Rule.DIVIDED]
    assert "Community" in sentence
    assert "n = 20" in sentence


def test_one_large_sector_that_decides_the_level_is_named(build: Build) -> None:
    world = build()
    world.take([*rows("government", 100, driver_01=3), *rows("community", 10, driver_01=1)])
    (sentence,) = rules(world)[Rule.WEIGHT]
    assert "100 of 110" in sentence.replace("alone give ", "")


def test_a_priority_that_is_rated_as_a_strength_is_named(build: Build) -> None:
    world = build()
    driver = Driver.objects.order_by("pk")[0]
    questionnaire = world.survey.current_version.definition  # type: ignore[union-attr]
    for section in questionnaire["sections"]:
        for question in section["questions"]:
            if question["key"] == "vote":
                question["options"][1]["label"] = {"id": driver.name_ind, "en": driver.name_en}
    version = world.version(1)
    version.definition = questionnaire
    version.frozen_at = version.frozen_at.replace(year=2027)
    version.save()
    world.take(rows("community", 30, driver_01=3, vote=[2]))
    (sentence,) = rules(world)[Rule.CHOICE]
    assert driver.name_en in sentence or "D1" in sentence


def test_quiet_answers_have_no_contradiction(build: Build) -> None:
    world = build()
    world.take([*rows("community", 30, driver_01=2, trust=4), *rows("government", 30, driver_01=2, trust=4)])
    assert rules(world) == {}


# -- rounds


def two_rounds(
    build: Build, *, versions: Any = ({},), first: int = 1, second: int = 3
) -> tuple[World, World]:
    old = build(slug="lama", status="published")
    Survey.objects.filter(pk=old.survey.pk).update(status="closed", published_at=None)
    old.survey.refresh_from_db()
    old.take(rows("community", 30, driver_01=first, trust=2, vote=[1]))
    new = build(slug="baru", versions=versions, previous=old.survey)
    new.take(rows("community", 40, driver_01=second, trust=2, vote=[1]), len(list(versions)))
    return old, new


def test_rounds_stand_side_by_side_with_a_test_of_the_difference(build: Build, wali: User) -> None:
    _old, new = two_rounds(build)
    chain = chain_of(new.survey, wali)
    assert [one.slug for one in chain] == ["lama", "baru"]
    found = {(row.key, row.name): row for row in series_of(chain) if row.key in ("driver-01", "trust")}
    driver = next(row for (key, _name), row in found.items() if key == "driver-01")
    assert [(point.n, point.value, point.breaks) for point in driver.points] == [(30, 1.0, ""), (40, 3.0, "")]
    assert driver.change == 2.0
    assert driver.points[1].chance is Chance.UNLIKELY
    trust = next(row for (key, _name), row in found.items() if key == "trust")
    assert trust.points[1].p is None, "all the same: nothing to test"


def test_rounds_that_are_not_published_are_not_shown_to_everybody(build: Build) -> None:
    _old, new = two_rounds(build)
    assert [one.slug for one in chain_of(new.survey, None)] == ["baru"]


@pytest.mark.parametrize(
    ("change", "words"),
    [({"trust": {"breaks_series": True}}, "wording"), ({"trust": {"levels": 5}}, "Levels")],
)
def test_a_break_is_drawn_and_nothing_is_compared_over_it(
    build: Build, wali: User, change: dict[str, Any], words: str
) -> None:
    _old, new = two_rounds(build, versions=[change])
    found = next(row for row in series_of(chain_of(new.survey, wali)) if row.key == "trust")
    assert words in found.points[1].breaks
    assert found.points[1].p is None
    assert found.change is None


def test_earlier_wordings_of_one_round_are_points_of_their_own(build: Build, wali: User) -> None:
    world = build(versions=[{}, {"trust": {"breaks_series": True}}])
    world.take(rows("community", 20, trust=2), 1)
    world.take(rows("community", 25, trust=6), 2)
    found = next(row for row in series_of([world.survey]) if row.key == "trust")
    assert [(point.n, point.value) for point in found.points] == [(20, 2.0), (25, 6.0)]
    assert found.points[1].breaks


def test_all_rounds_take_two_queries(build: Build, wali: User) -> None:
    _old, new = two_rounds(build)
    chain = chain_of(new.survey, wali)
    series_of(chain)
    with CaptureQueriesContext(connection) as queries:
        series_of(chain)
    assert len(queries) == 2


# -- what people wrote


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 12), max_size=8), st.integers(2, 6))
def test_no_count_beside_a_sum_gives_a_small_one_away(counts: dict[str, int], threshold: int) -> None:
    shown = shown_of(counts, threshold=threshold)
    assert all(counts[key] >= threshold for key in shown)
    hidden = [n for key, n in counts.items() if key not in shown and n]
    if shown and hidden:
        assert sum(hidden) >= threshold
        assert len(hidden) > 1
    if all(n >= threshold for n in counts.values()):
        assert shown == set(counts), "nothing is hidden without need"


def write(world: World, key: str, text: str, times: int, *themes: Theme, **facts: Any) -> None:
    for _ in range(times):
        facts = {"status": "kept", "sector": "community"} | facts
        answer = OpenAnswer.objects.create(version=world.version(1), question_key=key, text=text, **facts)
        if facts["status"] in ("kept", "redacted"):
            reading = Reading.objects.create(answer=answer, coder=world.budi, read_on=date(2026, 3, 9))
            reading.themes.set(themes)


def test_themes_have_counts_and_kept_words_and_few_mentions_stay_hidden(build: Build) -> None:
    world = build()
    names = ("Drainase", "Sampah", "Jalan", "Lampu")
    drains, waste, roads, lamps = (
        Theme.objects.create(
            survey=world.survey, question_key="words", position=place, name_ind=name, name_en=name
        )
        for place, name in enumerate(names, start=1)
    )
    write(world, "words", "Saluran mampet", 7, drains)
    write(world, "words", "Pak X, RT 3", 1, drains, status="redacted", redacted_text="[…], RT 3")
    write(world, "words", "Bau", 6, waste)
    write(world, "words", "Berlubang", 3, roads)
    write(world, "words", "Gelap", 2, lamps)
    write(world, "words", "Kasar", 2, status="hidden")
    write(world, "words", "Belum dibaca", 4, status="new")
    words, _places = open_results_of(world.survey)
    assert (words.n, words.unread) == (19, 4)
    assert [(one.name, one.n) for one in words.shown] == [("Drainase", 8), ("Sampah", 6)]
    assert {one.name for one in words.hidden} == {"Jalan", "Lampu"}
    quotes = {quote for one in words.shown for quote in one.quotes}
    assert quotes <= {"Saluran mampet", "[…], RT 3", "Bau"}
    assert all(len(one.quotes) <= 3 for one in words.shown)


def test_a_theme_needs_half_of_those_who_read_the_answer(build: Build, sari: User) -> None:
    world = build()
    theme = Theme.objects.create(
        survey=world.survey, question_key="words", position=1, name_ind="Banjir", name_en="Flood"
    )
    write(world, "words", "Air", 6, theme)
    for answer in OpenAnswer.objects.all():
        Reading.objects.create(answer=answer, coder=sari, read_on=date(2026, 3, 9))
    assert open_results_of(world.survey)[0].themes[0].n == 6, "one of two is half"
    third = User.objects.create_user("tiga@contoh.semarang", name="Tiga")
    for answer in OpenAnswer.objects.all():
        Reading.objects.create(answer=answer, coder=third, read_on=date(2026, 3, 9))
    assert open_results_of(world.survey)[0].themes[0].n is None


def test_named_places_are_counted_whatever_their_capitals(build: Build) -> None:
    world = build()
    write(world, "place", "Polder Tawang", 5)
    write(world, "place", "polder tawang", 2)
    write(world, "place", "Rumah saya", 3)
    write(world, "place", "Pos kamling", 3)
    _words, places = open_results_of(world.survey)
    assert [(one.name, one.n) for one in places.places] == [("Polder Tawang", 7)]
    assert (places.n, places.other_places) == (13, 6)


def test_words_wait_until_the_survey_is_closed_and_take_a_constant_number_of_queries(build: Build) -> None:
    world = build()
    write(world, "words", "Air", 30)
    open_results_of(world.survey)  # this process has read the questionnaire
    with CaptureQueriesContext(connection) as queries:
        assert open_results_of(world.survey)
    assert len(queries) == 4
    Survey.objects.update(status="open")
    world.survey.refresh_from_db()
    assert open_results_of(world.survey) == []


# -- headlines


def test_headlines_say_first_what_is_weakest(build: Build) -> None:
    world = build()
    world.take(
        [
            *rows("community", 30, driver_01=1, hazard_rob=[4, 5, 3, 5], vote=[2]),
            *rows("government", 30, driver_01=3, hazard_rob=[4, 5, 3, 5], vote=[2]),
        ]
    )
    results = results_of(world.survey)
    found = headlines_of(results, differences_of(results))
    assert found[0].label.startswith("Seen as weakest")
    texts = {one.label: one.text for one in found}
    assert "Tidal flood (4.0)" in texts["Most severe now (mean, of 5)"]
    assert "15.0" in texts["Greatest risk"]
    assert "vote 2" in texts["Chosen first"]
    assert "D1" in texts["Sectors differ most"]


def test_too_few_answers_have_no_headline(build: Build) -> None:
    world = build()
    world.take(rows("community", 4, driver_01=1))
    results = results_of(world.survey)
    assert headlines_of(results, differences_of(results)) == []
