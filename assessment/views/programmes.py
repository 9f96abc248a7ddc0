"""Existing resilience programmes as everybody reads them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from assessment.filters import ProgrammeFilter
from assessment.inventory_figures import coverage_of
from assessment.models import Driver, Programme
from semarang_resilience.core.http import page_of, public, reads
from semarang_resilience.core.models import Cycle


@public
@reads
def programme_list(request: HttpRequest) -> HttpResponse:
    """The inventory, and how well it covers the drivers of resilience, directly and indirectly."""
    cycle = Cycle.objects.current()
    programmes = Programme.objects.for_list().filter(cycle=cycle)
    filterset = ProgrammeFilter(request.GET, queryset=programmes, request=request)
    cycle_id = cycle.pk if cycle else None
    coverage = coverage_of(Driver.objects.in_use(cycle_id).with_coverage(cycle_id))
    return render(
        request,
        "assessment/programmes.html",
        {
            "filter": filterset,
            "page": page_of(request, filterset.qs, per_page=25),
            "coverage": coverage,
            "uncovered": [row for row in coverage if not row.direct],
        },
    )
