"""A perception round from the question bank to a finding, as coordinator, residents and lead live it."""

import json
import re
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import City

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

STAFF, LEAD = "staf.cro@contoh.semarang", "ketua.cro@contoh.semarang"
PHONE = {"width": 360, "height": 740}
SLUG = "putaran-contoh"
SCALE, WORDS = "drainage-trust", "one-thing-to-change"


def press(page: Page, action: str) -> None:
    """Press the button of the form that leads to this address, unfolding it where it is folded."""
    form = page.locator(f'form[action$="{action}"]').first
    button = form.locator("button[type=submit]").first
    if not button.is_visible():
        page.locator("details", has=form).locator("summary").first.click()
    with page.expect_navigation():
        button.click()


def choose(page: Page, name: str, value: str) -> None:
    """Tap the label of a choice, as a thumb does."""
    choice = page.locator(f'input[name="{name}"][value="{value}"]')
    choice.evaluate("choice => choice.labels[0].click()")
    expect(choice).to_be_checked()


def build(city: City, page: Page) -> None:
    """A draft with one section and two questions of the bank, seen as a respondent before it opens."""
    page.goto(city.url("/id/kerja/survei/baru/"))
    for name, text in {
        "title_id": "Suara warga (contoh)",
        "title_en": "Residents' voice (example)",
        "introduction_id": "Apa yang Anda lihat di lingkungan Anda?",
        "introduction_en": "What do you see in your neighbourhood?",
        "opens_on": "2026-01-01",
        "closes_on": "2036-12-31",
    }.items():
        page.locator(f"[name={name}]").fill(text)
    page.locator("[name=start][value=empty]").check()
    page.locator("[name=slug]").fill(SLUG)
    page.locator("main form button[type=submit]").last.click()
    expect(page).to_have_url(re.compile(rf"/kerja/survei/{SLUG}/susun/"))
    page.goto(city.url(f"/id/kerja/survei/{SLUG}/susun/bagian/"))
    page.locator("[name=title_id]").fill("Lingkungan")
    page.locator("[name=title_en]").fill("Neighbourhood")
    page.locator("main form button[type=submit]").first.click()
    page.goto(city.url(f"/id/kerja/survei/{SLUG}/susun/dari-bank/"))
    for key in (SCALE, WORDS):
        page.locator(f'[name=question][value="{key}"]').check()
    page.locator("main form[method=post] button[type=submit]").last.click()
    expect(page.locator("main")).to_contain_text("menampung hujan lebat")
    page.goto(city.url(f"/id/kerja/survei/{SLUG}/pratinjau/formulir/"))
    expect(page.locator(f'input[name="q_{SCALE}"]').first).to_be_attached()


def open_with_link(city: City, page: Page) -> str:
    """Open the survey and make an open link; returns its token."""
    page.goto(city.url(f"/id/kerja/survei/{SLUG}/"))
    press(page, "/buka/")
    page.locator("input[name=kind][value=open]").check()
    page.locator("[name=label]").fill("Poster (contoh)")
    press(page, f"{SLUG}/tautan/")
    found = re.search(rf"/survei/{SLUG}/isi/([\w-]+)/", page.content())
    assert found, page.url
    return found[1]


def invite(city: City, page: Page, addresses: list[str]) -> None:
    """Two personal links by e-mail, from a pasted list."""
    page.goto(city.url(f"/id/kerja/survei/{SLUG}/undangan/daftar/"))
    page.locator("[name=text]").fill("\n".join(addresses))
    page.locator("[name=agreed]").check()
    page.locator("main form button[type=submit]").last.click()
    for address in addresses:
        expect(page.locator("main")).to_contain_text(address)
    press(page, "/undangan/kirim/")
    expect(page.locator("main")).to_contain_text(addresses[0])


