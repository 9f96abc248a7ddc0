"""Public pages, rendered once for everybody: kept in process, answered with 304 where nothing changed.

What an anonymous reader gets depends on the address, the language and what is published. Whatever
changes content writes a line to the activity log, so the newest line's number is the version of
everything that is published: one cheap query, asked at most every two seconds by a process. Repairs
in /admin/ and the clock (a survey closes, an action becomes late) write no line; therefore a
rendering is also forgotten after a minute. Nothing is shared between processes and no server is
asked, so a dead Redis cannot hurt a page.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from threading import Lock
from time import monotonic
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import get_language

from .models import Activity

View = Callable[..., HttpResponse]
Key = tuple[str, ...]
FORGET_AFTER = 60.0  # seconds


@dataclass(frozen=True)
class Rendering:
    """A finished page."""

    content: bytes
    content_type: str
    etag: str
    version: int
    made_at: float


class Shelf:
    """The most recently used renderings, up to a number of bytes."""

    def __init__(self) -> None:
        self._rows: OrderedDict[Key, Rendering] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, key: Key, *, version: int) -> Rendering | None:
        """The rendering of this version, unless it is too old."""
        with self._lock:
            found = self._rows.get(key)
            if found is None or found.version != version or monotonic() - found.made_at > FORGET_AFTER:
                return None
            self._rows.move_to_end(key)
            return found

    def put(self, key: Key, rendering: Rendering, *, limit: int) -> None:
        """Keep a rendering; the least recently used ones make room."""
        with self._lock:
            self._drop(key)
            self._rows[key] = rendering
            self._size += len(rendering.content)
            while self._size > limit and self._rows:
                self._drop(next(iter(self._rows)))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._rows.clear()
            self._size = 0

    def _drop(self, key: Key) -> None:
        old = self._rows.pop(key, None)
        self._size -= len(old.content) if old else 0


class PublishedVersion:
    """The number of the newest line of the activity log, remembered for a moment."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Ask again at the next occasion."""
        self._number, self._asked_at = 0, float("-inf")

    def current(self) -> int:
        """The version of everything that is published."""
        if monotonic() - self._asked_at > settings.PUBLISHED_VERSION_SECONDS:
            self._number = Activity.objects.aggregate(newest=Max("pk"))["newest"] or 0
            self._asked_at = monotonic()
        return self._number


shelf = Shelf()
published_version = PublishedVersion()


def public_page(view: View) -> View:
    """Render a page once for all anonymous readers; stands below `@public` and `@reads`.

    Somebody with a session always gets a page of his own. Addresses with a query are rendered each
    time (their number has no bound) but still answer 304. A page with a CSRF token belongs to one
    reader and is never kept.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _is_personal(request):
            response = view(request, *args, **kwargs)
            patch_cache_control(response, private=True, no_cache=True)
            return response
        limit = settings.PUBLIC_PAGE_CACHE_BYTES
        if not limit or request.GET:
            return conditional(request, view(request, *args, **kwargs))
        key = (request.scheme or "", request.get_host(), request.path, get_language() or "")
        version = published_version.current()
        found = shelf.get(key, version=version)
        if found is None:
            response = view(request, *args, **kwargs)
            if not _is_for_all(request, response):
                return response
            found = _rendering(response, version)
            shelf.put(key, found, limit=limit)
        return conditional(request, _as_response(found))

    return inner


def _is_personal(request: HttpRequest) -> bool:
    """Whether the reader brings a session or a message that only he should see."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or "messages" in request.COOKIES


def _is_for_all(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and "CSRF_COOKIE_NEEDS_UPDATE" not in request.META
    )


def _rendering(response: HttpResponse, version: int) -> Rendering:
    return Rendering(
        content=response.content,
        content_type=response["Content-Type"],
        etag=_etag(response.content),
        version=version,
        made_at=monotonic(),
    )


def _etag(content: bytes) -> str:
    """The hash of the content, so that a new release or language never answers with an old page."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def _as_response(found: Rendering) -> HttpResponse:
    return HttpResponse(found.content, content_type=found.content_type, headers={"ETag": found.etag})


def conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response with its ETag, or 304 where the reader has exactly this."""
    if not _is_for_all(request, response):
        return response
    if not response.has_header("ETag"):
        response["ETag"] = _etag(response.content)
    patch_vary_headers(response, ["Cookie"])
    patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
