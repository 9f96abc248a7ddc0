"""Hazards, surveys, findings and focus areas."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from assessment.models import Evidence, Finding, FocusArea, FocusAreaFinding, Hazard, Survey, SurveyStatus

from ..fields import Page, Words, WordsSerializer
from .common import ORIGIN, CodeList, Codes, DriverSerializer


class HazardSerializer(serializers.ModelSerializer[Hazard]):
    """A shock or stress by the city's own list."""

    code = serializers.SlugField(source="slug", read_only=True)
    name = Words()
    description = Words()
    page = Page()

    class Meta:
        model = Hazard
        fields = ("code", "kind", "position", "name", "description", "standard_term", *ORIGIN, "page")


class SurveySerializer(serializers.ModelSerializer[Survey]):
    """A perception survey; its results are public once `has_results`."""

    code = serializers.SlugField(source="slug", read_only=True)
    title = Words()
    introduction = Words()
    version = serializers.IntegerField(source="current_version.number", read_only=True)
    has_results = serializers.SerializerMethodField()
    page = Page()

    class Meta:
        model = Survey
        fields = (
            "code",
            "title",
            "introduction",
            "opens_at",
            "closes_at",
            "status",
            "version",
            "has_results",
            *ORIGIN,
            "page",
        )

    def get_has_results(self, survey: Survey) -> bool:
        """Whether …/results/ answers."""
        return survey.status == SurveyStatus.PUBLISHED


class EvidenceSerializer(serializers.ModelSerializer[Evidence]):
    """What a finding rests on: a survey question with its n, or another source."""

    summary = Words()
    survey = Codes("slug", source="survey_version.survey", read_only=True)
    version = serializers.IntegerField(source="survey_version.number", read_only=True, allow_null=True)

    class Meta:
        model = Evidence
        fields = (
            "kind",
            "survey",
            "version",
            "question_key",
            "sector",
            "district",
            "n",
            "summary",
            "url",
            *ORIGIN,
        )


class FindingSerializer(serializers.ModelSerializer[Finding]):
    """An accepted and published finding with its evidence."""

    title = Words()
    statement = Words()
    drivers = DriverSerializer(many=True, read_only=True)
    hazards = Codes("slug", many=True, read_only=True)
    assets = Codes("code", many=True, read_only=True)
    evidence_level = serializers.CharField(read_only=True)
    evidence = EvidenceSerializer(many=True, read_only=True)
    focus_areas = CodeList(code="slug", source="shown_focus_areas")
    page = Page()

    class Meta:
        model = Finding
        fields = (
            "code",
            "kind",
            "title",
            "statement",
            "drivers",
            "hazards",
            "assets",
            "evidence_level",
            "evidence",
            "focus_areas",
            *ORIGIN,
            "page",
        )


class AreaFindingSerializer(serializers.ModelSerializer[FocusAreaFinding]):
    """A finding that speaks for a focus area, and why."""

    code = serializers.CharField(source="finding.code", read_only=True)
    reason = Words()

    class Meta:
        model = FocusAreaFinding
        fields = ("code", "reason")


class FocusAreaSerializer(serializers.ModelSerializer[FocusArea]):
    """A theme that the city chose or did not choose, with the reason."""

    code = serializers.SlugField(source="slug", read_only=True)
    name = Words()
    theme = Words()
    rationale = Words()
    decision_reason = Words()
    decided_on = serializers.DateTimeField(source="decided_at", format="%Y-%m-%d", read_only=True)
    findings = AreaFindingSerializer(source="shown_links", many=True, read_only=True)
    page = Page()

    class Meta:
        model = FocusArea
        fields = (
            "code",
            "position",
            "name",
            "theme",
            "rationale",
            "status",
            "decision_reason",
            "decided_on",
            "findings",
            *ORIGIN,
            "page",
        )


PARTS = ["", "now", "future", "likelihood", "impact"]


class NumbersSerializer(serializers.Serializer[Any]):
    """How a scale was answered; everything is null where too few people answered."""

    part = serializers.ChoiceField(PARTS, help_text="The aspect of a hazard; empty for other questions.")
    n = serializers.IntegerField(allow_null=True)
    cannot_judge = serializers.IntegerField(allow_null=True)
    blank = serializers.IntegerField(allow_null=True)
    not_asked = serializers.IntegerField(
        allow_null=True, help_text="To whom a condition did not show the question."
    )
    counts = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    mean = serializers.FloatField(allow_null=True)
    balanced_mean = serializers.FloatField(allow_null=True)


class GroupNumbersSerializer(serializers.Serializer[Any]):
    """How a sector or a district answered; null where a small group could be worked out."""

    part = serializers.ChoiceField(PARTS)
    sector = serializers.CharField(allow_null=True)
    district = serializers.CharField(allow_null=True)
    n = serializers.IntegerField(allow_null=True)
    counts = serializers.ListField(
        child=serializers.IntegerField(), allow_null=True, help_text="By level, or in the order of options."
    )
    mean = serializers.FloatField(allow_null=True)


class ChoiceSerializer(serializers.Serializer[Any]):
    """How often an option was chosen."""

    code = serializers.IntegerField()
    text = WordsSerializer()
    count = serializers.IntegerField()
    share = serializers.FloatField()


class QuestionResultSerializer(serializers.Serializer[Any]):
    """One question with its numbers: `scales` for ratings, `options` for choices; `groups` for both."""

    key = serializers.SlugField()
    kind = serializers.CharField()
    text = WordsSerializer()
    versions = serializers.ListField(
        child=serializers.IntegerField(), help_text="The wordings whose answers compare and are added."
    )
    max_choices = serializers.IntegerField(allow_null=True)
    scales = NumbersSerializer(many=True)
    options = ChoiceSerializer(many=True)
    groups = GroupNumbersSerializer(many=True)
    page = serializers.URLField()


class SurveyResultsSerializer(serializers.Serializer[Any]):
    """The published results of a survey; groups under the threshold are hidden."""

    survey = serializers.SlugField()
    version = serializers.IntegerField()
    versions = serializers.ListField(child=serializers.IntegerField())
    n = serializers.IntegerField()
    threshold = serializers.IntegerField()
    questions = QuestionResultSerializer(many=True)
