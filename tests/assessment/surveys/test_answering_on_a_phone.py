"""Answering in a real browser at 360 pixels, with JavaScript and without."""

from collections.abc import Callable

import pytest
from django.test.utils import override_settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessment.models import Response, Survey
from assessment.operations import surveys
from semarang_resilience.accounts.models import User

from .conftest import Link

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True), pytest.mark.viewport(360, 740)]

WAIT_FOR_DRAFT = """() => new Promise(done => {
  const look = () => (localStorage.length ? done() : setTimeout(look, 50));
  look();
})"""


@pytest.fixture
def link(draft: Survey, budi: User) -> Link:
    """An open link to a survey that is open now."""
    now = timezone.now()
    draft.opens_at, draft.closes_at = now - timezone.timedelta(days=1), now + timezone.timedelta(days=1)
    draft.save()
    survey = surveys.open_survey(survey=draft, by=budi, at=now)
    return Link(*surveys.issue_link(survey=survey, kind="open", label="Poster", by=budi, at=now))


def tap(page: Page, name: str, value: str) -> None:
    """Choose one answer."""
    page.locator(f'input[name="{name}"][value="{value}"]').check()


def fill_in(page: Page) -> None:
    """Tap what a respondent taps."""
    tap(page, "q_driver-01", "0")
    tap(page, "q_hazard-rob_now", "4")
    tap(page, "q_helpful-measures", "2")
    page.get_by_role("textbox").fill("Perbaiki saluran.")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_forgotten_answer_is_pointed_out_and_nothing_typed_is_lost(
    live_server: object, new_page: Callable[..., Page], link: Link, javascript: bool
) -> None:
    page = new_page(java_script_enabled=javascript)
    page.goto(f"{live_server}{reverse('assessment:survey_form', args=['persepsi', link.token])}")
    fill_in(page)
    page.locator("form button[type=submit]").first.click()
    page.locator(".error-summary a").click()
    expect(page.locator("#id_sector")).to_be_in_viewport()
    tap(page, "sector", "community")
    page.locator("form button[type=submit]").first.click()
    page.wait_for_url("**/survei/terima/**")
    response = Response.objects.get()
    assert response.receipt in page.locator("main").inner_text()
    assert (response.sector, response.texts) == ("community", {"suggestion": "Perbaiki saluran."})
    assert response.answers[0] == 0


def test_the_form_fits_the_screen_and_its_buttons_a_thumb(
    live_server: object, page: Page, link: Link
) -> None:
    page.goto(f"{live_server}{reverse('assessment:survey_form', args=['persepsi', link.token])}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    boxes = page.locator("fieldset label").evaluate_all(
        "labels => labels.map(label => label.getBoundingClientRect()).map(box => [box.width, box.height])"
    )
    assert len(boxes) > 40
    assert all(width >= 40 and height >= 44 for width, height in boxes)


def test_what_was_typed_survives_a_closed_browser_tab(live_server: object, page: Page, link: Link) -> None:
    address = f"{live_server}{reverse('assessment:survey_form', args=['persepsi', link.token])}"
    page.goto(address)
    fill_in(page)
    page.evaluate(WAIT_FOR_DRAFT)
    again = page.context.new_page()
    page.close(run_before_unload=False)
    again.goto(address)
    again.locator(".draft-note button").first.click()
    assert again.get_by_role("textbox").input_value() == "Perbaiki saluran."


@override_settings(PUBLIC_FORM_RATE="")
def test_two_people_on_one_phone_are_two_answers(
    live_server: object, new_page: Callable[..., Page], link: Link
) -> None:
    """A draft never carries the number of the sheet that was sent before."""
    page = new_page()
    for sector in ("government", "community"):
        page.goto(f"{live_server}{reverse('assessment:survey_form', args=['persepsi', link.token])}")
        assert not page.locator(".draft-note").count()
        fill_in(page)
        tap(page, "sector", sector)
        page.locator("form button[type=submit]").first.click()
        page.wait_for_url("**/survei/terima/**")
    assert set(Response.objects.values_list("sector", flat=True)) == {"government", "community"}
