"""Repairs to the strategy tree and the groups; states are changed by their operations only."""

from django.contrib import admin
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline, TranslationTabularInline

from .models import (
    Initiative,
    InitiativeFocusArea,
    OpenQuestion,
    Pillar,
    Strategy,
    WorkingGroup,
    WorkingGroupMember,
)


@admin.register(Pillar)
class PillarAdmin(TranslationAdmin):
    list_display = ("number", "name", "cycle")
    list_filter = ("cycle",)
    list_select_related = ("cycle",)
    ordering = ("cycle", "number", "pk")


@admin.register(Strategy)
class StrategyAdmin(TranslationAdmin):
    list_display = ("code", "name", "pillar")
    list_select_related = ("pillar",)
    search_fields = ("code", "name")
    ordering = ("pillar__number", "number", "pk")


class FocusAreaInline(TranslationTabularInline):
    model = InitiativeFocusArea
    extra = 0


@admin.register(Initiative)
class InitiativeAdmin(TranslationAdmin):
    list_display = ("code", "name", "lead", "status")
    list_filter = ("status",)
    list_select_related = ("lead",)
    search_fields = ("code", "name")
    readonly_fields = ("status",)
    filter_horizontal = ("drivers", "hazards")
    autocomplete_fields = ("lead",)
    ordering = ("strategy__pillar__number", "strategy__number", "number", "pk")
    inlines = (FocusAreaInline,)


class MemberInline(admin.TabularInline):
    model = WorkingGroupMember
    extra = 0
    autocomplete_fields = ("membership",)


class QuestionInline(TranslationStackedInline):
    model = OpenQuestion
    extra = 0
    readonly_fields = ("status", "answered_at")


@admin.register(WorkingGroup)
class WorkingGroupAdmin(TranslationAdmin):
    list_display = ("name", "focus_area", "formed_on")
    list_select_related = ("focus_area",)
    ordering = ("focus_area__position", "pk")
    inlines = (MemberInline, QuestionInline)
