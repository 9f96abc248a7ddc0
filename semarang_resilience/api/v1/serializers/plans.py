"""Initiatives, actions, editions."""

from __future__ import annotations

from django.urls import reverse
from rest_framework import serializers

from actions.models import Action, Partnership
from semarang_resilience.documents.models import Edition
from strategy.models import Initiative, InitiativeFocusArea

from ..fields import Page, Words
from .common import ORIGIN, CodeList, Codes, DriverSerializer, PublishedCode


class AreaReasonSerializer(serializers.ModelSerializer[InitiativeFocusArea]):
    """A focus area that an initiative answers, and why."""

    code = serializers.SlugField(source="focus_area.slug", read_only=True)
    reason = Words()

    class Meta:
        model = InitiativeFocusArea
        fields = ("code", "reason")


class PlaceSerializer(serializers.Serializer[Initiative]):
    """Where an initiative stands in the strategy."""

    pillar = serializers.IntegerField(source="pillar.number")
    pillar_name = Words(source="pillar.name")
    strategy = serializers.CharField(source="code")
    strategy_name = Words(source="name")


class InitiativeSerializer(serializers.ModelSerializer[Initiative]):
    """A published initiative of the strategy."""

    name = Words()
    summary = Words()
    place = PlaceSerializer(source="strategy", read_only=True)
    lead = PublishedCode(help_text="Code of the organisation.", allow_null=True)
    drivers = DriverSerializer(many=True, read_only=True)
    hazards = Codes("slug", many=True, read_only=True)
    focus_areas = AreaReasonSerializer(source="shown_links", many=True, read_only=True)
    actions = CodeList(code="code", source="shown_actions")
    page = Page()

    class Meta:
        model = Initiative
        fields = (
            "code",
            "name",
            "summary",
            "place",
            "lead",
            "time_frame",
            "drivers",
            "hazards",
            "focus_areas",
            "actions",
            *ORIGIN,
            "page",
        )


class PartnerSerializer(serializers.ModelSerializer[Partnership]):
    """An organisation's part in an action."""

    organization = serializers.SlugField(source="organization.code", read_only=True)
    commitment = Words()

    class Meta:
        model = Partnership
        fields = ("organization", "role", "commitment")


class ActionSerializer(serializers.ModelSerializer[Action]):
    """An action of the plan. `year` counts from the launch; null before it or without dates."""

    name = Words()
    description = Words()
    theme = Words()
    status = serializers.ChoiceField(["planned", "ongoing", "done"], read_only=True)
    year = serializers.IntegerField(source="plan_year", read_only=True, allow_null=True)
    initiative = PublishedCode(help_text="Code of the initiative.", allow_null=True)
    lead = PublishedCode(help_text="Code of the organisation.", allow_null=True)
    partners = PartnerSerializer(source="shown_partnerships", many=True, read_only=True)
    page = Page()

    class Meta:
        model = Action
        fields = (
            "code",
            "name",
            "description",
            "theme",
            "status",
            "year",
            "initiative",
            "lead",
            "partners",
            "planned_start",
            "planned_end",
            "actual_start",
            "actual_end",
            "schedule_is_example",
            *ORIGIN,
            "page",
        )


class EditionSerializer(serializers.ModelSerializer[Edition]):
    """A published edition with the hashes of its file and of its frozen content."""

    document = serializers.CharField(source="document.kind", read_only=True)
    file = serializers.SerializerMethodField()
    page = Page()

    class Meta:
        model = Edition
        fields = (
            "document",
            "number",
            "language",
            "title",
            "published_at",
            "pages",
            "size",
            "sha256",
            "snapshot_sha256",
            "file",
            "page",
        )

    def get_file(self, edition: Edition) -> str:
        """Where the PDF is."""
        return self.context["request"].build_absolute_uri(reverse("documents:download", args=[edition.pk]))
