"""The main pages as people meet them: accessible, no wider than a phone, useful without JavaScript."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.conftest import City

pytestmark = pytest.mark.e2e

PUBLIC = (
    "/id/",
    "/id/tahapan/",
    "/id/forum/",
    "/id/forum/mitra/",
    "/id/forum/mitra/contoh-pemuda/",
    "/id/forum/pertemuan/",
    "/id/forum/pertemuan/lokakarya-persepsi-2015-08/",
    "/id/survei/",
    "/id/survei/persepsi-ketahanan-2015/",
    "/id/survei/persepsi-ketahanan-2015/hasil/",
    "/id/survei/persepsi-ketahanan-2015/hasil/driver-09/?sector=government",
    "/id/survei/persepsi-ketahanan-2015/perbandingan/",
    "/id/survei/persepsi-ketahanan-2015/pertentangan/",
    "/id/survei/persepsi-ketahanan-2015/putaran/",
    "/id/survei/persepsi-ketahanan-2014/hasil/",
    "/id/penilaian/",
    "/id/penilaian/temuan/",
    "/id/penilaian/guncangan-tekanan/",
    "/id/penilaian/aset/",
    "/id/fokus-area/",
    "/id/strategi/",
    "/id/strategi/inisiatif/1.1.1/",
    "/id/rencana-tindak-lanjut/",
    "/id/dokumen/",
    "/id/akun/login/",
    "/id/saya/tautan/",
)
STAFF = (
    "/id/kerja/",
    "/id/kerja/survei/",
    "/id/kerja/survei/persepsi-ketahanan-2015/analisis/",
    "/id/kerja/temuan/",
    "/id/kerja/temuan/baru/",
    "/id/kerja/fokus-area/",
    "/id/kerja/forum/",
    "/id/kerja/forum/baru/",
    "/id/kerja/forum/bappeda/",
    "/id/kerja/forum/orang/",
    "/id/kerja/forum/anggota/baru/",
    "/id/kerja/forum/duplikat/organisasi/",
    "/id/kerja/forum/pertemuan/",
    "/id/kerja/forum/pertemuan/lokakarya-persepsi-2015-08/",
    "/id/kerja/forum/pertemuan/lokakarya-persepsi-2015-08/hadir/",
    "/id/kerja/forum/kehadiran/",
    "/id/kerja/forum/kesepakatan/",
    "/id/kerja/forum/susunan/",
    "/id/kerja/forum/susunan/target/sector_expertise/",
    "/id/kerja/forum/saran/?field=9",
    "/id/kerja/strategi/",
    "/id/kerja/rencana/",
    "/id/kerja/dokumen/",
    "/id/kerja/surat/",
    "/id/kerja/forum/persetujuan/",
    "/id/kerja/forum/penghapusan/",
    "/id/kerja/survei/persepsi-ketahanan-2026/",
    "/id/kerja/survei/persepsi-ketahanan-2026/undangan/",
    "/id/kerja/survei/persepsi-ketahanan-2026/undangan/kuota/",
    "/id/kerja/survei/persepsi-ketahanan-2026/undangan/daftar/",
    "/id/kerja/survei/persepsi-ketahanan-2026/target/",
    "/id/saya/",
)
IMPACTS = {"serious", "critical"}
WINDOWS = [(1280, 800), (360, 740)]
axe = Axe()


def serious(page: Page) -> list[str]:
    found = axe.run(page).response["violations"]
    return [
        f"{page.url}: {violation['id']}: {node['html'][:160]}"
        for violation in found
        if violation["impact"] in IMPACTS
        for node in violation["nodes"]
    ]


def sideways(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def visit(page: Page, city: City, path: str) -> None:
    answer = page.goto(city.url(path))
    assert answer is not None
    assert answer.status == 200, f"{path} answered {answer.status}"
    assert page.locator("h1").count() == 1, f"{path} has {page.locator('h1').count()} main headings"


@pytest.mark.parametrize("viewport", WINDOWS, ids=["desk", "phone"])
def test_public_pages_are_accessible(city: City, page: Page, viewport: tuple[int, int]) -> None:
    problems: list[str] = []
    for path in (*PUBLIC, city.survey_path):
        visit(page, city, path)
        problems += serious(page)
        problems += [f"{path} scrolls sideways"] * sideways(page)
    assert problems == []


@pytest.mark.parametrize("viewport", WINDOWS, ids=["desk", "phone"])
def test_staff_pages_are_accessible(
    city: City, log_in: Callable[..., Page], viewport: tuple[int, int]
) -> None:
    problems: list[str] = []
    page = log_in("ketua.cro@contoh.semarang")
    for path in STAFF:
        visit(page, city, path)
        problems += serious(page)
        problems += [f"{path} scrolls sideways"] * sideways(page)
    assert problems == []


def test_public_pages_speak_english_too(city: City, page: Page) -> None:
    for path in PUBLIC:
        visit(page, city, path.replace("/id/", "/en/", 1))
        assert page.locator("html").get_attribute("lang") == "en"


def test_pages_work_without_javascript(
    city: City, new_page: Callable[..., Page], log_in: Callable[..., Page]
) -> None:
    """Everything that is read or sent is plain HTML; JavaScript only makes it more comfortable."""
    reader = new_page(java_script_enabled=False)
    for path in (*PUBLIC, city.survey_path):
        visit(reader, city, path)
        assert len(reader.locator("main").inner_text().strip()) > 40, f"{path} is empty without JavaScript"
    lead = log_in("ketua.cro@contoh.semarang", java_script_enabled=False)
    for path in STAFF:
        visit(lead, city, path)
        assert len(lead.locator("main").inner_text().strip()) > 40, f"{path} is empty without JavaScript"


def test_public_pages_weigh_little(city: City, new_page: Callable[..., Page]) -> None:
    """What a first visit to the home page moves (compression is the proxy's, in production)."""
    page = new_page()
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(int(response.headers.get("content-length", 0))))
    visit(page, city, "/id/")
    page.wait_for_load_state("networkidle")
    assert 0 < sum(sizes) <= 250_000, f"{sum(sizes)} bytes before compression"
