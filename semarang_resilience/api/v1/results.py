"""Published survey results as plain data in both languages; reading them hides small groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from assessment.models import Survey
from assessment.questionnaire import Question
from assessment.results import Answers, Numbers, SurveyTables, rating_of, tables_of
from assessment.results.tables import RATED
from assessment.results.take_away import headings, rows_of
from semarang_resilience.core.sheets.writing import csv_lines
from stakeholders.models import Sector


def results_of(survey: Survey, absolute: Callable[[str], str]) -> dict[str, Any]:
    """Everything that a published survey says, in the order of its questionnaire: two queries."""
    tables = tables_of([survey])[survey.pk]
    asked = [question for question in tables.questionnaire if not question.is_open]
    return {
        "survey": survey.slug,
        "version": tables.versions[-1].number,
        "versions": [version.number for version in tables.versions],
        "n": tables.n,
        "threshold": tables.threshold,
        "questions": [_question(question, tables, absolute) for question in asked],
    }


def results_csv(survey: Survey) -> Iterator[str]:
    """The same as a table by sector and by district, in the language that is active."""
    tables = tables_of([survey])[survey.pk]
    rows = (row for question in tables.questionnaire for row in rows_of(tables, question, with_cells=False))
    return csv_lines(headings(), rows)


def _question(question: Question, tables: SurveyTables, absolute: Callable[[str], str]) -> dict[str, Any]:
    with translation.override(settings.LANGUAGE_CODE):
        page = reverse("assessment:survey_chart", args=[tables.survey.slug, question.key])
    is_rated = question.kind in RATED
    answers = tables.answers(question, next(iter(question.slots), ""))
    return {
        "key": question.key,
        "kind": str(question.kind.value),
        "text": question.text,
        "versions": list(answers.versions),
        "max_choices": question.max_choices,
        "scales": [_scale(part, tables.answers(question, part)) for part in question.slots]
        if is_rated
        else [],
        "options": [] if is_rated else list(_options(question, answers)),
        "groups": list(_all_groups(question, tables)),
        "page": absolute(page),
    }


def _scale(part: str, answers: Answers) -> dict[str, Any]:
    """One aspect; everything is null where too few people answered."""
    rating = rating_of(answers)
    return {
        "part": part,
        "n": rating.n,
        "cannot_judge": rating.cannot_judge,
        "blank": rating.blank,
        "not_asked": rating.not_asked,
        "counts": None if rating.is_hidden else list(rating.counts),
        "mean": rating.mean,
        "balanced_mean": rating.balanced_mean,
    }


def _options(question: Question, answers: Answers) -> Iterator[dict[str, Any]]:
    found = answers.of()
    for option, count in zip(question.options, found.counts if found else (), strict=False):
        share = count / found.n if found else 0
        yield {"code": option.code, "text": option.label, "count": count, "share": share}


def _all_groups(question: Question, tables: SurveyTables) -> Iterator[dict[str, Any]]:
    """The groups of each aspect of a question."""
    for part in question.slots or ("",):
        for group in _groups(tables.answers(question, part), tables, has_mean=question.kind in RATED):
            yield {"part": part} | group


def _groups(answers: Answers, tables: SurveyTables, *, has_mean: bool) -> Iterator[dict[str, Any]]:
    """Sectors, then districts; a group that must stay hidden has null for everything."""
    for code in Sector.values:
        yield {"sector": code, "district": None} | _numbers(answers.of(sector=code), has_mean=has_mean)
    for district in tables.questionnaire.districts:
        found = answers.of(district=district.code)
        yield {"sector": None, "district": district.code} | _numbers(found, has_mean=has_mean)


def _numbers(found: Numbers | None, *, has_mean: bool) -> dict[str, Any]:
    if found is None:
        return {"n": None, "counts": None, "mean": None}
    return {"n": found.n, "counts": list(found.counts), "mean": found.mean if has_mean else None}
