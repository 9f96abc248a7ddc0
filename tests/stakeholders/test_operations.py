"""Organisations, people and the forum: what the operations do and what they refuse."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from semarang_resilience.core.changes import Invalid
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.models import Activity, Cycle
from stakeholders.models import ForumMembership, Organization, Person
from stakeholders.operations.forum import add_person, join_forum, leave_forum, update_person
from stakeholders.operations.organizations import create_organization, update_organization
from tests.support.plan import AT, People, Programme

pytestmark = pytest.mark.django_db


def last_line() -> Activity:
    return Activity.objects.order_by("-pk")[0]


class TestOrganizations:
    def test_an_organisation_is_entered_in_both_languages_and_logged(self, people: People) -> None:
        organization = create_organization(
            code="bpbd",
            name="Badan Penanggulangan Bencana Daerah",
            acronym="BPBD",
            sector="government",
            description_id="Menangani bencana",
            description_en="Deals with disasters",
            by=people.sari,
            at=AT,
        )
        with translation.override("en"):
            assert organization.description == "Deals with disasters"
        line = last_line()
        assert (line.verb, line.actor, line.target_label) == ("create_organization", people.sari, "BPBD")

    def test_a_code_is_used_once(self, programme: Programme) -> None:
        programme.organization(code="bpbd")
        with pytest.raises(Invalid) as refusal:
            programme.organization(code="bpbd")
        assert list(refusal.value.fields) == ["code"]

    @pytest.mark.parametrize("code", ["baru", "anggota", "orang"])
    def test_a_code_is_never_the_address_of_another_page(self, programme: Programme, code: str) -> None:
        with pytest.raises(Refused) as refusal:
            programme.organization(code=code)
        assert refusal.value.code == "reserved_code"

    def test_what_differs_is_changed_and_named_in_the_log(self, people: People, programme: Programme) -> None:
        organization = programme.organization()
        changes = {"name": "Nama baru", "sector": "government", "description_en": "New"}
        update_organization(organization=organization, changes=changes, by=people.sari, at=AT)
        organization.refresh_from_db()
        assert (organization.name, organization.description_en) == ("Nama baru", "New")
        assert last_line().data == {"changed": ["description_en", "name"]}

    def test_a_change_that_changes_nothing_leaves_no_line(self, people: People, programme: Programme) -> None:
        organization = programme.organization()
        before = Activity.objects.count()
        update_organization(
            organization=organization, changes={"name": organization.name}, by=people.sari, at=AT
        )
        assert Activity.objects.count() == before

    def test_the_code_cannot_be_changed(self, people: People, programme: Programme) -> None:
        with pytest.raises(TypeError, match="code"):
            update_organization(
                organization=programme.organization(), changes={"code": "x"}, by=people.sari, at=AT
            )

    def test_an_organisation_is_never_part_of_itself(self, people: People, programme: Programme) -> None:
        top = programme.organization()
        middle = programme.organization(parent=top)
        bottom = programme.organization(parent=middle)
        with pytest.raises(Refused) as refusal:
            update_organization(organization=top, changes={"parent": bottom}, by=people.sari, at=AT)
        assert refusal.value.code == "circle"
        with pytest.raises(Invalid):
            update_organization(organization=top, changes={"parent": top}, by=people.sari, at=AT)
        with pytest.raises(IntegrityError), transaction.atomic():
            Organization.objects.filter(pk=top.pk).update(parent=top)

    def test_a_quoted_organisation_names_its_source(self, programme: Programme) -> None:
        with pytest.raises(Invalid):
            programme.organization(provenance="quoted")
        with pytest.raises(IntegrityError), transaction.atomic():
            Organization.objects.create(code="x", name="x", sector="media", provenance="quoted")


class TestPeople:
    def test_nobody_is_named_in_public_unasked(self, programme: Programme) -> None:
        person = programme.person()
        assert not person.agreed_to_be_named
        assert person not in Person.objects.named_in_public()

    def test_the_log_keeps_which_personal_fields_changed_but_not_their_values(
        self, people: People, programme: Programme
    ) -> None:
        person = programme.person(email="rahasia@contoh.semarang")
        update_person(
            person=person,
            changes={"email": "lain@contoh.semarang", "agreed_to_be_named": True},
            by=people.sari,
            at=AT,
        )
        assert last_line().data == {"changed": ["agreed_to_be_named", "email"]}
        for line in Activity.objects.filter(verb__in=["add_person", "update_person"]):
            assert "contoh.semarang" not in str(line.data)


class TestForum:
    def test_a_person_joins_for_the_own_organisation_only(self, programme: Programme) -> None:
        with pytest.raises(Refused) as refusal:
            programme.member(programme.person(), organization=programme.organization())
        assert refusal.value.code == "other_organization"

    def test_nobody_joins_twice(self, programme: Programme) -> None:
        person = programme.person()
        programme.member(person)
        with pytest.raises(Invalid):
            programme.member(person)
        with pytest.raises(IntegrityError), transaction.atomic():
            ForumMembership.objects.create(
                cycle=programme.cycle,
                organization=person.organization,
                person=person,
                since=date(2015, 7, 1),
            )

    def test_an_organisation_without_a_named_person_joins_once_too(self, programme: Programme) -> None:
        organization = programme.organization()
        first = ForumMembership.objects.create(
            cycle=programme.cycle, organization=organization, since=date(2015, 7, 1)
        )
        assert str(first).startswith("Organisasi")
        with pytest.raises(IntegrityError), transaction.atomic():
            ForumMembership.objects.create(
                cycle=programme.cycle, organization=organization, since=date(2015, 7, 1)
            )

    def test_a_membership_does_not_end_before_it_begins(self, people: People, programme: Programme) -> None:
        member = programme.member()
        with pytest.raises(Invalid):
            leave_forum(membership=member, until=member.since - timedelta(days=1), by=people.sari, at=AT)
        with pytest.raises(IntegrityError), transaction.atomic():
            ForumMembership.objects.filter(pk=member.pk).update(until=member.since - timedelta(days=1))

    def test_who_left_stays_in_the_history_but_is_no_active_member(
        self, people: People, programme: Programme
    ) -> None:
        member = programme.member()
        leave_forum(membership=member, until=date(2015, 12, 31), by=people.sari, at=AT)
        members = ForumMembership.objects.in_cycle(programme.cycle.pk)
        assert member in members.active(date(2015, 12, 31))
        assert member not in members.active(date(2016, 1, 1))
        assert member not in members.active(member.since - timedelta(days=1))
        with pytest.raises(Refused) as refusal:
            leave_forum(membership=member, until=date(2016, 1, 1), by=people.sari, at=AT)
        assert refusal.value.code == "ended_already"

    def test_the_composition_counts_organisations_and_people_of_one_cycle(
        self, people: People, programme: Programme
    ) -> None:
        campus = programme.organization(sector="academia")
        programme.member(programme.person(campus))
        programme.member(programme.person(campus))
        programme.member(programme.person(programme.organization(sector="media")))
        other = Cycle.objects.create(
            slug="2020", name="Siklus 2020", planned_start=date(2014, 1, 1), planned_end=date(2014, 2, 1)
        )
        programme.member(programme.person(programme.organization(sector="donor")), cycle=other)
        rows = ForumMembership.objects.in_cycle(programme.cycle.pk).composition()
        assert list(rows) == [
            {"sector": "academia", "organizations": 1, "members": 2},
            {"sector": "media", "organizations": 1, "members": 1},
        ]


@pytest.mark.parametrize("name", ["bagas", "ani", "mitra"])
def test_only_the_cro_office_works_on_register_and_forum(
    people: People, programme: Programme, name: str
) -> None:
    by = getattr(people, name)
    organization, person, member = programme.organization(), programme.person(), programme.member()
    attempts = [
        lambda: create_organization(code="x", name="x", sector="media", by=by, at=AT),
        lambda: update_organization(organization=organization, changes={"name": "x"}, by=by, at=AT),
        lambda: add_person(organization=organization, name="x", by=by, at=AT),
        lambda: update_person(person=person, changes={"name": "x"}, by=by, at=AT),
        lambda: join_forum(
            cycle=programme.cycle, organization=organization, since=date(2015, 7, 1), by=by, at=AT
        ),
        lambda: leave_forum(membership=member, until=date(2016, 1, 1), by=by, at=AT),
    ]
    before = Activity.objects.count()
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()
    assert Activity.objects.count() == before
