"""Published survey results as plain data in both languages; reading them hides small groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from assessment.models import Survey
from assessment.questionnaire import Question, questionnaire_of
from assessment.results import ChoiceResult, HazardResult, Rating, survey_results


def results_of(survey: Survey, absolute: Callable[[str], str]) -> dict[str, Any]:
    """Everything that a published survey says, in the order of its questionnaire."""
    version = survey.current_version
    assert version is not None  # noqa: S101  held by survey_open_has_version
    questionnaire, results = questionnaire_of(version), survey_results(version)
    rows = []
    for question in questionnaire:
        result = results.find(question.key)
        if result is not None:
            with translation.override(settings.LANGUAGE_CODE):
                page = reverse("assessment:survey_chart", args=[survey.slug, question.key])
            rows.append(
                {
                    "key": question.key,
                    "kind": str(question.kind.value),
                    "text": question.text,
                    "scales": list(_scales(result)),
                    "options": list(_options(question, result)),
                    "page": absolute(page),
                }
            )
    return {
        "survey": survey.slug,
        "version": version.number,
        "n": results.n,
        "threshold": results.threshold,
        "questions": rows,
    }


def _scales(result: Any) -> Iterator[dict[str, Any]]:
    if isinstance(result, HazardResult):
        yield _scale("now", result.now)
        yield _scale("future", result.future)
    elif not isinstance(result, ChoiceResult):
        yield _scale("", result.rating)


def _scale(part: str, rating: Rating) -> dict[str, Any]:
    return {
        "part": part,
        "n": rating.n,
        "cannot_judge": rating.cannot_judge,
        "blank": rating.blank,
        "counts": None if rating.is_hidden else list(rating.counts),
        "mean": rating.mean,
        "balanced_mean": rating.balanced_mean,
    }


def _options(question: Question, result: Any) -> Iterator[dict[str, Any]]:
    if isinstance(result, ChoiceResult) and not result.is_hidden:
        labels = {option.code: option.label for option in question.options}
        for option in result.options:
            yield {
                "code": option.code,
                "text": labels[option.code],
                "count": option.count,
                "share": option.share,
            }
