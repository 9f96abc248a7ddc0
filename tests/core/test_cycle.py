"""The cycle: years reckoned from the launch, dates in order, sources named."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from semarang_resilience.core.models import Cycle, Phase

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2040, 12, 31))


def cycle(**fields: object) -> Cycle:
    return Cycle(
        **{"slug": "s", "name": "Siklus", "planned_start": date(2015, 5, 1), "planned_end": date(2016, 1, 31)}
        | fields
    )


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2016, 5, 22), None),
        (date(2016, 5, 23), 1),
        (date(2017, 5, 22), 1),
        (date(2017, 5, 23), 2),
        (date(2018, 5, 23), 3),
    ],
)
def test_year_one_begins_on_the_launch_date(day: date, year: int | None) -> None:
    assert cycle(launched_on=date(2016, 5, 23)).year_of(day) == year


def test_nothing_is_reckoned_before_the_launch_is_known() -> None:
    assert cycle().year_of(date(2016, 6, 1)) is None


@given(launch=DAYS, gap=st.integers(min_value=0, max_value=4000))
def test_years_never_go_backwards_and_last_at_most_a_leap_year(launch: date, gap: int) -> None:
    run = cycle(launched_on=launch)
    day = launch + timedelta(days=gap)
    year, later = run.year_of(day), run.year_of(day + timedelta(days=366))
    assert year is not None
    assert later is not None
    assert later - year in {1, 2}
    assert year == run.year_of(launch + timedelta(days=gap - 1)) or gap == 0 or day >= launch


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("cycle_planned_dates_in_order", {"planned_end": date(2015, 4, 30)}),
        ("cycle_launch_after_start", {"actual_start": date(2016, 6, 1), "launched_on": date(2016, 5, 23)}),
        ("core_cycle_quoted_has_source", {"provenance": "quoted"}),
    ],
)
def test_the_database_refuses_a_cycle_that_makes_no_sense(name: str, fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match=name):
        cycle(**fields).save()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "fields"),
    [
        (
            "phase_planned_dates_in_order",
            {"planned_start": date(2016, 1, 1), "planned_end": date(2015, 1, 1)},
        ),
        ("phase_actual_dates_in_order", {"actual_start": date(2016, 1, 1), "actual_end": date(2015, 1, 1)}),
    ],
)
def test_the_database_refuses_a_phase_that_ends_before_it_begins(
    name: str, fields: dict[str, object]
) -> None:
    run = cycle()
    run.save()
    with pytest.raises(IntegrityError, match=name):
        Phase.objects.create(cycle=run, position=1, name="Tahap 1", **fields)
