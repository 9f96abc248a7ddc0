"""What the survey says, for the PRA: read from the tallies through the assessment's own results."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assessment.models import Survey, SurveyStatus
from semarang_resilience.core.models import Cycle

from .base import Origin, Reader, Term, Words


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
    origin: Origin


def survey_of(cycle: Cycle) -> Survey | None:
    """The newest survey of the cycle that was opened: one query."""
    asked = Survey.objects.filter(cycle=cycle, current_version__isnull=False)
    return asked.select_related("current_version__framework").order_by("-opens_at", "-pk").first()


def perception_facts(survey: Survey | None, reader: Reader) -> PerceptionFacts | None:
    """The results of a survey, small groups hidden."""
    if survey is None or survey.current_version is None:
        return None
    status = SurveyStatus(survey.status)
    return PerceptionFacts(
        title=reader.words(survey, "title"),
        introduction=reader.words(survey, "introduction"),
        status=reader.term(status),
        is_open=status is SurveyStatus.OPEN,
        opens_at=survey.opens_at,
        closes_at=survey.closes_at,
        version=survey.current_version.number,
        origin=reader.origin(survey),
    )
