"""Copying the numbers of a survey result, so that a citation stays true when more answers come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from assessment.models import Evidence, Survey, SurveyStatus, SurveyVersion
from assessment.questionnaire import Question
from assessment.results import Numbers, SurveyTables, rating_of, tables_of
from assessment.results.tables import RATED
from semarang_resilience.core.errors import Refused
from stakeholders.models import Sector


@dataclass(frozen=True, kw_only=True)
class Citation:
    """What a citation copies: n for the list, everything else for the reader (see assessment/cited.py)."""

    n: int
    cited: dict[str, Any]


def take_citation(
    *, version: SurveyVersion, question_key: str, sector: str = "", district: str = "", on: date
) -> Citation:
    """The numbers of one question (of a sector, of a district) as they stand; refuses what stays hidden.

    They rest on all wordings of the survey that compare; `cited` says which. Nothing of an open survey is
    cited: whoever holds the copy could subtract it from later results.
    """
    if version.survey.status == SurveyStatus.OPEN:
        raise Refused(
            _("Answers still come in. Results can be cited once the survey is closed."), code="survey_open"
        )
    tables = tables_of([version.survey], keys=[question_key]).get(version.survey.pk)
    question = tables.questionnaire.by_key.get(question_key) if tables else None
    if tables is None or question is None or question.is_open:
        raise Refused(_("This survey has no result for that question."), code="no_such_result")
    _check_group(tables, sector, district)
    group = {"sector": sector or None, "district": district or None}
    is_rated = question.kind in RATED
    parts = list(question.slots) or [""]
    found = {part: _numbers(tables, question, part, group) for part in parts}
    first = found[parts[0]]
    return Citation(
        n=first.n,
        cited={
            "kind": question.kind.value,
            "label": dict(_label(question)),
            "as_of": on.isoformat(),
            "responses": tables.n,
            "versions": list(tables.answers(question, parts[0]).versions),
            "sector": sector,
            "district": _district(tables, district),
            "series": [_series(tables, question, part, found[part], group) for part in parts]
            if is_rated
            else [],
            "options": [] if is_rated else _options(question, first),
        },
    )


def is_cited(survey: Survey) -> bool:
    """Whether a copy of its results is about, from which later results could be subtracted."""
    return Evidence.objects.filter(survey_version__survey=survey).exists()


def _check_group(tables: SurveyTables, sector: str, district: str) -> None:
    if (sector and sector not in Sector.values) or (
        district and district not in tables.questionnaire.district_codes
    ):
        raise Refused(_("This survey has no such group."), code="no_such_group")


def _numbers(tables: SurveyTables, question: Question, part: str, group: dict[str, Any]) -> Numbers:
    """What the group answered; refused where it must stay hidden or nobody answered."""
    found = tables.answers(question, part).of(**group)
    if found is None or not found.n:
        raise Refused(
            _(
                "Fewer than %(threshold)s people answered here, or the group would give a small one away. "
                "This result stays hidden and cannot be cited."
            )
            % {"threshold": settings.SMALL_GROUP_THRESHOLD},
            code="too_few",
        )
    return found


def _label(question: Question) -> dict[str, str]:
    subject = question.driver or question.hazard
    return subject.name if subject else question.text


def _district(tables: SurveyTables, code: str) -> str:
    """The name of a district: it is the same in both languages."""
    return next((one.name for one in tables.questionnaire.districts if one.code == code), "")


def _series(
    tables: SurveyTables, question: Question, part: str, found: Numbers, group: dict[str, Any]
) -> dict[str, Any]:
    """One scale; of everybody with the balanced mean, blanks and the voices of the sectors."""
    facts: dict[str, Any] = {
        "part": part,
        "n": found.n,
        "mean": found.mean,
        "top": question.levels,
        "counts": list(found.counts),
    }
    if any(group.values()):
        return facts
    rating = rating_of(tables.answers(question, part))
    return facts | {
        "balanced_mean": rating.balanced_mean,
        "cannot_judge": found.cannot_judge,
        "blank": found.blank or 0,
        "by_sector": [
            {"code": one.code, "n": one.n, "mean": one.mean}
            for one in rating.by_sector
            if one.n is None or one.n > 0
        ],
    }


def _options(question: Question, found: Numbers) -> list[dict[str, Any]]:
    return [
        {"label": dict(option.label), "count": count, "share": count / found.n}
        for option, count in zip(question.options, found.counts, strict=True)
    ]
