"""Where sectors differ, and whether that could be chance.

Computed from results alone, hence from groups that are shown: a p value cannot tell of a hidden group.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from assessment.questionnaire import FUTURE, IMPACT, LIKELIHOOD, NOW
from assessment.statistics import (
    Chance,
    Comparison,
    Size,
    adjusted,
    cliffs_delta,
    compare_choices,
    compare_ordered,
    compare_several,
    cramers_v,
    size_of_delta,
    size_of_v,
)

from .shapes import (
    ChoiceResult,
    DriverResult,
    GroupMean,
    HazardResult,
    Rating,
    Result,
    ScaleResult,
    SurveyResults,
)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How the sectors that are shown differ in one question, and how often that would be chance.

    `p` is corrected for all questions that were compared together. `high` and `low` are the sectors with the
    highest and the lowest mean; None for choices. `effect`: Cliff's delta between those two, or Cramér's V.
    """

    key: str
    part: str
    name: str
    top: int
    n: int
    groups: int
    p: float
    is_dealt: bool
    effect: float
    size: Size
    high: GroupMean | None = None
    low: GroupMean | None = None

    @property
    def chance(self) -> Chance:
        """The p value in a word."""
        return Chance.of(self.p)

    @property
    def gap(self) -> float:
        """How far the two means are apart."""
        return (self.high.mean or 0) - (self.low.mean or 0) if self.high and self.low else 0.0


def differences_of(results: SurveyResults) -> list[Difference]:
    """All questions in which at least two sectors can be compared; the least likely to be chance first."""
    found = [row for result in results.all for row in _differences(result)]
    corrected = adjusted([row.p for row in found])
    rows = [replace(row, p=p) for row, p in zip(found, corrected, strict=True)]
    return sorted(rows, key=lambda row: (row.p, -row.size.value, -abs(row.effect), row.key, row.part))


def difference_in(result: Result, part: str = "") -> Difference | None:
    """One question by itself, without correction for others."""
    return next((row for row in _differences(result) if row.part == part), None)


def name_of(result: Result) -> str:
    """What a result is about, in a few words."""
    match result:
        case DriverResult():
            return result.short
        case HazardResult():
            return result.name
        case _:
            return result.text


def part_label(part: str) -> str:
    """The aspect of a hazard in words."""
    labels = {NOW: _("Now"), FUTURE: _("In ten years"), LIKELIHOOD: _("Likelihood"), IMPACT: _("Impact")}
    return labels.get(part, "")


def ratings_of(result: Result) -> Iterator[tuple[str, Rating, int]]:
    """(part, rating, highest level) of a result with ordered levels."""
    if isinstance(result, DriverResult):
        yield "", result.rating, 3
    elif isinstance(result, ScaleResult):
        yield "", result.rating, result.levels
    elif isinstance(result, HazardResult):
        for part in result.parts:
            yield part, result.rating_of(part), 5


def _differences(result: Result) -> Iterator[Difference]:
    if isinstance(result, ChoiceResult):
        found = _of_choice(result)
        if found:
            yield found
        return
    for part, rating, top in ratings_of(result):
        groups = [group for group in rating.by_sector if group.mean is not None]
        comparison = compare_ordered([group.counts for group in groups])
        if comparison is None:
            continue
        high = max(groups, key=lambda group: group.mean or 0)
        low = min(groups, key=lambda group: group.mean or 0)
        delta = cliffs_delta(high.counts, low.counts)
        size = size_of_delta(delta)
        yield _difference(result, part, top, comparison, effect=delta, size=size, high=high, low=low)


def _of_choice(result: ChoiceResult) -> Difference | None:
    groups = [(group.n, group.counts) for group in result.by_sector if group.n]
    if result.is_multiple:
        comparison = compare_several(groups)
        v = max(map(cramers_v, _each_option(groups)), default=0.0)
        least = 2
    else:
        counts = [counts for _n, counts in groups]
        comparison, v = compare_choices(counts), cramers_v(counts)
        least = min(len(groups), len(result.options))
    if comparison is None:
        return None
    return _difference(result, "", 0, comparison, effect=v, size=size_of_v(v, least=least))


def _each_option(groups: Iterable[tuple[int, tuple[int, ...]]]) -> Iterator[list[tuple[int, int]]]:
    """For each option: how many of each group chose it, and how many did not."""
    rows = list(groups)
    for column in zip(*(counts for _n, counts in rows), strict=True):
        yield [(chosen, n - chosen) for (n, _counts), chosen in zip(rows, column, strict=True)]


def _difference(
    result: Result,
    part: str,
    top: int,
    comparison: Comparison,
    *,
    effect: float,
    size: Size,
    high: GroupMean | None = None,
    low: GroupMean | None = None,
) -> Difference:
    return Difference(
        key=result.key,
        part=part,
        name=name_of(result),
        top=top,
        n=comparison.n,
        groups=comparison.groups,
        p=comparison.p,
        is_dealt=comparison.is_dealt,
        effect=effect,
        size=size,
        high=high,
        low=low,
    )
