"""Pages of the action plan that everybody reads."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actions.figures import status_by_pillar, status_by_year
from actions.filters import ActionFilter
from actions.models import Action, ActionStatus, partners_of
from actions.overview import by_pillar, by_status, by_year
from semarang_resilience.core.http import page_of, public, reads
from semarang_resilience.core.http_cache import public_page
from semarang_resilience.core.models import Cycle
from stakeholders.filters import OrganizationFilter

# How the list is shown; the word stands in the address as ?view=cards.
VIEWS = {"table": _("Table"), "cards": _("Cards"), "status": _("By status")}


@public
@reads
@public_page
def action_list(request: HttpRequest) -> HttpResponse:
    """The plan as a table, as cards or by status, narrowed by the filters in the address."""
    cycle, user = Cycle.objects.current(), request.user
    visible = Action.objects.filter(cycle=cycle).visible_to(user)
    filters = ActionFilter(request.GET, queryset=visible.for_list(), request=request)
    chosen = request.GET.get("view", "")
    chosen = chosen if chosen in VIEWS else "table"
    rows = filters.qs.by_progress() if chosen == "status" else filters.qs
    filters.form.fields["view"] = forms.CharField(widget=forms.HiddenInput, required=False)
    everything = list(visible.select_related("initiative__strategy__pillar"))
    context = {
        "cycle": cycle,
        "as_of": timezone.localdate(),
        "filters": filters,
        "view": chosen,
        "clear_url": f"?view={chosen}",
        "tabs": _tabs(request, chosen),
        "page": page_of(request, rows, per_page=60 if chosen == "status" else 30),
        "total": len(everything),
        "parts": [
            (status, count, f"?status={status}&view={chosen}")
            for status, count in by_status(everything).items()
            if count
        ],
        "figures": _figures(everything, cycle) if not set(request.GET) - {"view"} else (),
        "partner_count": partners_of(cycle.pk).count() if cycle else 0,
    }
    return render(request, "actions/action_list.html", context)


def _tabs(request: HttpRequest, chosen: str) -> list[tuple[Any, str, bool]]:
    """The same list shown otherwise: label, address (the filters stay), whether it is this one."""
    tabs = []
    for view, label in VIEWS.items():
        query = request.GET.copy()
        query.pop("page", None)
        query["view"] = view
        tabs.append((label, f"?{query.urlencode()}", view == chosen))
    return tabs


def _figures(actions: list[Action], cycle: Cycle | None) -> tuple[object, ...]:
    """The whole plan in two pictures; a narrowed list shows none, they would say something else."""
    if not actions or cycle is None:
        return ()
    return status_by_pillar(by_pillar(actions)), status_by_year(by_year(actions, cycle))


@public
@reads
@public_page
def action(request: HttpRequest, code: str) -> HttpResponse:
    """One action: who does what with whom, when, and why."""
    rows = Action.objects.filter(cycle=Cycle.objects.current()).visible_to(request.user)
    found = get_object_or_404(rows.for_detail(), code=code)
    today = timezone.localdate()
    initiative = found.initiative
    context = {
        "action": found,
        "initiative": initiative if initiative and initiative.is_visible_to(request.user) else None,
        "is_late": found.is_late(today),
        "as_of": today,
        "statuses": ActionStatus,
    }
    return render(request, "actions/action.html", context)


@public
@reads
@public_page
def partners(request: HttpRequest) -> HttpResponse:
    """The organisations that carry the plan; their number is counted, never typed."""
    cycle = Cycle.objects.current()
    rows = partners_of(cycle.pk if cycle else 0).visible_to(request.user).for_list()
    filters = OrganizationFilter(request.GET, queryset=rows)
    context = {
        "filters": filters,
        "page": page_of(request, filters.qs, per_page=30),
        "partner_count": rows.count(),
        "as_of": timezone.localdate(),
    }
    return render(request, "actions/partners.html", context)
