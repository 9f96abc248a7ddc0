"""What a survey says: the overview, sectors compared, contradictions, rounds; and all of it for the office.

Before publication the office alone sees these pages, as counted by now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from assessment import figures
from assessment.models import QuestionKind, Survey
from assessment.models.hazards import HazardKind
from assessment.questionnaire import LIKELIHOOD, NOW
from assessment.results import SurveyResults, results_of
from assessment.results.contradictions import RULES, Contradiction, Rule, contradictions_of, served_by
from assessment.results.differences import differences_of, name_of, part_label
from assessment.results.headlines import headlines_of
from assessment.results.open_answers import OpenResult, open_results_of
from assessment.results.rounds import Series, chain_of, series_of
from semarang_resilience.core.figures import Figure
from semarang_resilience.core.http import page_of, public, reads
from semarang_resilience.core.http_cache import public_page
from semarang_resilience.core.permissions import ensure
from semarang_resilience.places.models import District

from .survey_access import finding_url, shared, survey_with_results

BALANCED = "balanced"
CHOICES_SHOWN = 4
PER_PAGE = 40


@public
@reads
@public_page
def survey_results_page(request: HttpRequest, slug: str) -> HttpResponse:
    """What stands out, then the charts; `?mean=balanced` gives each sector one voice in the wheel."""
    survey = survey_with_results(request, slug)
    results = results_of(survey)
    differences = differences_of(results)
    is_balanced = request.GET.get("mean") == BALANCED
    context = shared(request, survey, results, here="survey_results") | {
        "headlines": headlines_of(results, differences),
        "real_differences": sum(row.p < 0.05 for row in differences),
        "contradiction_count": len(contradictions_of(results, served_by(survey))),
        "strongest": results.rated_drivers[:3],
        "weakest": results.rated_drivers[:-4:-1],
        "is_balanced": is_balanced,
        "is_raw": not is_balanced,
        "written": [(row, _written(row)) for row in open_results_of(survey) if row.n is not None],
        "apart": _apart(results),
        "csv_url": reverse("assessment:survey_results_csv", args=[slug]),
        **_charts(survey, results, is_balanced=is_balanced),
    }
    return render(request, "assessment/survey_results.html", context)


def _charts(survey: Survey, results: SurveyResults, *, is_balanced: bool) -> dict[str, Any]:
    """The charts of the overview, with the addresses under which each can be cited."""
    page = reverse("assessment:survey_results", args=[survey.slug])
    csv = reverse("assessment:survey_results_csv", args=[survey.slug])

    def linked(figure: Figure, anchor: str, part: str, query: str = "") -> Figure:
        return replace(figure, permalink=f"{page}{query}#{anchor}", csv=f"{csv}?part={part}")

    def question(figure: Figure, key: str) -> Figure:
        link = reverse("assessment:survey_chart", args=[survey.slug, key])
        return replace(
            figure, permalink=link, csv=reverse("assessment:survey_chart_csv", args=[survey.slug, key])
        )

    wheel = figures.perception_wheel(results, is_balanced=is_balanced)
    query = f"?mean={BALANCED}" if is_balanced else ""
    choices = results.choices[:CHOICES_SHOWN]
    return {
        "wheel": linked(wheel, "penggerak", "drivers", query),
        "distribution": linked(figures.driver_distribution(results), "penggerak", "drivers"),
        "by_sector": linked(figures.drivers_by_sector(results), "penggerak", "drivers"),
        "hazards": [
            linked(figures.hazards_now_and_future(results, kind), "guncangan-tekanan", "hazards")
            for kind in HazardKind.values
            if any(row.kind == kind for row in results.severities)
        ],
        "risk": linked(figures.likelihood_and_impact(results), "risiko", "hazards")
        if results.risks
        else None,
        "votes": [question(figures.vote_ranking(row), row.key) for row in results.votes],
        "choices": [question(figures.choice_answers(row), row.key) for row in choices],
        "scales": [question(figures.scale_answers(row), row.key) for row in results.scales[:CHOICES_SHOWN]],
        "sectors": figures.responses_by_sector(results),
        "districts": figures.responses_by_district(
            results, dict(District.objects.values_list("code", "geometry"))
        ),
    }


def _written(row: OpenResult) -> Figure:
    is_place = row.kind == QuestionKind.ASSET_NOMINATION
    return figures.named_places(row) if is_place else figures.theme_counts(row)


def _apart(results: SurveyResults) -> list[tuple[str, str, int | None]]:
    """(question, versions, n) of answers to earlier wordings that do not compare."""
    rows = []
    for row in results.apart:
        result = results.find(row.key)
        name = name_of(result) if result else row.key
        words = " · ".join(word for word in (name, part_label(row.part)) if word)
        rows.append((words, ", ".join(map(str, row.versions)), row.n))
    return rows


@public
@reads
@public_page
def survey_differences(request: HttpRequest, slug: str) -> HttpResponse:
    """Where sectors differ, the least likely to be chance first; `?page=`."""
    survey = survey_with_results(request, slug)
    results = results_of(survey)
    rows = differences_of(results)
    context = shared(request, survey, results, here="survey_differences") | {
        "page": page_of(request, rows, per_page=PER_PAGE),  # type: ignore[arg-type]
        "total": len(rows),
        "real": sum(row.p < 0.05 for row in rows),
        "labels": {row.part: part_label(row.part) for row in rows},
    }
    return render(request, "assessment/survey_differences.html", context)


@public
@reads
@public_page
def survey_contradictions(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the survey contradicts itself, rule by rule."""
    survey = survey_with_results(request, slug)
    results = results_of(survey)
    found = contradictions_of(results, served_by(survey))
    context = shared(request, survey, results, here="survey_contradictions") | {
        "groups": _by_rule(survey, found),
        "total": len(found),
    }
    return render(request, "assessment/survey_contradictions.html", context)


