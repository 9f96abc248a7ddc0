"""Surveys as everybody reads them: the list, one survey, its results, one chart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment import figures
from assessment.models import Finding, Survey, SurveyStatus, SurveyVersion
from assessment.models.hazards import HazardKind
from assessment.models.surveys import HAZARD_LEVELS, RATING_LEVELS
from assessment.questionnaire import questionnaire_of
from assessment.results import ChoiceResult, DriverResult, HazardResult, SurveyResults, survey_results
from semarang_resilience.core.figures import Figure
from semarang_resilience.core.http import page_of, public, reads
from semarang_resilience.core.http_cache import public_page
from semarang_resilience.core.permissions import allowed
from semarang_resilience.places.models import District

Result = DriverResult | HazardResult | ChoiceResult


@public
@reads
@public_page
def survey_list(request: HttpRequest) -> HttpResponse:
    """All surveys, newest first."""
    page = page_of(request, Survey.objects.visible_to(request.user).for_list())
    return render(request, "assessment/survey_list.html", {"page": page, "now": timezone.now()})


@public
@reads
@public_page
def survey(request: HttpRequest, slug: str) -> HttpResponse:
    """What the survey is for, how answers are protected, when it is open, how to take part."""
    found = get_object_or_404(Survey.objects.visible_to(request.user).for_detail(), slug=slug)
    version = found.current_version
    context = {
        "survey": found,
        "questionnaire": questionnaire_of(version) if version else None,
        "is_answerable": found.is_answerable(timezone.now()),
        "threshold": settings.SMALL_GROUP_THRESHOLD,
    }
    return render(request, "assessment/survey.html", context)


@public
@reads
@public_page
def survey_results_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that the survey says; before publication for the office only, as counted by now."""
    found, version = _with_results(request, slug)
    results = survey_results(version)
    geometries = dict(District.objects.values_list("code", "geometry"))
    context = {
        "survey": found,
        "results": results,
        "is_public": found.status == SurveyStatus.PUBLISHED,
        "as_of": found.closed_at,
        "wheel": _linked(found, figures.perception_wheel(results)),
        "distribution": figures.driver_distribution(results),
        "by_sector": figures.drivers_by_sector(results),
        "hazards": [figures.hazards_now_and_future(results, kind) for kind in HazardKind.values],
        "choices": [_linked(found, figures.choice_answers(choice), choice.key) for choice in results.choices],
        "sectors": figures.responses_by_sector(results),
        "districts": figures.responses_by_district(results, geometries),
        "strongest": results.rated_drivers[:3],
        "weakest": results.rated_drivers[:-4:-1],
    }
    return render(request, "assessment/survey_results.html", context)


@public
@reads
@public_page
def survey_chart(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One question: how answers spread, how sectors differ, which findings cite it, what to do with it."""
    found, version = _with_results(request, slug)
    results = survey_results(version)
    result = results.find(key)
    if result is None:
        raise Http404("This survey has no result for that question.")
    citing = Finding.objects.visible_to(request.user).filter(
        evidence__survey_version=version, evidence__question_key=key
    )
    context = {
        "survey": found,
        "results": results,
        "result": result,
        "question": questionnaire_of(version).by_key[key],
        "charts": _charts(result),
        "question_n": _n_of(result),
        "is_public": found.status == SurveyStatus.PUBLISHED,
        "as_of": found.closed_at,
        "findings": citing.distinct().order_by("code", "pk"),
        **_finding_links(request, found, key, result),
        "neighbours": _neighbours(results, key),
    }
    return render(request, "assessment/survey_chart.html", context)


def _with_results(request: HttpRequest, slug: str) -> tuple[Survey, SurveyVersion]:
    """The survey, if this reader may see its results: a stranger gets 404 before publication."""
    found = get_object_or_404(Survey.objects.visible_to(request.user).for_detail(), slug=slug)
    may_see = found.status == SurveyStatus.PUBLISHED or allowed(
        request.user, "assessment.see_draft_results", found
    )
    version = found.current_version
    if version is None or not may_see:
        raise Http404("No results yet.")
    version.survey = found
    return found, version


def _n_of(result: Result) -> int:
    """How many gave an answer to this question."""
    match result:
        case DriverResult():
            return result.rating.n
        case HazardResult():
            return result.now.n
        case _:
            return result.n


def _linked(survey: Survey, figure: Figure, key: str = "") -> Figure:
    """The figure with the address under which it can be cited."""
    page = reverse("assessment:survey_results", args=[survey.slug])
    link = reverse("assessment:survey_chart", args=[survey.slug, key]) if key else f"{page}#penggerak"
    return replace(figure, permalink=link)


def _charts(result: Result) -> list[Figure]:
    match result:
        case DriverResult():
            return [
                figures.driver_answers(result),
                figures.question_by_sector(result.key, [("", result.rating)], top=RATING_LEVELS),
            ]
        case HazardResult():
            series = [(_("Now"), result.now), (_("In ten years"), result.future)]
            return [
                figures.hazard_answers(result),
                figures.question_by_sector(result.key, series, top=HAZARD_LEVELS),
            ]
        case _:
            return [figures.choice_answers(result)]


def _finding_links(request: HttpRequest, survey: Survey, key: str, result: Result) -> dict[str, Any]:
    """Where a finding begins: from the whole chart, or from one sector that is large enough to be shown."""
    if not allowed(request.user, "assessment.create_finding"):
        return {"finding_url": "", "sector_links": []}
    origin = {"survey": survey.slug, "question": key}
    links = []
    if not isinstance(result, ChoiceResult):
        rating = result.rating if isinstance(result, DriverResult) else result.now
        links = [
            (group.label, reverse("assessment:work_finding_new", query=origin | {"sector": group.code}))
            for group in rating.by_sector
            if group.mean is not None
        ]
    return {"finding_url": reverse("assessment:work_finding_new", query=origin), "sector_links": links}


def _neighbours(results: SurveyResults, key: str) -> dict[str, Any]:
    """The questions before and after, for leafing through."""
    rows: list[Result] = [*results.drivers, *results.hazards, *results.choices]
    place = next(number for number, row in enumerate(rows) if row.key == key)
    return {
        "before": rows[place - 1] if place else None,
        "after": rows[place + 1] if place + 1 < len(rows) else None,
    }
