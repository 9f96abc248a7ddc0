"""Paper and workshops in real browsers: keyed without a mouse, answered in a room."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import APIRequestContext, Page, expect

from tests.e2e.conftest import City
from tests.e2e.test_pages import serious, sideways

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

STAFF, LEAD = "staf.cro@contoh.semarang", "ketua.cro@contoh.semarang"
WORK = "/id/kerja/survei/persepsi-ketahanan-2026"
PHONE = {"width": 360, "height": 740}
MOST_STEPS = 120
numbers = count(7001)


def key_a_sheet(page: Page, *keys: str) -> None:
    """Number, then one key for each answer, then Enter for whatever is left blank, up to the review."""
    expect(page.locator("form.keying--live")).to_be_visible()  # keys before that are lost, as in any program
    for key in keys:
        page.keyboard.press(key)
    for _step in range(MOST_STEPS):
        if page.locator("[data-keying-end].is-current").count():
            return
        page.keyboard.press("Enter")
    raise AssertionError("the sheet has no end")


def test_paper_is_printed_and_keyed_without_a_mouse(city: City, log_in: Callable[..., Page]) -> None:
    page = log_in(STAFF)
    page.goto(city.url(f"{WORK}/kertas/"))
    page.locator("form.paper-request button").click()
    file = page.locator("#formulir .download__link").first
    expect(file).to_be_visible(timeout=60_000)
    pdf = page.request.get(city.url(file.get_attribute("href") or ""))
    assert pdf.body().startswith(b"%PDF-")

    page.goto(city.url(f"{WORK}/kertas/isi/"))
    for sheet in range(5):
        number = str(next(numbers))
        if sheet:
            expect(page.locator("#id_number")).to_have_value(number)  # the next number stands there already
        else:
            expect(page.locator("form.keying--live")).to_be_visible()
            page.keyboard.type(number)
        key_a_sheet(page, "Enter", "5", "1", "2", "ArrowLeft", "3", "9", "1")
        # 9 is on no driver: the page says so and stays; the arrow went back and 3 replaced the 2.
        expect(page.locator("#id_q_driver-01")).to_have_value("3")
        expect(page.locator("#id_q_driver-02")).to_have_value("1")
        page.keyboard.press("Enter")
        expect(page.locator(".messages")).to_contain_text(number)

    page.locator("#id_number").fill("7001")
    key_a_sheet(page, "Enter", "5", "1", "2")
    page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_contain_text("7001")
    assert page.locator("#id_number").is_visible(), "the field in question stands there"
    assert serious(page) == []

    page.goto(city.url(f"{WORK}/kertas/"))
    page.locator('form[action$="/hitung/"]').locator("xpath=ancestor::details").locator("summary").click()
    page.locator('form[action$="/hitung/"] button[type=submit]').click()
    expect(page.locator(".messages")).to_contain_text("5")
    expect(page.locator("#tabel-lembar, .data-table").first).to_contain_text("7001")
    assert serious(page) == []


def test_a_draft_of_a_sheet_survives_a_closed_window(city: City, log_in: Callable[..., Page]) -> None:
    page = log_in(LEAD)
    page.goto(city.url(f"{WORK}/kertas/isi/"))
    expect(page.locator("form.keying--live")).to_be_visible()
    page.keyboard.type("8001")
    for key in ("Enter", "5", "1", "2"):
        page.keyboard.press(key)
    page.wait_for_function("() => Object.keys(localStorage).some(key => key.startsWith('draft:'))")
    again = page.context.new_page()
    page.close(run_before_unload=False)
    again.goto(city.url(f"{WORK}/kertas/isi/"))
    again.locator(".draft-note button").first.click()
    expect(again.locator("#id_q_driver-01")).to_have_value("2")


def quiet_phone(city: City, page: Page, code: str) -> Callable[[str, dict[str, str]], int]:
    """A phone without a screen: joins, and answers by the same requests as the others."""
    web: APIRequestContext = page.request
    room = city.url(f"/id/lokakarya/{code}/")

    def send(address: str, data: dict[str, str]) -> int:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', web.get(room).text())
        assert token
        form = data | {"csrfmiddlewaretoken": token[1]}
        return web.post(address, form=form, headers={"Referer": room}, max_redirects=0).status

    assert send(room, {"sector": "community", "district": ""}) == 303
    return lambda key, answers: send(f"{room}jawab/", {"question": key} | answers)


def join(city: City, page: Page, code: str) -> None:
    """From the code on the wall into the room."""
    page.goto(city.url("/id/lokakarya/"))
    page.locator("#id_code").fill(code.lower())
    page.locator("main form button[type=submit]").click()
    assert sideways(page) is False
    assert serious(page) == []
    page.locator('input[name=sector][value="community"]').check()
    page.locator("main form button[type=submit]").click()
    expect(page.locator("#ruang[data-view=waiting]")).to_be_visible()
    assert serious(page) == []


def answer(page: Page, value: str) -> None:
    expect(page.locator(f'input[name="q_driver-01"][value="{value}"]')).to_be_attached(timeout=15_000)
    assert sideways(page) is False
    assert serious(page) == []
    page.locator(f'input[name="q_driver-01"][value="{value}"]').check()
    page.locator("main form button[type=submit]").click()
    expect(page.locator("#ruang .notice")).to_be_visible()
    expect(page.locator(f'input[name="q_driver-01"][value="{value}"]')).to_be_checked()


def test_a_room_answers_and_the_bars_grow(
    city: City, new_page: Callable[..., Page], log_in: Callable[..., Page]
) -> None:
    facilitator = log_in(STAFF)
    facilitator.goto(city.url(f"{WORK}/lokakarya/"))
    facilitator.locator("#id_name").fill("FGD Bandarharjo (contoh)")
    facilitator.locator("#siapkan form button[type=submit]").click()
    code = facilitator.locator(".lead-head__code").inner_text().strip()
    assert serious(facilitator) == []

    projector = new_page()
    projector.goto(city.url(f"/id/lokakarya/{code}/layar/"))
    expect(projector.locator(".stage__code")).to_have_text(code)
    assert serious(projector) == []

    phone, plain = new_page(viewport=PHONE), new_page(viewport=PHONE, java_script_enabled=False)
    join(city, phone, code)
    plain.goto(city.url(f"/id/lokakarya/{code}/"))
    plain.locator('input[name=sector][value="media"]').check()
    plain.locator("main form button[type=submit]").click()
    others = [quiet_phone(city, new_page(), code) for _ in range(10)]
    expect(projector.locator(".stage__joined")).to_contain_text("12", timeout=15_000)

    facilitator.locator('.lead-head__buttons form[action$="/buka/"] button').click()
    answer(phone, "3")
    plain.goto(city.url(f"/id/lokakarya/{code}/"))
    plain.locator('input[name="q_driver-01"][value="1"]').check()
    plain.locator("main form button[type=submit]").click()
    expect(projector.locator(".stage__state")).to_contain_text(re.compile(r"^\s*2\D+12"), timeout=15_000)
    assert projector.locator(".bars__fill").count() == 0, "not before ten have answered"
    assert [send("driver-01", {"q_driver-01": "2"}) for send in others] == [303] * 10
    expect(projector.locator(".bars__fill").first).to_be_attached(timeout=15_000)
    expect(projector.locator(".bars__title, .stage__state").first).to_be_visible()
    assert serious(projector) == []

    # The laptop is closed and opened again: everything is where it was.
    facilitator.goto(facilitator.url)
    facilitator.locator('.lead-head__buttons form[action$="/tutup/"] button').click()
    expect(projector.locator(".stage__state")).to_contain_text("n = 12", timeout=15_000)
    expect(phone.locator("#ruang[data-view=closed]")).to_be_visible(timeout=15_000)
    assert serious(phone) == []

    end = facilitator.locator('form[action$="/akhiri/"]')
    facilitator.locator("details", has=end).locator("summary").click()
    end.locator("button[type=submit]").click()
    expect(facilitator.locator(".stat").first).to_contain_text("12")
    expect(facilitator.locator(".bars__fill")).to_have_count(4)
    assert serious(facilitator) == []
    expect(phone.locator("#ruang[data-view=ended]")).to_be_visible(timeout=15_000)
    plain.reload()
    expect(plain.locator("#ruang[data-view=ended]")).to_be_visible()
