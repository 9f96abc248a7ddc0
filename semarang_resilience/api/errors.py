"""One shape for every error of the API: code, message, fields."""

from typing import Any

from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from semarang_resilience.core.errors import Refused


def handle(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Refusals answer 409, invalid input 422, the rest what DRF says; always `{code, message, fields}`."""
    if isinstance(exception, Refused):
        return Response(_body(exception.code, str(exception.message)), status=status.HTTP_409_CONFLICT)
    response = exception_handler(exception, context)
    if response is None:
        return None
    if isinstance(exception, ValidationError):
        response.status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
        response.data = _body("invalid", str(exception.default_detail), exception.detail)
    elif isinstance(exception, APIException):
        response.data = _body(str(exception.get_codes()), str(exception.detail))
    else:  # Http404 and PermissionDenied reach DRF as Django's own
        code = "not_found" if response.status_code == status.HTTP_404_NOT_FOUND else "forbidden"
        response.data = _body(code, str(response.data.get("detail", "")))
    return response


def _body(code: str, message: str, fields: Any = None) -> dict[str, Any]:
    return {"code": code, "message": message, "fields": fields or {}}
