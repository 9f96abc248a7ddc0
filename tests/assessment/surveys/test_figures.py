"""Figures say their main message in words, carry their numbers, fit a phone, and hide what must be hidden."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from assessment import figures
from assessment.figures.canvas import WIDTH, Canvas, fit
from assessment.figures.map import centre_of, thinned
from assessment.models import SurveyVersion
from assessment.results import SurveyResults, survey_results
from semarang_resilience.accounts.models import User
from semarang_resilience.core.figures import Figure

from .test_results import close, fill

pytestmark = pytest.mark.django_db
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[110.0, -7.0], [110.2, -7.0], [110.2, -6.8], [110.0, -6.8], [110.0, -7.0]]],
}
GEOMETRIES = {"33.74.01": SQUARE, "33.74.02": SQUARE}
ROWS = [
    ("community", 6, {"driver-01": 1, "driver-02": 3, "hazard-rob": (2, 4), "priority-dimension": 1}),
    ("government", 8, {"driver-01": 2, "hazard-banjir": (3, 2), "helpful-measures": [1, 2]}),
    ("media", 7, {"driver-02": 3, "driver-01": 3}),
]
BUILDERS: dict[str, Callable[[SurveyResults], Figure]] = {
    "wheel": figures.perception_wheel,
    "distribution": figures.driver_distribution,
    "by sector": figures.drivers_by_sector,
    "shocks": lambda results: figures.hazards_now_and_future(results, "shock"),
    "stresses": lambda results: figures.hazards_now_and_future(results, "stress"),
    "sectors": figures.responses_by_sector,
    "districts": lambda results: figures.responses_by_district(results, GEOMETRIES),
    "driver": lambda results: figures.driver_answers(results.drivers[0]),
    "driver by sector": lambda results: figures.question_by_sector(
        "driver-01", [("", results.drivers[0].rating)], top=3
    ),
    "hazard": lambda results: figures.hazard_answers(results.hazards[1]),
    "hazard by sector": lambda results: figures.question_by_sector(
        "hazard-rob", [("Now", results.hazards[1].now), ("Later", results.hazards[1].future)], top=5
    ),
    "single": lambda results: figures.choice_answers(results.choices[0]),
    "multiple": lambda results: figures.choice_answers(results.choices[1]),
}


@pytest.fixture
def results(version: SurveyVersion, budi: User) -> SurveyResults:
    """Twenty-one answers from three sectors."""
    fill(version, budi, ROWS)
    close(version, budi)
    return survey_results(version)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", BUILDERS)
def test_every_figure_has_words_numbers_and_a_picture_that_fits_a_phone(
    version: SurveyVersion, results: SurveyResults, name: str, language: str
) -> None:
    with translation.override(language):
        figure = BUILDERS[name](survey_results(version))
    assert figure.title
    assert len(figure.description) > 20
    assert figure.table.rows
    assert {len(row) for row in figure.table.rows} == {len(figure.table.headers)}
    svg = str(figure.svg)
    assert re.search(rf'viewBox="0 0 {WIDTH} \d', svg)
    assert "<title>" in svg
    assert "NaN" not in svg
    assert "undefined" not in svg
    assert "style=" not in svg


@pytest.mark.parametrize("name", BUILDERS)
def test_with_too_few_answers_every_figure_still_stands_and_tells_no_number(
    version: SurveyVersion, budi: User, name: str
) -> None:
    fill(version, budi, [("community", 3, {"driver-01": 1, "hazard-rob": (5, 5), "priority-dimension": 1})])
    figure = BUILDERS[name](survey_results(version))
    assert figure.description
    words = " ".join(re.findall(r">([^<>]*)</text>", str(figure.svg)))
    assert "100%" not in words
    assert "1,0" not in words
    assert "5,0" not in words


def test_the_wheel_names_the_strongest_and_the_weakest_drivers(
    version: SurveyVersion, results: SurveyResults
) -> None:
    with translation.override("en"):
        figure = figures.perception_wheel(survey_results(version))
    assert "21 people" in figure.description
    assert "strengths in “D2”" in figure.description
    assert "weaknesses in “D1”" in figure.description
    assert figure.table.rows[0][2] == "2.0"
    assert figure.table.rows[1][4] == "+1.00"


def test_the_wheel_shows_n_in_its_centre_and_every_driver_by_number(results: SurveyResults) -> None:
    words = re.findall(r">([^<>]*)</text>", str(figures.perception_wheel(results).svg))
    assert "21" in words
    assert {"1", "2", "3", "4"} <= set(words)


def test_hazards_are_ordered_by_their_future_and_name_the_change(
    version: SurveyVersion, results: SurveyResults
) -> None:
    with translation.override("en"):
        figure = figures.hazards_now_and_future(survey_results(version), "stress")
        falling = figures.hazards_now_and_future(survey_results(version), "shock")
    assert figure.table.rows == [["Tidal flood", "2.0", "4.0", "+2.0", "6", "6"]]
    assert "+2.0" in figure.description
    assert falling.table.rows[0][3] == "−1.0"


def test_small_groups_stay_hidden_in_pictures_and_tables(version: SurveyVersion, budi: User) -> None:
    fill(
        version,
        budi,
        [("government", 9, {"driver-01": 3}), ("media", 2, {"driver-01": 1}), ("donor", 4, {"driver-01": 1})],
    )
    close(version, budi)
    with translation.override("en"):
        results = survey_results(version)
        sectors = figures.responses_by_sector(results)
        compared = figures.question_by_sector("driver-01", [("", results.drivers[0].rating)], top=3)
    hidden = {row[0]: row[1] for row in sectors.table.rows}
    assert hidden["Media"] == hidden["Donors"] == "hidden"
    assert "Media" in sectors.description
    assert {row[0]: row[1:] for row in compared.table.rows}["Media"] == ["–", "hidden"]
    assert "Media" not in re.findall(r">([^<>]*)</text>", str(compared.svg))


def test_days_are_drawn_in_their_order(settings: Any) -> None:
    with translation.override("en"):
        figure = figures.responses_by_day([(date(2026, 3, 1), 2), (date(2026, 3, 4), 5)])
        nothing = figures.responses_by_day([])
    assert "4 March 2026" in figure.description
    assert len(figure.table.rows) == 2
    assert nothing.table.rows == []
    assert nothing.svg


def test_words_of_the_survey_cannot_break_out_of_the_picture(
    version: SurveyVersion, results: SurveyResults
) -> None:
    canvas = Canvas(height=20)
    canvas.text(0, 10, "<script>alert(1)</script>")
    figure = Figure(
        key="x",
        title="<b>",
        description="",
        spec=canvas.spec(),
        table=figures.perception_wheel(results).table,
    )
    assert "<script" not in figure.svg
    assert "<b>" not in figure.svg


def test_long_labels_are_wrapped_and_then_shortened() -> None:
    assert fit("Menjamin stabilitas sosial", 80, lines=2) == ["Menjamin", "stabilitas…"]
    assert fit("Rob", 80) == ["Rob"]
    assert fit("", 80) == [""]


def test_the_number_of_a_district_stands_in_its_middle() -> None:
    assert centre_of(SQUARE) == pytest.approx((110.1, -6.9))
    island = {
        "type": "MultiPolygon",
        "coordinates": [[[[0, 0], [0.1, 0], [0, 0.1], [0, 0]]], SQUARE["coordinates"]],
    }
    assert centre_of(island) == pytest.approx((110.1, -6.9))


def test_a_map_leaves_out_points_that_nobody_can_see() -> None:
    ring = [[0.0, 0.0], [0.00001, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]
    kept = thinned({"type": "Polygon", "coordinates": [ring]})["coordinates"][0][0]
    assert kept == [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]