def link_in_mail(folder: Path, address: str) -> str:
    """The path of the personal link in the letter to this address; waits for the worker."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        written = "".join(path.read_text(errors="replace") for path in folder.glob("*"))
        for text in written.replace("=\n", "").split("-" * 79):
            found = re.search(rf"(/id/survei/{SLUG}/isi/[\w-]+/)", text)
            if address in text and found:
                return found[1]
        time.sleep(0.2)
    raise AssertionError(f"no letter to {address}")


def answer_on_a_phone(city: City, page: Page, path: str, words: str) -> None:
    """Step by step to the receipt."""
    page.goto(city.url(path))
    choose(page, "sector", "community")
    page.locator("[data-next]").click()
    choose(page, f"q_{SCALE}", "2")
    page.locator(f"textarea[name=q_{WORDS}]").fill(words)
    page.locator("[data-to-review]").click()
    expect(page.locator("main")).to_contain_text(words)
    page.locator("[data-send]").click()
    expect(page).to_have_url(re.compile(r"/id/survei/terima/"))


def send_sheets(city: City, token: str, count: int) -> None:
    """Sheets through the open link, as a phone sends those that waited for a connection; each sent twice."""
    for number in range(count):
        sheet = {"sector": "government", "answers": {SCALE: number % 5 + 1}, "channel": "offline"}
        receipts = set()
        address = f"/api/v1/surveys/{SLUG}/responses/{uuid4()}/"
        for _again in range(2):
            request = urllib.request.Request(  # noqa: S310  our own loopback
                city.url(address),
                method="PUT",
                data=json.dumps(sheet).encode(),
                headers={"Content-Type": "application/json", "X-Survey-Token": token},
            )
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                receipts.add(json.load(answer)["receipt"])
        assert len(receipts) == 1


def read_open_answers(city: City, page: Page, expected: int) -> None:
    """Every text is read; one is hidden, the others are kept."""
    for number in range(expected):
        page.goto(city.url(f"/id/kerja/survei/{SLUG}/jawaban-terbuka/{WORDS}/lanjut/"))
        page.locator(f'[name=decision][value="{"hidden" if number == 0 else "kept"}"]').check()
        with page.expect_navigation():
            page.locator("main form[method=post] button[type=submit]").first.click()


def test_a_perception_round(city: City, log_in: Callable[..., Page], new_page: Callable[..., Page]) -> None:
    staff = log_in(STAFF)
    build(city, staff)
    token = open_with_link(city, staff)
    early, late = f"awal-{uuid4().hex[:6]}@example.org", f"akhir-{uuid4().hex[:6]}@example.org"
    invite(city, staff, [early, late])
    send_sheets(city, token, 7)

    resident = new_page(viewport=PHONE)
    answer_on_a_phone(city, resident, link_in_mail(city.mail, early), "Perbaiki saluran (contoh).")
    used = resident.request.get(city.url(link_in_mail(city.mail, early)))
    assert used.status == 409

    staff.goto(city.url(f"/id/kerja/survei/{SLUG}/"))
    press(staff, "/tutup/")
    late_link = link_in_mail(city.mail, late)
    assert resident.request.get(city.url(late_link)).status == 410
    staff.goto(city.url(f"/id/kerja/survei/{SLUG}/buka-lagi/"))
    staff.locator("[name=reason]").fill("Banyak warga belum sempat menjawab (contoh).")
    staff.locator("[name=closes_on]").fill("2036-12-30")
    staff.locator("main form button[type=submit]").last.click()
    expect(staff).to_have_url(re.compile(rf"/kerja/survei/{SLUG}/$"))
    answer_on_a_phone(city, resident, late_link, "Lampu jalan (contoh).")
    staff.goto(city.url(f"/id/kerja/survei/{SLUG}/"))
    press(staff, "/tutup/")

    read_open_answers(city, staff, 2)
    staff.goto(city.url(f"/id/kerja/survei/{SLUG}/"))
    press(staff, "/tinjau/")
    lead = log_in(LEAD)
    lead.goto(city.url(f"/id/kerja/survei/{SLUG}/"))
    press(lead, "/terbitkan/")

    resident.goto(city.url(f"/id/survei/{SLUG}/hasil/"))
    expect(resident.locator("main")).to_contain_text("9")
    results = resident.locator("main").inner_text()
    assert "Perbaiki saluran" not in results or "Lampu jalan" not in results  # one of them was hidden
    staff.goto(city.url(f"/id/survei/{SLUG}/hasil/{SCALE}/"))
    staff.get_by_role("link", name="Buat temuan dari grafik ini").click()
    expect(staff).to_have_url(re.compile(rf"survey={SLUG}.*question={SCALE}|question={SCALE}.*survey={SLUG}"))
