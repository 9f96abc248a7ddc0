"""Pages of the strategy that everybody reads."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from semarang_resilience.core.http import public, reads
from semarang_resilience.core.http_cache import public_page
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.permissions import allowed
from strategy.models import Initiative, Pillar, WorkingGroup


@public
@reads
@public_page
def tree(request: HttpRequest) -> HttpResponse:
    """The whole strategy: pillars as doors, below them strategies and initiatives as one readable list."""
    cycle = Cycle.objects.current()
    pillars = list(Pillar.objects.filter(cycle=cycle).for_tree(request.user))
    context = {
        "cycle": cycle,
        "pillars": pillars,
        "strategy_count": sum(pillar.strategy_count for pillar in pillars),
        "initiative_count": sum(pillar.initiative_count for pillar in pillars),
        "as_of": timezone.localdate(),
    }
    return render(request, "strategy/tree.html", context)


@public
@reads
@public_page
def pillar(request: HttpRequest, number: int) -> HttpResponse:
    """One pillar with its strategies and their initiatives."""
    cycle = Cycle.objects.current()
    pillars = Pillar.objects.filter(cycle=cycle)
    found = get_object_or_404(pillars.for_tree(request.user), number=number)
    context = {"pillar": found, "pillars": pillars.order_by("number", "pk")}
    return render(request, "strategy/pillar.html", context)


@public
@reads
@public_page
def initiative(request: HttpRequest, code: str) -> HttpResponse:
    """One initiative: what it is, who leads it, and why it exists."""
    rows = Initiative.objects.filter(strategy__pillar__cycle=Cycle.objects.current()).visible_to(request.user)
    found = get_object_or_404(rows.for_detail(), code=code)
    context = {"initiative": found, "reasons": found.reasons_for(request.user)}
    return render(request, "strategy/initiative.html", context)


@public
@reads
@public_page
def groups(request: HttpRequest) -> HttpResponse:
    """The working groups and how many questions each has answered."""
    rows = WorkingGroup.objects.filter(focus_area__cycle=Cycle.objects.current()).visible_to(request.user)
    return render(request, "strategy/groups.html", {"groups": rows.for_list()})


@public
@reads
@public_page
def group(request: HttpRequest, slug: str) -> HttpResponse:
    """One working group: its members by organisation and role, its questions with answers and sources."""
    rows = WorkingGroup.objects.filter(focus_area__cycle=Cycle.objects.current()).visible_to(request.user)
    found = get_object_or_404(rows.for_detail(), focus_area__slug=slug)
    context = {"group": found, "may_manage": allowed(request.user, "strategy.manage_groups", found)}
    return render(request, "strategy/group.html", context)
