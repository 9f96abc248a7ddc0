"""Repairs. Everyday work is done on the pages; states change by operations only, so they are read-only here.

Answers of surveys are not here on purpose: nobody reads them one by one.
"""

from django.contrib import admin
from django.http import HttpRequest
from modeltranslation.admin import TranslationAdmin, TranslationTabularInline

from .models import (
    Asset,
    Dimension,
    Driver,
    Evidence,
    Exposure,
    Finding,
    FocusArea,
    FocusAreaFinding,
    Framework,
    Hazard,
    Invitation,
    Programme,
    ProgrammeDriver,
    Survey,
)


class DimensionInline(TranslationTabularInline):
    model = Dimension
    extra = 0


@admin.register(Framework)
class FrameworkAdmin(admin.ModelAdmin):
    list_display = ("name", "version", "slug")
    ordering = ("slug",)
    inlines = (DimensionInline,)


@admin.register(Driver)
class DriverAdmin(TranslationAdmin):
    list_display = ("position", "name", "dimension")
    list_select_related = ("dimension",)
    list_filter = ("dimension__framework",)
    ordering = ("dimension__framework", "dimension__position", "position", "pk")


@admin.register(Hazard)
class HazardAdmin(TranslationAdmin):
    list_display = ("name", "kind", "position", "standard_term", "provenance")
    list_filter = ("cycle", "kind", "provenance")
    ordering = ("kind", "position", "pk")


class ExposureInline(admin.TabularInline):
    model = Exposure
    extra = 0
    fields = ("hazard", "exposure", "consequence", "note", "provenance", "source")


@admin.register(Asset)
class AssetAdmin(TranslationAdmin):
    list_display = ("name", "kind", "criticality", "provenance")
    list_filter = ("cycle", "kind", "provenance")
    search_fields = ("name_ind", "name_en", "code")
    raw_id_fields = ("ward", "owner")
    ordering = ("kind", "name", "pk")
    inlines = (ExposureInline,)


class ProgrammeDriverInline(admin.TabularInline):
    model = ProgrammeDriver
    extra = 0


@admin.register(Programme)
class ProgrammeAdmin(TranslationAdmin):
    list_display = ("name", "status", "owner", "provenance")
    list_select_related = ("owner",)
    list_filter = ("cycle", "status", "provenance")
    raw_id_fields = ("owner",)
    ordering = ("name", "pk")
    inlines = (ProgrammeDriverInline,)


class EvidenceInline(TranslationTabularInline):
    model = Evidence
    extra = 0
    fields = ("position", "kind", "summary", "source", "url", "provenance")
    readonly_fields = ("kind",)

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Evidence is added by operations, which copy the numbers of a survey."""
        return False


@admin.register(Finding)
class FindingAdmin(TranslationAdmin):
    list_display = ("code", "title", "kind", "status", "is_published", "author")
    list_select_related = ("author",)
    list_filter = ("cycle", "status", "kind", "is_published")
    ordering = ("code", "pk")
    readonly_fields = (
        "cycle",
        "status",
        "is_published",
        "author",
        "created_at",
        "submitted_at",
        "decided_by",
        "decided_at",
        "decision_reason",
    )
    inlines = (EvidenceInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A finding begins on its page, with its author and its code."""
        return False


class FocusAreaFindingInline(TranslationTabularInline):
    model = FocusAreaFinding
    extra = 0
    raw_id_fields = ("finding",)


@admin.register(FocusArea)
class FocusAreaAdmin(TranslationAdmin):
    list_display = ("position", "name", "status", "is_published")
    list_filter = ("cycle", "status", "is_published")
    ordering = ("position", "pk")
    readonly_fields = ("cycle", "status", "is_published", "decided_by", "decided_at")
    inlines = (FocusAreaFindingInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A focus area is proposed on its page."""
        return False


@admin.register(Survey)
class SurveyAdmin(TranslationAdmin):
    list_display = ("slug", "title", "status", "opens_at", "closes_at")
    list_filter = ("cycle", "status")
    ordering = ("-opens_at", "pk")
    readonly_fields = ("cycle", "status")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A survey begins with an operation, together with its questions."""
        return False


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):
    list_display = ("label", "kind", "survey", "is_revoked")
    list_select_related = ("survey",)
    list_filter = ("survey", "kind", "is_revoked")
    ordering = ("survey", "pk")
    fields = ("survey", "kind", "label", "is_revoked")
    readonly_fields = ("survey", "kind")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A link is issued by an operation, which shows its token once."""
        return False
