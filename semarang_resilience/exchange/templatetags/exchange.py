"""Import and export beside a list: `{% list_exchange kind="organisasi" %}` on the page of the list."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from semarang_resilience.core.importing.resources import resource_named
from semarang_resilience.core.permissions import allowed

register = template.Library()


@register.inclusion_tag("exchange/parts/list_exchange.html", takes_context=True)
def list_exchange(context: Context, *, kind: str) -> dict[str, Any]:
    """Take away what the page shows (its filters included), or bring a file; only what the reader may do."""
    request = context["request"]
    resource = resource_named(kind)
    return {
        "csrf_token": context.get("csrf_token"),
        "resource": resource,
        "query": request.GET.urlencode(),
        "may_import": allowed(request.user, resource.permission),
        "may_export": allowed(request.user, resource.export_permission),
    }
