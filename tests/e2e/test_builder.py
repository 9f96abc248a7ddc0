"""A survey is built from the bank and looked at as on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import City

pytestmark = pytest.mark.e2e


@pytest.mark.viewport(360, 740)
def test_a_survey_is_built_from_the_bank_and_previewed_on_a_phone(
    city: City, log_in: Callable[..., Page]
) -> None:
    page = log_in("staf.cro@contoh.semarang")
    page.goto(city.url("/id/kerja/survei/baru/"))
    page.locator("#id_title_id").fill("Survei air dan peringatan (contoh)")
    page.locator("#id_title_en").fill("Water and warning survey (example)")
    page.locator("#id_opens_on").fill("2027-02-01")
    page.locator("#id_closes_on").fill("2036-12-31")
    page.locator("input[name=start][value=empty]").check()
    page.locator("main form button[type=submit]").first.click()
    expect(page).to_have_url(re.compile(r"/susun/$"))

    page.goto(page.url + "bagian/")
    page.locator("#id_title_id").fill("Peringatan")
    page.locator("#id_title_en").fill("Warning")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator(".outline__section")).to_have_count(1)

    builder = page.url.split("#")[0]
    page.goto(f"{builder}dari-bank/")
    for key in ("flood-warning-received", "warning-channel", "neighbours-help"):
        page.locator(f"#ambil-{key}").check()
    page.locator("form:has(#id_section) button[type=submit]").last.click()
    expect(page.locator(".outline__question")).to_have_count(3)

    second = page.locator(".outline__question").nth(1)
    second.locator("a").first.click()
    page.goto(re.sub(r"[?#].*", "", page.url) + "syarat/?question=flood-warning-received")
    page.locator("input[name=codes][value='1']").check()
    page.locator("form[method=post]:has(input[name=codes]) button[type=submit]").click()
    expect(page.locator(".outline__condition")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    page.goto(builder.replace("/susun/", "/pratinjau/"))
    phone = page.frame_locator("iframe")
    phone.locator("[data-next]").click()
    channel = phone.locator("[data-question='warning-channel']")
    expect(channel).to_be_hidden()
    phone.locator("input[name='q_flood-warning-received'][value='1']").evaluate("choice => choice.click()")
    expect(channel).to_be_visible()
    phone.locator("[data-to-review]").click()
    phone.locator("[data-send]").click()
    expect(phone.locator("[data-not-sent]")).to_be_visible()
