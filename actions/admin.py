"""Repairs to the action plan; the status follows from the actual dates and cannot be typed."""

from django.contrib import admin
from modeltranslation.admin import TranslationAdmin, TranslationTabularInline

from .models import Action, Partnership


class PartnershipInline(TranslationTabularInline):
    model = Partnership
    extra = 0
    autocomplete_fields = ("organization",)


@admin.register(Action)
class ActionAdmin(TranslationAdmin):
    list_display = ("code", "name", "lead", "status", "is_published")
    list_filter = ("cycle", "status", "is_published")
    list_select_related = ("lead",)
    search_fields = ("code", "name")
    readonly_fields = ("status",)
    autocomplete_fields = ("lead", "initiative")
    ordering = ("cycle", "code", "pk")
    inlines = (PartnershipInline,)
