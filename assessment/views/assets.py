"""Critical assets as everybody reads them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from assessment.filters import AssetPageFilter, views_of
from assessment.inventory_figures import exposure_matrix
from assessment.models import Asset, Finding, Hazard
from semarang_resilience.core.http import page_of, public, reads
from semarang_resilience.core.models import Cycle


@public
@reads
def asset_list(request: HttpRequest) -> HttpResponse:
    """Assets, the worst exposure beside the sum; `?view=matrix` sets them against the hazards."""
    cycle = Cycle.objects.current()
    assets = Asset.objects.for_list().filter(cycle=cycle)
    filterset = AssetPageFilter(request.GET, queryset=assets, request=request)
    context = {
        "filter": filterset,
        "total": filterset.qs.count(),
        "views": views_of(request, ("", "matrix")),
    }
    if request.GET.get("view") == "matrix":
        hazards = Hazard.objects.for_list().filter(cycle=cycle)
        matrix = exposure_matrix(filterset.qs, hazards)
        return render(request, "assessment/assets_matrix.html", context | {"matrix": matrix})
    page = page_of(request, filterset.qs, per_page=25)
    return render(request, "assessment/assets.html", context | {"page": page})


@public
@reads
def asset(request: HttpRequest, code: str) -> HttpResponse:
    """One asset: why it is critical, and which shocks and stresses reach it."""
    cycle = Cycle.objects.current()
    found = get_object_or_404(Asset.objects.for_detail(), cycle=cycle, code=code)
    exposures = sorted(found.exposures.all(), key=lambda row: (-row.score, row.hazard.position, row.pk))
    findings = Finding.objects.published().filter(assets=found).for_list()
    return render(
        request, "assessment/asset.html", {"asset": found, "exposures": exposures, "findings": findings}
    )
