"""The page of a thread, and its twin for machines."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from semarang_resilience.core.http import public, reads
from semarang_resilience.core.http_cache import public_page
from semarang_resilience.portal.thread import summary
from semarang_resilience.thread import Stage, Thread, as_data, find_start, thread_of


@public
@reads
def thread(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Why is this done, and what came of it? `?format=json` or `Accept: application/json` gives the data."""
    view = _data if _wants_json(request) else _page
    response = view(request, kind, code)
    patch_vary_headers(response, ["Accept"])
    return response


def _data(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    return JsonResponse(as_data(_thread(request, kind, code), request.build_absolute_uri))


@public_page
def _page(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    found = _thread(request, kind, code)
    context = {
        "thread": found,
        "start": found.start,
        "summary": summary(found),
        "editions": [(node, found.quoted_by(node)) for node in found.at(Stage.DOCUMENT)],
    }
    return render(request, "portal/thread.html", context)


def _thread(request: HttpRequest, kind: str, code: str) -> Thread:
    start = find_start(kind, code, request.user)
    if start is None:
        raise Http404(_("Nothing has this address."))
    return thread_of(start, request.user)


def _wants_json(request: HttpRequest) -> bool:
    if "format" in request.GET:
        return request.GET["format"] == "json"
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