def _by_rule(survey: Survey, found: list[Contradiction]) -> list[dict[str, Any]]:
    """Each rule in words with what it found."""
    groups = []
    for rule in Rule:
        rows = [
            (row, [(chart, _chart_url(survey, chart.key, chart.sector)) for chart in row.charts])
            for row in found
            if row.rule == rule
        ]
        finds = [
            (row, charts, finding_url(survey, row.charts[0].key, sector=row.charts[0].sector))
            for row, charts in rows
        ]
        groups.append({"rule": rule, "words": RULES[rule], "rows": finds})
    return groups


def _chart_url(survey: Survey, key: str, sector: str = "") -> str:
    query = {"sector": sector} if sector else None
    return reverse("assessment:survey_chart", args=[survey.slug, key], query=query)


@public
@reads
@public_page
def survey_rounds(request: HttpRequest, slug: str) -> HttpResponse:
    """The same questions in earlier rounds, with breaks drawn."""
    survey = survey_with_results(request, slug)
    results = results_of(survey)
    chain = chain_of(survey, request.user)
    rows = series_of(chain) if len(chain) > 1 or results.apart else []
    page = reverse("assessment:survey_rounds", args=[slug])
    context = shared(request, survey, results, here="survey_rounds") | {
        "chain": chain,
        "has_rounds": bool(rows),
        "charts": [
            replace(
                figures.series_over_time(members, title=title, key=key),
                permalink=f"{page}#{key}",
                csv=reverse("assessment:survey_rounds_csv", args=[slug]),
            )
            for key, title, members in _series_groups(rows)
        ],
        "changes": _changes(rows),
    }
    return render(request, "assessment/survey_rounds.html", context)


def _series_groups(rows: list[Series]) -> Iterator[tuple[str, str, list[Series]]]:
    """(anchor, title, series): drivers, hazards by aspect, scales, and each choice by itself."""
    drivers = [row for row in rows if row.group == QuestionKind.DRIVER_RATING]
    if drivers:
        yield "penggerak", _("Drivers of resilience"), drivers
    hazards = [row for row in rows if row.group == QuestionKind.HAZARD_RATING]
    for part in dict.fromkeys(row.part for row in hazards):
        words = {
            NOW: _("Shocks and stresses: severity now"),
            LIKELIHOOD: _("Shocks and stresses: likelihood"),
        }
        title = words.get(part) or _("Shocks and stresses: %(part)s") % {"part": part_label(part).lower()}
        yield f"guncangan-{part}", title, [row for row in hazards if row.part == part]
    scales = [row for row in rows if row.group == QuestionKind.SCALE]
    if scales:
        yield "skala", _("Scales"), scales
    options = [row for row in rows if row.top == 0]
    for key, members in groupby(options, key=lambda row: row.key):
        yield key, _("Choices"), list(members)


def _changes(rows: list[Series]) -> list[dict[str, Any]]:
    """What changed since the round before, hardly by chance, the largest change first."""
    real = [row for row in rows if row.change is not None and (row.points[-1].p or 1) < 0.05]
    real.sort(key=lambda row: -abs(row.change or 0) / (row.top - 1 if row.top else 1))
    return [
        {
            "name": " · ".join(word for word in (row.name, part_label(row.part)) if word),
            "before": figures.value_words(row.points[-2].value, row.top),
            "now": figures.value_words(row.points[-1].value, row.top),
            "year": row.points[-2].round.year,
            "n_before": row.points[-2].n,
            "n": row.points[-1].n,
            "is_up": (row.change or 0) > 0,
        }
        for row in real[:6]
    ]


@reads
def survey_analysis(request: HttpRequest, slug: str) -> HttpResponse:
    """The office at work: what stands out, contradictions, every question with its way to a finding."""
    survey = get_object_or_404(Survey.objects.for_detail(), slug=slug)
    ensure(request.user, "assessment.see_draft_results", survey)
    if survey.current_version is None:
        return render(request, "assessment/work_survey_analysis.html", {"survey": survey, "results": None})
    results = results_of(survey)
    differences = {(row.key, row.part): row for row in differences_of(results)}
    found = contradictions_of(results, served_by(survey))
    context = shared(request, survey, results, here="") | {
        "headlines": headlines_of(results, list(differences.values())),
        "groups": [group for group in _by_rule(survey, found) if group["rows"]],
        "contradiction_count": len(found),
        "questions": list(_question_rows(survey, results, differences)),
        "csv_url": reverse("assessment:survey_results_csv", args=[slug]),
        "results_url": reverse("assessment:survey_results", args=[slug]),
    }
    return render(request, "assessment/work_survey_analysis.html", context)


def _question_rows(
    survey: Survey, results: SurveyResults, differences: dict[tuple[str, str], Any]
) -> Iterator[dict[str, Any]]:
    """One line for each question: what it says in a word, n, how sectors differ, where to go."""
    for result in results.all:
        part = result.parts[0] if hasattr(result, "parts") else ""
        rating = getattr(result, "rating", None) or getattr(result, "first", None)
        first = None if rating else next(iter(result.ranking), None)  # type: ignore[union-attr]
        yield {
            "name": name_of(result),
            "url": _chart_url(survey, result.key),
            "n": rating.n if rating else result.n,  # type: ignore[union-attr]
            "mean": rating.mean if rating else None,
            "balanced": rating.balanced_mean if rating else None,
            "first": first.option if first else None,
            "difference": differences.get((result.key, part)),
            "finding_url": finding_url(survey, result.key),
        }
