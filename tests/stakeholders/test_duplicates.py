"""Finding entries that may be the same: what is proposed, why, and what never is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stakeholders.duplicates import (
    ALIKE,
    alike,
    contradict,
    like_organization,
    normalised,
    organization_candidates,
    person_candidates,
    trigrams,
)
from stakeholders.operations.merging import keep_apart, merge_organizations
from tests.support.plan import AT, Programme

NAMES = st.dictionaries(
    st.integers(0, 12), st.text("abcd ", min_size=1, max_size=12).map(str.strip).filter(bool), max_size=12
)


class TestNames:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("PT. Maju Jaya, Tbk", "maju jaya"),
            ("Yayasan BINTARI", "Bintari"),
            ("Universitas  Diponegoro", "universitas diponegoro"),
            ("Café Kota", "Cafe Kota"),
        ],
    )
    def test_spellings_of_one_name_are_one(self, one: str, other: str) -> None:
        assert normalised(one) == normalised(other)

    def test_a_name_of_nothing_but_noise_is_kept(self) -> None:
        assert normalised("PT CV") == "pt cv"

    @pytest.mark.parametrize(
        ("one", "other", "is_so"),
        [
            ("bpbd kota semarang", "bpbd kabupaten semarang", True),
            ("sma negeri 1", "sma negeri 3", True),
            ("bpbd kota semarang", "bpbd semarang", False),
        ],
    )
    def test_another_number_or_rank_is_another_body(self, one: str, other: str, is_so: bool) -> None:
        assert contradict(one, other) is is_so

    @given(names=NAMES)
    def test_no_pair_above_the_threshold_is_missed_and_none_below_is_found(
        self, names: dict[int, str]
    ) -> None:
        """Against comparing each with each (the oracle)."""
        from collections import Counter
        from math import log

        sets = {key: trigrams(name) for key, name in names.items()}
        frequency = Counter(gram for grams in sets.values() for gram in grams)
        weight = {gram: log(1 + len(sets) / count) for gram, count in frequency.items()}

        def share(one: int, other: int) -> float:
            union = sum(weight[gram] for gram in sets[one] | sets[other])
            return sum(weight[gram] for gram in sets[one] & sets[other]) / union

        keys = sorted(sets)
        pairs = {(one, other): share(one, other) for one in keys for other in keys if one < other}
        found = {(one, other): value for one, other, value in alike(names)}
        for pair, value in pairs.items():
            if abs(value - ALIKE) > 1e-9:
                assert (pair in found) == (value >= ALIKE)
        assert all(found[pair] == pytest.approx(pairs[pair]) for pair in found)


@pytest.mark.django_db
class TestOrganizations:
    def reasons(self) -> list[list[str]]:
        return [[str(reason) for reason in each.reasons] for each in organization_candidates()]

    @pytest.mark.parametrize(
        ("one", "other", "reason"),
        [
            ({"name": "PT Maju Jaya"}, {"name": "Maju Jaya"}, "The same name, written differently"),
            (
                {"name": "Badan Lama", "acronym": "BLX"},
                {"name": "Y", "acronym": "B.L.X."},
                "The same acronym",
            ),
            (
                {"name": "Dinas Lingkungan Hidup", "former_names": ["Bapedalda"]},
                {"name": "Bapedalda"},
                "One bears a former name of the other",
            ),
            (
                {"name": "Alfa", "website": "https://www.sama.example/a"},
                {"name": "Beta", "website": "http://sama.example"},
                "The same website",
            ),
            (
                {"name": "Badan Lingkungan Kota"},
                {"name": "Kantor X", "acronym": "BLK"},
                "The acronym of one is made of the initials of the other",
            ),
        ],
    )
    def test_why_two_may_be_the_same(
        self, programme: Programme, one: dict[str, object], other: dict[str, object], reason: str
    ) -> None:
        for fields in (one, other):
            programme.organization(**fields)
        programme.organization(name="Sesuatu yang sama sekali lain")
        (found,) = self.reasons()
        assert reason in found

    def test_what_is_known_to_differ_is_not_asked_again(self, programme: Programme) -> None:
        one, other = programme.organization(name="Maju Jaya"), programme.organization(name="PT Maju Jaya")
        assert len(self.reasons()) == 1
        keep_apart(first=other, second=one, by=programme.people.sari, at=AT)
        assert self.reasons() == []

    def test_a_part_is_not_taken_for_the_whole_nor_a_shadow_for_an_entry(self, programme: Programme) -> None:
        whole = programme.organization(name="Mercy Corps")
        programme.organization(name="Mercy Corps Indonesia", parent=whole)
        one, other = programme.organization(name="Maju Jaya"), programme.organization(name="PT Maju Jaya")
        merge_organizations(winner=one, loser=other, by=programme.people.sari, at=AT)
        assert self.reasons() == []

    def test_a_new_entry_is_compared_with_the_register(self, programme: Programme) -> None:
        known = programme.organization(name="Palang Merah Indonesia", acronym="PMI")
        programme.organization(name="Radio Kota")
        (found,) = like_organization(name="Palang Merah Indonesia Kota", acronym="PMI")
        assert found.second == known.pk


@pytest.mark.django_db
class TestPeople:
    def test_why_two_may_be_the_same(self, programme: Programme) -> None:
        organization = programme.organization()
        programme.person(
            organization, name="Siti Aminah", email="siti@contoh.semarang", phone="0812 3456 789"
        )
        programme.person(organization, name="Ibu Siti Aminah, M.T.", email="SITI@contoh.semarang")
        programme.person(name="Sama sekali lain", phone="+62 8123456789")
        first, second = person_candidates()
        assert [str(reason) for reason in first.reasons] == [
            "The same name, written differently",
            "The same e-mail address",
            "They act for the same organisation",
        ]
        assert [str(reason) for reason in second.reasons] == ["The same telephone number"]
        assert first.score > second.score
