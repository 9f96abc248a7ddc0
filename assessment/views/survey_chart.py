"""One question: its answers, its groups on a map and in small multiples, and what to do with it.

The filter lives in the address: `?sector=&district=` picks a group, `?option=` the option whose share is
compared, `?part=` the aspect of a hazard. A group that must stay hidden says so, whoever asks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from assessment import figures
from assessment.forms.survey_filter import GroupFilter
from assessment.models import Finding, Response, Survey, SurveyStatus
from assessment.models.surveys import RATING_LEVELS
from assessment.questionnaire import FUTURE, IMPACT, LIKELIHOOD, NOW, Question
from assessment.results import (
    ChoiceResult,
    DriverResult,
    HazardResult,
    Numbers,
    Result,
    ScaleResult,
    SurveyTables,
    result_of,
    tables_of,
)
from assessment.results.crosstab import crosstab_of
from assessment.results.differences import Difference, difference_in, part_label, ratings_of
from semarang_resilience.core.figures import Figure
from semarang_resilience.core.http import public, reads
from semarang_resilience.core.http_cache import public_page
from semarang_resilience.places.models import District
from stakeholders.models import Sector

from .survey_access import finding_url, shared, survey_with_results

PAIRS = ((NOW, FUTURE), (LIKELIHOOD, IMPACT))


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What the notes on a page of results say about all sheets."""

    n: int
    pending: int
    threshold: int
    is_open: bool

    @property
    def is_enough(self) -> bool:
        """Whether enough people answered for anything to be shown."""
        return self.n >= self.threshold


