"""Results as plain facts: what pages, figures, documents and the API are made of.

Texts are in the language that was active when the results were read. A number that must stay hidden is None
(or an empty tuple), never 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

WEAK, MIDDLING, STRONG = 1, 2, 3


@dataclass(frozen=True, kw_only=True)
class Group:
    """How many answered in one group; `n` is None where that must stay hidden."""

    code: str
    label: str
    n: int | None


@dataclass(frozen=True, kw_only=True)
class GroupMean(Group):
    """The mean of one group and its histogram; None and () where hidden, or nobody answered."""

    mean: float | None
    counts: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GroupCounts(Group):
    """How often each option was chosen in one group; () where that is hidden."""

    counts: tuple[int, ...]

    @property
    def shares(self) -> tuple[float, ...]:
        """The share of each option among those who answered."""
        return tuple(count / self.n for count in self.counts) if self.n else ()


@dataclass(frozen=True, kw_only=True)
class Rating:
    """Answers on a scale from 1 up; all None where fewer than the threshold answered.

    `not_asked`: to whom a condition did not show the question.
    """

    n: int | None
    cannot_judge: int | None
    blank: int | None
    is_hidden: bool
    counts: tuple[int, ...]
    mean: float | None
    balanced_mean: float | None
    by_sector: tuple[GroupMean, ...]
    not_asked: int | None = 0

    @property
    def shares(self) -> tuple[float, ...]:
        """The share of each level among those who could judge."""
        return tuple(count / self.n for count in self.counts) if self.n and not self.is_hidden else ()


NOT_RATED = Rating(
    n=None,
    cannot_judge=None,
    blank=None,
    is_hidden=True,
    counts=(),
    mean=None,
    balanced_mean=None,
    by_sector=(),
    not_asked=None,
)


def level_of(mean: float | None) -> int | None:
    """A mean of driver ratings as one of the three levels: the middle third of the scale is "fair"."""
    if mean is None:
        return None
    return WEAK if mean < 5 / 3 else MIDDLING if mean < 7 / 3 else STRONG


@dataclass(frozen=True, kw_only=True)
class DriverResult:
    """How well a driver of resilience is seen to work."""

    key: str
    number: int
    name: str
    short: str
    dimension: str
    dimension_number: int
    rating: Rating

    @property
    def net(self) -> float | None:
        """(strength - weak) / n: from -1 (everybody sees a weakness) to 1 (everybody sees a strength)."""
        rating = self.rating
        if rating.is_hidden or not rating.n:
            return None
        return (rating.counts[STRONG - 1] - rating.counts[WEAK - 1]) / rating.n

    @property
    def level(self) -> int | None:
        """The mean as one of the three levels."""
        return level_of(self.rating.mean)

    @property
    def balanced_level(self) -> int | None:
        """The mean balanced between sectors as one of the three levels."""
        return level_of(self.rating.balanced_mean)


@dataclass(frozen=True, kw_only=True)
class DimensionResult:
    """The mean of the means of a dimension's drivers; `n`: of the driver that fewest rated."""

    number: int
    name: str
    drivers: int
    n: int | None
    mean: float | None
    balanced_mean: float | None


@dataclass(frozen=True, kw_only=True)
class HazardResult:
    """How severe a shock or stress is seen to be, now and in future; how likely, and with what impact.

    `parts` says what was asked. Where severity was not, `now` and `future` hold no number.
    """

    key: str
    slug: str
    kind: str
    name: str
    now: Rating
    future: Rating
    parts: tuple[str, ...] = ("now", "future")
    likelihood: Rating | None = None
    impact: Rating | None = None

    @property
    def change(self) -> float | None:
        """By how much the future is seen as more (or less) severe."""
        if self.now.mean is None or self.future.mean is None:
            return None
        return self.future.mean - self.now.mean

    @property
    def risk(self) -> float | None:
        """Mean likelihood times mean impact, from 1 to 25."""
        if self.likelihood is None or self.impact is None:
            return None
        if self.likelihood.mean is None or self.impact.mean is None:
            return None
        return self.likelihood.mean * self.impact.mean

    def rating_of(self, part: str) -> Rating:
        """The answers to one aspect."""
        found = {"now": self.now, "future": self.future, "likelihood": self.likelihood, "impact": self.impact}
        return found[part] or NOT_RATED

    @property
    def first(self) -> Rating:
        """The answers to the first aspect that was asked: what n stands for in lists."""
        return self.rating_of(self.parts[0])


