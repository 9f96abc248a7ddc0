"""Health answers before any middleware that needs a server; refusals and oversized forms become pages."""

from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict, UnreadablePostError
from django.shortcuts import render
from django.utils.translation import gettext

from .errors import Refused
from .uploads import size_in_words

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

    Django would refuse too much text as soon as anything looks at its fields, before any view could
    explain, and takes files of any size. What was sent is read to its end first: a connection that is
    closed in the middle shows no page at all.
    """

    READ_AT_MOST = 64_000_000
    PIECE = 65_536

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _length_of(request) > settings.MAX_REQUEST_BYTES:
            return self._refuse(request)
        if request.method == "POST":
            try:
                request.POST  # noqa: B018  reads the form, which is where it is found to be too large
            except RequestDataTooBig:
                return self._refuse(request)
        return self.get_response(request)

    def _refuse(self, request: HttpRequest) -> HttpResponse:
        self._read_to_the_end(request)
        if request.content_type == "application/json":
            message = gettext("This is more than the portal can take in at once.")
            return JsonResponse({"code": "too_large", "message": message, "fields": {}}, status=413)
        is_file = request.content_type == "multipart/form-data"
        context = {"is_file": is_file, "largest": size_in_words(settings.MAX_UPLOAD_BYTES)}
        return render(request, "413.html", context, status=413)

    def _read_to_the_end(self, request: HttpRequest) -> None:
        left = self.READ_AT_MOST
        with suppress(UnreadablePostError):  # the reader has gone away
            while left > 0 and (piece := request.read(self.PIECE)):
                left -= len(piece)


def _length_of(request: HttpRequest) -> int:
    """Bytes that the body will have; without a number Django reads nothing at all."""
    length = request.META.get("CONTENT_LENGTH") or ""
    return int(length) if length.isdecimal() and len(length) < 16 else 0


class RefusalMiddleware:
    """Turn a `Refused` that no view handled into a 409 page with its sentence."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return render(request, "409.html", {"refusal": exception}, status=409)
        if isinstance(exception, ValueError | DataError) and (status := _status_of_nul(request)):
            if status == 404:
                return render(request, "404.html", status=404)
            refusal = Refused(gettext("The text holds a character that cannot be kept. Type it anew."))
            return render(request, "409.html", {"refusal": refusal}, status=status)
        return None


def _status_of_nul(request: HttpRequest) -> int:
    """0 where nothing that was sent holds a NUL, which no form types and PostgreSQL refuses as text.

    Forms say so at the field; this is for addresses and for values that pass no form.
    """
    if "\0" in request.path or _holds_nul(request.GET):
        return 404
    return 400 if request.method == "POST" and _holds_nul(request.POST) else 0


def _holds_nul(data: QueryDict) -> bool:
    return any("\0" in value for _name, values in data.lists() for value in values)
