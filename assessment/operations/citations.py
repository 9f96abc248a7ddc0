"""Copying the numbers of a survey result, so that a citation stays true when more answers come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from assessment.models import Evidence, Survey, SurveyStatus, SurveyVersion
from assessment.questionnaire import FUTURE, NOW, Question, questionnaire_of
from assessment.results import ChoiceResult, DriverResult, HazardResult, Rating, SurveyResults, survey_results
from semarang_resilience.core.errors import Refused


@dataclass(frozen=True, kw_only=True)
class Citation:
    """What a citation copies: n for the list, everything else for the reader (see assessment/cited.py)."""

    n: int
    cited: dict[str, Any]


def take_citation(*, version: SurveyVersion, question_key: str, sector: str = "", on: date) -> Citation:
    """The numbers of one question (of one sector) as they stand; refuses what must stay hidden.

    Nothing of an open survey is cited: whoever holds the copy could subtract it from later results.
    """
    if version.survey.status == SurveyStatus.OPEN:
        raise Refused(
            _("Answers still come in. Results can be cited once the survey is closed."), code="survey_open"
        )
    question = questionnaire_of(version).by_key.get(question_key)
    results = survey_results(version)
    result = results.find(question_key)
    if question is None or result is None:
        raise Refused(_("This survey has no result for that question."), code="no_such_result")
    if isinstance(result, ChoiceResult):
        series, n, options = [], result.n, _options(question, result, results, sector)
    else:
        series, options = _all_series(result, results, sector), []
        n = series[0]["n"]
    return Citation(
        n=n,
        cited={
            "kind": question.kind.value,
            "label": dict(_label(question)),
            "as_of": on.isoformat(),
            "responses": results.n,
            "sector": sector,
            "series": series,
            "options": options,
        },
    )


def is_cited(survey: Survey) -> bool:
    """Whether a copy of its results is about, from which later results could be subtracted."""
    return Evidence.objects.filter(survey_version__survey=survey).exists()


def _label(question: Question) -> dict[str, str]:
    subject = question.driver or question.hazard
    return subject.name if subject else question.text


def _all_series(
    result: DriverResult | HazardResult, results: SurveyResults, sector: str
) -> list[dict[str, Any]]:
    parts: Sequence[tuple[str, Rating]]
    if isinstance(result, DriverResult):
        parts = (("", result.rating),)
    else:
        parts = ((NOW, result.now), (FUTURE, result.future))
    top = 3 if isinstance(result, DriverResult) else 5
    write = _sector_series if sector else _series
    return [write(part, rating, results, top=top, sector=sector) for part, rating in parts]


def _series(part: str, rating: Rating, results: SurveyResults, *, top: int, sector: str) -> dict[str, Any]:
    if rating.is_hidden or not rating.n:
        raise _too_few(results)
    return {
        "part": part,
        "n": rating.n,
        "mean": rating.mean,
        "balanced_mean": rating.balanced_mean,
        "top": top,
        "counts": list(rating.counts),
        "cannot_judge": rating.cannot_judge,
        "blank": rating.blank,
        "by_sector": [
            {"code": group.code, "n": group.n, "mean": group.mean}
            for group in rating.by_sector
            if group.n is None or group.n > 0
        ],
    }


def _sector_series(
    part: str, rating: Rating, results: SurveyResults, *, top: int, sector: str
) -> dict[str, Any]:
    group = next((each for each in rating.by_sector if each.code == sector), None)
    if group is None or not group.n or group.mean is None:
        raise _too_few(results)
    return {"part": part, "n": group.n, "mean": group.mean, "top": top}


def _options(
    question: Question, result: ChoiceResult, results: SurveyResults, sector: str
) -> list[dict[str, Any]]:
    if sector:
        raise Refused(_("Choices are not shown by sector."), code="not_by_sector")
    if result.is_hidden or not result.n:
        raise _too_few(results)
    labels = {option.code: option.label for option in question.options}
    return [
        {"label": dict(labels[option.code]), "count": option.count, "share": option.share}
        for option in result.options
    ]


def _too_few(results: SurveyResults) -> Refused:
    return Refused(
        _("Fewer than %(threshold)s people answered here, so this result stays hidden and cannot be cited.")
        % {"threshold": results.threshold},
        code="too_few",
    )
