"""The page of a thread, and its twin for machines."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from semarang_resilience.core.http import public, reads
from semarang_resilience.portal.thread import summary
from semarang_resilience.thread import Stage, as_data, find_start, thread_of


@public
@reads
def thread(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Why is this done, and what came of it? `?format=json` or `Accept: application/json` gives the data."""
    start = find_start(kind, code, request.user)
    if start is None:
        raise Http404(_("Nothing has this address."))
    found = thread_of(start, request.user)
    if _wants_json(request):
        return JsonResponse(as_data(found, request.build_absolute_uri))
    context = {
        "thread": found,
        "start": found.start,
        "summary": summary(found),
        "editions": [(node, found.quoted_by(node)) for node in found.at(Stage.DOCUMENT)],
    }
    return render(request, "portal/thread.html", context)


def _wants_json(request: HttpRequest) -> bool:
    if "format" in request.GET:
        return request.GET["format"] == "json"
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
