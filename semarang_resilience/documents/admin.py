"""Repairs. Editions are records: they are looked at here, never typed or deleted."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from .models import Document, Edition


@admin.register(Document)
class DocumentAdmin(admin.ModelAdmin):
    list_display = ("kind", "cycle")
    list_select_related = ("cycle",)
    ordering = ("cycle", "kind", "pk")

    def has_delete_permission(self, request: HttpRequest, obj: Document | None = None) -> bool:
        return False


@admin.register(Edition)
class EditionAdmin(admin.ModelAdmin):
    list_display = ("title", "number", "language", "status", "requested_at", "pages", "attempt")
    list_filter = ("status", "language", "document__kind")
    list_select_related = ("document",)
    ordering = ("-requested_at", "-pk")
    fields = (
        *("document", "number", "language", "title", "status", "requested_by", "requested_at"),
        *("attempt", "attempt_limit", "lease_until", "announced_at", "failure", "failure_detail"),
        *("snapshot_sha256", "sha256", "size", "pages", "template_version", "ready_at"),
        *("published_by", "published_at"),
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        """Without the snapshot, which is as large as the document."""
        return super().get_queryset(request).defer("snapshot", "outline")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return False
