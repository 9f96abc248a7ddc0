"""Shocks and stresses as everybody reads them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from assessment.models import Hazard, HazardKind, Survey, SurveyStatus
from assessment.results import HazardResult, survey_results
from semarang_resilience.core.http import public, reads
from semarang_resilience.core.models import Cycle


@public
@reads
def hazard_list(request: HttpRequest) -> HttpResponse:
    """The city's list with how severe people find each, now and in future, if a survey was published."""
    cycle = Cycle.objects.current()
    hazards = Hazard.objects.for_overview().filter(cycle=cycle)
    survey = published_survey(cycle)
    perceived = perceived_hazards(survey)
    rows = [(hazard, perceived.get(hazard.slug)) for hazard in hazards]
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


def perceived_hazards(survey: Survey | None) -> dict[str, HazardResult]:
    """How severe each shock or stress is seen to be, by its code."""
    if survey is None or survey.current_version is None:
        return {}
    return {row.slug: row for row in survey_results(survey.current_version).hazards}
