"""Meetings as everybody reads them, and the files that belong to them."""

from __future__ import annotations

from collections import Counter

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from semarang_resilience.core.http import page_of, public, reads
from semarang_resilience.core.http_cache import public_page
from semarang_resilience.core.permissions import allowed
from semarang_resilience.core.uploads import clean_name, private_file
from stakeholders.filters import EngagementFilter
from stakeholders.models import Engagement, EngagementFile, EngagementStatus, Sector


@public
@reads
@public_page
def engagements(request: HttpRequest) -> HttpResponse:
    """What the city talked about with whom: published meetings, the newest first."""
    rows = Engagement.objects.published().for_list()
    filters = EngagementFilter(request.GET, queryset=rows)
    page = page_of(request, filters.qs, per_page=20)
    context = {"filters": filters, "page": page, "as_of": timezone.localdate()}
    return render(request, "stakeholders/engagements.html", context)


@public
@reads
@public_page
def engagement(request: HttpRequest, code: str) -> HttpResponse:
    """One meeting: agenda, who took part by organisation and sector, what came of it."""
    found = get_object_or_404(Engagement.objects.visible_to(request.user).for_detail(), code=code)
    attended = list(found.attendances.attended().for_list())
    organizations = {row.organization_id: row.organization for row in attended}
    counts = Counter(each.sector for each in organizations.values())
    visible = [each for each in organizations.values() if each.is_visible_to(request.user)]
    context = {
        "engagement": found,
        "people_count": len(attended),
        "organizations": visible,
        "hidden_count": len(organizations) - len(visible),
        "sectors": [(sector, counts[sector]) for sector in Sector if counts[sector]],
        "named": [row for row in attended if row.person and row.person.agreed_to_be_named],
        "files": found.files.filter(is_public=True).order_by("kind", "title", "pk"),
        "is_planned": found.status == EngagementStatus.PLANNED,
    }
    return render(request, "stakeholders/engagement.html", context)


@public
@reads
def engagement_file(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A file of a meeting: public ones for everybody, the others for the office; else there is nothing."""
    rows = EngagementFile.objects.select_related("engagement")
    file = get_object_or_404(rows, engagement__code=code, pk=pk)
    permission = "stakeholders.open_engagement_file"
    if not allowed(request.user, permission, file):
        raise Http404
    name = clean_name(f"{file.engagement.code} {file.title}.x", (file.file.name or "").rpartition(".")[2])
    return private_file(request, permission=permission, obj=file, file=file.file, name=name)
