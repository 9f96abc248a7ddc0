"""Actions: planned, started, finished, published; what is impossible is refused."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from actions.models import Action, ActionStatus, Partnership, partners_of
from actions.operations.actions import (
    add_partner,
    correct_dates,
    finish_action,
    plan_action,
    publish_action,
    remove_partner,
    start_action,
    update_action,
)
from semarang_resilience.core.changes import Invalid
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.models import Activity
from stakeholders.models import Organization
from tests.support.plan import AT, People, Programme

pytestmark = pytest.mark.django_db

TODAY = AT.date()


def last_line() -> Activity:
    return Activity.objects.order_by("-pk")[0]


class TestPlanning:
    def test_the_next_code_follows_the_highest_one(self, programme: Programme) -> None:
        assert programme.action().code == "RTL-01"
        programme.action(code="RTL-27")
        programme.action(code="AC3P-3")
        assert programme.action().code == "RTL-28"
        assert programme.action(code="RTL-100").code == "RTL-100"
        assert programme.action().code == "RTL-101"

    def test_a_code_is_used_once_in_a_cycle(self, people: People, programme: Programme) -> None:
        action = programme.action()
        with pytest.raises(Invalid):
            programme.action(code=action.code)
        with pytest.raises(IntegrityError), transaction.atomic():
            Action.objects.create(cycle=programme.cycle, code=action.code, name="x")
        with pytest.raises(IntegrityError), transaction.atomic():
            Action.objects.filter(pk=action.pk).update(code="")
        other = Programme(people, slug="2020")
        assert other.action(lead=None).code == action.code

    def test_planned_dates_are_in_order(self, programme: Programme) -> None:
        backwards = {"planned_start": date(2016, 7, 2), "planned_end": date(2016, 7, 1)}
        with translation.override("en"), pytest.raises(Invalid) as refusal:
            programme.action(**backwards)
        assert str(refusal.value) == "The planned end must not lie before the planned start."
        action = programme.action()
        with pytest.raises(IntegrityError), transaction.atomic():
            Action.objects.filter(pk=action.pk).update(**backwards)

    def test_an_action_carries_an_initiative_of_its_own_cycle(
        self, people: People, programme: Programme
    ) -> None:
        foreign = Programme(people, slug="2020").draft()
        with pytest.raises(Refused) as refusal:
            programme.action(initiative=foreign)
        assert refusal.value.code == "other_cycle"
        with pytest.raises(Refused):
            update_action(action=programme.action(), changes={"initiative": foreign}, by=people.sari, at=AT)

    def test_changes_of_the_plan_are_logged_by_name(self, people: People, programme: Programme) -> None:
        action = programme.action()
        update_action(
            action=action,
            changes={"name_en": "Rain tanks", "planned_end": None, "lead": action.lead},
            by=people.sari,
            at=AT,
        )
        assert last_line().data == {"changed": ["name_en", "planned_end"]}
        with pytest.raises(TypeError, match="actual_start"):
            update_action(action=action, changes={"actual_start": TODAY}, by=people.sari, at=AT)


class TestProgress:
    def test_the_status_follows_the_actual_dates(self, people: People, programme: Programme) -> None:
        action = programme.action()
        assert action.status == ActionStatus.PLANNED
        start_action(action=action, on=date(2016, 5, 25), by=people.sari, at=AT)
        assert action.status == ActionStatus.ONGOING
        finish_action(action=action, on=date(2016, 5, 31), by=people.sari, at=AT)
        assert action.status_choice is ActionStatus.DONE
        assert Action.objects.get().status == ActionStatus.DONE

    def test_nobody_can_type_a_status(self, programme: Programme) -> None:
        action = programme.action()
        action.status = ActionStatus.DONE
        action.save()
        assert Action.objects.get().status == ActionStatus.PLANNED

    @pytest.mark.parametrize("days", [1, 400])
    def test_what_has_happened_does_not_lie_in_the_future(
        self, people: People, programme: Programme, days: int
    ) -> None:
        action = programme.action()
        with pytest.raises(Refused) as refusal:
            start_action(action=action, on=TODAY + timedelta(days=days), by=people.sari, at=AT)
        assert refusal.value.code == "in_the_future"

    def test_today_is_the_day_in_the_city(self, people: People, programme: Programme) -> None:
        late_evening_in_utc = AT.replace(hour=18)  # 01.00 of the next day in Semarang
        action = programme.action()
        start_action(action=action, on=TODAY + timedelta(days=1), by=people.sari, at=late_evening_in_utc)
        assert action.status == ActionStatus.ONGOING

    def test_an_action_starts_once(self, people: People, programme: Programme) -> None:
        action = programme.action()
        start_action(action=action, on=TODAY, by=people.sari, at=AT)
        with pytest.raises(Refused) as refusal:
            start_action(action=action, on=TODAY, by=people.sari, at=AT)
        assert refusal.value.code == "started_already"

    def test_an_end_needs_a_beginning_before_it(self, people: People, programme: Programme) -> None:
        action = programme.action()
        with pytest.raises(Refused) as refusal:
            finish_action(action=action, on=TODAY, by=people.sari, at=AT)
        assert refusal.value.code == "not_started"
        start_action(action=action, on=TODAY, by=people.sari, at=AT)
        with pytest.raises(Refused) as refusal:
            finish_action(action=action, on=TODAY - timedelta(days=1), by=people.sari, at=AT)
        assert refusal.value.code == "ends_before_start"
        finish_action(action=action, on=TODAY, by=people.sari, at=AT)
        with pytest.raises(Refused) as refusal:
            finish_action(action=action, on=TODAY, by=people.sari, at=AT)
        assert refusal.value.code == "finished_already"

    def test_the_database_agrees_with_the_order_of_actual_dates(self, programme: Programme) -> None:
        rows = Action.objects.filter(pk=programme.action().pk)
        for broken in (
            {"actual_end": TODAY},
            {"actual_start": TODAY, "actual_end": TODAY - timedelta(days=1)},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(**broken)

    def test_a_wrong_date_is_corrected_with_a_reason_and_stays_in_the_log(
        self, people: People, programme: Programme
    ) -> None:
        action = programme.action()
        start_action(action=action, on=TODAY, by=people.sari, at=AT)
        with pytest.raises(Refused) as refusal:
            correct_dates(
                action=action, actual_start=None, actual_end=None, reason=" ", by=people.sari, at=AT
            )
        assert refusal.value.code == "no_reason"
        correct_dates(
            action=action, actual_start=None, actual_end=None, reason="Salah baris", by=people.sari, at=AT
        )
        assert action.status == ActionStatus.PLANNED
        assert last_line().data["before"] == [TODAY.isoformat(), None]
        assert last_line().data["reason"] == "Salah baris"

    @pytest.mark.parametrize(
        ("start", "end", "code"),
        [
            (None, 0, "ends_before_start"),
            (0, -1, "ends_before_start"),
            (1, None, "in_the_future"),
            (0, 1, "in_the_future"),
        ],
    )
    def test_a_correction_cannot_make_impossible_dates(
        self, people: People, programme: Programme, start: int | None, end: int | None, code: str
    ) -> None:
        days = [None if n is None else TODAY + timedelta(days=n) for n in (start, end)]
        with pytest.raises(Refused) as refusal:
            correct_dates(
                action=programme.action(),
                actual_start=days[0],
                actual_end=days[1],
                reason="Koreksi",
                by=people.sari,
                at=AT,
            )
        assert refusal.value.code == code

    def test_late_is_computed(self, people: People, programme: Programme) -> None:
        action = programme.action(planned_end=date(2016, 8, 1))
        day_after = date(2016, 8, 2)
        assert not action.is_late(date(2016, 8, 1))
        assert action.is_late(day_after)
        assert list(Action.objects.overdue(day_after)) == [action]
        start_action(action=action, on=TODAY, by=people.sari, at=AT)
        finish_action(action=action, on=TODAY, by=people.sari, at=AT)
        assert not action.is_late(day_after)
        assert not Action.objects.overdue(day_after).exists()
        assert not programme.action(planned_end=None).is_late(day_after)


class TestPartners:
    def test_partners_are_counted_and_never_typed(self, people: People, programme: Programme) -> None:
        first, second = programme.action(), programme.action()
        one, two = programme.organization(), programme.organization()
        for action, organization in ((first, one), (second, one), (second, two)):
            add_partner(action=action, organization=organization, role="technical", by=people.sari, at=AT)
        assert set(partners_of(programme.cycle.pk, published_only=False)) == {one, two}
        assert not partners_of(programme.cycle.pk).exists()
        publish_action(action=first, by=people.lestari, at=AT)
        assert list(partners_of(programme.cycle.pk)) == [one]
        partnership = Partnership.objects.get(action=first)
        remove_partner(partnership=partnership, by=people.sari, at=AT)
        assert last_line().data == {"organization": one.code, "role": "technical"}
        assert not partners_of(programme.cycle.pk).exists()

    def test_an_organisation_takes_part_once(self, people: People, programme: Programme) -> None:
        action, organization = programme.action(), programme.organization()
        add_partner(action=action, organization=organization, commitment_id="Dana", by=people.sari, at=AT)
        with pytest.raises(Invalid):
            add_partner(action=action, organization=organization, role="funder", by=people.sari, at=AT)
        with pytest.raises(IntegrityError), transaction.atomic():
            Partnership.objects.create(action=action, organization=organization)

    def test_actions_of_an_organisation_are_those_it_leads_or_joins(
        self, people: People, programme: Programme
    ) -> None:
        organization = programme.organization()
        led, joined = programme.action(lead=organization), programme.action()
        programme.action()
        for action in (led, joined):
            add_partner(action=action, organization=organization, by=people.sari, at=AT)
            add_partner(action=action, organization=programme.organization(), by=people.sari, at=AT)
        rows = Action.objects.with_organization(Organization.objects.filter(pk=organization.pk)).for_list()
        assert {row.code: row.partner_count for row in rows} == {led.code: 2, joined.code: 2}


class TestPublication:
    def test_a_complete_action_is_published_once(self, people: People, programme: Programme) -> None:
        action = programme.action()
        publish_action(action=action, by=people.lestari, at=AT)
        assert Action.objects.published().get() == action
        with pytest.raises(Refused) as refusal:
            publish_action(action=action, by=people.lestari, at=AT)
        assert refusal.value.code == "published_already"

    def test_every_gap_stops_publication(self, people: People, programme: Programme) -> None:
        action = programme.action(name_en="", lead=None, planned_start=None, planned_end=None)
        codes = {gap.code for gap in action.publication_gaps()}
        assert codes == {"no_name_en", "no_lead", "no_start"}
        with pytest.raises(Refused) as refusal:
            publish_action(action=action, by=people.lestari, at=AT)
        assert refusal.value.code in codes

    def test_a_quoted_action_is_published_as_its_source_gives_it(
        self, people: People, programme: Programme
    ) -> None:
        action = programme.action(
            name_en="", lead=None, planned_start=None, planned_end=None, provenance="quoted", source="RISPAM"
        )
        assert len(action.open_points()) == 3
        publish_action(action=action, by=people.lestari, at=AT)
        assert action.is_published


@pytest.mark.parametrize(
    ("name", "may_edit", "may_publish"),
    [
        ("sari", True, False),
        ("lestari", True, True),
        ("bagas", False, False),
        ("ani", False, False),
        ("mitra", False, False),
    ],
)
def test_who_may_work_on_the_plan(
    people: People, programme: Programme, name: str, may_edit: bool, may_publish: bool
) -> None:
    by, action = getattr(people, name), programme.action()
    assert by.has_perm("actions.edit_actions", action) is may_edit
    assert by.has_perm("actions.publish_action", action) is may_publish
    if not may_publish:
        with pytest.raises(NotAllowed):
            publish_action(action=action, by=by, at=AT)
    if may_edit:
        return
    partnership = add_partner(action=action, organization=programme.organization(), by=people.sari, at=AT)
    dates = {"actual_start": None, "actual_end": None}
    for attempt in (
        lambda: plan_action(cycle=programme.cycle, name="x", by=by, at=AT),
        lambda: update_action(action=action, changes={"name_en": "x"}, by=by, at=AT),
        lambda: start_action(action=action, on=TODAY, by=by, at=AT),
        lambda: finish_action(action=action, on=TODAY, by=by, at=AT),
        lambda: correct_dates(action=action, **dates, reason="x", by=by, at=AT),
        lambda: add_partner(action=action, organization=programme.organization(), by=by, at=AT),
        lambda: remove_partner(partnership=partnership, by=by, at=AT),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_strangers_see_published_actions_only(people: People, programme: Programme) -> None:
    shown, hidden = programme.action(), programme.action()
    publish_action(action=shown, by=people.lestari, at=AT)
    assert list(Action.objects.visible_to(people.mitra)) == [shown]
    assert set(Action.objects.visible_to(people.bagas)) == {shown, hidden}
