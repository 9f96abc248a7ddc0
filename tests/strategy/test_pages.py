"""Pages of the strategy and of the working groups."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from actions.models import Action
from semarang_resilience.accounts.models import User
from stakeholders.operations.forum import leave_forum
from strategy.models import Initiative, InitiativeStatus, OpenQuestion, Pillar, Strategy, WorkingGroup
from strategy.operations.groups import add_member, answer_question, ask_question
from strategy.operations.tree import publish_initiative
from tests.support.pages import queries, text
from tests.support.plan import AT, People, Programme, make_user

pytestmark = pytest.mark.django_db

TREE, GROUPS = "/en/strategi/", "/en/pokja/"
WORK, WORK_GROUPS = "/en/kerja/strategi/", "/en/kerja/pokja/"


def published(programme: Programme, strategy: Strategy | None = None) -> Initiative:
    initiative = programme.complete(strategy)
    return publish_initiative(initiative=initiative, by=programme.people.lestari, at=AT)


class TestPublic:
    def test_the_tree_counts_and_shows_what_is_published(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        shown = published(programme)
        hidden = programme.draft(shown.strategy, name_en="Secret plan")
        page = text(client, TREE)
        assert "1 pillar, 1 strategy, 1 initiative." in page
        assert shown.name_en in page
        assert "Secret plan" not in page
        assert "Secret plan" not in text(client, f"{TREE}pilar/1/")
        client.force_login(people.bagas)
        assert "1 pillar, 1 strategy, 2 initiatives." in text(client, TREE)
        assert hidden.name_en in text(client, f"{TREE}pilar/1/")

    def test_an_initiative_says_why_it_exists_who_leads_it_and_what_carries_it(
        self, client: Client, programme: Programme
    ) -> None:
        initiative = published(programme)
        action = programme.action(initiative=initiative, name_en="Rain tanks")
        Action.objects.filter(pk=action.pk).update(is_published=True)
        programme.action(initiative=initiative, name_en="Not public yet")
        page = text(client, f"{TREE}inisiatif/{initiative.code}/")
        for words in ("Focus 1", "Answers the need", str(initiative.lead), "Rain tanks"):
            assert words in page
        assert "Not public yet" not in page

    def test_a_focus_area_that_is_not_published_is_no_public_reason(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        initiative = published(programme)
        initiative.focus_area_links.get().focus_area.__class__.objects.update(is_published=False)
        url = f"{TREE}inisiatif/{initiative.code}/"
        assert "Answers the need" not in text(client, url)
        client.force_login(people.sari)
        assert "Answers the need" in text(client, url)

    def test_what_a_quoted_source_leaves_open_is_said_and_not_filled_in(
        self, client: Client, programme: Programme
    ) -> None:
        initiative = programme.draft(provenance="quoted", source="RISPAM 2018")
        publish_initiative(initiative=initiative, by=programme.people.lestari, at=AT)
        page = text(client, f"{TREE}inisiatif/{initiative.code}/")
        assert "The source does not say which focus area" in page
        assert "RISPAM 2018" in page

    @pytest.mark.parametrize("path", ["strategi/inisiatif/1.1.1/", "strategi/inisiatif/9.9.9/"])
    def test_strangers_find_no_drafts(
        self, client: Client, people: People, programme: Programme, path: str
    ) -> None:
        programme.draft()
        assert client.get(f"/en/{path}").status_code == 404
        client.force_login(people.mitra)
        assert client.get(f"/en/{path}").status_code == 404

    def test_codes_belong_to_the_current_cycle(self, client: Client, programme: Programme) -> None:
        older = published(programme)
        newer = Programme(programme.people, slug="2020")
        newer.cycle.planned_start = "2020-01-01"
        newer.cycle.planned_end = "2020-12-31"
        newer.cycle.save()
        assert client.get(older.get_absolute_url()).status_code == 404
        assert "The strategy is not published yet" in text(client, TREE)

    def test_a_group_shows_roles_and_answers_but_names_only_by_consent(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        group = programme.group()
        kampus = programme.organization(name="Kampus Kita")
        quiet = programme.member(programme.person(kampus, name="Pak Diam"))
        add_member(group=group, membership=quiet, role="coordinator", by=people.sari, at=AT)
        question = ask_question(group=group, text_en="How deep is the well?", by=people.sari, at=AT)
        answer_question(
            question=question, answer_en="Nine metres", source="Survey 2015", by=people.sari, at=AT
        )
        page = text(client, group.get_absolute_url())
        for words in ("Kampus Kita", "Coordinator", "How deep is the well?", "Nine metres", "Survey 2015"):
            assert words in page
        assert "Pak Diam" not in page
        client.force_login(people.sari)
        assert "Pak Diam" in text(client, group.get_absolute_url())
        assert "1 of 1 questions answered" in text(client, GROUPS)

    def test_a_group_of_an_unpublished_focus_area_is_open_to_its_members(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        group, member = programme.group(programme.focus_area(is_published=False)), make_user("Anggota")
        membership = programme.member(programme.person(user=member))
        add_member(group=group, membership=membership, by=people.sari, at=AT)
        url = group.get_absolute_url()
        assert client.get(url).status_code == 404
        assert group.name_en not in text(client, GROUPS)
        client.force_login(member)
        assert client.get(url).status_code == 200
        assert "Work on this group" not in text(client, url)

    def test_an_empty_installation_says_so(self, client: Client) -> None:
        assert "The strategy is not published yet" in text(client, TREE)
        assert "No working group yet" in text(client, GROUPS)
        assert client.get(f"{TREE}pilar/1/").status_code == 404

    def test_pages_take_as_many_queries_with_fifty_rows_as_with_one(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        first = published(programme)
        group = programme.group()

        def add() -> None:
            strategy = programme.strategy(first.strategy.pillar)
            row = published(programme, strategy)
            Action.objects.filter(pk=programme.action(initiative=row).pk).update(is_published=True)
            Action.objects.filter(pk=programme.action(initiative=first).pk).update(is_published=True)
            first.drivers.add(programme.drivers[0])
            first.hazards.add(programme.hazard())
            add_member(group=group, membership=programme.member(), by=people.sari, at=AT)
            ask_question(group=group, text_en="What?", by=people.sari, at=AT)
            programme.group()

        urls = (TREE, f"{TREE}pilar/1/", first.get_absolute_url(), GROUPS, group.get_absolute_url())
        add()
        before = [queries(client, url) for url in urls]
        for _ in range(49):
            add()
        assert [queries(client, url) for url in urls] == before


class TestWorkOnTheTree:
    @pytest.mark.parametrize(
        ("path", "allowed"),
        [
            ("", {"sari", "lestari", "bagas", "ani"}),
            ("pilar/baru/", {"sari", "lestari"}),
            ("pilar/1/", {"sari", "lestari"}),
            ("pilar/1/strategi-baru/", {"sari", "lestari"}),
            ("strategi/1.1/", {"sari", "lestari"}),
            ("inisiatif/baru/", {"sari", "lestari"}),
            ("inisiatif/1.1.1/", {"sari", "lestari", "bagas", "ani"}),
            ("inisiatif/1.1.1/alasan/", {"sari", "lestari"}),
        ],
    )
    def test_who_may_open_which_page(
        self, client: Client, people: People, programme: Programme, path: str, allowed: set[str]
    ) -> None:
        programme.draft()
        assert client.get(WORK + path).status_code == 302
        for name in ("sari", "lestari", "bagas", "ani", "mitra"):
            client.force_login(getattr(people, name))
            assert client.get(WORK + path).status_code == (200 if name in allowed else 403), name

    def test_a_tree_is_built_from_the_first_pillar_to_a_published_initiative(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        client.force_login(people.sari)
        branch = {"number": 1, "name_id": "Air", "name_en": "Water", "provenance": "office"}
        assert client.post(f"{WORK}pilar/baru/", branch).status_code == 302
        assert client.post(f"{WORK}pilar/1/strategi-baru/", branch).status_code == 302
        assert client.post(f"{WORK}pilar/1/", branch | {"name_en": "Waters"}).status_code == 302
        assert client.post(f"{WORK}strategi/1.1/", branch | {"name_id": "Hujan"}).status_code == 302
        strategy = Strategy.objects.get(code="1.1")
        assert (strategy.name_ind, strategy.pillar.name_en) == ("Hujan", "Waters")
        values = {
            "strategy": strategy.pk,
            "number": 1,
            "name_id": "Panen hujan",
            "drivers": [driver.pk for driver in programme.drivers],
            "provenance": "office",
        }
        assert client.post(f"{WORK}inisiatif/baru/", values).status_code == 302
        page = text(client, f"{WORK}inisiatif/1.1.1/")
        for gap in (
            "Translate:",
            "Link the focus area that it answers.",
            "Name the organisation that leads it.",
        ):
            assert gap in page
        lead, focus_area = programme.organization(), programme.focus_area()
        change = values | {"name_en": "Rain harvest", "lead": lead.pk, "time_frame": "short"}
        assert client.post(f"{WORK}inisiatif/1.1.1/", change).status_code == 302
        reason = {"focus_area": focus_area.pk, "reason_id": "Air langka", "reason_en": "Water is scarce"}
        assert client.post(f"{WORK}inisiatif/1.1.1/alasan/", reason).status_code == 302
        assert "The CRO lead publishes it." in text(client, f"{WORK}inisiatif/1.1.1/")
        publish = reverse("strategy:work_initiative_publish", args=["1.1.1"])
        assert client.post(publish).status_code == 403
        client.force_login(people.lestari)
        assert publish.split("/", 2)[2] in text(client, f"{WORK}inisiatif/1.1.1/")
        assert client.post(publish).status_code == 302
        initiative = Initiative.objects.get()
        assert initiative.status == InitiativeStatus.PUBLISHED
        assert publish.split("/", 2)[2] not in text(client, f"{WORK}inisiatif/1.1.1/")
        assert set(initiative.drivers.all()) == set(programme.drivers)

    def test_publishing_with_gaps_says_what_is_missing(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        programme.draft()
        client.force_login(people.lestari)
        publish = reverse("strategy:work_initiative_publish", args=["1.1.1"])
        response = client.post(publish, follow=True, headers={"accept-language": "en"})
        assert Initiative.objects.get().status == InitiativeStatus.DRAFT
        assert response.redirect_chain
        assert Initiative.objects.get().publication_gaps()[0].code in ("no_focus_area", "no_lead")

    def test_a_number_that_is_taken_answers_422_and_keeps_what_was_typed(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        programme.pillar(1)
        client.force_login(people.sari)
        branch = {"number": 1, "name_id": "Air yang diketik", "provenance": "office"}
        response = client.post(f"{WORK}pilar/baru/", branch)
        assert response.status_code == 422
        page = response.content.decode()
        assert "Another pillar has this number." in page
        assert "Air yang diketik" in page
        assert Pillar.objects.count() == 1

    def test_a_link_is_taken_away_again(self, client: Client, people: People, programme: Programme) -> None:
        initiative = programme.complete()
        link = initiative.focus_area_links.get()
        url = reverse("strategy:work_initiative_unlink", args=[initiative.code, link.pk])
        client.force_login(people.bagas)
        assert client.post(url).status_code == 403
        client.force_login(people.sari)
        assert client.get(url).status_code == 405
        assert client.post(url).status_code == 302
        assert not initiative.focus_area_links.exists()

    def test_leadership_reads_an_initiative_but_cannot_save_it(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        programme.draft()
        client.force_login(people.bagas)
        assert "<textarea" not in text(client, f"{WORK}inisiatif/1.1.1/")
        assert client.post(f"{WORK}inisiatif/1.1.1/", {"name_id": "x"}).status_code == 403

    def test_work_pages_take_as_many_queries_with_fifty_rows_as_with_one(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        client.force_login(people.sari)
        programme.complete()

        def add() -> None:
            programme.action(initiative=programme.complete())

        urls = (WORK, f"{WORK}inisiatif/1.1.1/", f"{WORK}inisiatif/baru/")
        add()
        before = [queries(client, url) for url in urls]
        for _ in range(49):
            add()
        assert [queries(client, url) for url in urls] == before


class TestWorkOfTheGroups:
    @pytest.mark.parametrize(
        ("path", "allowed"),
        [
            ("", {"sari", "lestari", "bagas", "ani"}),
            ("baru/", {"sari", "lestari"}),
            ("fokus-1/", {"sari", "lestari", "koor"}),
            ("fokus-1/anggota/", {"sari", "lestari", "koor"}),
            ("fokus-1/pertanyaan/", {"sari", "lestari", "koor"}),
            ("fokus-1/pertanyaan/1/", {"sari", "lestari", "koor"}),
            ("fokus-2/", {"sari", "lestari"}),
        ],
    )
    def test_who_may_open_which_page(
        self, client: Client, people: People, programme: Programme, path: str, allowed: set[str]
    ) -> None:
        group = programme.group()
        programme.group()
        ask_question(group=group, text="Berapa?", by=people.sari, at=AT)
        coordinator = make_user("Koor")
        membership = programme.member(programme.person(user=coordinator))
        add_member(group=group, membership=membership, role="coordinator", by=people.sari, at=AT)
        assert client.get(WORK_GROUPS + path).status_code == 302
        users = {name: getattr(people, name) for name in ("sari", "lestari", "bagas", "ani", "mitra")}
        for name, user in (users | {"koor": coordinator}).items():
            client.force_login(user)
            assert client.get(WORK_GROUPS + path).status_code == (200 if name in allowed else 403), name

    def test_a_group_is_formed_filled_and_answers(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        focus_area = programme.focus_area()
        fits, other = programme.member(expertise=["9"]), programme.member(expertise=["2"])
        client.force_login(people.sari)
        values = {"focus_area": focus_area.pk, "name_id": "Pokja Air", "provenance": "office"}
        assert client.post(f"{WORK_GROUPS}baru/", values).status_code == 302
        here = f"{WORK_GROUPS}fokus-1/"
        page = text(client, f"{here}anggota/?expertise=9")
        assert f'value="{fits.pk}"' in page
        assert f'value="{other.pk}"' not in page
        chosen = {"membership": fits.pk, "role": "coordinator"}
        assert client.post(f"{here}anggota/", chosen).status_code == 302
        assert client.post(f"{here}pertanyaan/", {"text_id": "Berapa?"}).status_code == 302
        assert client.post(f"{here}pertanyaan/1/", {"answer_id": "Tujuh"}).status_code == 422
        answer = {"answer_id": "Tujuh", "source": "Survei"}
        assert client.post(f"{here}pertanyaan/1/", answer).status_code == 302
        assert client.post(f"{here}pertanyaan/1/", answer).status_code == 422
        assert client.get(f"{here}pertanyaan/1/").status_code == 409
        assert OpenQuestion.objects.get().answer_ind == "Tujuh"
        assert client.post(here, values | {"name_en": "Water"}).status_code == 302
        group = WorkingGroup.objects.get()
        assert group.name_en == "Water"
        remove = reverse("strategy:work_group_member_remove", args=["fokus-1", group.members.get().pk])
        assert client.post(remove).status_code == 302
        assert not group.members.exists()

    def test_a_coordinator_is_not_offered_what_only_the_office_may_do(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        group, coordinator = programme.group(), make_user("Koor")
        membership = programme.member(programme.person(user=coordinator))
        boss = add_member(group=group, membership=membership, role="coordinator", by=people.sari, at=AT)
        client.force_login(coordinator)
        assert 'value="coordinator"' not in text(client, f"{WORK_GROUPS}fokus-1/anggota/")
        remove = reverse("strategy:work_group_member_remove", args=["fokus-1", boss.pk])
        assert remove.split("/", 2)[2] not in text(client, f"{WORK_GROUPS}fokus-1/")
        assert client.post(remove).status_code == 403

    def test_work_pages_take_as_many_queries_with_fifty_rows_as_with_one(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        client.force_login(people.sari)
        group = programme.group()

        def add() -> None:
            add_member(group=group, membership=programme.member(), by=people.sari, at=AT)
            programme.member()
            ask_question(group=group, text_en="What?", by=people.sari, at=AT)
            programme.group()

        urls = (WORK_GROUPS, f"{WORK_GROUPS}fokus-1/", f"{WORK_GROUPS}fokus-1/anggota/")
        add()
        before = [queries(client, url) for url in urls]
        for _ in range(49):
            add()
        assert [queries(client, url) for url in urls] == before


class TestWhatACoordinatorSees:
    """A coordinator without a role in the office works with the own group, not with everybody's data."""

    @pytest.fixture
    def coordinator(self, programme: Programme) -> User:
        account = make_user("Koordinator")
        membership = programme.member(programme.person(user=account))
        group = programme.group()
        who = {"by": programme.people.sari, "at": AT}
        add_member(group=group, membership=membership, role="coordinator", **who)
        own = programme.member(
            programme.person(programme.organization(name="Kampus"), name="Rekan Sekelompok")
        )
        add_member(group=group, membership=own, **who)
        return account

    def test_the_choice_names_nobody_who_did_not_agree_and_no_hidden_organisation(
        self, client: Client, people: People, programme: Programme, coordinator: User
    ) -> None:
        open_one, hidden = (
            programme.organization(name="Terbuka"),
            programme.organization(name="Tertutup", is_published=False),
        )
        programme.member(programme.person(open_one, name="Bu Setuju", agreed_to_be_named=True))
        programme.member(programme.person(open_one, name="Pak Diam"))
        programme.member(programme.person(hidden, name="Bu Rahasia"))
        url = "/en/kerja/pokja/fokus-1/anggota/"
        client.force_login(coordinator)
        page = text(client, url)
        assert "Terbuka – Bu Setuju" in page
        assert "Terbuka (Member)" in page
        for name in ("Pak Diam", "Bu Rahasia", "Tertutup"):
            assert name not in page
        client.force_login(people.sari)
        page = text(client, url)
        assert "Pak Diam" in page
        assert "Tertutup" in page

    def test_a_hidden_member_cannot_be_chosen_by_its_number(
        self, client: Client, programme: Programme, coordinator: User
    ) -> None:
        hidden = programme.member(programme.person(programme.organization(is_published=False)))
        client.force_login(coordinator)
        response = client.post(
            "/en/kerja/pokja/fokus-1/anggota/", {"membership": hidden.pk, "role": "member"}
        )
        assert response.status_code == 422

    def test_the_own_group_is_known_by_name(self, client: Client, coordinator: User) -> None:
        client.force_login(coordinator)
        assert "Rekan Sekelompok" in text(client, "/en/kerja/pokja/fokus-1/")

    def test_who_left_the_forum_is_not_offered(
        self, client: Client, people: People, programme: Programme, coordinator: User
    ) -> None:
        gone = programme.member(programme.person(name="Sudah Pergi"))
        leave_forum(membership=gone, until=date(2015, 12, 31), by=people.sari, at=AT)
        client.force_login(people.sari)
        assert "Sudah Pergi" not in text(client, "/en/kerja/pokja/fokus-1/anggota/")

    def test_members_are_suggested_with_their_reasons_and_added_by_one_button(
        self, client: Client, people: People, programme: Programme, coordinator: User
    ) -> None:
        assert programme.drivers
        knows = programme.member(
            programme.person(programme.organization(name="Ahli", sector="private")), expertise=["1"]
        )
        client.force_login(people.sari)
        page = text(client, "/en/kerja/pokja/fokus-1/anggota/?expertise=1")
        assert "knows: Penggerak 1" in page
        assert "this sector is not in the group yet: Private sector" in page
        response = client.post("/en/kerja/pokja/fokus-1/anggota/", {"membership": knows.pk, "role": "member"})
        assert response.status_code == 302
        assert "knows: Penggerak 1" not in text(client, "/en/kerja/pokja/fokus-1/anggota/?expertise=1")

    def test_a_hidden_organisation_is_not_named_on_the_public_page_of_the_group(
        self, client: Client, people: People, programme: Programme, coordinator: User
    ) -> None:
        group = programme.group()
        hidden = programme.member(
            programme.person(programme.organization(name="Tertutup", is_published=False))
        )
        add_member(group=group, membership=hidden, by=people.sari, at=AT)
        page = text(client, group.get_absolute_url())
        assert "Tertutup" not in page
        assert "an organisation without a public page (Government)" in page
