"""`{% load history %}{% history_of organization %}`: what happened to a row, from the activity log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from semarang_resilience.core.models import Activity
from semarang_resilience.portal.activity_text import tell

register = template.Library()
SHOWN = 20


@register.inclusion_tag("portal/history.html")
def history_of(row: Model, shadows: Iterable[Model] = ()) -> dict[str, Any]:
    """The newest lines of a row, and of those that were merged into it, in sentences: one query."""
    ids = [str(row.pk), *(str(each.pk) for each in shadows)]
    kind = ContentType.objects.get_for_model(row)
    lines = Activity.objects.filter(target_type=kind, target_id__in=ids).order_by("-at", "-pk")
    found = list(lines[: SHOWN + 1])
    return {"lines": tell(found[:SHOWN]), "has_more": len(found) > SHOWN, "shown": SHOWN}
