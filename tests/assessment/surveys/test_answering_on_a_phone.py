"""Answering in a real browser at 360 pixels, with JavaScript and without."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessment.models import Draft, Framework, Hazard, Response, Survey
from assessment.operations import surveys
from semarang_resilience.accounts.models import User

from .answering import address, every_kind, link_to, make_wards, open_now, reword
from .conftest import Link

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True), pytest.mark.viewport(360, 740)]
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
def personal(survey: Survey, budi: User) -> Link:
    return link_to(survey, budi, "personal")


def tap(page: Page, name: str, value: str) -> None:
    """Choose one answer."""
    page.locator(f'input[name="{name}"][value="{value}"]').check()


def press(page: Page, name: str) -> None:
    """A button of the step bar: back, next, to-review, send."""
    page.locator(f"[data-step-bar] [data-{name}]").click()


def fill_in(page: Page, *, steps: bool = True) -> None:
    """Tap what a respondent taps, from the group to the last question."""
    tap(page, "sector", "community")
    if steps:
        press(page, "next")
    tap(page, "q_driver-01", "0")
    tap(page, "q_hazard-rob_likelihood", "4")
    tap(page, "q_trust", "10")
    if steps:
        press(page, "next")
    tap(page, "q_measures", "2")
    tap(page, "q_flooded", "2")
    page.locator("textarea[name=q_words]").fill("Perbaiki saluran.")


def assert_accessible(page: Page) -> None:
    """Nothing that axe finds, and nothing wider than the phone."""
    found = axe.run(page).response["violations"]
    assert [f"{row['id']}: {node['html'][:200]}" for row in found for node in row["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_sheet_step_by_step_with_review_and_receipt(live_server: object, page: Page, link: Link) -> None:
    page.goto(f"{live_server}{address(link)}")
    expect(page.locator("#bagian-1")).to_be_visible()
    expect(page.locator("#bagian-2")).to_be_hidden()
    assert_accessible(page)
    fill_in(page)
    assert_accessible(page)
    expect(page.locator("[data-progress]")).to_contain_text("6")
    press(page, "to-review")
    review = page.locator("#periksa")
    expect(review).to_contain_text("10 / 10")
    expect(review).to_contain_text("Perbaiki saluran.")
    assert_accessible(page)
    assert not Response.objects.exists()

    # A change link leads to the question, and the browser's back button to the review again.
    review.locator('a[href="#id_q_trust"]').click()
    expect(page.locator("#id_q_trust")).to_be_in_viewport()
    tap(page, "q_trust", "3")
    press(page, "next")
    press(page, "to-review")
    expect(review).to_contain_text("3 / 10")
    press(page, "send")
    page.wait_for_url("**/survei/terima/**")
    row = Response.objects.get()
    assert row.receipt in page.locator("main").inner_text()
    assert (row.sector, row.channel, row.texts) == ("community", "web", {"words": "Perbaiki saluran."})
    assert row.answers == [0, None, None, 4, None, 3, 0, 1, 0, 0, 2, None, None]
    assert_accessible(page)


def test_what_is_missing_is_said_before_anything_is_sent(live_server: object, page: Page, link: Link) -> None:
    page.goto(f"{live_server}{address(link)}#bagian-3")
    for value in ("1", "2", "3"):
        tap(page, "q_measures", value)
    expect(page.locator("[data-counted]")).to_have_class(re.compile("over"))
    press(page, "to-review")
    box = page.locator("[data-mistakes]")
    expect(box.locator("li")).to_have_count(3)
    expect(box).to_be_focused()
    assert_accessible(page)
    box.locator('a[href="#id_sector"]').click()
    expect(page.locator("#id_sector")).to_be_in_viewport()
    tap(page, "sector", "media")
    page.locator('[data-mistakes] a[href="#id_q_flooded"]').click()
    expect(page.locator("#id_q_flooded")).to_be_in_viewport()
    tap(page, "q_flooded", "2")
    page.locator('input[name="q_measures"][value="3"]').uncheck()
    press(page, "to-review")
    expect(page.locator("#periksa")).to_be_visible()
    expect(box).to_be_hidden()


def test_a_question_appears_as_soon_as_it_applies(live_server: object, page: Page, link: Link) -> None:
    page.goto(f"{live_server}{address(link)}#bagian-3")
    follow_up = page.locator('[data-question="help"]')
    expect(follow_up).to_be_hidden()
    tap(page, "q_flooded", "1")
    expect(follow_up).to_be_visible()
    expect(follow_up.locator("[data-only-if]")).to_be_hidden()
    tap(page, "q_help", "1")
    tap(page, "q_flooded", "2")
    expect(follow_up).to_be_hidden()
    page.locator("[data-jump]").click()
    expect(page.locator("#id_q_driver-01")).to_be_in_viewport()


def test_without_javascript_everything_is_on_one_page_with_a_review(
    live_server: object, new_page: Callable[..., Page], link: Link
) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(f"{live_server}{address(link)}")
    expect(page.locator(".form-contents a")).to_have_count(3)
    page.locator("button[value=review]").click()
    page.locator(".error-summary a").first.click()
    expect(page.locator("#id_sector")).to_be_in_viewport()
    fill_in(page, steps=False)
    expect(page.locator('[data-question="help"] [data-only-if]')).to_be_visible()
    page.locator("button[value=review]").click()
    expect(page.locator("main")).to_contain_text("Perbaiki saluran.")
    page.locator('button[formaction$="#id_q_words"]').click()
    page.locator("textarea[name=q_words]").fill("Perbaiki pompa.")
    page.locator("button[value=review]").click()
    page.locator("main form button:not([name])").click()
    page.wait_for_url("**/survei/terima/**")
    assert Response.objects.get().texts == {"words": "Perbaiki pompa."}


def test_the_language_changes_without_losing_an_answer_or_the_sheet(
    live_server: object, page: Page, link: Link
) -> None:
    page.goto(f"{live_server}{address(link)}")
    fill_in(page)
    sheet = page.locator("input[name=submission]").input_value()
    page.locator("button[name=language]").click()
    page.wait_for_url(f"**{address(link, 'en')}*")
    expect(page.locator("textarea[name=q_words]")).to_have_value("Perbaiki saluran.")
    expect(page.locator('input[name="q_trust"][value="10"]')).to_be_checked()
    assert page.locator("input[name=submission]").input_value() == sheet


def test_the_form_fits_the_screen_and_its_buttons_a_thumb(
    live_server: object, page: Page, link: Link
) -> None:
    page.goto(f"{live_server}{address(link)}#bagian-2")
    boxes = page.locator("#bagian-2 fieldset label").evaluate_all(
        "labels => labels.map(label => label.getBoundingClientRect()).map(box => [box.width, box.height])"
    )
    assert len(boxes) == 4 + 24 + 11
    assert all(width >= 40 and height >= 44 for width, height in boxes)


# Whether the device has kept a draft with these words.
HAS_KEPT = """words => new Promise((done, fail) => {
  const opening = indexedDB.open("survey-sheets");
  opening.onerror = () => fail(opening.error);
  opening.onsuccess = () => {
    const asked = opening.result.transaction("drafts").objectStore("drafts").getAll();
    asked.onsuccess = () => { opening.result.close(); done(JSON.stringify(asked.result).includes(words)); };
  };
})"""


def kept(page: Page, words: str = "Perbaiki saluran.") -> None:
    """Wait until the device has the draft, with the words that were typed last."""
    expect(page.locator("[data-draft-status]")).not_to_be_empty()
    page.wait_for_function(HAS_KEPT, arg=words)


class TestDrafts:
    def test_a_closed_tab_loses_nothing_and_shows_nothing_unasked(
        self, live_server: object, page: Page, link: Link
    ) -> None:
        page.goto(f"{live_server}{address(link)}")
        fill_in(page)
        kept(page)
        again = page.context.new_page()
        page.close(run_before_unload=False)
        again.goto(f"{live_server}{address(link)}")
        gate = again.locator("[data-draft-gate]")
        expect(gate).to_be_visible()
        expect(again.locator("form[data-survey]")).to_be_hidden()
        assert again.locator("textarea[name=q_words]").input_value() == ""
        assert_accessible(again)
        gate.locator("[data-continue]").click()
        assert again.locator("textarea[name=q_words]").input_value() == "Perbaiki saluran."

    def test_two_people_on_one_phone_do_not_see_each_other(
        self, live_server: object, page: Page, link: Link
    ) -> None:
        page.goto(f"{live_server}{address(link)}")
        fill_in(page)
        kept(page)
        page.goto(f"{live_server}{address(link)}?lagi")
        page.locator("[data-begin]").click()
        assert page.locator("textarea[name=q_words]").input_value() == ""
        fill_in(page)
        press(page, "to-review")
        press(page, "send")
        page.wait_for_url("**/survei/terima/**")
        page.goto(f"{live_server}{address(link)}")
        expect(page.locator("[data-drafts] li")).to_have_count(1)
        page.locator("[data-continue]").click()
        assert page.locator("textarea[name=q_words]").input_value() == "Perbaiki saluran."
        press(page, "next")
        press(page, "next")
        press(page, "to-review")
        press(page, "send")
        page.wait_for_url("**/survei/terima/**")
        assert Response.objects.count() == 2
        page.goto(f"{live_server}{address(link)}")
        expect(page.locator("form[data-survey]")).to_be_visible()

    def test_a_discarded_draft_is_gone(self, live_server: object, page: Page, link: Link) -> None:
        page.goto(f"{live_server}{address(link)}")
        tap(page, "sector", "media")
        kept(page, "media")
        page.goto(f"{live_server}{address(link)}?lagi")
        page.locator("[data-discard]").click()
        expect(page.locator("form[data-survey]")).to_be_visible()
        page.reload()
        expect(page.locator("form[data-survey]")).to_be_visible()

    def test_a_personal_link_opens_the_draft_on_another_device(
        self, live_server: object, new_page: Callable[..., Page], personal: Link
    ) -> None:
        phone, laptop = new_page(), new_page()
        phone.goto(f"{live_server}{address(personal)}")
        fill_in(phone)
        expect(phone.locator("[data-draft-status]")).to_have_text(re.compile("tautan|link"), timeout=15_000)
        assert Draft.objects.count() == 1
        laptop.goto(f"{live_server}{address(personal)}")
        expect(laptop.locator("[data-drafts] li")).to_have_count(1)
        laptop.locator("[data-continue]").click()
        assert laptop.locator("textarea[name=q_words]").input_value() == "Perbaiki saluran."
        press(laptop, "next")
        press(laptop, "next")
        press(laptop, "to-review")
        press(laptop, "send")
        laptop.wait_for_url("**/survei/terima/**")
        assert not Draft.objects.exists()
        assert Response.objects.count() == 1

    def test_a_draft_of_an_earlier_wording_leaves_out_what_was_asked_otherwise(
        self, live_server: object, page: Page, link: Link, survey: Survey, budi: User
    ) -> None:
        page.goto(f"{live_server}{address(link)}")
        fill_in(page)
        kept(page)
        reword(survey, budi)
        page.goto(f"{live_server}{address(link)}?lagi")
        page.locator("[data-continue]").click()
        expect(page.locator("[data-draft-changed]")).to_be_visible()
        expect(page.locator('input[name="q_trust"]:checked')).to_have_count(0)
        expect(page.locator('input[name="q_driver-01"][value="0"]')).to_be_checked()

    def test_a_draft_of_an_earlier_release_is_taken_over(
        self, live_server: object, page: Page, link: Link
    ) -> None:
        page.goto(f"{live_server}/id/survei/")
        page.evaluate(
            "([key, value]) => localStorage.setItem(key, value)",
            [
                f"draft:{address(link)}:survey",
                '{"sector": ["media"], "q_words": ["Lama."], "district": [""]}',
            ],
        )
        page.goto(f"{live_server}{address(link)}")
        page.locator("[data-continue]").click()
        assert page.locator("textarea[name=q_words]").input_value() == "Lama."
        assert page.evaluate("localStorage.length") == 0


def test_a_sheet_of_a_form_that_was_reworded_counts_as_it_was_seen(
    live_server: object, page: Page, link: Link, survey: Survey, budi: User
) -> None:
    seen = survey.current_version
    page.goto(f"{live_server}{address(link)}")
    fill_in(page)
    reword(survey, budi)
    press(page, "to-review")
    press(page, "send")
    page.wait_for_url("**/survei/terima/**")
    assert Response.objects.get().version == seen


def test_a_survey_that_closes_while_somebody_answers_keeps_what_was_typed(
    live_server: object, page: Page, link: Link, survey: Survey, budi: User
) -> None:
    page.goto(f"{live_server}{address(link)}")
    fill_in(page)
    press(page, "to-review")
    surveys.close_survey(survey=survey, by=budi, at=timezone.now())
    press(page, "send")
    expect(page.locator('[data-device-sheets] [data-state="closed"]')).to_be_visible()
    expect(page.locator("[data-not-sent] [data-when=closed]").first).to_be_visible()
    assert_accessible(page)
    with page.expect_download() as download:
        page.locator("[data-file]").click()
    assert "Perbaiki saluran." in download.value.path().read_text()
    assert link.token not in download.value.path().read_text()
