"""Figures of the further kinds: words, numbers as a table, a picture that fits a phone, bands that agree."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils import translation

from assessment import figures
from assessment.figures.canvas import WIDTH
from assessment.figures.risk import band_label
from assessment.results import SurveyTables, results_from, tables_of
from assessment.results.crosstab import crosstab_of
from assessment.results.rounds import series_of
from semarang_resilience.core.figures import Figure

from .conftest import Build, draw_rows

pytestmark = pytest.mark.django_db
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[110.0, -7.0], [110.2, -7.0], [110.2, -6.8], [110.0, -6.8], [110.0, -7.0]]],
}
PLACES = {"33.74.01": SQUARE, "33.74.02": SQUARE}


def crosstab(tables: SurveyTables, key: str) -> Figure:
    return figures.by_district_and_sector(crosstab_of(tables, tables.questionnaire.by_key[key]))


BUILDERS: dict[str, Callable[[SurveyTables], Figure]] = {
    "wheel": lambda tables: figures.perception_wheel(results_from(tables)),
    "balanced wheel": lambda tables: figures.perception_wheel(results_from(tables), is_balanced=True),
    "risk": lambda tables: figures.likelihood_and_impact(results_from(tables)),
    "vote": lambda tables: figures.vote_ranking(results_from(tables).votes[0]),
    "vote by sector": lambda tables: figures.options_by_sector(results_from(tables).votes[0]),
    "single by sector": lambda tables: figures.options_by_sector(results_from(tables).choices[0]),
    "scale": lambda tables: figures.scale_answers(results_from(tables).scales[0]),
    "likelihood": lambda tables: figures.hazard_answers(
        results_from(tables).hazards[1], parts=("likelihood", "impact")
    ),
    "rating by district": lambda tables: crosstab(tables, "driver-01"),
    "scale by district": lambda tables: crosstab(tables, "trust"),
    "vote by district": lambda tables: crosstab(tables, "vote"),
    "map": lambda tables: figures.map_of_values(
        crosstab_of(tables, tables.questionnaire.by_key["driver-01"]), PLACES
    ),
    "map of shares": lambda tables: figures.map_of_values(
        crosstab_of(tables, tables.questionnaire.by_key["vote"], option=3), PLACES
    ),
    "rounds": lambda tables: figures.series_over_time(series_of([tables.survey]), title="T", key="k"),
}


def tables_with(build: Build, count: int) -> SurveyTables:
    world = build(versions=[{}, {"trust": {"breaks_series": True}}])
    world.take(draw_rows(count, 2), 1)
    world.take(draw_rows(count, 3), 2)
    return tables_of([world.survey])[world.survey.pk]


@pytest.mark.parametrize("name", BUILDERS)
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_figure_has_words_numbers_and_fits_a_phone(build: Build, name: str, language: str) -> None:
    tables = tables_with(build, 60)
    with translation.override(language):
        figure = BUILDERS[name](tables)
    assert figure.title
    assert len(figure.description) > 15
    assert {len(row) for row in figure.table.rows} == {len(figure.table.headers)}
    svg = str(figure.svg)
    assert re.search(rf'viewBox="0 0 {WIDTH} \d', svg)
    assert "NaN" not in svg
    assert "undefined" not in svg
    assert "style=" not in svg


@pytest.mark.parametrize("name", BUILDERS)
def test_with_too_few_answers_every_figure_stands_and_tells_no_number(build: Build, name: str) -> None:
    figure = BUILDERS[name](tables_with(build, 2))
    assert figure.description
    words = " ".join(re.findall(r">([^<>]*)</text>", str(figure.svg)))
    assert not re.search(r"\d,\d|\d%", words.replace("0%", ""))


def test_the_balanced_wheel_gives_each_sector_one_voice(build: Build) -> None:
    world = build()
    world.take([("government", "33.74.01", {"driver-01": 3})] * 40)
    world.take([("community", "33.74.01", {"driver-01": 1})] * 10)
    results = results_from(tables_of([world.survey])[world.survey.pk])
    with translation.override("en"):
        raw = str(figures.perception_wheel(results).svg)
        balanced = str(figures.perception_wheel(results, is_balanced=True).svg)
    assert ">2.6<" in raw
    assert ">2.6<" not in balanced
    assert ">2.0<" in balanced


def test_the_band_in_words_is_the_band_under_the_dot() -> None:
    with translation.override("en"):
        assert [band_label(score)[:3] for score in (1, 10.9, 11, 15.9, 16, 25)] == [
            "Low", "Low", "Med", "Med", "Hig", "Hig",
        ]  # fmt: skip


def test_ties_are_visible_in_the_ranking(build: Build) -> None:
    world = build()
    world.take([("community", "33.74.01", {"vote": [1, 2]})] * 8)
    figure = figures.vote_ranking(results_from(tables_of([world.survey])[world.survey.pk]).votes[0])
    assert [row[0] for row in figure.table.rows] == ["1=", "1=", "3=", "3=", "3="]
    assert "1=. vote 1" in str(figure.svg)


def test_a_break_is_drawn_instead_of_a_line(build: Build) -> None:
    tables = tables_with(build, 60)
    with translation.override("en"):
        rows = [row for row in series_of([tables.survey]) if row.key == "trust"]
        figure = figures.series_over_time(rows, title="T", key="k")
    assert [row[-1] for row in figure.table.rows] == ["–", "The wording changed."]
    whole = [row for row in series_of([tables.survey]) if row.key == "driver-01"]
    assert len(whole[0].points) == 1
