"""Merging duplicates: every link moves, what meets becomes one, nothing is lost, old addresses lead on."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.models import Partnership
from actions.operations.actions import add_partner
from assessment.models import Asset, Invitation, Programme
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.models import Activity
from stakeholders.merging import plan_links, uniqueness_of
from stakeholders.models import (
    Agreement,
    Attendance,
    Consent,
    ConsentText,
    DistinctOrganizations,
    Engagement,
    ForumMembership,
    Organization,
    Person,
)
from stakeholders.operations.forum import join_forum
from stakeholders.operations.merging import (
    keep_apart,
    merge_organizations,
    merge_people,
    settle_merges,
)
from stakeholders.operations.organizations import update_organization
from stakeholders.references import links_to, references_to
from strategy.models import WorkingGroupMember
from strategy.operations.groups import add_member
from tests.support.plan import AT, People
from tests.support.plan import Programme as City

pytestmark = pytest.mark.django_db
DAY = date(2015, 7, 1)


def merge(city: City, winner: Any, loser: Any, *take: str) -> None:
    operation = merge_organizations if isinstance(winner, Organization) else merge_people
    operation(winner=winner, loser=loser, take=take, by=city.people.sari, at=AT)
    winner.refresh_from_db()
    loser.refresh_from_db()


def engagement(city: City, code: str = "fgd-1") -> Engagement:
    return Engagement.objects.create(cycle=city.cycle, code=code, kind="fgd", title=code, held_on=DAY)


def foreign_keys_in_the_database(table: str) -> set[tuple[str, str]]:
    """(table, column) of everything that points at `table`, as PostgreSQL itself knows it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select source.relname, key.attname
            from pg_constraint as rule
            join pg_class as source on source.oid = rule.conrelid
            join pg_class as target on target.oid = rule.confrelid
            join pg_attribute as key on key.attrelid = source.oid and key.attnum = any (rule.conkey)
            where rule.contype = 'f' and target.relname = %s
            """,
            [table],
        )
        return set(cursor.fetchall())


def rows_that_point_at(row: models.Model) -> dict[str, int]:
    """What the database still holds against a row, whatever Django thinks; pairs and shadows left out."""
    found = {}
    for table, column in foreign_keys_in_the_database(row._meta.db_table):
        if column == "merged_into_id" or "distinct" in table:
            continue
        with connection.cursor() as cursor:
            cursor.execute(f'select count(*) from "{table}" where "{column}" = %s', [row.pk])  # noqa: S608
            if count := cursor.fetchone()[0]:
                found[f"{table}.{column}"] = count
    return found


class TestNothingIsForgotten:
    @pytest.mark.parametrize("model", [Organization, Person, ForumMembership, Attendance])
    def test_every_foreign_key_of_the_database_is_known(self, model: type[models.Model]) -> None:
        known = {(each.model._meta.db_table, each.field.column) for each in references_to(model)}
        assert known == foreign_keys_in_the_database(model._meta.db_table)

    @pytest.mark.parametrize("model", [Organization, Person])
    def test_every_rule_of_uniqueness_is_understood(self, model: type[models.Model]) -> None:
        """A new model with a rule that merging cannot read fails here, not in the office."""
        for reference in links_to(model):
            uniqueness_of(reference)
            for inner in references_to(reference.model):
                uniqueness_of(inner)

    def test_no_model_keeps_codes_of_organisations_or_people_without_a_foreign_key(self) -> None:
        """Such a link would be invisible here; the few lists of codes that exist are about something else."""
        lists = {
            f"{model._meta.label}.{field.name}"
            for model in apps.get_models()
            for field in model._meta.concrete_fields
            if isinstance(field, ArrayField) and ("organi" in field.name or "person" in field.name)
        }
        assert lists == set()


class TestOrganizations:
    def test_every_link_of_every_app_moves(self, programme: City) -> None:
        winner, loser = programme.organization(), programme.organization(name="Kembaran")
        person = programme.person(loser)
        membership = programme.member(person)
        action = programme.action(lead=loser)
        partner = programme.action()
        add_partner(action=partner, organization=loser, by=programme.people.sari, at=AT)
        draft = programme.draft(lead=loser)
        child = programme.organization(parent=loser)
        asset = Asset.objects.create(cycle=programme.cycle, code="a-1", name="A", kind="water", owner=loser)
        owned = Programme.objects.create(cycle=programme.cycle, code="p-1", name="P", owner=loser)
        agreement = Agreement.objects.create(
            organization=loser, title="MoU", signed_on=DAY, starts_on=DAY, ends_on=DAY
        )
        attendance = Attendance.objects.create(engagement=engagement(programme), organization=loser)
        pointing = rows_that_point_at(loser)
        assert len(pointing) == len(links_to(Organization)), "a model of this test is missing"

        merge(programme, winner, loser)

        assert rows_that_point_at(loser) == {}
        assert rows_that_point_at(winner) | {"actions_action.lead_id": 1} == pointing | {
            "actions_action.lead_id": 1
        }
        for row, name in (
            (person, "organization"),
            (membership, "organization"),
            (action, "lead"),
            (draft, "lead"),
            (child, "parent"),
            (asset, "owner"),
            (owned, "owner"),
            (agreement, "organization"),
            (attendance, "organization"),
        ):
            row.refresh_from_db()
            assert getattr(row, name) == winner, row
        line = Activity.objects.order_by("-pk")[0]
        assert (line.verb, line.data["loser"]) == ("merge_organizations", "Kembaran")
        assert sum(line.data["moved"].values()) == sum(pointing.values())

    def test_the_loser_leads_to_the_winner_and_its_names_stay_known(self, programme: City) -> None:
        winner = programme.organization(code="dlh", name="Dinas Lingkungan Hidup", acronym="DLH")
        loser = programme.organization(
            code="blh", name="Badan Lingkungan Hidup", acronym="BLH", former_names=["Bapedalda"]
        )
        merge(programme, winner, loser)
        assert (loser.merged_into, loser.is_published) == (winner, False)
        assert winner.former_names == ["Badan Lingkungan Hidup", "BLH", "Bapedalda"]
        assert Organization.objects.by_code("blh") == winner
        assert list(Organization.objects.registered()) == [winner]
        for word in ("bapedalda", "badan", "dlh"):
            assert list(Organization.objects.registered().with_words(word)) == [winner]

    def test_the_chosen_values_are_taken_and_gaps_are_filled(self, programme: City) -> None:
        winner = programme.organization(name="Lama", description_id="Ada", website="")
        loser = programme.organization(
            name="Baru",
            sector="media",
            description_id="Lain",
            website="https://baru.example",
            level="national",
        )
        merge(programme, winner, loser, "name", "level")
        assert (winner.name, winner.level, winner.sector) == ("Baru", "national", "government")
        assert (winner.description_ind, winner.website) == ("Ada", "https://baru.example")
        assert winner.former_names == ["Lama"]

    def test_two_memberships_of_one_forum_become_one_with_all_that_hangs_on_them(
        self, programme: City
    ) -> None:
        winner, loser = programme.organization(), programme.organization()
        group, other_group = programme.group(), programme.group()
        who = {"by": programme.people.sari, "at": AT}
        kept = join_forum(
            cycle=programme.cycle, organization=winner, since=DAY, until=DAY, expertise=["1"], **who
        )
        gone = join_forum(
            cycle=programme.cycle,
            organization=loser,
            since=DAY - timedelta(days=9),
            expertise=["9", "1"],
            role="chair",
            **who,
        )
        add_member(group=group, membership=kept, **who)
        add_member(group=group, membership=gone, **who)
        add_member(group=other_group, membership=gone, **who)
        plan = plan_links(winner, loser)
        assert [type(each.drop) for each in plan.all_meetings()] == [ForumMembership, WorkingGroupMember]
        merge(programme, winner, loser)
        kept.refresh_from_db()
        assert (kept.since, kept.until, kept.role) == (DAY - timedelta(days=9), None, "chair")
        assert kept.expertise == ["1", "9"]
        assert list(ForumMembership.objects.all()) == [kept]
        groups = WorkingGroupMember.objects.order_by("group").values_list("group", "membership")
        assert list(groups) == [(group.pk, kept.pk), (other_group.pk, kept.pk)]

    def test_who_came_under_either_name_came(self, programme: City) -> None:
        winner, loser, meeting = programme.organization(), programme.organization(), engagement(programme)
        for organization, state in ((winner, "absent"), (loser, "attended")):
            Attendance.objects.create(engagement=meeting, organization=organization, state=state)
        merge(programme, winner, loser)
        assert [(each.organization, each.state) for each in Attendance.objects.all()] == [
            (winner, "attended")
        ]

    def test_two_parts_in_one_action_become_one_and_no_word_is_lost(self, programme: City) -> None:
        winner, loser, action = programme.organization(), programme.organization(), programme.action()
        for organization, words in ((winner, "Lahan"), (loser, "Dana")):
            add_partner(
                action=action,
                organization=organization,
                commitment_id=words,
                by=programme.people.sari,
                at=AT,
            )
        merge(programme, winner, loser)
        partnership = Partnership.objects.get(action=action)
        assert partnership.organization == winner
        assert partnership.commitment_ind == "Lahan\n\nDana"

    @pytest.mark.parametrize("take", [(), ("parent",)])
    @pytest.mark.parametrize("winner_is_above", [True, False])
    def test_nothing_stands_below_itself_afterwards(
        self, programme: City, take: tuple[str, ...], winner_is_above: bool
    ) -> None:
        top = programme.organization()
        upper = programme.organization(parent=top)
        middle = programme.organization(parent=upper)
        lower = programme.organization(parent=middle)
        winner, loser = (upper, lower) if winner_is_above else (lower, upper)
        merge(programme, winner, loser, *take)
        middle.refresh_from_db()
        assert (winner.parent, middle.parent) == (top, winner)

    def test_a_chain_of_merges_leads_to_the_last_winner(self, programme: City) -> None:
        first, second, third = (programme.organization(code=code) for code in ("a", "b", "c"))
        merge(programme, second, first)
        merge(programme, third, second)
        assert Organization.objects.by_code("a") == third
        assert Organization.objects.by_code("b") == third

    def test_what_was_said_to_differ_from_the_loser_differs_from_the_winner(self, programme: City) -> None:
        winner, loser, other = (programme.organization() for _ in range(3))
        for one, two in ((loser, other), (winner, loser)):
            keep_apart(first=one, second=two, by=programme.people.sari, at=AT)
        merge(programme, winner, loser)
        assert list(DistinctOrganizations.objects.values_list("first", "second")) == [(winner.pk, other.pk)]

    def test_refusals(self, programme: City) -> None:
        winner, loser, third = (programme.organization() for _ in range(3))
        by = programme.people.sari
        with pytest.raises(Refused) as refusal:
            merge_organizations(winner=winner, loser=winner, by=by, at=AT)
        assert refusal.value.code == "same_entry"
        with pytest.raises(TypeError, match="colour"):
            merge_organizations(winner=winner, loser=loser, take=["colour"], by=by, at=AT)
        with pytest.raises(NotAllowed):
            merge_organizations(winner=winner, loser=loser, by=programme.people.bagas, at=AT)
        merge(programme, winner, loser)
        for one, two in ((third, loser), (loser, third)):
            with pytest.raises(Refused) as refusal:
                merge_organizations(winner=one, loser=two, by=by, at=AT)
            assert refusal.value.code == "merged"
        with pytest.raises(Refused) as refusal:
            update_organization(organization=loser, changes={"name": "x"}, by=by, at=AT)
        assert refusal.value.code == "merged"

    def test_a_link_that_came_late_is_settled(self, programme: City) -> None:
        winner, loser, child = (programme.organization() for _ in range(3))
        merge(programme, winner, loser)
        late = ForumMembership.objects.create(cycle=programme.cycle, organization=loser, since=DAY)
        Organization.objects.filter(pk=child.pk).update(parent=loser)
        Organization.objects.filter(pk=winner.pk).update(parent=child)
        assert settle_merges(at=AT) == 2
        for row in (late, child, winner):
            row.refresh_from_db()
        assert (late.organization, child.parent, winner.parent) == (winner, winner, None)
        assert rows_that_point_at(loser) == {}
        assert settle_merges(at=AT) == 0


class TestPeople:
    def test_every_link_moves_and_the_shadow_is_written_to_no_more(self, programme: City) -> None:
        organization = programme.organization()
        account = programme.people.mitra
        winner = programme.person(organization, name="Ana")
        loser = programme.person(
            organization, name="Bu Ana", email="ana@contoh.semarang", phone="0811", user=account
        )
        membership = programme.member(loser)
        attendance = Attendance.objects.create(
            engagement=engagement(programme), organization=organization, person=loser
        )
        merge(programme, winner, loser)
        assert rows_that_point_at(loser) == {}
        for row in (membership, attendance):
            row.refresh_from_db()
            assert row.person == winner
        assert (winner.email, winner.phone, winner.user) == ("ana@contoh.semarang", "0811", account)
        assert (loser.email, loser.phone, loser.user, loser.merged_into) == ("", "", None, winner)
        assert "Ana" not in str(Activity.objects.order_by("-pk")[0].data)

    def test_nobody_is_named_in_public_by_being_merged(self, programme: City) -> None:
        winner, loser = programme.person(), programme.person(agreed_to_be_named=True)
        merge(programme, winner, loser)
        assert not winner.agreed_to_be_named

    def test_consents_follow_and_agree_with_the_mark_that_was_kept(self, programme: City) -> None:
        text = ConsentText.objects.create(purpose="named", version=1, text="Boleh", in_use_from=DAY)
        for take, is_held in (((), False), (("agreed_to_be_named",), True)):
            winner, loser = programme.person(), programme.person()
            Person.objects.filter(pk=loser.pk).update(agreed_to_be_named=True)
            consent = Consent.objects.create(person=loser, text=text, given_on=DAY, way="written")
            merge(programme, winner, Person.objects.get(pk=loser.pk), *take)
            consent.refresh_from_db()
            assert consent.person == winner
            assert (consent.withdrawn_on is None, winner.agreed_to_be_named) == (is_held, is_held)

    def test_two_accounts_one_stays_with_the_person(self, programme: City) -> None:
        winner = programme.person(user=programme.people.mitra)
        loser = programme.person(user=programme.people.bagas)
        merge(programme, winner, loser, "user")
        assert (winner.user, loser.user) == (programme.people.bagas, None)

    def test_erased_people_are_left_alone(self, programme: City) -> None:
        winner, loser = programme.person(), programme.person()
        Person.objects.filter(pk=loser.pk).update(erased_at=AT)
        with pytest.raises(Refused) as refusal:
            merge_people(winner=winner, loser=loser, by=programme.people.sari, at=AT)
        assert refusal.value.code == "erased"

    def test_invitations_to_surveys_follow(self, programme: City) -> None:
        assert "assessment.Invitation.person" in {each.key for each in links_to(Person)}
        assert Invitation._meta.get_field("person").remote_field.on_delete is models.SET_NULL


# A random register: who stands where, who took part in what, and in which order entries are merged.
PLACES = st.integers(0, 4)
GRAPH = st.fixed_dictionaries(
    {
        "members": st.sets(st.tuples(PLACES, st.integers(0, 2)), max_size=8),
        "attended": st.sets(st.tuples(PLACES, st.integers(0, 2)), max_size=8),
        "partners": st.sets(st.tuples(PLACES, st.integers(0, 2)), max_size=8),
        "leads": st.lists(PLACES, min_size=3, max_size=3),
        "parents": st.lists(st.one_of(st.none(), PLACES), min_size=5, max_size=5),
        "merges": st.lists(st.tuples(PLACES, PLACES), min_size=1, max_size=6),
    }
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(graph=GRAPH)
def test_no_link_is_lost_on_random_graphs(db: None, graph: dict[str, Any]) -> None:
    """After any merges each thing is tied to exactly those who its former partners have become."""
    with transaction.atomic():
        world = World(graph)
        became = world.merge_all()
        world.check_links(became)
        world.check_shadows(became)
        transaction.set_rollback(True)


class World:
    """The organisations of a random graph with what hangs on them."""

    def __init__(self, graph: dict[str, Any]) -> None:
        self.graph, self.city = graph, City(People())
        self.rows = [self.city.organization() for _ in range(5)]
        self.people = [self.city.person(self.rows[0]) for _ in range(3)]
        self.meetings = [engagement(self.city, f"m-{n}") for n in range(3)]
        self.actions = [self.city.action(lead=self.rows[lead]) for lead in graph["leads"]]
        for place, n in graph["members"]:
            ForumMembership.objects.create(
                cycle=self.city.cycle, organization=self.rows[place], person=self.people[n], since=DAY
            )
        for place, n in graph["attended"]:
            Attendance.objects.create(engagement=self.meetings[n], organization=self.rows[place])
        for place, n in graph["partners"]:
            Partnership.objects.create(action=self.actions[n], organization=self.rows[place])
        for place, parent in enumerate(graph["parents"]):
            if parent is not None and parent < place:
                Organization.objects.filter(pk=self.rows[place].pk).update(parent=self.rows[parent])

    def merge_all(self) -> dict[int, int]:
        """Try each merge; returns what each place has become. Only a shadow or a place itself is refused."""
        became = {place: place for place in range(5)}
        for winner, loser in self.graph["merges"]:
            one, two = (Organization.objects.get(pk=self.rows[n].pk) for n in (winner, loser))
            try:
                merge_organizations(winner=one, loser=two, by=self.city.people.sari, at=AT)
            except Refused:
                assert winner == loser or became[winner] != winner or became[loser] != loser
            else:
                became = {place: winner if now == loser else now for place, now in became.items()}
        return became

    def check_links(self, became: dict[int, int]) -> None:
        def expected(kind: str, things: list[Any]) -> set[tuple[int, int]]:
            return {(self.rows[became[place]].pk, things[n].pk) for place, n in self.graph[kind]}

        members = ForumMembership.objects.values_list("organization", "person")
        attended = Attendance.objects.values_list("organization", "engagement")
        partners = Partnership.objects.values_list("organization", "action")
        assert set(members) == expected("members", self.people)
        assert set(attended) == expected("attended", self.meetings)
        assert set(partners) == expected("partners", self.actions)
        for lead, action in zip(self.graph["leads"], self.actions, strict=True):
            action.refresh_from_db()
            assert action.lead == self.rows[became[lead]]

    def check_shadows(self, became: dict[int, int]) -> None:
        for place, row in enumerate(self.rows):
            row.refresh_from_db()
            if became[place] != place:
                assert row.merged_into == self.rows[became[place]]
                assert rows_that_point_at(row) == {}
                continue
            seen, above = set(), row
            while above is not None:
                assert above.pk not in seen, "an organisation stands below itself"
                seen.add(above.pk)
                above = above.parent
