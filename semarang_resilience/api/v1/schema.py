"""How the endpoints are described: every answer besides the good one has the same shape."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers


class ErrorSerializer(serializers.Serializer[Any]):
    """What went wrong: a code for machines, a sentence for people, and the parameters that are wrong."""

    code = serializers.CharField()
    message = serializers.CharField()
    fields = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))  # type: ignore[assignment]


class OpenSchema(AutoSchema):
    """Adds the errors that `api.errors` makes."""

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        """200 as the view says, the rest in the one shape of errors."""
        codes = ("404", "422", "429") if self._is_list_view() else ("404", "429")
        errors = {code: self._get_response_for_code(ErrorSerializer, code) for code in codes}
        return {**super()._get_response_bodies(direction), **errors}
