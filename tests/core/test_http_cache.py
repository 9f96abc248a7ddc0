"""Public pages are rendered once for all anonymous readers, and never for anybody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import RequestFactory
from django.utils import translation

from semarang_resilience.accounts.models import User
from semarang_resilience.core import http_cache
from semarang_resilience.core.activity import record
from semarang_resilience.core.http_cache import Rendering, Shelf, public_page

NOON = datetime(2016, 6, 1, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def shelf(settings) -> Iterator[Shelf]:
    """The cache as in production, empty before and after."""
    settings.PUBLIC_PAGE_CACHE_BYTES = 1_000_000
    http_cache.shelf.clear()
    http_cache.published_version.forget()
    yield http_cache.shelf
    http_cache.shelf.clear()
    http_cache.published_version.forget()


class Page:
    """A view that counts how often it was rendered."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.times += 1
        if "token" in request.path:
            return HttpResponse(get_token(request))
        return HttpResponse(f"{translation.get_language()} {self.times}")


@pytest.fixture
def page() -> Page:
    return Page()


@pytest.fixture
def get(page: Page, rf: RequestFactory, db: None) -> Callable[..., HttpResponse]:
    view = public_page(page)

    def call(path: str = "/id/", *, cookies: dict[str, str] | None = None, **headers: str) -> HttpResponse:
        request = rf.get(path, headers=headers)
        request.COOKIES.update(cookies or {})
        request.user = AnonymousUser()
        return view(request)

    return call


def test_the_second_reader_gets_the_first_rendering(get, page: Page):
    assert get().content == get().content == b"id 1"
    assert page.times == 1


def test_a_reader_who_has_the_page_gets_304_and_no_body(get, page: Page):
    etag = get()["ETag"]
    again = get(if_none_match=etag)
    assert (again.status_code, again.content, page.times) == (304, b"", 1)


def test_a_line_in_the_activity_log_makes_the_page_new(get, page: Page):
    before = get()
    user = User.objects.create_user("a@contoh.test", name="A")
    record(verb="create_account", target=user, by=None, at=NOON)
    after = get(if_none_match=before["ETag"])
    assert (after.status_code, after.content) == (200, b"id 2")


def test_repairs_without_a_line_show_after_a_minute(get, page: Page, monkeypatch):
    get()
    clock = http_cache.monotonic() + http_cache.FORGET_AFTER + 1
    monkeypatch.setattr(http_cache, "monotonic", lambda: clock)
    assert get().content == b"id 2"


def test_languages_are_kept_apart(get):
    assert get("/en/same").content == b"id 1"
    with translation.override("en"):
        assert get("/en/same").content == b"en 2"


def test_somebody_with_a_session_gets_a_page_of_his_own(get, page: Page, settings):
    get()
    own = get(cookies={settings.SESSION_COOKIE_NAME: "x"})
    assert own.content == b"id 2"
    assert "private" in own["Cache-Control"]
    assert get().content == b"id 1", "and his page is not handed to the public"


def test_a_waiting_message_is_shown_to_its_reader_only(get):
    get()
    assert get(cookies={"messages": "x"}).content == b"id 2"


def test_a_page_with_a_form_token_is_never_kept(get, page: Page):
    assert get("/id/token").content != get("/id/token").content
    assert "ETag" not in get("/id/token")
    assert page.times == 3


def test_addresses_with_a_query_are_not_kept_but_still_answer_304(get, page: Page, monkeypatch):
    monkeypatch.setattr(page.__class__, "__call__", lambda self, request: HttpResponse("list"))
    first = get("/id/?status=done")
    assert get("/id/?status=done", if_none_match=first["ETag"]).status_code == 304
    assert http_cache.shelf.get(("http", "testserver", "/id/", "id"), version=0) is None


def test_one_cheap_query_at_most_every_two_seconds(get, settings, django_assert_num_queries):
    get()
    with django_assert_num_queries(1):
        get()
    settings.PUBLISHED_VERSION_SECONDS = 2
    with django_assert_num_queries(0):
        get()


def test_the_shelf_drops_what_was_used_least_lately():
    shelf = Shelf()
    for name in ("a", "b"):
        shelf.put((name,), _rendering(40), limit=100)
    shelf.get(("a",), version=1)
    shelf.put(("c",), _rendering(40), limit=100)
    kept = [name for name in "abc" if shelf.get((name,), version=1)]
    assert kept == ["a", "c"]


def _rendering(size: int) -> Rendering:
    return Rendering(
        content=b"x" * size, content_type="text/html", etag='"x"', version=1, made_at=http_cache.monotonic()
    )
