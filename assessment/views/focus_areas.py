"""Focus areas as everybody reads them: chosen and not chosen, each with its reason."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from assessment.models import FocusArea, FocusAreaStatus
from semarang_resilience.core.http import public, reads
from semarang_resilience.core.models import Cycle


@public
@reads
def focus_area_list(request: HttpRequest) -> HttpResponse:
    """What the city chose to look into, and what it did not choose."""
    rows = list(FocusArea.objects.published().filter(cycle=Cycle.objects.current()).for_list())
    return render(
        request,
        "assessment/focus_areas.html",
        {
            "chosen": [row for row in rows if row.status == FocusAreaStatus.SELECTED],
            "not_chosen": [row for row in rows if row.status == FocusAreaStatus.DROPPED],
        },
    )


@public
@reads
def focus_area(request: HttpRequest, slug: str) -> HttpResponse:
    """One focus area: why, on which findings it rests, and what was decided."""
    visible = FocusArea.objects.visible_to(request.user).filter(cycle=Cycle.objects.current())
    found = get_object_or_404(visible.for_detail(), slug=slug)
    links = [link for link in found.finding_links.all() if link.finding.is_published]
    return render(request, "assessment/focus_area.html", {"focus_area": found, "finding_links": links})
