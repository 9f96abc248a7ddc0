"""Findings as everybody reads them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from assessment.filters import FindingFilter
from assessment.models import Finding
from semarang_resilience.core.http import page_of, public, reads
from semarang_resilience.core.models import Cycle


@public
@reads
def finding_list(request: HttpRequest) -> HttpResponse:
    """Published findings, by what they say and what they are about."""
    published = Finding.objects.published().filter(cycle=Cycle.objects.current())
    filterset = FindingFilter(request.GET, queryset=published.for_list(), request=request)
    page = page_of(request, filterset.qs, per_page=20)
    return render(request, "assessment/findings.html", {"filter": filterset, "page": page})


@public
@reads
def finding(request: HttpRequest, code: str) -> HttpResponse:
    """One finding with its evidence and the decision. The office sees it before publication."""
    visible = Finding.objects.visible_to(request.user).filter(cycle=Cycle.objects.current())
    found = get_object_or_404(visible.for_detail(), code=code)
    links = [link for link in found.focus_area_links.all() if link.focus_area.is_published]
    return render(request, "assessment/finding.html", {"finding": found, "focus_area_links": links})
