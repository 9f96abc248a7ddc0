"""The chart from which a finding is begun: its numbers, and what the question was about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404

from assessment.cited import Cited, read_cited
from assessment.models import Question, Survey, SurveyVersion
from assessment.operations.citations import take_citation


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What the form shows and the draft will cite."""

    version: SurveyVersion
    question_key: str
    sector: str
    district: str
    n: int
    citation: Cited
    drivers: list[int]
    hazards: list[int]

    @property
    def reference(self) -> dict[str, Any]:
        """How operations name the chart."""
        return {
            "version": self.version,
            "question_key": self.question_key,
            "sector": self.sector,
            "district": self.district,
        }


def chart_of(query: Mapping[str, str], *, on: date) -> Chart:
    """The chart that `?survey=&question=&sector=&district=` names; refuses what cannot be cited."""
    key, sector, district = (query.get(name, "") for name in ("question", "sector", "district"))
    survey = (
        Survey.objects.select_related("current_version__survey").filter(slug=query.get("survey", "")).first()
    )
    if survey is None or survey.current_version is None:
        raise Http404
    version = survey.current_version
    citation = take_citation(version=version, question_key=key, sector=sector, district=district, on=on)
    question = Question.objects.filter(section__version=version, key=key).first()
    return Chart(
        version=version,
        question_key=key,
        sector=sector,
        district=district,
        n=citation.n,
        citation=read_cited(citation.cited),
        drivers=[question.driver_id] if question and question.driver_id else [],
        hazards=[question.hazard_id] if question and question.hazard_id else [],
    )
