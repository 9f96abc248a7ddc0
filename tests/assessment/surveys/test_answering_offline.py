"""The form on a phone whose connection comes and goes: nothing is lost, nothing counts twice."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from rest_framework.response import Response as Answer

from assessment.models import Framework, Hazard, Response, Survey
from assessment.operations import surveys
from semarang_resilience.accounts.models import User
from semarang_resilience.api.v1.answering import ResponseView

from .answering import address, every_kind, link_to, make_wards, open_now
from .conftest import Link
from .test_answering_on_a_phone import fill_in, press, tap

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
DEVICE = "/id/survei/di-perangkat-ini/"
# What a browser writes down when there is no connection: the very thing these tests are about.
NO_CONNECTION = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "502 (Bad Gateway)", "410 (Gone)")
LATER_STORE = "is less than the existing version"  # met by a page of an earlier release
axe = Axe()


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


@pytest.fixture
def survey(draft: Survey, framework: Framework, hazards: list[Hazard], budi: User) -> Survey:
    make_wards()
    return open_now(draft, budi, every_kind(framework, hazards[1]))


@pytest.fixture
def link(survey: Survey, budi: User) -> Link:
    return link_to(survey, budi)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A phone of its own; whatever it complains of besides the missing connection fails the test."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="id-ID")
    context.set_default_timeout(15_000)
    complaints: list[str] = []
    context.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context
    context.close()
    assert [
        line for line in complaints if not any(known in line for known in (*NO_CONNECTION, LATER_STORE))
    ] == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def open_and_keep(page: Page, live_server: object, link: Link) -> None:
    """Open the form with a connection; it says when it works without one."""
    page.goto(f"{live_server}{address(link)}")
    expect(page.locator("[data-offline-ready]")).to_be_visible()


def send(page: Page) -> None:
    press(page, "to-review")
    press(page, "send")


def state(page: Page, name: str) -> Any:
    return page.locator(f'[data-sheets] [data-is="{name}"]')


def assert_accessible(page: Page) -> None:
    found = axe.run(page).response["violations"]
    assert [f"{row['id']}: {node['html'][:200]}" for row in found for node in row["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_sheet_of_a_phone_without_connection_is_counted_once(
    live_server: object, context: BrowserContext, page: Page, link: Link
) -> None:
    open_and_keep(page, live_server, link)
    context.set_offline(True)
    page.reload()
    expect(page.locator("h1")).to_contain_text("Persepsi warga")
    fill_in(page)
    send(page)
    expect(state(page, "waiting")).to_be_visible()
    expect(page.locator("[data-not-sent] h2")).to_be_focused()
    assert_accessible(page)

    page.reload()  # still without a connection: it waits
    expect(state(page, "waiting")).to_be_visible()
    page.goto(f"{live_server}{DEVICE}")
    expect(state(page, "waiting")).to_be_visible()
    assert_accessible(page)
    assert not Response.objects.exists()

    context.set_offline(False)
    expect(state(page, "sent")).to_be_visible()
    row = Response.objects.get()
    assert (row.channel, row.texts) == ("offline", {"words": "Perbaiki saluran."})
    expect(state(page, "sent")).to_contain_text(row.receipt)
    page.reload()
    expect(state(page, "sent")).to_be_visible()
    assert Response.objects.count() == 1
    stored = page.evaluate(ALL_ROWS, "sheets")
    assert "Perbaiki" not in json.dumps(stored), "nothing of the answers stays on the device"
    assert link.token not in json.dumps(stored)


# Everything in one store of the device, whatever release made it.
ALL_ROWS = """store => new Promise((done, fail) => {
  const opening = indexedDB.open("survey-sheets");
  opening.onerror = () => fail(opening.error);
  opening.onsuccess = () => {
    const asked = opening.result.transaction(store).objectStore(store).getAll();
    asked.onsuccess = () => { opening.result.close(); done(asked.result); };
  };
})"""


def test_several_people_answer_one_after_another_without_a_connection(
    live_server: object, context: BrowserContext, page: Page, link: Link
) -> None:
    open_and_keep(page, live_server, link)
    context.set_offline(True)
    for words in ("Satu", "Dua"):
        fill_in(page)
        page.locator("textarea[name=q_words]").fill(words)
        send(page)
        expect(page.locator("[data-not-sent]")).to_be_visible()
        page.locator("[data-again]").click()
        assert page.locator("textarea[name=q_words]").input_value() == ""
    expect(state(page, "waiting")).to_have_count(2)
    context.set_offline(False)
    expect(state(page, "sent")).to_have_count(2)
    assert sorted(row.texts["words"] for row in Response.objects.all()) == ["Dua", "Satu"]


def test_a_reply_that_was_lost_does_not_count_the_sheet_twice(
    live_server: object, page: Page, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server has committed, the answer never arrives; the device asks again under the same id."""
    take_in, lost = ResponseView.put, []

    def losing(self: ResponseView, request: Any, code: str, uuid: str) -> Answer:
        answer = take_in(self, request, code, uuid)
        lost.append(answer.status_code)
        return Answer({}, status=502) if len(lost) == 1 else answer

    monkeypatch.setattr(ResponseView, "put", losing)
    page.goto(f"{live_server}{address(link)}")
    fill_in(page)
    send(page)
    expect(state(page, "waiting")).to_be_visible()
    assert Response.objects.count() == 1
    page.locator("[data-sheets] [data-send]").click()
    expect(state(page, "sent")).to_contain_text(Response.objects.get().receipt)
    assert lost == [201, 200]
    assert Response.objects.count() == 1


