"""Shocks and stresses as everybody reads them."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from assessment.models import Hazard, HazardKind, Survey, SurveyStatus
from assessment.models.surveys import HAZARD_LEVELS
from assessment.results import Rating, results_of
from semarang_resilience.core.http import public, reads
from semarang_resilience.core.models import Cycle


@dataclass(frozen=True, kw_only=True)
class Severity:
    """How severe people find a shock or stress; no mean where too few answered."""

    n: int | None
    mean: float | None

    @property
    def width(self) -> str:
        """The length of its bar in per cent, as SVG writes it in every language."""
        return f"{100 * (self.mean or 0) / HAZARD_LEVELS:.1f}"


@public
@reads
def hazard_list(request: HttpRequest) -> HttpResponse:
    """The city's list with how severe people find each, now and in future, if a survey was published."""
    cycle = Cycle.objects.current()
    survey = published_survey(cycle)
    perceived = perceived_hazards(survey)
    rows = [
        (hazard, *perceived.get(hazard.slug, (None, None)))
        for hazard in Hazard.objects.for_overview().filter(cycle=cycle)
    ]
    groups = [
        (HazardKind(kind), [row for row in rows if row[0].kind == kind])
        for kind in (HazardKind.SHOCK, HazardKind.STRESS)
    ]
    return render(
        request, "assessment/hazards.html", {"groups": groups, "survey": survey, "count": len(rows)}
    )


def published_survey(cycle: Cycle | None) -> Survey | None:
    """The newest survey of a cycle whose results everybody may see."""
    published = Survey.objects.for_list().filter(cycle=cycle, status=SurveyStatus.PUBLISHED)
    return published.first()


def perceived_hazards(survey: Survey | None) -> dict[str, tuple[Severity, Severity]]:
    """How severe each shock or stress is seen to be now and in future, by its code."""
    if survey is None or survey.current_version is None:
        return {}
    results = results_of(survey)
    return {row.slug: (_severity(row.now), _severity(row.future)) for row in results.severities}


def _severity(rating: Rating) -> Severity:
    return Severity(n=rating.n, mean=rating.mean)
