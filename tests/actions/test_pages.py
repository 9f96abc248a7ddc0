"""Pages of the action plan: one list shown three ways, and the steps of an action."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from actions.models import Action, ActionStatus
from actions.operations.actions import add_partner, finish_action, publish_action, start_action
from tests.support.pages import queries, text
from tests.support.plan import AT, People, Programme

pytestmark = pytest.mark.django_db

LIST, WORK = "/en/rencana-tindak-lanjut/", "/en/kerja/rencana/"


def published(programme: Programme, **fields: object) -> Action:
    action = programme.action(**fields)
    return publish_action(action=action, by=programme.people.lestari, at=AT)


class TestList:
    @pytest.mark.parametrize("view", ["", "?view=cards", "?view=status", "?view=nonsense"])
    def test_every_view_shows_what_is_published_and_counts_it(
        self, client: Client, people: People, programme: Programme, view: str
    ) -> None:
        published(programme, name_en="Rain tanks")
        programme.action(name_en="Not public yet")
        page = text(client, LIST + view)
        assert "Rain tanks" in page
        assert "Not public yet" not in page
        assert "<strong>1 action</strong>" in page
        client.force_login(people.bagas)
        page = text(client, LIST + view)
        assert "Not public yet" in page
        assert "<strong>2 actions</strong>" in page

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("?status=ongoing", {"Beta"}),
            ("?status=done", {"Gama"}),
            ("?pillar=2", {"Beta"}),
            ("?year=1", {"Alfa", "Beta"}),
            ("?year=2", {"Delta"}),
            ("?year=0", {"Gama"}),
            ("?theme=sampah", {"Alfa"}),
            ("?partner=mitra-a", {"Beta", "Gama"}),
            ("?q=alf", {"Alfa"}),
            ("?q=rtl-02", {"Beta"}),
            ("?pillar=1&year=2", set()),
            ("?status=x&pillar=99&year=77&theme=y&partner=z", {"Alfa", "Beta", "Gama", "Delta"}),
        ],
    )
    def test_filters_stand_in_the_address_and_may_be_combined(
        self, client: Client, people: People, programme: Programme, query: str, found: set[str]
    ) -> None:
        first, second = programme.draft(), programme.draft()
        partner = programme.organization(code="mitra-a")
        plan = {"planned_end": None}
        published(programme, name_en="Alfa", initiative=first, theme_id="Sampah", theme_en="Waste", **plan)
        beta = published(programme, name_en="Beta", initiative=second, **plan)
        gama = published(programme, name_en="Gama", lead=partner, **plan)
        published(programme, name_en="Delta", planned_start=date(2017, 6, 1), **plan)
        add_partner(action=beta, organization=partner, by=people.sari, at=AT)
        start_action(action=beta, on=date(2016, 5, 25), by=people.sari, at=AT)
        start_action(action=gama, on=date(2016, 1, 4), by=people.sari, at=AT)
        finish_action(action=gama, on=date(2016, 2, 4), by=people.sari, at=AT)
        page = text(client, LIST + query)
        assert {name for name in ("Alfa", "Beta", "Gama", "Delta") if f">{name}</a>" in page} == found
        if not found:
            assert "No action fits" in page

    def test_a_theme_keeps_its_address_in_the_other_language(
        self, client: Client, programme: Programme
    ) -> None:
        published(programme, theme_id="Sampah", theme_en="Waste")
        for prefix, label in (("/en/", "Waste"), ("/id/", "Sampah")):
            page = text(client, f"{prefix}rencana-tindak-lanjut/?theme=sampah")
            assert f'<option value="sampah" selected>{label}</option>' in page

    def test_switching_the_view_keeps_the_filters_and_filtering_keeps_the_view(
        self, client: Client, programme: Programme
    ) -> None:
        published(programme)
        page = text(client, f"{LIST}?status=planned&view=cards")
        assert "?status=planned&amp;view=table" in page
        assert '<input type="hidden" name="view" value="cards"' in page

    def test_actions_by_status_stand_with_what_has_run_first(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        published(programme, name_en="Later")
        done = published(programme, name_en="Finished")
        start_action(action=done, on=date(2016, 5, 25), by=people.sari, at=AT)
        finish_action(action=done, on=date(2016, 5, 26), by=people.sari, at=AT)
        page = text(client, f"{LIST}?view=status")
        assert page.index(">Finished</a>") < page.index(">Later</a>")

    def test_a_made_up_schedule_is_marked(self, client: Client, programme: Programme) -> None:
        action = published(programme, schedule_is_example=True)
        for url in (LIST, f"{LIST}?view=cards", f"{LIST}?view=status", action.get_absolute_url()):
            assert "this schedule was made up for the example" in text(client, url)

    def test_an_empty_plan_says_so(self, client: Client) -> None:
        assert "The action plan is not published yet" in text(client, LIST)
        assert "0 organisations" in text(client, f"{LIST}mitra/")

    def test_the_number_of_partners_is_counted(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        action = published(programme)
        for _ in range(3):
            add_partner(action=action, organization=programme.organization(), by=people.sari, at=AT)
        hidden = programme.action()
        add_partner(action=hidden, organization=programme.organization(), by=people.sari, at=AT)
        assert "3 organisations take part in published actions" in text(client, f"{LIST}mitra/")

    def test_pages_take_as_many_queries_with_fifty_rows_as_with_one(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        main = published(programme)

        def add() -> None:
            initiative, theme = programme.complete(), f"Tema {programme.numbers['organization']}"
            action = published(programme, initiative=initiative, theme_id=theme, theme_en=theme)
            for each in (action, main):
                add_partner(action=each, organization=programme.organization(), by=people.sari, at=AT)

        urls = (
            LIST,
            f"{LIST}?view=cards",
            f"{LIST}?view=status",
            f"{LIST}?status=planned&year=1",
            f"{LIST}mitra/",
            main.get_absolute_url(),
        )
        add()
        before = [queries(client, url) for url in urls]
        for _ in range(49):
            add()
        assert [queries(client, url) for url in urls] == before


class TestAction:
    def test_an_action_says_who_when_and_why(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        initiative = programme.complete()
        action = published(programme, initiative=initiative)
        partner = programme.organization(name="Kampus Kita")
        add_partner(
            action=action,
            organization=partner,
            role="research",
            commitment_en="Measures wells",
            by=people.sari,
            at=AT,
        )
        page = text(client, action.get_absolute_url())
        for words in (
            str(action.lead),
            "Kampus Kita",
            "Does research",
            "Measures wells",
            "1 July 2016",
            "Year 1",
        ):
            assert words in page
        assert initiative.name_en not in page  # not published
        client.force_login(people.sari)
        assert initiative.name_en in text(client, action.get_absolute_url())

    def test_late_is_said(self, client: Client, programme: Programme) -> None:
        assert "It was planned to end on 31 December 2016" in text(
            client, published(programme).get_absolute_url()
        )

    def test_strangers_find_no_drafts(self, client: Client, people: People, programme: Programme) -> None:
        url = programme.action().get_absolute_url()
        assert client.get(url).status_code == 404
        client.force_login(people.mitra)
        assert client.get(url).status_code == 404
        client.force_login(people.bagas)
        assert client.get(url).status_code == 200

    def test_a_partner_without_public_page_is_named_to_the_office_only(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        hidden = programme.organization(code="tersembunyi", name="Tanpa Halaman", is_published=False)
        url = published(programme, lead=hidden).get_absolute_url()
        for page in (url, "/en/rencana-tindak-lanjut/", "/en/rencana-tindak-lanjut/?view=cards"):
            shown = text(client, page)
            assert "Tanpa Halaman" not in shown
            assert "tersembunyi" not in shown
            assert "an organisation without a public page (Government)" in shown
        client.force_login(people.sari)
        assert "Tanpa Halaman" in text(client, url)


class TestWork:
    @pytest.mark.parametrize(
        ("path", "allowed"),
        [
            ("", {"sari", "lestari", "bagas", "ani"}),
            ("baru/", {"sari", "lestari"}),
            ("RTL-01/", {"sari", "lestari", "bagas", "ani"}),
            ("RTL-01/mulai/", {"sari", "lestari"}),
            ("RTL-01/selesai/", {"sari", "lestari"}),
            ("RTL-01/koreksi/", {"sari", "lestari"}),
            ("RTL-01/mitra/", {"sari", "lestari"}),
        ],
    )
    def test_who_may_open_which_page(
        self, client: Client, people: People, programme: Programme, path: str, allowed: set[str]
    ) -> None:
        programme.action()
        assert client.get(WORK + path).status_code == 302
        for name in ("sari", "lestari", "bagas", "ani", "mitra"):
            client.force_login(getattr(people, name))
            assert client.get(WORK + path).status_code == (200 if name in allowed else 403), name

    def test_an_action_goes_from_plan_to_done(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        lead, partner = programme.organization(), programme.organization()
        client.force_login(people.sari)
        values = {
            "name_id": "Tandon hujan",
            "name_en": "Rain tanks",
            "lead": lead.pk,
            "planned_start": "2016-07-01",
            "provenance": "office",
        }
        response = client.post(f"{WORK}baru/", values)
        assert response.headers["Location"] == f"{WORK}RTL-01/"
        here = f"{WORK}RTL-01/"
        assert client.post(here, values | {"planned_end": "2016-12-31"}).status_code == 302
        join = {"organization": partner.pk, "role": "funder", "provenance": "office"}
        assert client.post(f"{here}mitra/", join | {"commitment_id": "Dana"}).status_code == 302
        assert client.post(f"{here}selesai/", {"on": "2016-08-01"}).status_code == 422
        assert client.post(f"{here}mulai/", {"on": "2999-01-01"}).status_code == 422
        assert client.post(f"{here}mulai/", {"on": "2016-07-04"}).status_code == 302
        assert client.post(f"{here}selesai/", {"on": "2016-07-01"}).status_code == 422
        assert client.post(f"{here}selesai/", {"on": "2016-12-20"}).status_code == 302
        action = Action.objects.for_detail().get()
        assert (action.status, action.partners[0].commitment) == (ActionStatus.DONE, "Dana")
        assert client.post(f"{here}terbitkan/").status_code == 403
        client.force_login(people.lestari)
        assert client.post(f"{here}terbitkan/").status_code == 302
        action.refresh_from_db()
        assert action.is_published
        correction = {"actual_start": "2016-07-04", "reason": "Masih berjalan"}
        assert client.post(f"{here}koreksi/", {"actual_start": "2016-07-04"}).status_code == 422
        assert client.post(f"{here}koreksi/", correction).status_code == 302
        assert Action.objects.get().status == ActionStatus.ONGOING
        remove = reverse("actions:work_action_partner_remove", args=["RTL-01", action.partners[0].pk])
        assert client.post(remove).status_code == 302
        assert not Action.objects.get().partnerships.exists()

    def test_wrong_input_answers_422_and_keeps_what_was_typed(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        programme.action()
        client.force_login(people.sari)
        values = {
            "name_id": "Yang diketik",
            "planned_start": "2016-07-02",
            "planned_end": "2016-07-01",
            "provenance": "office",
        }
        response = client.post(f"{WORK}baru/", values)
        page = response.content.decode()
        assert response.status_code == 422
        assert "Yang diketik" in page
        assert "The planned end must not lie before the planned start." in page
        for code in ("rtl-2", "baru", "RTL-01"):
            response = client.post(f"{WORK}baru/", values | {"planned_end": "", "code": code})
            assert response.status_code == 422, code
        assert Action.objects.count() == 1

    def test_each_button_is_there_when_its_step_is_possible(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        action = programme.action()
        steps = {
            name: reverse(f"actions:work_action_{name}", args=[action.code]).split("/", 2)[2]
            for name in ("start", "finish", "correct", "publish", "partner")
        }

        def offered(name: str) -> set[str]:
            client.force_login(getattr(people, name))
            page = text(client, f"{WORK}{action.code}/")
            return {step for step, url in steps.items() if f'{url}"' in page}

        assert offered("bagas") == set()
        assert offered("sari") == {"start", "partner"}
        assert offered("lestari") == {"start", "partner", "publish"}
        start_action(action=action, on=date(2016, 5, 25), by=people.sari, at=AT)
        publish_action(action=action, by=people.lestari, at=AT)
        assert offered("lestari") == {"finish", "correct", "partner"}
        finish_action(action=action, on=date(2016, 5, 26), by=people.sari, at=AT)
        assert offered("lestari") == {"correct", "partner"}

    def test_a_new_action_may_be_proposed_for_an_initiative(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        initiative = programme.draft()
        client.force_login(people.sari)
        page = text(client, f"{WORK}baru/?initiative={initiative.code}")
        assert f'<option value="{initiative.pk}" selected>' in page

    def test_work_pages_take_as_many_queries_with_fifty_rows_as_with_one(
        self, client: Client, people: People, programme: Programme
    ) -> None:
        client.force_login(people.sari)
        main = programme.action()

        def add() -> None:
            add_partner(action=main, organization=programme.organization(), by=people.sari, at=AT)
            programme.action(initiative=programme.draft())

        urls = (WORK, f"{WORK}{main.code}/", f"{WORK}{main.code}/mitra/", f"{WORK}baru/")
        add()
        before = [queries(client, url) for url in urls]
        for _ in range(49):
            add()
        assert [queries(client, url) for url in urls] == before