def test_a_survey_that_closed_meanwhile_says_so_and_the_office_takes_the_file_in(
    live_server: object,
    context: BrowserContext,
    page: Page,
    link: Link,
    survey: Survey,
    budi: User,
    client: Client,
) -> None:
    open_and_keep(page, live_server, link)
    context.set_offline(True)
    fill_in(page)
    send(page)
    expect(state(page, "waiting")).to_be_visible()
    surveys.close_survey(survey=survey, by=budi, at=timezone.now())
    context.set_offline(False)
    expect(state(page, "closed")).to_be_visible()
    assert_accessible(page)
    with page.expect_download() as download:
        state(page, "closed").locator("[data-file]").click()
    assert not Response.objects.exists()

    client.force_login(budi)
    with download.value.path().open("rb") as file:
        shown = client.post(reverse("assessment:work_survey_file", args=["persepsi"]), {"file": file})
    content = shown.content.decode().split('name="content" value="')[1].split('"')[0]
    client.post(reverse("assessment:work_survey_file_take_in", args=["persepsi"]), {"content": content})
    assert Response.objects.get().texts == {"words": "Perbaiki saluran."}

    # The device asks once more and learns that its sheet has arrived: by its id, it is the same one.
    state(page, "closed").locator("[data-send]").click()
    expect(state(page, "sent")).to_contain_text(Response.objects.get().receipt)
    assert Response.objects.count() == 1


def test_a_hotspot_s_login_page_is_no_answer_of_ours(
    live_server: object, context: BrowserContext, page: Page, link: Link
) -> None:
    page.goto(f"{live_server}{address(link)}")
    fill_in(page)
    context.route("**/api/v1/**", lambda route: route.fulfill(status=200, body="<h1>Wi-Fi</h1>"))
    send(page)
    expect(state(page, "waiting")).to_be_visible()
    context.unroute("**/api/v1/**")
    page.locator("[data-sheets] [data-send]").click()
    expect(state(page, "sent")).to_be_visible()
    assert Response.objects.count() == 1


def test_a_form_in_the_other_language_opens_without_a_connection_too(
    live_server: object, context: BrowserContext, page: Page, link: Link
) -> None:
    open_and_keep(page, live_server, link)
    tap(page, "sector", "media")
    context.set_offline(True)
    page.locator("button[name=language]").click()
    page.wait_for_url(f"**{address(link, 'en')}*")
    expect(page.locator("h1")).to_contain_text("Residents' perception")
    expect(page.locator('input[name="sector"][value="media"]')).to_be_checked()


def test_the_form_of_a_survey_that_closed_is_not_offered_again_without_a_connection(
    live_server: object, context: BrowserContext, page: Page, link: Link, survey: Survey, budi: User
) -> None:
    open_and_keep(page, live_server, link)
    surveys.close_survey(survey=survey, by=budi, at=timezone.now())
    page.reload()
    page.wait_for_function(
        "async () => { for (const name of await caches.keys()) if (name.startsWith('survey-form:'))"
        " if (await (await caches.open(name)).match(location.pathname)) return false; return true; }"
    )
    context.set_offline(True)
    page.reload()
    expect(page.locator("[data-none]")).to_be_visible()


