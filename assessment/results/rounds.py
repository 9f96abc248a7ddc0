"""The same questions in round after round, with the places where answers stop being comparable.

Rounds are chained by `Survey.previous`; within a round each wording that does not compare with the one before
is a point of its own. The difference between neighbouring points is tested only where they compare.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from assessment.models import Survey, SurveyStatus
from assessment.questionnaire import Question
from assessment.statistics import Chance, adjusted, compare_choices, compare_ordered
from stakeholders.models import Sector

from .reading import ASPECTS, balanced_mean, rating_of
from .tables import RATED, Answers, Numbers, Segment, SurveyTables, is_comparable, tables_of


@dataclass(frozen=True, kw_only=True)
class Round:
    """One survey of the chain."""

    slug: str
    title: str
    year: int
    n: int


@dataclass(frozen=True, kw_only=True)
class Point:
    """What one wording of a question said in one round; all None where it must stay hidden.

    `value`: the mean or, for choices, the share of the option. `breaks`: it does not compare with the point
    before, and why. `p`: how often a difference like the one to the point before would be chance.
    """

    round: Round
    n: int | None
    value: float | None
    balanced: float | None
    breaks: str = ""
    p: float | None = None

    @property
    def chance(self) -> Chance | None:
        """The p value in a word."""
        return None if self.p is None else Chance.of(self.p)


@dataclass(frozen=True, kw_only=True)
class Series:
    """One question, aspect or option through the rounds; `top` is the highest level, 0 for shares."""

    key: str
    part: str
    name: str
    group: str
    top: int
    points: tuple[Point, ...]

    @property
    def change(self) -> float | None:
        """From the point before to the newest, where both are shown and compare."""
        if len(self.points) < 2 or self.points[-1].breaks:
            return None
        before, now = self.points[-2].value, self.points[-1].value
        return None if before is None or now is None else now - before


def chain_of(survey: Survey, user: Any) -> list[Survey]:
    """The rounds that lead to `survey`, oldest first, as far as `user` may see their results: one query."""
    rows = Survey.objects.for_list().filter(current_version__isnull=False)
    if not getattr(user, "is_office", False):
        rows = rows.filter(status=SurveyStatus.PUBLISHED)
    known = {row.pk: row for row in rows}
    links = {row.pk: row.previous_id for row in known.values()}
    chain, place = [survey], survey.previous_id
    while place in known and known[place] not in chain:
        chain.append(known[place])
        place = links[place]
    return chain[::-1]


def series_of(surveys: Sequence[Survey]) -> list[Series]:
    """All questions of the newest of `surveys` (oldest first) through the rounds: two queries.

    P values are corrected for all neighbouring points that were compared together.
    """
    found = tables_of(surveys)
    tables = [found[survey.pk] for survey in surveys if survey.pk in found]
    if not tables:
        return []
    rows = [row for question in tables[-1].questionnaire for row in _series(question, tables)]
    return _corrected(rows)


def _corrected(rows: Sequence[Series]) -> list[Series]:
    ps = [point.p for row in rows for point in row.points if point.p is not None]
    corrected = iter(adjusted(ps))
    return [
        replace(
            row,
            points=tuple(
                point if point.p is None else replace(point, p=next(corrected)) for point in row.points
            ),
        )
        for row in rows
    ]


def _series(question: Question, tables: Sequence[SurveyTables]) -> Iterator[Series]:
    if question.is_open:
        return
    parts = [part for part in ("", *ASPECTS) if part in question.slots] or [""]
    for part in parts:
        segments = [(one, each) for one in tables for each in one.segments(question.key, part)]
        if question.kind in RATED:
            yield _line(question, part, segments, option=None)
        else:
            for place in range(len(question.options)):
                yield _line(question, part, segments, option=place)


def _line(
    question: Question, part: str, segments: Sequence[tuple[SurveyTables, Segment]], *, option: int | None
) -> Series:
    points = []
    for place, (tables, segment) in enumerate(segments):
        before = segments[place - 1] if place else None
        breaks = _break(before, tables, segment, part) if before else ""
        point = _point(tables, segment.answers, option)
        if before and not breaks:
            point = replace(point, p=_p(before[1].answers.of(), segment.answers.of(), option))
        points.append(replace(point, breaks=breaks))
    subject = question.driver or question.hazard
    label = (question.driver.short if question.driver else None) or (subject and subject.name)
    return Series(
        key=question.key,
        part=part,
        name=str(label or question.text) if option is None else str(question.options[option].label),
        group=question.kind.value,
        top=question.levels if option is None else 0,
        points=tuple(points),
    )


def _break(before: tuple[SurveyTables, Segment], tables: SurveyTables, segment: Segment, part: str) -> str:
    """Why a segment does not compare with the one before; empty where it does."""
    if not is_comparable(segment.question, before[1].question, part):
        return _("Levels or options changed.")
    first = next(v for v in tables.versions if v.number == segment.answers.versions[0])
    if first.questionnaire.by_key[segment.question.key].breaks_series:
        return _("The wording changed.")
    return ""


def _point(tables: SurveyTables, answers: Answers, option: int | None) -> Point:
    survey, numbers = tables.survey, answers.of()
    place = Round(slug=survey.slug, title=survey.title, year=survey.opens_at.year, n=tables.n)
    if numbers is None:
        return Point(round=place, n=None, value=None, balanced=None)
    if option is None:
        rating = rating_of(answers)
        value, balanced = rating.mean, balanced_mean(rating.by_sector)
    else:
        value, balanced = _share(numbers, option), _balanced_share(answers, option)
    return Point(round=place, n=numbers.n, value=value, balanced=balanced)


def _share(numbers: Numbers | None, option: int) -> float | None:
    return numbers.counts[option] / numbers.n if numbers and numbers.n else None


def _balanced_share(answers: Answers, option: int) -> float | None:
    """Each sector that is shown has one voice."""
    shares = [_share(answers.of(sector=code), option) for code in Sector.values]
    known = [share for share in shares if share is not None]
    return sum(known) / len(known) if known else None


def _p(before: Numbers | None, now: Numbers | None, option: int | None) -> float | None:
    """How often the difference between two rounds would be chance; None where one of them is hidden."""
    if before is None or now is None:
        return None
    if option is None:
        found = compare_ordered([before.counts, now.counts])
    else:
        found = compare_choices([(one.counts[option], one.n - one.counts[option]) for one in (before, now)])
    return found.p if found else None


__all__ = ["Point", "Round", "Series", "chain_of", "series_of"]
