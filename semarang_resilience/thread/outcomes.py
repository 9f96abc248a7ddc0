"""What became of a survey's answers: published findings, and the initiatives that follow from them.

It asks about a survey, never about who asks: everybody with a receipt reads the same, which is what everybody
reads on the page about the survey.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from assessment.models import Evidence, Finding, FocusArea, FocusAreaFinding, Survey, SurveyStatus
from strategy.models import Initiative, InitiativeFocusArea

PUBLIC = AnonymousUser()


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question on which a finding rests."""

    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A finding, the questions it rests on, its focus areas, and the initiatives that follow."""

    finding: Finding
    questions: tuple[Question, ...]
    focus_areas: tuple[FocusArea, ...]
    initiatives: tuple[Initiative, ...]


def outcomes_of(survey: Survey) -> list[Outcome]:
    """What is published of what came of a survey; empty until its results are; four queries."""
    if survey.status != SurveyStatus.PUBLISHED:
        return []
    findings = list(_findings(survey))
    questions: defaultdict[int, dict[str, Question]] = defaultdict(dict)
    for evidence in _evidence(survey):
        cited = evidence.citation
        label = (cited.label if cited else "") or evidence.question_key
        label += f" ({cited.group})" if cited and cited.group else ""
        question = Question(label=label, url=evidence.chart_path)
        questions[evidence.finding_id].setdefault(question.url, question)
    areas: defaultdict[int, list[FocusArea]] = defaultdict(list)
    for link in _areas(survey):
        areas[link.finding_id].append(link.focus_area)
    initiatives: defaultdict[int, list[Initiative]] = defaultdict(list)
    for row in _initiatives({area.pk for found in areas.values() for area in found}):
        initiatives[row.focus_area_id].append(row.initiative)
    return [
        Outcome(
            finding=finding,
            questions=tuple(questions[finding.pk].values()),
            focus_areas=tuple(areas[finding.pk]),
            initiatives=tuple(
                {one.pk: one for area in areas[finding.pk] for one in initiatives[area.pk]}.values()
            ),
        )
        for finding in findings
    ]


def _findings(survey: Survey) -> QuerySet[Finding]:
    rows = Finding.objects.visible_to(PUBLIC).filter(evidence__survey_version__survey=survey)
    return rows.distinct().order_by("code", "pk")


def _evidence(survey: Survey) -> QuerySet[Evidence]:
    return (
        Evidence.objects.filter(survey_version__survey=survey, finding__in=Finding.objects.visible_to(PUBLIC))
        .select_related("survey_version__survey")
        .defer("survey_version__definition")
        .order_by("position", "pk")
    )


def _areas(survey: Survey) -> QuerySet[FocusAreaFinding]:
    return (
        FocusAreaFinding.objects.filter(
            finding__in=_findings(survey).order_by().values("pk"),
            focus_area__in=FocusArea.objects.visible_to(PUBLIC),
        )
        .select_related("focus_area")
        .order_by("focus_area__position", "pk")
    )


def _initiatives(areas: set[int]) -> QuerySet[InitiativeFocusArea]:
    return (
        InitiativeFocusArea.objects.filter(
            focus_area__in=areas, initiative__in=Initiative.objects.visible_to(PUBLIC)
        )
        .select_related("initiative__strategy__pillar")
        .order_by("initiative__code", "pk")
    )
