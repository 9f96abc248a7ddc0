"""What the survey says, for the PRA: read from the tallies through the assessment's own results."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import translation

from assessment.models import Survey, SurveyStatus
from assessment.results import SurveyResults, results_of
from semarang_resilience.core.models import Cycle

from .base import Origin, Reader, Term, Words

FINISHED = (SurveyStatus.CLOSED, SurveyStatus.REVIEWED, SurveyStatus.PUBLISHED)


@dataclass(frozen=True, kw_only=True)
class PerceptionFacts:
    """The perception survey of the cycle."""

    title: Words
    introduction: Words
    status: Term
    is_open: bool
    opens_at: datetime
    closes_at: datetime
    version: int
    results: SurveyResults
    origin: Origin


def survey_of(cycle: Cycle) -> Survey | None:
    """The newest finished survey of the cycle, or an open one where there is no other: one query."""
    asked = Survey.objects.filter(cycle=cycle, current_version__isnull=False)
    return (
        asked.select_related("current_version__survey", "current_version__framework")
        .annotate(is_finished=Q(status__in=FINISHED))
        .order_by("-is_finished", "-opens_at", "-pk")
        .first()
    )


def perception_facts(survey: Survey | None, reader: Reader) -> PerceptionFacts | None:
    """The results of a survey over all its wordings, small groups hidden."""
    if survey is None or survey.current_version is None:
        return None
    status = SurveyStatus(survey.status)
    with translation.override(reader.language):
        results = results_of(survey)
    return PerceptionFacts(
        title=reader.words(survey, "title"),
        introduction=reader.words(survey, "introduction"),
        status=reader.term(status),
        is_open=status is SurveyStatus.OPEN,
        opens_at=survey.opens_at,
        closes_at=survey.closes_at,
        version=survey.current_version.number,
        results=results,
        origin=reader.origin(survey),
    )