@public
@reads
@public_page
def survey_chart(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One question with the filter of the address."""
    survey = survey_with_results(request, slug)
    tables = tables_of([survey], keys=[key])[survey.pk]
    question = tables.questionnaire.by_key.get(key)
    result = result_of(question, tables) if question else None
    if question is None or result is None:
        raise Http404("This survey has no result for that question.")
    choice = GroupFilter(request.GET, questionnaire=tables.questionnaire, question=question)
    sector, district = choice.chosen("sector"), choice.chosen("district")
    citing = Finding.objects.visible_to(request.user).filter(
        evidence__survey_version__survey=survey, evidence__question_key=key
    )
    context = shared(request, survey, _counted(survey, tables), here="") | {
        "result": result,
        "question": question,
        "filter": choice,
        "charts": _charts(survey, result),
        "group": _group(question, tables, sector, district) if sector or district else None,
        "places": _places(request, survey, question, tables, choice),
        "difference": _difference(result, choice.chosen("part")),
        "question_n": _n_of(result),
        "findings": citing.distinct().order_by("code", "pk"),
        "csv_url": reverse("assessment:survey_chart_csv", args=[slug, key]),
        "neighbours": _neighbours(tables, question),
        "earlier": _earlier(question, tables),
    }
    context["finding_url"] = _finding_url(survey, question, tables, sector, district, context["may_find"])
    return render(request, "assessment/survey_chart.html", context)


def _counted(survey: Survey, tables: SurveyTables) -> Counted:
    return Counted(
        n=tables.n,
        pending=Response.objects.filter(version__survey=survey, is_folded=False).count(),
        threshold=tables.threshold,
        is_open=survey.status == SurveyStatus.OPEN,
    )


def _finding_url(
    survey: Survey, question: Question, tables: SurveyTables, sector: str, district: str, may_find: bool
) -> str:
    """The way to a finding with this filter; empty for a group that must stay hidden."""
    if not may_find:
        return ""
    part = next(iter(question.slots), "")
    found = tables.answers(question, part).of(sector=sector or None, district=district or None)
    return finding_url(survey, question.key, sector=sector, district=district) if found and found.n else ""


def _n_of(result: Result) -> int | None:
    """How many gave an answer to this question."""
    match result:
        case DriverResult() | ScaleResult():
            return result.rating.n
        case HazardResult():
            return result.first.n
        case _:
            return result.n


def _charts(survey: Survey, result: Result) -> list[Figure]:
    """How answers spread, and how sectors differ."""
    found: list[Figure] = []
    match result:
        case DriverResult():
            by_sector = figures.question_by_sector(result.key, [("", result.rating)], top=RATING_LEVELS)
            found = [figures.driver_answers(result), by_sector]
        case ScaleResult():
            by_sector = figures.question_by_sector(result.key, [("", result.rating)], top=result.levels)
            found = [figures.scale_answers(result), by_sector]
        case HazardResult():
            for pair in PAIRS:
                if pair[0] in result.parts:
                    series = [(part_label(part), result.rating_of(part)) for part in pair]
                    found.append(figures.hazard_answers(result, parts=pair))
                    found.append(figures.question_by_sector(result.key, series, top=5))
        case ChoiceResult():
            draw = figures.vote_ranking if result.max_choices else figures.choice_answers
            found = [draw(result), figures.options_by_sector(result)]
    page = reverse("assessment:survey_chart", args=[survey.slug, result.key])
    csv = reverse("assessment:survey_chart_csv", args=[survey.slug, result.key])
    return [replace(figure, permalink=page, csv=csv) for figure in found]


def _group(question: Question, tables: SurveyTables, sector: str, district: str) -> dict[str, Any]:
    """The chosen group beside everybody, aspect by aspect; `rows` is empty where it must stay hidden."""
    names = {one.code: one.name for one in tables.questionnaire.districts}
    words = [str(Sector(sector).label) if sector else "", names.get(district, "")]
    rows = []
    for part in question.slots or ("",):
        answers = tables.answers(question, part)
        found = answers.of(sector=sector or None, district=district or None)
        everybody = answers.of()
        if found and found.n and everybody:
            rows.append((part_label(part), found, _compared(question, found, everybody)))
    return {"name": " · ".join(word for word in words if word), "rows": rows}


def _compared(question: Question, found: Numbers, everybody: Numbers) -> list[dict[str, Any]]:
    """For each level or option: its share in the group and among everybody."""
    if question.options and not question.driver:
        labels = [str(option.label) for option in question.options]
    elif question.driver:
        labels = [str(name) for name in figures.LEVEL_NAMES.values()]
    else:
        labels = [str(level) for level in range(1, question.levels + 1)]
    rows = zip(labels, found.counts, found.shares, everybody.shares, strict=True)
    return [
        {"label": label, "count": count, "share": share, "width": f"{100 * share:.2f}", "all": whole}
        for label, count, share, whole in rows
    ]


def _places(
    request: HttpRequest, survey: Survey, question: Question, tables: SurveyTables, choice: GroupFilter
) -> list[Figure]:
    """The map and the small multiples; for a choice of the share of one option."""
    part = choice.chosen("part") or next(iter(question.slots), "")
    table = crosstab_of(tables, question, part=part, option=choice.option_place)
    if not any(one.value is not None for one in table.districts):
        return []
    geometries = dict(District.objects.values_list("code", "geometry"))
    shown = {name: value for name in ("part", "option") if (value := choice.chosen(name))}
    page = reverse("assessment:survey_chart", args=[survey.slug, question.key], query=shown or None)
    csv = reverse("assessment:survey_chart_csv", args=[survey.slug, question.key])
    subject = table.label or part_label(part)
    found = [
        figures.map_of_values(table, geometries),
        figures.by_district_and_sector(table),
    ]
    return [
        replace(
            figure,
            title=f"{figure.title}: {subject}" if subject else figure.title,
            permalink=f"{page}#tempat",
            csv=csv,
        )
        for figure in found
    ]


def _difference(result: Result, part: str) -> Difference | None:
    """Whether sectors differ in the aspect that is shown."""
    first = next((name for name, _rating, _top in ratings_of(result)), "")
    return difference_in(result, part or first)


def _earlier(question: Question, tables: SurveyTables) -> list[tuple[str, int | None]]:
    """(versions, n) of answers to earlier wordings that do not compare."""
    part = next(iter(question.slots), "")
    rows = []
    for segment in tables.segments(question.key, part)[:-1]:
        numbers = segment.answers.of()
        rows.append((", ".join(map(str, segment.answers.versions)), numbers.n if numbers else None))
    return rows


def _neighbours(tables: SurveyTables, question: Question) -> dict[str, Question | None]:
    """The questions before and after, for leafing through."""
    rows = [row for row in tables.questionnaire if not row.is_open]
    place = next(number for number, row in enumerate(rows) if row.key == question.key)
    return {
        "before": rows[place - 1] if place else None,
        "after": rows[place + 1] if place + 1 < len(rows) else None,
    }
