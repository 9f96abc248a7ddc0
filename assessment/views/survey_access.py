"""Who may see the results of a survey, and what all of their pages share."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy

from assessment.models import Survey, SurveyStatus
from semarang_resilience.core.permissions import allowed

TABS = {
    "survey_results": gettext_lazy("Overview"),
    "survey_differences": gettext_lazy("Sectors compared"),
    "survey_contradictions": gettext_lazy("Contradictions"),
    "survey_rounds": gettext_lazy("Rounds over time"),
}


def survey_with_results(request: HttpRequest, slug: str) -> Survey:
    """The survey, if this reader may see its results: a stranger gets 404 before publication."""
    found = get_object_or_404(Survey.objects.visible_to(request.user).for_detail(), slug=slug)
    may_see = found.status == SurveyStatus.PUBLISHED or allowed(
        request.user, "assessment.see_draft_results", found
    )
    if found.current_version is None or not may_see:
        raise Http404("No results yet.")
    found.current_version.survey = found
    return found


def shared(request: HttpRequest, survey: Survey, results: Any, *, here: str) -> dict[str, Any]:
    """What every page needs; `results` says how many answered (SurveyResults, or as much of it)."""
    return {
        "survey": survey,
        "results": results,
        "is_public": survey.status == SurveyStatus.PUBLISHED,
        "as_of": survey.closed_at,
        "tabs": [
            (label, reverse(f"assessment:{name}", args=[survey.slug]), name == here)
            for name, label in TABS.items()
        ],
        "may_find": allowed(request.user, "assessment.create_finding") and survey.status != SurveyStatus.OPEN,
    }


def finding_url(survey: Survey, key: str, *, sector: str = "", district: str = "") -> str:
    """Where a finding begins that cites a question with its filter."""
    chosen = {"survey": survey.slug, "question": key, "sector": sector, "district": district}
    query = {name: value for name, value in chosen.items() if value}
    return reverse("assessment:work_finding_new", query=query)
