"""Repairs to accounts; everyday work has pages of its own."""

from django.contrib import admin

from .models import User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ("email", "name", "roles", "is_active")
    search_fields = ("email", "name")
    ordering = ("email", "pk")
    exclude = ("password", "groups", "user_permissions")
    readonly_fields = ("last_login", "joined_at")
