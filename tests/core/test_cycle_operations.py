"""Opening a cycle, planning and dating its stages, launching the strategy."""

from collections.abc import Callable
from datetime import date

import pytest
from django.utils import timezone

from semarang_resilience.accounts.models import Role, User
from semarang_resilience.core.changes import Invalid
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.models import Activity, Cycle
from semarang_resilience.core.operations import add_phase, date_phase, launch_cycle, open_cycle

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def lead() -> User:
    return User.objects.create_user("lead@example.org", name="Lead", roles=[Role.CRO_LEAD])


@pytest.fixture
def cycle(lead: User) -> Cycle:
    return open_a_cycle(lead)


def open_a_cycle(by: User, **changes: object) -> Cycle:
    facts = {
        "slug": "2015-2016",
        "planned_start": date(2015, 5, 1),
        "planned_end": date(2016, 1, 31),
        "name_id": "Siklus 2015–2016",
        "name_en": "Cycle 2015–2016",
    }
    return open_cycle(**(facts | changes), by=by, at=NOW)


class TestOpening:
    def test_a_cycle_opens_with_its_plan_in_both_languages(self, cycle: Cycle) -> None:
        cycle.refresh_from_db()
        assert (cycle.name_ind, cycle.name_en) == ("Siklus 2015–2016", "Cycle 2015–2016")
        assert cycle.actual_start is None
        assert cycle.launched_on is None

    def test_a_code_is_used_once(self, cycle: Cycle, lead: User) -> None:
        with pytest.raises(Invalid) as refusal:
            open_a_cycle(lead)
        assert "slug" in refusal.value.fields

    def test_the_plan_cannot_end_before_it_starts(self, lead: User) -> None:
        with pytest.raises(Invalid):
            open_a_cycle(lead, planned_end=date(2015, 4, 30))
        assert not Cycle.objects.exists()

    def test_the_newest_plan_is_the_current_cycle(self, cycle: Cycle, lead: User) -> None:
        second = open_a_cycle(
            lead, slug="2026", planned_start=date(2026, 1, 5), planned_end=date(2026, 12, 18)
        )
        assert Cycle.objects.current() == second


class TestPhases:
    def test_plan_and_reality_stand_side_by_side(self, cycle: Cycle, lead: User) -> None:
        phase = add_phase(
            cycle=cycle, position=1, planned_start=date(2015, 5, 1), name_id="Tahap 1", by=lead, at=NOW
        )
        date_phase(phase=phase, started=date(2015, 6, 1), ended=date(2015, 11, 6), by=lead, at=NOW)
        phase.refresh_from_db()
        assert (phase.planned_start, phase.planned_end) == (date(2015, 5, 1), None)
        assert (phase.actual_start, phase.actual_end) == (date(2015, 6, 1), date(2015, 11, 6))

    def test_the_earliest_stage_dates_the_start_of_the_cycle(self, cycle: Cycle, lead: User) -> None:
        first, second = (
            add_phase(cycle=cycle, position=n, name_id=f"Tahap {n}", by=lead, at=NOW) for n in (1, 2)
        )
        date_phase(phase=second, started=date(2015, 11, 6), by=lead, at=NOW)
        date_phase(phase=first, started=date(2015, 5, 1), by=lead, at=NOW)
        cycle.refresh_from_db()
        assert cycle.actual_start == date(2015, 5, 1)

    def test_a_stage_cannot_end_before_it_began(self, cycle: Cycle, lead: User) -> None:
        phase = add_phase(cycle=cycle, position=1, name_id="Tahap 1", by=lead, at=NOW)
        with pytest.raises(Invalid):
            date_phase(phase=phase, started=date(2015, 11, 6), ended=date(2015, 11, 5), by=lead, at=NOW)

    def test_a_position_is_used_once(self, cycle: Cycle, lead: User) -> None:
        add_phase(cycle=cycle, position=1, name_id="Tahap 1", by=lead, at=NOW)
        with pytest.raises(Invalid):
            add_phase(cycle=cycle, position=1, name_id="Tahap 1 lagi", by=lead, at=NOW)


class TestLaunch:
    def test_years_of_the_plan_are_counted_from_the_launch(self, cycle: Cycle, lead: User) -> None:
        assert cycle.year_of(date(2016, 5, 24)) is None
        launch_cycle(cycle=cycle, on=date(2016, 5, 23), by=lead, at=NOW)
        assert cycle.year_of(date(2016, 5, 22)) is None
        assert [cycle.year_of(date(2017, 5, day)) for day in (22, 23)] == [1, 2]

    def test_a_launch_is_not_moved_because_years_hang_on_it(self, cycle: Cycle, lead: User) -> None:
        launch_cycle(cycle=cycle, on=date(2016, 5, 23), by=lead, at=NOW)
        with pytest.raises(Refused) as refusal:
            launch_cycle(cycle=cycle, on=date(2016, 6, 1), by=lead, at=NOW)
        assert refusal.value.code == "already_launched"
        cycle.refresh_from_db()
        assert cycle.launched_on == date(2016, 5, 23)

    def test_a_launch_cannot_lie_before_the_start(self, cycle: Cycle, lead: User) -> None:
        phase = add_phase(cycle=cycle, position=1, name_id="Tahap 1", by=lead, at=NOW)
        date_phase(phase=phase, started=date(2015, 5, 1), by=lead, at=NOW)
        with pytest.raises(Invalid):
            launch_cycle(cycle=cycle, on=date(2015, 4, 1), by=lead, at=NOW)


class TestRights:
    @pytest.mark.parametrize(
        "role", [Role.CRO_STAFF, Role.LEADERSHIP, Role.PARTNER_CONTACT, Role.FORUM_MEMBER]
    )
    def test_others_than_lead_and_administrator_are_refused(
        self, cycle: Cycle, lead: User, role: Role
    ) -> None:
        other = User.objects.create_user("other@example.org", name="Other", roles=[role])
        phase = add_phase(cycle=cycle, position=1, name_id="Tahap 1", by=lead, at=NOW)
        tries: list[Callable[[], object]] = [
            lambda: open_a_cycle(other, slug="2026"),
            lambda: add_phase(cycle=cycle, position=2, name_id="Tahap 2", by=other, at=NOW),
            lambda: date_phase(phase=phase, started=date(2015, 5, 1), by=other, at=NOW),
            lambda: launch_cycle(cycle=cycle, on=date(2016, 5, 23), by=other, at=NOW),
        ]
        for attempt in tries:
            with pytest.raises(NotAllowed):
                attempt()

    def test_each_step_is_one_line_in_the_activity_log(self, cycle: Cycle, lead: User) -> None:
        phase = add_phase(cycle=cycle, position=1, name_id="Tahap 1", by=lead, at=NOW)
        date_phase(phase=phase, started=date(2015, 5, 1), by=lead, at=NOW)
        launch_cycle(cycle=cycle, on=date(2016, 5, 23), by=lead, at=NOW)
        verbs = list(Activity.objects.order_by("pk").values_list("verb", flat=True))
        assert verbs == ["open_cycle", "add_phase", "date_phase", "launch_cycle"]
