"""Repairs to organisations, people and memberships; everyday work has pages of its own."""

from django.contrib import admin
from modeltranslation.admin import TranslationAdmin

from .models import ForumMembership, Organization, Person


@admin.register(Organization)
class OrganizationAdmin(TranslationAdmin):
    list_display = ("name", "acronym", "sector", "level", "is_published")
    list_filter = ("sector", "level", "is_published")
    search_fields = ("code", "name", "acronym")
    autocomplete_fields = ("parent",)
    ordering = ("name", "pk")


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):
    list_display = ("name", "organization", "agreed_to_be_named")
    list_select_related = ("organization",)
    search_fields = ("name", "organization__name")
    autocomplete_fields = ("organization", "user")
    ordering = ("name", "pk")


@admin.register(ForumMembership)
class ForumMembershipAdmin(admin.ModelAdmin):
    list_display = ("organization", "person", "cycle", "role", "since", "until")
    list_filter = ("cycle", "role")
    list_select_related = ("organization", "person", "cycle")
    search_fields = ("organization__name", "person__name")
    autocomplete_fields = ("organization", "person")
    ordering = ("organization__name", "pk")
