"""The browser fixtures fail a test for what the browser complains about, and for nothing else."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.support.browser import Complaints

pytestmark = [pytest.mark.e2e, pytest.mark.urls("tests.support.urls")]


@pytest.fixture
def complaints(browser, live_server: LiveServer) -> Callable[[str], tuple[str, list[str]]]:
    """Visit a page with a watcher of our own, so that its complaints do not fail this test."""

    def visit(path: str) -> tuple[str, list[str]]:
        watcher = Complaints()
        with browser.new_context() as context:
            page = context.new_page()
            watcher.watch(page)
            page.goto(live_server.url + path)
            return page.title(), watcher.unexpected()

    return visit


def test_a_clean_page_raises_no_complaint(complaints: Callable[[str], tuple[str, list[str]]]) -> None:
    assert complaints("/clean") == ("clean", [])


def test_an_inline_script_does_not_run_and_is_reported(
    complaints: Callable[[str], tuple[str, list[str]]],
) -> None:
    title, lines = complaints("/inline")
    assert title == "inline"
    assert any("Content Security Policy" in line for line in lines)


def test_a_missing_image_is_reported(complaints: Callable[[str], tuple[str, list[str]]]) -> None:
    _title, lines = complaints("/missing-image")
    assert any("404" in line and "nothing.png" in line for line in lines)


def test_an_answer_that_the_page_asked_for_is_not_a_complaint(
    complaints: Callable[[str], tuple[str, list[str]]],
) -> None:
    assert complaints("/refused") == ("refused", [])


@pytest.mark.viewport(360, 740)
def test_the_window_has_the_size_that_the_test_asks_for(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/clean")
    assert page.evaluate("[innerWidth, innerHeight]") == [360, 740]


def test_people_do_not_share_cookies(new_page: Callable[..., Page], live_server: LiveServer) -> None:
    first, second = new_page(), new_page(java_script_enabled=False)
    first.goto(f"{live_server.url}/clean")
    first.context.add_cookies([{"name": "who", "value": "first", "url": live_server.url}])
    second.goto(f"{live_server.url}/clean")
    assert len(first.context.cookies()) == 1
    assert second.context.cookies() == []
