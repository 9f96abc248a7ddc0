"""Results: means, balance between sectors, hidden groups, and a constant number of queries."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from assessment.models import SurveyVersion, Tally
from assessment.operations import surveys
from assessment.results import ChoiceResult, DriverResult, HazardResult, survey_results

pytestmark = pytest.mark.django_db


def fill(version: SurveyVersion, budi: Any, rows: list[tuple[str, int, dict[str, Any]]]) -> None:
    """`rows`: (sector, how many sheets, answers); counted at once."""
    from .conftest import AT

    sheets = [
        {"sector": sector, "district": "33.74.01", "answers": answers}
        for sector, count, answers in rows
        for _ in range(count)
    ]
    surveys.load_responses(version=version, rows=sheets, by=budi, at=AT)
    surveys.fold_all_responses()


def close(version: SurveyVersion, budi: Any) -> None:
    """Close the survey: from then on groups may be shown."""
    from .conftest import AT

    surveys.close_survey(survey=version.survey, by=budi, at=AT)


def test_means_leave_out_blanks_and_those_who_cannot_judge(version: SurveyVersion, budi: Any) -> None:
    fill(
        version,
        budi,
        [
            ("community", 6, {"driver-01": 1}),
            ("community", 2, {"driver-01": 3}),
            ("community", 3, {"driver-01": 0}),
            ("community", 4, {"driver-02": 3}),
        ],
    )
    results = survey_results(version)
    driver = results.find("driver-01")
    assert isinstance(driver, DriverResult)
    rating = driver.rating
    assert (rating.n, rating.cannot_judge, rating.blank) == (8, 3, 4)
    assert rating.counts == (6, 0, 2)
    assert rating.mean == pytest.approx(1.5)
    assert driver.net == pytest.approx((2 - 6) / 8)
    assert driver.level == 1


def test_the_balanced_mean_gives_each_shown_sector_one_voice(version: SurveyVersion, budi: Any) -> None:
    fill(
        version,
        budi,
        [
            ("government", 30, {"driver-01": 3}),
            ("community", 5, {"driver-01": 1}),
            ("media", 5, {"driver-01": 2}),
        ],
    )
    close(version, budi)
    rating = survey_results(version).drivers[0].rating
    assert rating.mean == pytest.approx((30 * 3 + 5 + 10) / 40)
    assert rating.balanced_mean == pytest.approx((3 + 1 + 2) / 3)


def test_a_small_sector_is_hidden_and_with_it_the_next_so_that_nobody_can_subtract(
    version: SurveyVersion, budi: Any
) -> None:
    fill(
        version,
        budi,
        [
            ("government", 30, {"driver-01": 3}),
            ("community", 6, {"driver-01": 1}),
            ("media", 2, {"driver-01": 2}),
        ],
    )
    close(version, budi)
    results = survey_results(version)
    rating = results.drivers[0].rating
    shown = {group.code: (group.n, group.mean) for group in rating.by_sector}
    assert shown["government"] == (30, 3.0)
    assert shown["media"] == (None, None)
    assert shown["community"] == (None, None)
    assert shown["donor"] == (0, None)
    assert rating.balanced_mean == 3.0, "the balanced mean must not give the hidden groups away"
    assert {group.code: group.n for group in results.sectors}["media"] is None


def test_with_fewer_answers_than_the_threshold_nothing_is_shown(version: SurveyVersion, budi: Any) -> None:
    fill(version, budi, [("community", 4, {"driver-01": 1, "priority-dimension": 1, "hazard-rob": (1, 2)})])
    results = survey_results(version)
    assert not results.is_enough
    rating = results.drivers[0].rating
    assert (rating.n, rating.counts, rating.mean, rating.balanced_mean) == (None, (), None, None)
    assert all(group.mean is None for group in rating.by_sector)
    choice = results.find("priority-dimension")
    assert isinstance(choice, ChoiceResult)
    assert (choice.n, choice.options) == (None, ())
    assert results.rated_drivers == []


def test_hazards_have_a_now_and_a_future(version: SurveyVersion, budi: Any) -> None:
    fill(
        version, budi, [("community", 5, {"hazard-rob": (2, 5)}), ("community", 5, {"hazard-rob": (4, None)})]
    )
    hazard = survey_results(version).find("hazard-rob")
    assert isinstance(hazard, HazardResult)
    assert (hazard.now.n, hazard.now.mean) == (10, 3.0)
    assert (hazard.future.n, hazard.future.mean, hazard.future.blank) == (5, 5.0, 5)
    assert hazard.change == 2.0


def test_choices_say_how_often_each_option_was_chosen(version: SurveyVersion, budi: Any) -> None:
    fill(
        version,
        budi,
        [
            ("community", 6, {"helpful-measures": [1, 2], "priority-dimension": 1}),
            ("community", 4, {"helpful-measures": [2], "priority-dimension": 2}),
            ("community", 2, {"driver-01": 1}),
        ],
    )
    results = survey_results(version)
    multiple, single = results.find("helpful-measures"), results.find("priority-dimension")
    assert isinstance(multiple, ChoiceResult)
    assert isinstance(single, ChoiceResult)
    assert (multiple.n, multiple.blank) == (10, 2)
    assert [(option.count, option.share) for option in multiple.options[:3]] == [
        (6, 0.6),
        (10, 1.0),
        (0, 0.0),
    ]
    assert [(option.count, option.share) for option in single.options] == [(6, 0.6), (4, 0.4)]


def test_results_are_in_the_reader_s_language(version: SurveyVersion, budi: Any) -> None:
    fill(version, budi, [("community", 5, {"driver-01": 1})])
    with translation.override("en"):
        assert survey_results(version).drivers[0].name == "Driver 1"
    with translation.override("id"):
        assert survey_results(version).drivers[0].name == "Penggerak 1"


def test_answers_that_wait_to_be_counted_are_announced(version: SurveyVersion, answer: Any) -> None:
    answer()
    results = survey_results(version)
    assert (results.n, results.pending) == (0, 1)


@pytest.mark.parametrize("sheets", [1, 50])
def test_results_take_three_queries_whatever_the_number_of_answers(
    version: SurveyVersion, budi: Any, sheets: int
) -> None:
    rows = [
        (sector, sheets, {"driver-01": 2, "hazard-rob": (1, 2)}) for sector in ("community", "media", "donor")
    ]
    fill(version, budi, rows)
    assert version.survey  # loaded by the view, together with the version
    with CaptureQueriesContext(connection) as queries:
        survey_results(version)
    assert len(queries) == 3  # versions, tallies, answers that wait


def test_results_read_no_answer(version: SurveyVersion, budi: Any) -> None:
    fill(version, budi, [("community", 6, {"driver-01": 2})])
    Tally.objects.filter(slot=0).update(counts=[0, 0, 0, 9])
    assert survey_results(version).drivers[0].rating.counts == (0, 0, 9)


def test_while_the_survey_is_open_no_group_is_shown(version: SurveyVersion, budi: Any) -> None:
    """Two looks at an open survey would tell what a newcomer of a sector answered."""
    rows = [
        {"sector": sector, "district": "33.74.01", "answers": {"driver-01": 2}}
        for sector in ("community", "media")
        for _ in range(10)
    ]
    from .conftest import AT

    surveys.load_responses(version=version, rows=rows, by=budi, at=AT)
    surveys.fold_all_responses()
    results = survey_results(version)
    rating = results.drivers[0].rating
    assert (results.n, rating.n, rating.mean) == (20, 20, 2.0)
    assert {group.n for group in (*results.sectors, *results.districts, *rating.by_sector)} == {None}
    assert rating.balanced_mean is None
