"""Parts that several serializers use."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assessment.models import Driver
from semarang_resilience.core.models import Cycle, Phase
from stakeholders.models import Organization

from ..fields import Page, Words

Codes = serializers.SlugRelatedField[Any]
ORIGIN = ("provenance", "source")


class PhaseSerializer(serializers.ModelSerializer[Phase]):
    """A stage of the programme."""

    name = Words()
    summary = Words()
    inputs = Words()
    outputs = Words()
    page = Page()

    class Meta:
        model = Phase
        fields = (
            "position",
            "name",
            "summary",
            "inputs",
            "outputs",
            "planned_start",
            "planned_end",
            "actual_start",
            "actual_end",
            *ORIGIN,
            "page",
        )


class CycleSerializer(serializers.ModelSerializer[Cycle]):
    """A run of the programme with its stages."""

    name = Words()
    phases = PhaseSerializer(many=True, read_only=True)

    class Meta:
        model = Cycle
        fields = (
            "slug",
            "name",
            "planned_start",
            "planned_end",
            "actual_start",
            "launched_on",
            "phases",
            *ORIGIN,
        )


class DriverSerializer(serializers.ModelSerializer[Driver]):
    """A driver of resilience; `id` is what the filters take."""

    number = serializers.IntegerField(source="position", read_only=True)
    name = Words()

    class Meta:
        model = Driver
        fields = ("id", "number", "name")


class OrganizationSerializer(serializers.ModelSerializer[Organization]):
    """An organisation of the forum or a partner."""

    description = Words()
    page = Page()

    class Meta:
        model = Organization
        fields = (
            "code",
            "name",
            "acronym",
            "sector",
            "level",
            "description",
            "website",
            *ORIGIN,
            "page",
        )


@extend_schema_field(str)
class PublishedCode(serializers.Field[Any, Any, str | None, Any]):
    """The code of a related row, null where that row is not published."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def to_representation(self, value: Any) -> str | None:
        """By `is_published` or, where there is a status, by that."""
        published = getattr(value, "is_published", None)
        if published is None:
            published = value.status == "published"
        return value.code if published else None


@extend_schema_field(serializers.ListField(child=serializers.CharField()))
class CodeList(serializers.Field[Any, Any, list[str], Any]):
    """The codes of rows that a queryset has put under `source`."""

    def __init__(self, *, code: str, **options: Any) -> None:
        self.code = code
        super().__init__(read_only=True, **options)

    def to_representation(self, value: Any) -> list[str]:
        """In the order in which they were loaded."""
        return [getattr(row, self.code) for row in value]
