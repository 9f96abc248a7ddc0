"""Pages of the forum that everybody reads."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from semarang_resilience.core.http import page_of, public, reads
from semarang_resilience.core.http_cache import public_page
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.uploads import public_picture
from stakeholders.figures import forum_composition, level_bars, shares
from stakeholders.filters import OrganizationFilter
from stakeholders.models import Attendance, Engagement, ForumMembership, Organization

SHOWN = 40  # names of each kind on the page of the forum; the register has them all, page by page


@public
@reads
@public_page
def forum(request: HttpRequest) -> HttpResponse:
    """Who sits in the forum of the current cycle: how many, from which sectors, represented by whom."""
    cycle, today = Cycle.objects.current(), timezone.localdate()
    members = ForumMembership.objects.in_cycle(cycle.pk if cycle else None).active(today)
    members = members.visible_to(request.user)
    rows = shares(list(members.composition()))
    context = {
        "cycle": cycle,
        "as_of": today,
        "shares": rows,
        "figure": forum_composition(rows) if rows else None,
        "organization_count": sum(row.organizations for row in rows),
        "people_count": sum(row.members for row in rows),
        "sectors": members.by_sector(),
        "shown": SHOWN,
        "named": members.named_in_public().for_list()[:SHOWN],
        "levels": level_bars(members),
        "meetings": Engagement.objects.published().for_list()[:4],
    }
    return render(request, "stakeholders/forum.html", context)


@public
@reads
@public_page
def organizations(request: HttpRequest) -> HttpResponse:
    """The register as everybody may see it."""
    rows = Organization.objects.visible_to(request.user).for_list()
    filters = OrganizationFilter(request.GET, queryset=rows)
    page = page_of(request, filters.qs, per_page=30)
    return render(request, "stakeholders/organizations.html", {"filters": filters, "page": page})


@public
@reads
@public_page
def organization(request: HttpRequest, code: str) -> HttpResponse:
    """One organisation: what it does, what it takes part in, where it sits in the forum."""
    rows = Organization.objects.visible_to(request.user)
    if (winner := _winner_of(code)) and winner.is_visible_to(request.user):
        return redirect(winner, permanent=True)
    found = get_object_or_404(rows.for_detail(), code=code)
    met = Attendance.objects.filter(organization=found).attended().for_history()
    met = met.filter(engagement__in=Engagement.objects.visible_to(request.user))
    context = {
        "organization": found,
        "parent": found.parent if found.parent and found.parent.is_visible_to(request.user) else None,
        "parts": rows.filter(parent=found).order_by("name", "pk"),
        "memberships": ForumMembership.objects.of_organization(found),
        "meetings": list({row.engagement_id: row.engagement for row in met[:200]}.values()),
    }
    return render(request, "stakeholders/organization.html", context)


def _winner_of(code: str) -> Organization | None:
    """Where the old address of a merged organisation leads: one query, for which others have no row."""
    shadow = Organization.objects.filter(code=code, merged_into__isnull=False).select_related("merged_into")
    return next((row.merged_into for row in shadow), None)


@public
@reads
def organization_logo(request: HttpRequest, code: str) -> HttpResponse:
    """The logo of an organisation whose page the reader may see."""
    rows = Organization.objects.visible_to(request.user)
    return public_picture(get_object_or_404(rows, code=code).logo)
