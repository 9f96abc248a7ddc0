"""Results to take away as CSV: made once for each version of what is published, limited in how often."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessment.models import QuestionKind, Survey, SurveyStatus
from assessment.results import tables_of
from assessment.results.differences import part_label
from assessment.results.rounds import chain_of, series_of
from assessment.results.take_away import headings, rows_of
from semarang_resilience.core.http import public, reads
from semarang_resilience.core.http_cache import conditional, published_version
from semarang_resilience.core.sheets.writing import csv_lines
from semarang_resilience.core.throttle import is_too_often

from .survey_access import survey_with_results

KEPT_SECONDS = 600
# The parts of a survey that a chart on the overview shows.
PARTS: dict[str, tuple[str, ...]] = {
    "drivers": (QuestionKind.DRIVER_RATING,),
    "hazards": (QuestionKind.HAZARD_RATING,),
    "scales": (QuestionKind.SCALE,),
    "choices": (QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.PRIORITY_VOTE),
}
Make = Callable[[Survey], Iterator[str]]


@public
@reads
def survey_results_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """All questions by sector and by district; `?part=drivers` (hazards, scales, choices) some of them."""
    part = request.GET.get("part", "")
    kinds = PARTS.get(part)

    def make(survey: Survey) -> Iterator[str]:
        tables = tables_of([survey])[survey.pk]
        asked = [one for one in tables.questionnaire if kinds is None or one.kind in kinds]
        rows = chain.from_iterable(rows_of(tables, one, with_cells=False) for one in asked)
        return csv_lines(headings(), rows)

    return _answer(request, slug, f"{slug}-{part}" if kinds else slug, make)


@public
@reads
def survey_chart_csv(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One question by sector, by district, and by both."""

    def make(survey: Survey) -> Iterator[str]:
        tables = tables_of([survey], keys=[key])[survey.pk]
        question = tables.questionnaire.by_key.get(key)
        if question is None or question.is_open:
            raise Http404("This survey has no result for that question.")
        return csv_lines(headings(), rows_of(tables, question))

    return _answer(request, slug, f"{slug}-{key}", make)


@public
@reads
def survey_rounds_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The same questions in all rounds."""

    def make(survey: Survey) -> Iterator[str]:
        names = [_("Key"), _("Question"), _("Aspect"), _("Survey"), _("Year"), "n", _("Result")]
        more = [_("Balanced between sectors"), _("Break"), _("p (corrected)")]
        return csv_lines([*names, *more], _round_rows(chain_of(survey, request.user)))

    return _answer(request, slug, f"{slug}-putaran", make, is_for_all=False)


def _round_rows(surveys: list[Survey]) -> Iterator[list[Any]]:
    for row in series_of(surveys):
        for point in row.points:
            numbers = [_rounded(point.value), _rounded(point.balanced)]
            head = [row.key, row.name, part_label(row.part), point.round.slug, point.round.year, point.n]
            yield [*head, *numbers, point.breaks, _rounded(point.p)]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _answer(
    request: HttpRequest, slug: str, name: str, make: Make, *, is_for_all: bool = True
) -> HttpResponse:
    """The file: kept for everybody once published, made anew for the office before; 429 when too often."""
    survey = survey_with_results(request, slug)
    if is_too_often(request, scope="results_csv", rate=settings.RESULTS_CSV_RATE):
        return render(request, "429.html", status=429)
    is_public = survey.status == SurveyStatus.PUBLISHED and is_for_all
    place = _key(name) if is_public else ""
    content = cache.get(place) if place else None
    if content is None:
        content = "".join(make(survey)).encode()
        if place:
            cache.set(place, content, KEPT_SECONDS)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    response = HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)
    if is_public:
        return conditional(request, response)
    response["Cache-Control"] = "private, no-store"
    return response


def _key(name: str) -> str:
    """Under which name the file of this version and language is kept."""
    version = f"{published_version.current()}|{get_language()}|{name}"
    return f"results_csv:{hashlib.sha256(version.encode()).hexdigest()}"
