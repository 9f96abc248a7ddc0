"""Taking attendance in a real browser: by keyboard, on a phone, and without JavaScript."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from stakeholders.models import Attendance, Engagement
from stakeholders.operations.attendance import invite
from stakeholders.operations.engagements import plan_engagement
from tests.support.plan import AT, People, Programme

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
URL = "/id/kerja/forum/pertemuan/fgd-1/hadir/"


@pytest.fixture
def engagement(settings: object) -> Engagement:
    settings.STAFF_TWO_FACTOR_REQUIRED = False  # type: ignore[attr-defined]
    people = People()
    programme = Programme(people)
    who = {"by": people.sari, "at": AT}
    engagement = plan_engagement(
        cycle=programme.cycle, code="fgd-1", kind="fgd", held_on=date(2016, 6, 1), title_id="FGD", **who
    )
    members = [
        programme.member(programme.person(name=name)) for name in ("Ana Süryani", "Budi Santoso", "Citra Ayu")
    ]
    invite(engagement=engagement, memberships=members, **who)
    return engagement


@pytest.fixture
def open_list(live_server: LiveServer, engagement: Engagement, client: object) -> Callable[[Page], None]:
    from django.test import Client

    from semarang_resilience.accounts.models import User

    session = Client()
    session.force_login(User.objects.get(name="Sari"))
    cookie = session.cookies["sessionid"].value

    def go(page: Page) -> None:
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page.goto(live_server.url + URL)

    return go


def came() -> set[str]:
    return set(Attendance.objects.attended().values_list("person__name", flat=True))


def test_a_part_of_the_name_and_enter_ticks_the_first_that_fits(
    page: Page, open_list: Callable[[Page], None]
) -> None:
    open_list(page)
    page.get_by_role("searchbox").focus()
    for typed in ("suryani", "cit"):
        page.keyboard.type(typed)
        assert page.locator("[data-attendance-row]:visible").count() == 1
        page.keyboard.press("Enter")
    assert page.locator("[data-attendance-count]").inner_text() == "2"
    assert page.locator("[data-attendance-row]:visible").count() == 3
    excused = page.locator('[name="excused"]')
    excused.nth(2).focus()
    page.keyboard.press("Space")  # Citra is excused after all, so she is not there
    assert page.locator("[data-attendance-count]").inner_text() == "1"
    page.locator("form[data-attendance] button").first.click()
    page.wait_for_load_state()
    assert came() == {"Ana Süryani"}
    assert Attendance.objects.get(person__name="Citra Ayu").state == "excused"


@pytest.mark.viewport(360, 740)
def test_it_works_on_a_phone_without_javascript(
    new_page: Callable[..., Page], open_list: Callable[[Page], None]
) -> None:
    page = new_page(java_script_enabled=False)
    open_list(page)
    assert not page.get_by_role("searchbox").is_visible()
    page.locator('[name="attended"]').nth(1).check()
    page.locator('button[name="rest"]').click()
    page.wait_for_load_state()
    assert came() == {"Budi Santoso"}
    assert set(Attendance.objects.exclude(state="attended").values_list("state", flat=True)) == {"absent"}
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
