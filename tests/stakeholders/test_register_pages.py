"""Pages of the register: duplicates compared and merged, old addresses, former names, people, targets."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from stakeholders import urls
from stakeholders.models import (
    DistinctOrganizations,
    ForumMembership,
    ForumTarget,
    Organization,
    Person,
)
from stakeholders.operations.engagements import RESERVED_CODES as RESERVED_MEETINGS
from stakeholders.operations.merging import merge_organizations
from stakeholders.operations.organizations import RESERVED_CODES
from strategy.operations.groups import add_member
from tests.support.pages import queries, text
from tests.support.plan import AT, People, Programme

pytestmark = pytest.mark.django_db
WORK, PUBLIC = "/en/kerja/forum/", "/en/forum/mitra/"


@pytest.mark.parametrize(
    ("below", "reserved"),
    [("kerja/forum/", RESERVED_CODES), ("kerja/forum/pertemuan/", RESERVED_MEETINGS)],
)
def test_no_code_can_hide_another_page(below: str, reserved: frozenset[str]) -> None:
    """Every fixed word that stands where a code may stand is reserved."""
    words = {
        match[1]
        for pattern in urls.urlpatterns
        if (match := re.match(re.escape(below) + r"([a-z-]+)/", str(pattern.pattern)))
    }
    assert words <= reserved


class TestDuplicates:
    def pair(self, programme: Programme) -> tuple[Organization, Organization]:
        return (
            programme.organization(code="maju", name="Maju Jaya", website=""),
            programme.organization(code="maju-2", name="PT Maju Jaya", website="https://maju.example"),
        )

    def test_a_pair_is_found_compared_and_made_one(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        winner, loser = self.pair(programme)
        member = programme.member(programme.person(loser, name="Bu Ana"))
        client.force_login(people.sari)
        page = text(client, f"{WORK}duplikat/organisasi/")
        assert "The same name, written differently" in page
        url = reverse("stakeholders:work_duplicate", args=["organisasi", winner.pk, loser.pk])
        assert url in page
        page = text(client, url)
        assert "Bu Ana" in page  # what moves is named
        assert re.search(r'id="id_website_1" value="loser" checked', page)
        assert client.post(url, {"name": "loser", "sector": "winner"}).url == f"{WORK}maju/"
        winner.refresh_from_db()
        member.refresh_from_db()
        assert (winner.name, winner.website, member.organization) == (
            "PT Maju Jaya",
            "https://maju.example",
            winner,
        )
        page = text(client, f"{WORK}maju/")
        assert "was merged into" in page
        assert "maju-2" in page
        assert client.get(url).status_code == 404
        assert "No duplicates found" in text(client, f"{WORK}duplikat/organisasi/")

    def test_old_addresses_lead_to_the_winner_as_far_as_the_reader_may_follow(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        winner, loser = self.pair(programme)
        merge_organizations(winner=winner, loser=loser, by=people.sari, at=AT)
        response = client.get(f"{PUBLIC}maju-2/")
        assert (response.status_code, response.url) == (301, f"{PUBLIC}maju/")
        Organization.objects.filter(pk=winner.pk).update(is_published=False)
        assert client.get(f"{PUBLIC}maju-2/").status_code == 404
        client.force_login(people.bagas)
        assert client.get(f"{WORK}maju-2/").url == f"{WORK}maju/"
        for page in (WORK, PUBLIC, "/en/forum/"):
            assert "maju-2" not in text(client, page)

    def test_a_pair_that_differs_is_not_shown_again(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        winner, loser = self.pair(programme)
        client.force_login(people.sari)
        url = reverse("stakeholders:work_keep_apart", args=["organisasi", loser.pk, winner.pk])
        assert client.post(url).status_code == 302
        assert DistinctOrganizations.objects.count() == 1
        assert "No duplicates found" in text(client, f"{WORK}duplikat/organisasi/")

    def test_people_are_merged_by_the_same_page(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        organization = programme.organization()
        one = programme.person(organization, name="Siti Aminah", email="siti@contoh.semarang")
        two = programme.person(organization, name="Ibu Siti Aminah", phone="0812345678")
        client.force_login(people.sari)
        assert "Siti Aminah" in text(client, f"{WORK}duplikat/orang/")
        url = reverse("stakeholders:work_duplicate", args=["orang", one.pk, two.pk])
        assert "0812345678" in text(client, url)
        assert client.post(url, {}).url == reverse("stakeholders:work_person", args=[one.pk])
        one.refresh_from_db()
        assert one.phone == "0812345678"
        assert client.get(reverse("stakeholders:work_person", args=[two.pk])).status_code == 302

    @pytest.mark.parametrize("address", ["hewan/1/2/", "organisasi/1/1/", "organisasi/998/999/"])
    def test_what_is_no_pair_is_not_found(self, client: Client, people: People, address: str) -> None:
        client.force_login(people.sari)
        assert client.get(f"{WORK}duplikat/{address}").status_code == 404

    def test_pages_take_as_many_queries_with_fifty_pairs_as_with_one(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        winner, loser = self.pair(programme)
        compare = reverse("stakeholders:work_duplicate", args=["organisasi", winner.pk, loser.pk])
        programme.member(programme.person(loser))
        client.force_login(people.sari)
        urls = [f"{WORK}duplikat/organisasi/", f"{WORK}duplikat/orang/", compare, f"{WORK}maju-2/"]
        before = [queries(client, url) for url in urls]
        for number in range(49):
            programme.organization(name=f"Karya {chr(97 + number % 26) * 6} {number}")
            programme.organization(name=f"PT Karya {chr(97 + number % 26) * 6} {number}")
            programme.member(programme.person(loser, name=f"Orang {number}"))
        assert [queries(client, url) for url in urls] == before


class TestNewOrganization:
    values = {
        "code": "pmi",
        "name": "Palang Merah Indonesia Kota",
        "sector": "civil_society",
        "level": "city",
        "provenance": "office",
        "former_names": "NERKAI\n\nPalang Merah\nNERKAI",
    }

    def test_the_form_asks_back_once_when_the_register_has_something_like_it(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        programme.organization(code="pmi-lama", name="Palang Merah Indonesia")
        client.force_login(people.sari)
        response = client.post(f"{WORK}baru/", self.values)
        page = response.content.decode()
        assert response.status_code == 422
        assert "Is it one of these?" in page
        assert f"{WORK}pmi-lama/" in page
        assert "Palang Merah Indonesia Kota" in page  # nothing typed is lost
        assert client.post(f"{WORK}baru/", self.values | {"is_another": "on"}).status_code == 302
        assert Organization.objects.get(code="pmi").former_names == ["NERKAI", "Palang Merah"]

    def test_former_names_are_found_shown_and_bounded(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        programme.organization(code="dlh", name="Dinas Lingkungan", former_names=["Bapedalda"])
        for url in (f"{PUBLIC}?q=bapedalda", f"{PUBLIC}dlh/"):
            assert "Dinas Lingkungan" in text(client, url)
        assert "Bapedalda" in text(client, f"{PUBLIC}dlh/")
        client.force_login(people.sari)
        response = client.post(f"{WORK}baru/", self.values | {"former_names": "x" * 201})
        assert response.status_code == 422
        assert "This name is longer than 200 letters" in response.content.decode()


class TestPeopleAndMembers:
    def test_a_membership_is_corrected_by_names_of_fields(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        assert programme.drivers
        member = programme.member(programme.person(), expertise=["1", "77"])
        client.force_login(people.sari)
        url = reverse("stakeholders:work_member_edit", args=[member.pk])
        assert "1. Penggerak 1" in text(client, url)
        assert "Penggerak 1" in text(client, f"{WORK}anggota/")
        values = {"role": "chair", "since": "2015-06-01", "provenance": "office", "expertise": ["2", "77"]}
        assert client.post(url, values | {"until": "2014-01-01"}).status_code == 422
        assert client.post(url, values).status_code == 302
        member.refresh_from_db()
        assert (member.role, member.expertise) == ("chair", ["2", "77"])

    def test_somebody_who_changes_the_employer_keeps_the_history(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        person = programme.person(name="Bu Ana")
        member = programme.member(person)
        other = programme.organization(name="Kampus Baru")
        client.force_login(people.sari)
        values = {"name": "Bu Ana", "organization": other.pk, "gender": "female", "language": "en"}
        url = reverse("stakeholders:work_person_edit", args=[person.pk])
        assert client.post(url, values | {"email": "bukan-alamat"}).status_code == 422
        assert client.post(url, values).status_code == 302
        person = Person.objects.get(pk=person.pk)
        assert (person.organization, person.language) == (other, "en")
        assert ForumMembership.objects.get(pk=member.pk).organization != other
        page = text(client, reverse("stakeholders:work_person", args=[person.pk]))
        assert "Kampus Baru" in page
        assert "The entry of" in page  # its history

    def test_the_groups_of_a_member_stand_on_both_pages(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        member = programme.member(programme.person(programme.organization(code="kampus")))
        group = programme.group()
        add_member(group=group, membership=member, role="coordinator", by=people.sari, at=AT)
        client.force_login(people.sari)
        for url in (f"{WORK}kampus/", reverse("stakeholders:work_person", args=[member.person_id])):
            page = text(client, url)
            assert group.name_en in page
            assert "Coordinator" in page

    def test_leadership_sees_the_register_without_people(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        organization = programme.organization(code="kampus")
        programme.member(programme.person(organization, name="Pak Diam"))
        client.force_login(people.bagas)
        page = text(client, f"{WORK}kampus/")
        assert "Pak Diam" not in page
        assert "kerja/forum/kampus/ubah" not in page


class TestTargets:
    def test_targets_are_set_on_a_page_and_the_gap_is_said(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        assert programme.drivers
        programme.member(programme.person(programme.organization(sector="media")), expertise=["1"])
        client.force_login(people.sari)
        url = f"{WORK}susunan/target/sector_expertise/"
        assert 'name="private:1"' in text(client, url)
        assert client.post(url, {"private:1": "2", "media:1": "1"}).status_code == 302
        assert ForumTarget.objects.count() == 2
        page = text(client, f"{WORK}susunan/")
        assert "No member from “Private sector” knows: Penggerak 1." in page
        assert "1 of 2 targets are reached." in page
        for wrong in ("-1", "1000", "banyak"):
            assert client.post(f"{WORK}susunan/target/sector/", {"media": wrong}).status_code == 422
        assert client.get(f"{WORK}susunan/target/warna/").status_code == 302

    def test_an_empty_forum_says_what_to_do(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        client.force_login(people.sari)
        assert "The forum has no members yet" in text(client, f"{WORK}susunan/")
        assert "No framework is loaded yet" in text(client, f"{WORK}saran/")
        programme.member()
        assert "No targets are set" in text(client, f"{WORK}susunan/")

    def test_pages_take_as_many_queries_with_fifty_members_as_with_one(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        assert programme.drivers
        programme.member(programme.person(), expertise=["1"])
        client.force_login(people.sari)
        urls = [f"{WORK}susunan/", f"{WORK}susunan/target/sector/", f"{WORK}saran/?field=1"]
        before = [queries(client, url) for url in urls]
        for _ in range(49):
            programme.member(programme.person(), expertise=["1", "2"])
        assert [queries(client, url) for url in urls] == before


def test_every_page_of_the_forum_has_its_template() -> None:
    """A page that was renamed leaves no template behind."""
    root = Path("templates/stakeholders")
    used = " ".join(
        path.read_text()
        for folder, kind in (
            ("stakeholders", "*.py"),
            ("templates", "*.html"),
            ("semarang_resilience", "*.py"),
        )
        for path in Path(folder).rglob(kind)
    ) + " ".join(path.read_text() for path in Path("actions").rglob("*.py"))
    names = [f"stakeholders/{path.relative_to(root)}" for path in root.rglob("*.html")]
    assert [name for name in names if name not in used] == []
