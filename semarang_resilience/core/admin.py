"""Repairs to cycles; the activity log can be read but not changed."""

from django.contrib import admin
from django.http import HttpRequest
from modeltranslation.admin import TranslationAdmin, TranslationTabularInline

from .models import Activity, Cycle, Phase


class PhaseInline(TranslationTabularInline):
    model = Phase
    extra = 0


@admin.register(Cycle)
class CycleAdmin(TranslationAdmin):
    list_display = ("name", "planned_start", "launched_on")
    ordering = ("-planned_start", "pk")
    inlines = (PhaseInline,)


@admin.register(Activity)
class ActivityAdmin(admin.ModelAdmin):
    list_display = ("at", "verb", "actor_label", "target_label")
    list_filter = ("verb",)
    ordering = ("-at", "-pk")
    list_select_related = ("actor",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Activity | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Activity | None = None) -> bool:
        return False
