"""What the preliminary resilience assessment says, on one page."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from assessment.models import Asset, Finding, FindingKind, FocusArea, FocusAreaStatus, Hazard, Programme
from semarang_resilience.core.http import public, reads
from semarang_resilience.core.models import Cycle

from .hazards import published_survey

SHOWN_PER_KIND = 3
PLURALS = {
    FindingKind.STRENGTH: _("Strengths"),
    FindingKind.WEAKNESS: _("Weaknesses"),
    FindingKind.GAP: _("Gaps"),
    FindingKind.OPPORTUNITY: _("Opportunities"),
}


@public
@reads
def overview(request: HttpRequest) -> HttpResponse:
    """Findings, focus areas, shocks and stresses, assets and programmes, each opening its list."""
    cycle = Cycle.objects.current()
    findings = Finding.objects.published().filter(cycle=cycle)
    counts = dict(findings.values_list("kind").annotate(Count("pk")).order_by("kind"))
    focus_areas = list(FocusArea.objects.published().filter(cycle=cycle).for_list())
    return render(
        request,
        "assessment/overview.html",
        {
            "cycle": cycle,
            "kinds": [(kind, plural, counts.get(kind.value, 0)) for kind, plural in PLURALS.items()],
            "finding_count": sum(counts.values()),
            "strengths": findings.for_list().filter(kind=FindingKind.STRENGTH)[:SHOWN_PER_KIND],
            "weaknesses": findings.for_list().filter(kind=FindingKind.WEAKNESS)[:SHOWN_PER_KIND],
            "hazards": Hazard.objects.for_list().filter(cycle=cycle),
            "asset_count": Asset.objects.filter(cycle=cycle).count(),
            "programme_count": Programme.objects.filter(cycle=cycle).count(),
            "chosen": [row for row in focus_areas if row.status == FocusAreaStatus.SELECTED],
            "not_chosen_count": sum(row.status == FocusAreaStatus.DROPPED for row in focus_areas),
            "survey": published_survey(cycle),
        },
    )