def test_a_form_that_was_never_opened_leads_to_the_list_of_the_device(
    live_server: object, context: BrowserContext, page: Page, link: Link, survey: Survey, budi: User
) -> None:
    open_and_keep(page, live_server, link)
    context.set_offline(True)
    page.goto(f"{live_server}{address(link_to(survey, budi))}")
    expect(page.locator("[data-device-sheets]")).to_be_visible()
    expect(page.locator("[data-none]")).to_be_visible()


# -- the store outlives releases
FIRST_RELEASE = """([name, rows]) => new Promise((done, fail) => {
  const opening = indexedDB.open("survey-sheets", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("sheets", { keyPath: "id" });
  opening.onerror = () => fail(opening.error);
  opening.onsuccess = () => {
    const change = opening.result.transaction("sheets", "readwrite");
    rows.forEach(row => change.objectStore("sheets").put(row));
    change.oncomplete = () => { opening.result.close(); done(); };
  };
})"""
LATER_RELEASE = """() => new Promise((done, fail) => {
  const opening = indexedDB.open("survey-sheets", 99);
  opening.onupgradeneeded = () => opening.result.createObjectStore("later", { keyPath: "id" });
  opening.onblocked = () => fail(new Error("blocked"));
  opening.onerror = () => fail(opening.error);
  opening.onsuccess = () => { opening.result.close(); done(); };
})"""


def waiting_row(link: Link) -> dict[str, Any]:
    return {
        "id": "5b1f3c1e-8a63-4a39-9d3f-0a3f2f6c7d10", "survey": "persepsi", "version": 2,
        "title": "Persepsi warga", "token": link.token, "pass": "", "state": "waiting", "language": "id",
        "sector": "media", "district": "",
        "answers": {"flooded": 2, "words": "Dari rilis pertama."}, "isLate": True,
    }  # fmt: skip


def test_a_new_release_of_the_store_wipes_nothing(live_server: object, page: Page, link: Link) -> None:
    page.goto(f"{live_server}/id/survei/")
    page.evaluate(FIRST_RELEASE, ["survey-sheets", [waiting_row(link)]])
    page.goto(f"{live_server}{address(link)}")
    expect(state(page, "sent")).to_be_visible()
    assert Response.objects.get().texts == {"words": "Dari rilis pertama."}


def test_a_page_of_an_earlier_release_reads_the_store_of_a_later_one(
    live_server: object, page: Page, context: BrowserContext, link: Link
) -> None:
    open_and_keep(page, live_server, link)
    context.set_offline(True)
    fill_in(page)
    send(page)
    expect(state(page, "waiting")).to_be_visible()
    page.evaluate(LATER_RELEASE)
    context.set_offline(False)
    page.goto(f"{live_server}{DEVICE}")
    expect(state(page, "sent")).to_be_visible()
    assert Response.objects.count() == 1


def test_a_new_release_of_the_worker_keeps_the_form(
    live_server: object, context: BrowserContext, page: Page, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other files, another worker: the form is still there when the connection is not."""
    open_and_keep(page, live_server, link)
    monkeypatch.setattr("assessment.views.survey_device._revision", lambda name: "next-release")
    page.evaluate("navigator.serviceWorker.getRegistration().then(worker => worker.update())")
    page.wait_for_function(
        "() => caches.open('survey-files-precache-v2-1').then(cache => cache.keys())"
        ".then(keys => keys.length && keys.every(key => !/static/.test(key.url) || /next/.test(key.url)))"
    )
    context.set_offline(True)
    page.reload()
    expect(page.locator("h1")).to_contain_text("Persepsi warga")
    fill_in(page)
    send(page)
    expect(state(page, "waiting")).to_be_visible()


def test_a_browser_without_a_store_sends_the_form_as_it_is(
    live_server: object, new_page: Callable[..., Page], link: Link
) -> None:
    page = new_page(viewport={"width": 360, "height": 740})
    page.add_init_script(
        "Object.defineProperty(window, 'indexedDB', { get() { throw new Error('private'); } })"
    )
    page.goto(f"{live_server}{address(link)}")
    fill_in(page)
    send(page)
    page.wait_for_url("**/survei/terima/**")
    assert Response.objects.get().texts == {"words": "Perbaiki saluran."}
