"""The years of the plan are reckoned from the launch: 23 May 2016 for this strategy, any day for another."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.models import Action
from actions.models.actions import same_day
from actions.operations.actions import start_action
from semarang_resilience.core.models import Cycle
from tests.support.plan import AT, LAUNCH, People, Programme

LEAP_LAUNCH = date(2016, 2, 29)


def launched(on: date | None) -> Cycle:
    return Cycle(slug="x", name="x", launched_on=on)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2016, 5, 22), None),
        (date(2016, 5, 23), 1),
        (date(2017, 5, 22), 1),
        (date(2017, 5, 23), 2),
        (date(2018, 5, 22), 2),
        (date(2018, 5, 23), 3),
    ],
)
def test_year_one_begins_on_the_day_of_the_launch(day: date, year: int | None) -> None:
    assert launched(LAUNCH).year_of(day) == year


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2016, 2, 29), 1),
        (date(2017, 2, 28), 1),
        (date(2017, 3, 1), 2),
        (date(2020, 2, 28), 4),
        (date(2020, 2, 29), 5),
    ],
)
def test_a_launch_on_a_leap_day_turns_on_the_first_of_march(day: date, year: int) -> None:
    assert launched(LEAP_LAUNCH).year_of(day) == year


def test_nothing_is_reckoned_before_the_launch_is_known() -> None:
    assert launched(None).year_of(LAUNCH) is None


DAYS = st.dates(min_value=date(1996, 1, 1), max_value=date(2060, 12, 31))


@given(launch=DAYS, day=DAYS)
def test_every_day_after_the_launch_lies_in_exactly_one_year(launch: date, day: date) -> None:
    year = launched(launch).year_of(day)
    if day < launch:
        assert year is None
    else:
        assert year is not None
        assert same_day(launch, years=year - 1) <= day < same_day(launch, years=year)


@given(launch=DAYS, years=st.integers(min_value=0, max_value=20))
def test_years_are_365_or_366_days_long(launch: date, years: int) -> None:
    length = same_day(launch, years=years + 1) - same_day(launch, years=years)
    assert length in (timedelta(days=365), timedelta(days=366))


@pytest.mark.django_db
@pytest.mark.parametrize("launch", [LAUNCH, LEAP_LAUNCH])
def test_the_filter_of_the_list_and_the_page_of_the_action_agree(
    people: People, programme: Programme, launch: date
) -> None:
    programme.cycle.launched_on = launch
    programme.cycle.save()
    turns = [same_day(launch, years=n) for n in range(4)]
    for turn in turns:
        for day in (turn - timedelta(days=1), turn, turn + timedelta(days=1)):
            programme.action(lead=None, planned_start=day, planned_end=None)
    programme.action(lead=None, planned_start=None, planned_end=None)
    actions = Action.objects.select_related("cycle")
    for year in (1, 2, 3):
        assert set(actions.in_year(programme.cycle, year)) == {a for a in actions if a.plan_year == year}
    before = {a for a in actions if a.starts_on and a.starts_on < launch}
    assert set(actions.before_launch(programme.cycle)) == before
    assert len(before) == 1
    assert not actions.in_year(programme.cycle, 0).exists()


@pytest.mark.django_db
def test_the_actual_start_counts_before_the_planned_one(people: People, programme: Programme) -> None:
    action = programme.action(planned_start=date(2018, 1, 1), planned_end=None)
    assert action.plan_year == 2
    start_action(action=action, on=date(2016, 5, 30), by=people.sari, at=AT)
    assert action.plan_year == 1
    assert list(Action.objects.in_year(programme.cycle, 1)) == [action]


@pytest.mark.django_db
def test_without_a_launch_no_action_has_a_year(programme: Programme) -> None:
    programme.cycle.launched_on = None
    programme.cycle.save()
    action = programme.action()
    assert action.plan_year is None
    assert not Action.objects.in_year(programme.cycle, 1).exists()
    assert not Action.objects.before_launch(programme.cycle).exists()
