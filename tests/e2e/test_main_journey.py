"""The main journey, as five people live it: from an answer on a phone to a published assessment."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import City

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

STAFF, LEAD, ADMINISTRATOR = (f"{name}@contoh.semarang" for name in ("staf.cro", "ketua.cro", "admin"))
SURVEY = "persepsi-ketahanan-2026"
CLOSED_SURVEY = "persepsi-ketahanan-2015"  # findings rest on closed surveys only (docs/adr/0013)
PROPOSED_AREA = "contoh-panas-kota"
PHONE = {"width": 360, "height": 740}


def answer_on_a_phone(city: City, page: Page) -> str:
    """Open the printed link, answer, and come back with the receipt."""
    page.goto(city.url(city.survey_path))
    choose(page, "sector", "community")
    for number in range(1, 13):
        choose(page, f"q_driver-{number:02}", str(number % 3 + 1))
    choose(page, "q_hazard-rob_now", "4")
    choose(page, "q_hazard-rob_future", "5")
    while not page.locator("[data-to-review]").is_visible():  # the rest of the steps
        page.locator("[data-next]").click()
    page.locator("textarea[name=q_suggestion]").fill("Perbanyak taman di kampung (contoh).")
    page.locator("[data-to-review]").click()
    expect(page.locator("#periksa")).to_contain_text("Perbanyak taman")
    page.locator("form [data-send]").click()
    expect(page).to_have_url(re.compile(r"/id/survei/terima/"))
    receipt = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", page.locator("main").inner_text())
    assert receipt
    return receipt[0]


def choose(page: Page, name: str, value: str) -> None:
    """Tap the label of a choice, as a thumb does."""
    choice = page.locator(f'input[name="{name}"][value="{value}"]')
    choice.evaluate("choice => choice.labels[0].click()")
    expect(choice).to_be_checked()


def counted(page: Page, city: City) -> int:
    """How many answers the office sees."""
    page.goto(city.url(f"/id/kerja/survei/{SURVEY}/"))
    found = re.search(r"(\d+)\s+Jawaban masuk", page.locator("main").inner_text())
    assert found, page.locator("main").inner_text()
    return int(found[1])


def write_finding_from_chart(city: City, page: Page) -> str:
    """From the results to one chart, to a finding that cites it; returns its code."""
    page.goto(city.url(f"/id/survei/{CLOSED_SURVEY}/hasil/"))
    expect(page.locator("main svg").first).to_be_visible()
    page.goto(city.url(f"/id/survei/{CLOSED_SURVEY}/hasil/driver-09/"))
    page.get_by_role("link", name="Buat temuan dari grafik ini").click()
    page.locator("input[name=kind][value=weakness]").check()
    page.locator("#id_title_id").fill("Angkutan belum andal bagi warga")
    page.locator("#id_title_en").fill("Transport is not reliable for residents yet")
    page.locator("#id_statement_id").fill("Warga menilai komunikasi dan mobilitas masih lemah.")
    page.locator("#id_statement_en").fill("Residents rate communication and mobility as weak.")
    page.get_by_role("button", name="Simpan draf").click()
    code = page.url.rstrip("/").rsplit("/", 1)[1]
    assert re.fullmatch(r"T-\d{3}", code), page.url
    expect(page.locator("main")).to_contain_text("n =")
    return code


def step(page: Page, action: str, reason: str | None = None) -> None:
    """Carry out one of the steps below a heading: unfold it, give the reason, confirm."""
    form = page.locator(f'form[action$="/{action}/"]')
    if not form.locator("button[type=submit]").is_visible():
        page.locator("details", has=form).locator("summary").first.click()
    if reason:
        form.locator("textarea[name=reason]").fill(reason)
    form.locator("button[type=submit]").click()


def decide_finding(city: City, staff: Page, lead: Page, code: str) -> None:
    """The author submits; only somebody else can accept; then it is published and attached."""
    address = city.url(f"/id/kerja/temuan/{code}/")
    step(staff, "submit")
    expect(staff.locator("main")).to_contain_text("Menunggu keputusan")
    expect(staff.locator('form[action$="/accept/"]')).to_have_count(0)
    lead.goto(address)
    step(lead, "accept", "Didukung jawaban warga dan dua sumber lain.")
    expect(lead.locator("main")).to_contain_text("Diterima")
    step(lead, "publish")
    lead.goto(f"{address}fokus-area/")
    lead.locator("#id_focus_area").select_option(label="Panas perkotaan (contoh)")
    lead.locator("#id_reason_id").fill("Halte tanpa peneduh membuat angkutan ditinggalkan.")
    lead.locator("#id_reason_en").fill("Stops without shade make people give up on transport.")
    lead.locator("main form button[type=submit]").last.click()
    expect(lead.locator("main")).to_contain_text("Panas perkotaan (contoh)")


def select_area(city: City, page: Page, code: str) -> None:
    """Choose the focus area with a reason in both languages; without one it is not chosen."""
    page.goto(city.url(f"/id/kerja/fokus-area/{PROPOSED_AREA}/"))
    expect(page.locator("main")).to_contain_text(code)
    page.locator("#id_decision_0").check()
    page.locator("#id_reason_id").fill("Suhu kota naik dan warga memintanya.")
    page.locator("#id_reason_en").fill("The city grows hotter and residents ask for it.")
    page.get_by_role("button", name="Catat keputusan").click()
    expect(page.locator("main")).to_contain_text("Dipilih")


def request_pra(city: City, page: Page) -> str:
    """Request the PRA in Indonesian, watch it being set, and return the address of its file."""
    page.goto(city.url("/id/kerja/dokumen/"))
    page.locator("#id_kind").select_option("pra")
    page.locator("#id_language").select_option("id")
    page.locator("main form button[type=submit]").first.click()
    accept = page.locator("#id_accept_gaps")
    if accept.count():
        accept.check()
    page.locator('form[action$="/minta/"] button[type=submit]').click()
    link = page.locator('main a[href*="/dokumen/unduh/"]').first
    expect(link).to_be_visible(timeout=120_000)
    return link.get_attribute("href") or ""


def test_from_an_answer_on_a_phone_to_the_published_assessment(
    city: City, new_page: Callable[..., Page], log_in: Callable[..., Page]
) -> None:
    staff, lead = log_in(STAFF), log_in(LEAD)
    before = counted(staff, city)
    answer_on_a_phone(city, new_page(viewport=PHONE))
    assert counted(staff, city) == before + 1

    code = write_finding_from_chart(city, staff)
    decide_finding(city, staff, lead, code)
    select_area(city, lead, code)

    administrator, reader = log_in(ADMINISTRATOR), new_page()
    file = request_pra(city, administrator)
    assert reader.request.get(city.url(file)).status == 404, "not published yet"
    assert administrator.request.get(city.url(file)).body().startswith(b"%PDF-1.7")

    step(administrator, "terbitkan")
    reader.goto(city.url("/id/dokumen/"))
    expect(reader.locator(f'a[href="{file}"]').first).to_be_visible()
    published = reader.request.get(city.url(file))
    assert (published.status, published.headers["content-type"]) == (200, "application/pdf")