@dataclass(frozen=True, kw_only=True)
class ScaleResult:
    """Answers on a scale of any length with labelled ends."""

    key: str
    text: str
    low: str
    high: str
    levels: int
    rating: Rating


@dataclass(frozen=True, kw_only=True)
class OptionResult:
    """How often an option was chosen."""

    code: int
    label: str
    count: int
    share: float


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """An option in its place; options that were chosen equally often share it."""

    place: int
    is_tied: bool
    option: OptionResult


@dataclass(frozen=True, kw_only=True)
class ChoiceResult:
    """Answers to a choice or a vote; where several may be chosen the shares add up to more than 1."""

    key: str
    is_multiple: bool
    text: str
    n: int | None
    blank: int | None
    is_hidden: bool
    options: tuple[OptionResult, ...]
    kind: str = ""
    max_choices: int | None = None
    by_sector: tuple[GroupCounts, ...] = ()
    not_asked: int | None = 0

    @property
    def ranking(self) -> tuple[Ranked, ...]:
        """Most often chosen first; equal counts share a place, and the next place counts them all."""
        ordered = sorted(self.options, key=lambda option: (-option.count, option.code))
        ranked: list[Ranked] = []
        for _count, tied in groupby(ordered, key=lambda option: option.count):
            same, place = list(tied), len(ranked) + 1
            ranked += [Ranked(place=place, is_tied=len(same) > 1, option=option) for option in same]
        return tuple(ranked)


@dataclass(frozen=True, kw_only=True)
class Apart:
    """Answers to an earlier wording that do not compare with the newest: counted apart, never added."""

    key: str
    part: str
    versions: tuple[int, ...]
    n: int | None


Result = DriverResult | HazardResult | ScaleResult | ChoiceResult


@dataclass(frozen=True, kw_only=True)
class SurveyResults:
    """Everything that a survey says in numbers, in the order of its questionnaire."""

    survey: str
    title: str
    version_id: int
    framework: str
    threshold: int
    n: int
    pending: int
    sectors: tuple[Group, ...]
    districts: tuple[Group, ...]
    drivers: tuple[DriverResult, ...]
    hazards: tuple[HazardResult, ...]
    choices: tuple[ChoiceResult, ...]
    votes: tuple[ChoiceResult, ...] = ()
    scales: tuple[ScaleResult, ...] = ()
    versions: tuple[int, ...] = (1,)
    apart: tuple[Apart, ...] = ()
    is_open: bool = False

    @property
    def is_enough(self) -> bool:
        """Whether enough people answered for anything to be shown."""
        return self.n >= self.threshold

    @property
    def rated_drivers(self) -> list[DriverResult]:
        """Drivers with a result, strongest first; ties by number."""
        rated = [driver for driver in self.drivers if driver.net is not None]
        return sorted(rated, key=lambda driver: (-(driver.net or 0), driver.number))

    @property
    def dimensions(self) -> tuple[DimensionResult, ...]:
        """The dimensions of the framework, each as the mean of its drivers."""
        rows = []
        for number, members in groupby(self.drivers, key=lambda driver: driver.dimension_number):
            drivers = list(members)
            ratings = [driver.rating for driver in drivers]
            rows.append(
                DimensionResult(
                    number=number,
                    name=drivers[0].dimension,
                    drivers=len(drivers),
                    n=min((rating.n for rating in ratings if rating.n is not None), default=None),
                    mean=_mean_of_all([rating.mean for rating in ratings]),
                    balanced_mean=_mean_of_all([rating.balanced_mean for rating in ratings]),
                )
            )
        return tuple(rows)

    @property
    def severities(self) -> tuple[HazardResult, ...]:
        """The hazards whose severity was asked."""
        return tuple(hazard for hazard in self.hazards if "now" in hazard.parts)

    @property
    def risks(self) -> tuple[HazardResult, ...]:
        """The hazards whose likelihood and impact were asked."""
        return tuple(hazard for hazard in self.hazards if hazard.likelihood is not None)

    @property
    def all(self) -> tuple[Result, ...]:
        """The results of all questions that are answered in numbers."""
        return (*self.drivers, *self.hazards, *self.scales, *self.votes, *self.choices)

    def find(self, key: str) -> Result | None:
        """The result of one question; None for texts and for unknown keys."""
        return next((row for row in self.all if row.key == key), None)


def _mean_of_all(means: Sequence[float | None]) -> float | None:
    """The mean, if none of them is hidden: a dimension without one of its drivers is another thing."""
    known = [mean for mean in means if mean is not None]
    return sum(known) / len(known) if known and len(known) == len(means) else None
