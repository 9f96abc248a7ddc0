"""`{% load plan %}`: what the action plan adds to pages of lower apps (see ADR 8: templates may compose)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.template import Context

from actions.models import Action, Partnership, partners_of
from semarang_resilience.core.models import Cycle
from stakeholders.models import Organization
from strategy.models import Initiative

register = template.Library()


def _user(context: Context) -> Any:
    return getattr(context.get("request"), "user", None) or AnonymousUser()


@register.inclusion_tag("actions/parts/organization_actions.html", takes_context=True)
def organization_actions(context: Context, organization: Organization) -> dict[str, Any]:
    """What an organisation leads or takes part in, newest cycle first, with role and status: two queries."""
    mine = Organization.objects.filter(pk=organization.pk)
    actions = Action.objects.visible_to(_user(context)).with_organization(mine).for_list()
    actions = list(actions.order_by("-cycle__planned_start", "code", "pk"))
    roles = {each.action_id: each for each in Partnership.objects.filter(organization=organization)}
    rows = [(each, each.lead_id == organization.pk, roles.get(each.pk)) for each in actions]
    return {"rows": rows, "organization": organization}


@register.inclusion_tag("actions/parts/initiative_actions.html", takes_context=True)
def initiative_actions(context: Context, initiative: Initiative) -> dict[str, Any]:
    """The actions that carry an initiative, with their status: one query."""
    actions = Action.objects.visible_to(_user(context)).filter(initiative=initiative).for_list()
    return {"actions": list(actions), "initiative": initiative, "user": _user(context)}


@register.simple_tag(takes_context=True)
def action_counts(context: Context) -> dict[int, int]:
    """Initiative -> number of its actions that the reader may see: one query for a whole tree."""
    rows = Action.objects.visible_to(_user(context)).filter(initiative__isnull=False)
    return dict(Counter(rows.values_list("initiative", flat=True)))


@register.simple_tag(takes_context=True)
def organization_counts(context: Context, organizations: Iterable[Organization]) -> dict[int, int]:
    """Organisation -> number of actions that it leads or joins, for the rows of one page: two queries."""
    ids = [organization.pk for organization in organizations]
    visible = Action.objects.visible_to(_user(context))
    led = visible.filter(lead__in=ids).values_list("lead", "pk")
    joined = Partnership.objects.filter(Q(organization__in=ids) & Q(action__in=visible))
    return Counter(
        organization for organization, _action in {*led, *joined.values_list("organization", "action")}
    )


@register.filter
def of(counts: dict[int, int], key: int) -> int:
    """The number of one thing in counts by primary key."""
    return counts.get(key, 0)


@register.simple_tag
def plan_partner_count() -> int:
    """How many organisations take part in the published plan of the current cycle."""
    cycle = Cycle.objects.current()
    return partners_of(cycle.pk).count() if cycle else 0
