"""Repairs to the action plan; status (from the actual dates) and publication are not typed here."""

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
    readonly_fields = ("status", "is_published")
    autocomplete_fields = ("lead", "initiative")
    ordering = ("cycle", "code", "pk")
    inlines = (PartnershipInline,)
