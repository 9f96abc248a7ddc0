"""`{% load groups %}`: the working groups of forum members, for pages of lower apps (ADR 8)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template

from stakeholders.models import ForumMembership
from strategy.models import WorkingGroupMember

register = template.Library()


@register.inclusion_tag("strategy/parts/groups_of.html")
def working_groups_of(memberships: Iterable[ForumMembership]) -> dict[str, Any]:
    """In which groups these members of the forum sit, with their part in each: one query."""
    members = WorkingGroupMember.objects.filter(membership__in=[each.pk for each in memberships])
    rows = members.select_related("group__focus_area", "membership")
    return {"rows": list(rows.order_by("group__focus_area__position", "pk"))}
