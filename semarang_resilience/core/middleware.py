"""Health answers before any middleware that needs a server; refusals and oversized forms become pages."""

from collections.abc import Callable
from contextlib import suppress

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render

from .errors import Refused

Handler = Callable[[HttpRequest], HttpResponse]


class HealthMiddleware:
    """Answer `/healthz` without session, database or host check: it says only that the process is alive."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})
        return self.get_response(request)


class OversizedFormMiddleware:
    """Answer a form that is too large with a page (413) that says what to do, instead of a bare 400.

    Django would refuse it as soon as anything looks at its fields, before any view could explain. What
    was sent is read to its end first: a connection that is closed in the middle shows no page at all.
    """

    READ_AT_MOST = 32_000_000
    PIECE = 65_536

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            try:
                request.POST  # noqa: B018  reads the form, which is where it is found to be too large
            except RequestDataTooBig:
                self._read_to_the_end(request)
                return render(request, "413.html", status=413)
        return self.get_response(request)

    def _read_to_the_end(self, request: HttpRequest) -> None:
        left = self.READ_AT_MOST
        with suppress(UnreadablePostError):  # the reader has gone away
            while left > 0 and (piece := request.read(self.PIECE)):
                left -= len(piece)


class RefusalMiddleware:
    """Turn a `Refused` that no view handled into a 409 page with its sentence."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        return render(request, "409.html", {"refusal": exception}, status=409)
