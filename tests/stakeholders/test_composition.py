"""What the forum is made of, the gap to the targets in words, and whom it could ask."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.places.models import City, District
from stakeholders.composition import Seat, composition_of, gaps_of, groups_of, matrix, names_of
from stakeholders.expertise import Field, fields_of, named
from stakeholders.models import Attendance, Engagement, ForumTarget, Gender, Level, Sector, TargetDimension
from stakeholders.operations.forum import leave_forum
from stakeholders.operations.targets import set_forum_targets
from stakeholders.suggestions import suggest_members
from tests.support.plan import AT, Programme

DAY = date(2016, 1, 1)
FIELDS = [Field("7", "Aset alam dan buatan", "aset"), Field("9", "Mobilitas yang andal", "mobilitas")]
SEATS = st.lists(
    st.builds(
        Seat,
        organization=st.integers(1, 5),
        sector=st.sampled_from(Sector.values),
        level=st.sampled_from(Level.values),
        district=st.sampled_from(["", "d1", "d2"]),
        gender=st.sampled_from(Gender.values),
        expertise=st.sets(st.sampled_from(["7", "9"])).map(tuple),
    ),
    max_size=15,
)
DISTRICTS = [("d1", "Utara"), ("d2", "Tengah")]


class TestCounting:
    @given(found=SEATS)
    def test_groups_count_each_member_as_often_as_brute_force_does(self, found: list[Seat]) -> None:
        for dimension in TargetDimension.values:
            groups = groups_of(found, dimension, names_of(dimension, FIELDS, DISTRICTS))
            for group in groups:
                holders = [seat for seat in found if group.code in seat.codes(dimension)]
                assert group.members == len(holders)
                assert group.organizations == len({seat.organization for seat in holders})
        sectors = groups_of(found, TargetDimension.SECTOR, names_of(TargetDimension.SECTOR, FIELDS))
        assert sum(group.members for group in sectors) == len(found)

    @given(found=SEATS)
    def test_the_matrix_adds_up_to_the_members_who_know_a_field(self, found: list[Seat]) -> None:
        counted = Counter(code for seat in found for code in seat.expertise)
        for row in matrix(found, FIELDS):
            assert sum(cell.members for cell in row.cells) == row.total == counted[row.field.code]

    @given(found=SEATS, wanted=st.dictionaries(st.sampled_from(Sector.values), st.integers(1, 9)))
    def test_gaps_are_exactly_the_targets_that_are_not_reached(
        self, found: list[Seat], wanted: dict[str, int]
    ) -> None:
        gaps = gaps_of(found, {TargetDimension.SECTOR: wanted}, FIELDS)
        counted = Counter(seat.sector for seat in found)
        assert {gap.code: gap.missing for gap in gaps} == {
            code: number - counted[code] for code, number in wanted.items() if counted[code] < number
        }
        keys = [gap.importance for gap in gaps]
        assert keys == sorted(keys, reverse=True)


class TestWords:
    def seat(self, sector: str, *expertise: str) -> Seat:
        return Seat(1, sector, "city", "", "unstated", expertise)

    def test_a_pair_with_nobody_is_said_in_one_sentence_in_both_languages(self) -> None:
        targets = {TargetDimension.SECTOR_EXPERTISE: {"private:9": 2}}
        (gap,) = gaps_of([self.seat("community", "9")], targets, FIELDS)
        assert gap.sentence == "No member from “Private sector” knows: mobilitas."
        with translation.override("id"):
            (gap,) = gaps_of([self.seat("community", "9")], targets, FIELDS)
            assert "mobilitas" in gap.sentence
            assert "knows" not in gap.sentence

    def test_nobody_at_all_comes_before_too_few(self) -> None:
        targets = {TargetDimension.SECTOR: {"private": 10, "media": 1, "donor": 4}}
        found = [self.seat("private"), self.seat("donor"), self.seat("donor"), self.seat("donor")]
        assert [gap.code for gap in gaps_of(found, targets, FIELDS)] == ["media", "private", "donor"]

    def test_a_target_for_a_field_of_another_framework_is_no_gap(self) -> None:
        assert gaps_of([], {TargetDimension.EXPERTISE: {"51": 3}}, FIELDS) == []

    def test_codes_without_a_name_stand_for_themselves(self) -> None:
        assert [str(each) for each in named(["9", "51"], FIELDS)] == ["9. Mobilitas yang andal", "51. 51"]


@pytest.mark.django_db
class TestInTheDatabase:
    def test_the_composition_counts_who_is_active_on_the_day(self, programme: Programme) -> None:
        assert programme.drivers
        city = City.objects.create(code="c", name="Kota")
        north = District.objects.create(code="n", city=city, name="Utara")
        business = programme.organization(sector="private", district=north, level="national")
        stays = programme.member(programme.person(business, gender="female"), expertise=["1"])
        gone = programme.member(programme.person(business), expertise=["2"])
        leave_forum(membership=gone, until=DAY - timedelta(days=1), by=programme.people.sari, at=AT)
        wanted = {"sector": {"private": 2}, "sector_expertise": {"private:1": 1}, "gender": {"female": 1}}
        for dimension, codes in wanted.items():
            set_forum_targets(
                cycle=programme.cycle, dimension=dimension, wanted=codes, by=programme.people.sari, at=AT
            )
        found = composition_of(programme.cycle.pk, DAY, fields_of(programme.cycle.pk))
        assert (found.members, found.organizations, found.people) == (1, 1, 1)
        assert (found.reached, found.wanted) == (2, 3)
        assert [gap.sentence for gap in found.gaps] == ["Private sector: 1 of 2 members wanted."]
        assert {row.field.code: row.total for row in found.matrix} == {"1": 1, "2": 0}
        assert stays.expertise == ["1"]

    def test_fields_are_the_drivers_of_the_framework(self, programme: Programme) -> None:
        assert fields_of(programme.cycle.pk) == []
        assert programme.drivers
        assert [str(each) for each in fields_of(programme.cycle.pk)] == ["1. Penggerak 1", "2. Penggerak 2"]

    def test_targets_are_set_changed_and_taken_away(self, programme: Programme) -> None:
        who = {"cycle": programme.cycle, "by": programme.people.sari, "at": AT}
        assert (
            set_forum_targets(dimension="sector", wanted={"private": 3, "media": 2, "donor": None}, **who)
            == 2
        )
        assert set_forum_targets(dimension="sector", wanted={"private": 4, "media": 0}, **who) == 2
        assert set_forum_targets(dimension="sector", wanted={"private": 4}, **who) == 0
        assert list(ForumTarget.objects.values_list("code", "wanted")) == [("private", 4)]
        for bad in (
            {"dimension": "colour", "wanted": {}},
            {"dimension": "sector", "wanted": {"media": 1000}},
        ):
            with pytest.raises(Refused):
                set_forum_targets(**bad, **who)
        with pytest.raises(NotAllowed):
            set_forum_targets(dimension="sector", wanted={}, **(who | {"by": programme.people.bagas}))


@pytest.mark.django_db
class TestSuggestions:
    def test_each_point_has_its_reason_and_the_best_comes_first(self, programme: Programme) -> None:
        assert programme.drivers
        fields = fields_of(programme.cycle.pk)
        set_forum_targets(
            cycle=programme.cycle,
            dimension="sector_expertise",
            wanted={"private:1": 5},
            by=programme.people.sari,
            at=AT,
        )
        both = programme.member(
            programme.person(programme.organization(sector="media")), expertise=["1", "2"]
        )
        rare = programme.member(programme.person(programme.organization(sector="private")), expertise=["1"])
        other = programme.member(programme.person(programme.organization(sector="media")), expertise=["2"])
        gone = programme.member(programme.person(), expertise=["1"])
        leave_forum(membership=gone, until=DAY - timedelta(days=1), by=programme.people.sari, at=AT)
        for number, state in enumerate(["attended", "attended", "absent", "invited"]):
            meeting = Engagement.objects.create(
                cycle=programme.cycle, code=f"m-{number}", kind="fgd", title="x", held_on=DAY
            )
            Attendance.objects.create(
                engagement=meeting, organization=rare.organization, person=rare.person, state=state
            )
        found = suggest_members(
            cycle_id=programme.cycle.pk, wanted=["1"], fields=fields, on=DAY, sectors={"media"}
        )
        assert [each.membership for each in found] == [rare, both]
        assert [(point.points, point.words) for point in found[0].reasons] == [
            (4, "knows: Penggerak 1"),
            (3, "few of this sector know it: Private sector"),
            (2, "this sector is not in the group yet: Private sector"),
            (1.3, "came to 2 of 3 meetings"),
        ]
        assert other.pk not in {each.membership.pk for each in found}

    def test_who_is_in_the_group_is_not_suggested_again(self, programme: Programme) -> None:
        assert programme.drivers
        member = programme.member(expertise=["1"])
        ask = {"cycle_id": programme.cycle.pk, "wanted": ["1"], "fields": [], "on": DAY}
        assert suggest_members(**ask)
        assert suggest_members(**ask, without=[member.pk]) == []
        assert suggest_members(**(ask | {"wanted": []})) == []
