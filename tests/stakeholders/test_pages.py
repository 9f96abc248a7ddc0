"""Pages of the forum and of the register: who reads what, and that no name slips out."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from stakeholders.models import ForumMembership, Organization, Person
from tests.support.pages import queries, text
from tests.support.plan import People, Programme

pytestmark = pytest.mark.django_db

FORUM, LIST = "/en/forum/", "/en/forum/mitra/"
WORK = "/en/kerja/forum/"


class TestPublic:
    def test_the_forum_counts_what_everybody_may_see(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        programme.member(programme.person(programme.organization(name="Kampus", sector="academia")))
        programme.member(programme.person(programme.organization(name="Rahasia", is_published=False)))
        page = text(client, FORUM)
        assert "1 organisation; the largest sector is Academia with 1." in page
        assert "Kampus" in page
        assert "Rahasia" not in page
        client.force_login(people.bagas)
        assert "Rahasia" in text(client, FORUM)

    def test_a_person_is_named_only_after_agreeing(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        organization = programme.organization(code="kampus")
        programme.member(programme.person(organization, name="Bu Setuju", agreed_to_be_named=True))
        programme.member(programme.person(organization, name="Pak Diam", position="Jabatan langka"))
        for url in (FORUM, f"{LIST}kampus/"):
            page = text(client, url)
            assert "Bu Setuju" in page
            assert "Pak Diam" not in page
            assert "Jabatan langka" not in page
        client.force_login(people.sari)
        assert "Pak Diam" in text(client, f"{LIST}kampus/")

    def test_contacts_are_never_public(self, client: Client, programme: Programme) -> None:
        organization = programme.organization(code="kampus")
        person = programme.person(
            organization, email="wakil@contoh.semarang", phone="0812", agreed_to_be_named=True
        )
        programme.member(person)
        for url in (FORUM, LIST, f"{LIST}kampus/"):
            assert "wakil@contoh" not in text(client, url)
            assert "0812" not in text(client, url)

    def test_a_stranger_finds_no_page_of_an_unpublished_organisation(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        programme.organization(code="rahasia", name="Rahasia", is_published=False)
        url = f"{LIST}rahasia/"
        assert client.get(url).status_code == 404
        assert "Rahasia" not in text(client, LIST)
        client.force_login(people.mitra)
        assert client.get(url).status_code == 404
        client.force_login(people.bagas)
        assert "Only the office sees this page" in text(client, url)

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", {"Alfa", "Beta", "Gama"}),
            ("?sector=media", {"Beta"}),
            ("?level=national", {"Gama"}),
            ("?forum=1", {"Alfa"}),
            ("?q=lf", {"Alfa"}),
            ("?q=GM", {"Gama"}),
            ("?q=tiada", set()),
            ("?sector=bukan-sektor&level=x&forum=y&page=99", {"Alfa", "Beta", "Gama"}),
        ],
    )
    def test_filters_narrow_the_register(
        self, client: Client, programme: Programme, query: str, found: set[str]
    ) -> None:
        alfa = programme.organization(name="Alfa")
        programme.organization(name="Beta", sector="media")
        programme.organization(name="Gama", acronym="GM", level="national")
        ForumMembership.objects.create(cycle=programme.cycle, organization=alfa, since="2015-07-01")
        page = text(client, LIST + query)
        assert {name for name in ("Alfa", "Beta", "Gama") if f">{name}</a>" in page} == found
        count = f"{len(found)} organisation{'' if len(found) == 1 else 's'}"
        assert count in page

    def test_an_empty_installation_says_so(self, client: Client) -> None:
        assert "The forum has no members yet" in text(client, FORUM)
        assert "No organisation fits" in text(client, LIST)

    def test_pages_take_as_many_queries_with_fifty_rows_as_with_one(
        self, client: Client, programme: Programme
    ) -> None:
        main = programme.organization(code="utama")

        def add() -> None:
            part = programme.organization(parent=main)
            programme.member(programme.person(part, agreed_to_be_named=True))
            programme.member(programme.person(main))
            action = programme.action(lead=main, provenance="example")
            action.__class__.objects.filter(pk=action.pk).update(is_published=True)

        urls = (FORUM, LIST, f"{LIST}utama/")
        add()
        before = [queries(client, url) for url in urls]
        for _ in range(49):
            add()
        assert [queries(client, url) for url in urls] == before


class TestWork:
    @pytest.mark.parametrize(
        ("path", "allowed"),
        [
            ("", {"sari", "lestari", "bagas", "ani"}),
            ("baru/", {"sari", "lestari"}),
            ("kampus/", {"sari", "lestari", "bagas", "ani"}),
            ("kampus/ubah/", {"sari", "lestari"}),
            ("orang/", {"sari", "lestari"}),
            ("duplikat/organisasi/", {"sari", "lestari"}),
            ("pertemuan/", {"sari", "lestari", "bagas", "ani"}),
            ("pertemuan/baru/", {"sari", "lestari"}),
            ("kehadiran/", {"sari", "lestari", "bagas", "ani"}),
            ("kehadiran/?by=orang", {"sari", "lestari"}),
            ("kesepakatan/", {"sari", "lestari", "bagas", "ani"}),
            ("susunan/", {"sari", "lestari", "bagas", "ani"}),
            ("susunan/target/sector/", {"sari", "lestari"}),
            ("saran/", {"sari", "lestari"}),
            ("anggota/", {"sari", "lestari"}),
            ("anggota/baru/", {"sari", "lestari"}),
            ("orang/baru/", {"sari", "lestari"}),
        ],
    )
    def test_who_may_open_which_page(
        self, client: Client, people: People, programme: Programme, path: str, allowed: set[str]
    ) -> None:
        programme.organization(code="kampus")
        assert client.get(WORK + path).status_code == 302  # to the login
        for name in ("sari", "lestari", "bagas", "ani", "mitra"):
            client.force_login(getattr(people, name))
            assert client.get(WORK + path).status_code == (200 if name in allowed else 403), name

    def test_an_organisation_is_entered_and_changed(self, client: Client, people: People) -> None:
        client.force_login(people.sari)
        values = {
            "code": "bpbd",
            "name": "Badan Bencana",
            "acronym": "BPBD",
            "sector": "government",
            "level": "city",
            "description_id": "Menangani bencana",
            "description_en": "Deals with disasters",
            "provenance": "office",
        }
        response = client.post(f"{WORK}baru/", values)
        assert response.status_code == 302
        organization = Organization.objects.get(code="bpbd")
        assert (organization.description_ind, organization.description_en) == (
            "Menangani bencana",
            "Deals with disasters",
        )
        page = text(client, f"{WORK}bpbd/ubah/")
        assert 'value="Badan Bencana"' in page
        assert "Deals with disasters" in page
        response = client.post(f"{WORK}bpbd/ubah/", values | {"name": "Badan Baru", "is_published": "on"})
        assert response.status_code == 302
        organization.refresh_from_db()
        assert (organization.name, organization.is_published) == ("Badan Baru", True)

    def test_wrong_input_answers_422_keeps_what_was_typed_and_names_the_field(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        programme.organization(code="bpbd")
        client.force_login(people.sari)
        values = {"code": "bpbd", "name": "Nama yang diketik", "sector": "government", "level": "city"}
        response = client.post(f"{WORK}baru/", values | {"provenance": "quoted"})
        page = response.content.decode()
        assert response.status_code == 422
        assert "Nama yang diketik" in page
        assert "data-error-summary" in page
        assert 'href="#id_source"' in page  # a quotation needs its source
        response = client.post(f"{WORK}baru/", values | {"provenance": "office"})
        assert response.status_code == 422
        assert 'href="#id_code"' in response.content.decode()  # what only the operation can see

    def test_somebody_joins_the_forum_and_leaves_it(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        organization = programme.organization(code="kampus")
        client.force_login(people.sari)
        ana = {"organization": organization.pk, "name": "Bu Ana", "gender": "female", "language": "id"}
        client.post(f"{WORK}orang/baru/", ana)
        person = Person.objects.get(name="Bu Ana")
        assert "Bu Ana" in text(client, f"{WORK}orang/?forum=0")  # waits to be taken in
        assert programme.drivers
        values = {
            "organization": organization.pk,
            "person": person.pk,
            "role": "chair",
            "since": "2015-07-01",
            "expertise": ["1", "2"],
            "provenance": "office",
        }
        assert client.post(f"{WORK}anggota/baru/", values).status_code == 302
        membership = ForumMembership.objects.get()
        assert (membership.person, membership.expertise) == (person, ["1", "2"])
        leave = reverse("stakeholders:work_member_leave", args=[membership.pk])
        assert client.post(leave, {"until": "2015-01-01"}).status_code == 422
        assert client.post(leave, {"until": "2016-01-01"}).status_code == 302
        assert client.post(leave, {"until": "2016-02-01"}).status_code == 422
        edit = reverse("stakeholders:work_person_edit", args=[person.pk])
        assert client.post(edit, ana | {"agreed_to_be_named": "on"}).status_code == 302
        person.refresh_from_db()
        assert person.agreed_to_be_named

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"expertise": "99"}, "expertise"),
            ({"since": "kemarin"}, "since"),
            ({"person": "other"}, "person"),
        ],
    )
    def test_a_wrong_membership_is_refused_at_its_field(
        self, client: Client, people: People, programme: Programme, changes: dict[str, str], field: str
    ) -> None:
        organization, stranger = programme.organization(), programme.person()
        client.force_login(people.sari)
        values = {"organization": organization.pk, "role": "member", "since": "2015-07-01"} | changes
        if changes.get("person"):
            values["person"] = stranger.pk
        response = client.post(f"{WORK}anggota/baru/", values | {"provenance": "office"})
        assert response.status_code == 422
        assert f'href="#id_{field}"' in response.content.decode()
        assert not ForumMembership.objects.exists()

    def test_buttons_are_there_for_those_who_may_press_them(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        programme.organization()
        add = reverse("stakeholders:work_organization_new")
        seen = {}
        for name in ("sari", "bagas"):
            client.force_login(getattr(people, name))
            seen[name] = add.split("/", 2)[2] in text(client, WORK)
        assert seen == {"sari": True, "bagas": False}

    def test_work_pages_take_as_many_queries_with_fifty_rows_as_with_one(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        client.force_login(people.sari)
        urls = (WORK, f"{WORK}anggota/", f"{WORK}orang/")
        build: Callable[[], object] = lambda: (programme.member(), programme.person())  # noqa: E731
        build()
        before = [queries(client, url) for url in urls]
        for _ in range(49):
            build()
        assert [queries(client, url) for url in urls] == before
