"""Results of a survey, read from its tallies alone: two queries whatever the number of answers.

"I can't judge" and blanks are counted apart and never enter a mean. Small groups are hidden for everybody,
the office included, and all groups while the survey is open (assessment/suppression.py). Texts are in the
language that was active when the results were read, so figures, pages and document snapshots can use the
dataclasses as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from stakeholders.models import Sector

from .models import QuestionKind, Response, SurveyStatus, SurveyVersion, Tally
from .questionnaire import FUTURE, NOW, Question, Questionnaire, questionnaire_of
from .suppression import Cell, Disclosure, disclosure_of

WEAK, MIDDLING, STRONG = 1, 2, 3
Histogram = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Group:
    """How many answered in one group; `n` is None where that must stay hidden."""

    code: str
    label: str
    n: int | None


@dataclass(frozen=True, kw_only=True)
class GroupMean(Group):
    """The mean of one group, None where it is hidden or nobody answered."""

    mean: float | None


@dataclass(frozen=True, kw_only=True)
class Rating:
    """Answers on a scale from 1 up; where fewer than the threshold answered, only n is known."""

    n: int
    cannot_judge: int
    blank: int
    is_hidden: bool
    counts: tuple[int, ...]
    mean: float | None
    balanced_mean: float | None
    by_sector: tuple[GroupMean, ...]

    @property
    def shares(self) -> tuple[float, ...]:
        """The share of each level among those who could judge."""
        return tuple(count / self.n for count in self.counts) if self.n and not self.is_hidden else ()


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
        """The mean as one of the three levels: the middle third of the scale is "can improve"."""
        mean = self.rating.mean
        if mean is None:
            return None
        return WEAK if mean < 5 / 3 else MIDDLING if mean < 7 / 3 else STRONG


@dataclass(frozen=True, kw_only=True)
class HazardResult:
    """How severe a shock or stress is seen to be, now and in future."""

    key: str
    slug: str
    kind: str
    name: str
    now: Rating
    future: Rating

    @property
    def change(self) -> float | None:
        """By how much the future is seen as more (or less) severe."""
        if self.now.mean is None or self.future.mean is None:
            return None
        return self.future.mean - self.now.mean


@dataclass(frozen=True, kw_only=True)
class OptionResult:
    """How often an option was chosen."""

    code: int
    label: str
    count: int
    share: float


@dataclass(frozen=True, kw_only=True)
class ChoiceResult:
    """Answers to a single or multiple choice; in a multiple one the shares add up to more than 1."""

    key: str
    is_multiple: bool
    text: str
    n: int
    blank: int
    is_hidden: bool
    options: tuple[OptionResult, ...]


@dataclass(frozen=True, kw_only=True)
class SurveyResults:
    """Everything that a survey says, in the order of its questionnaire."""

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

    @property
    def is_enough(self) -> bool:
        """Whether enough people answered for anything to be shown."""
        return self.n >= self.threshold

    @property
    def rated_drivers(self) -> list[DriverResult]:
        """Drivers with a result, strongest first; ties by number."""
        rated = [driver for driver in self.drivers if driver.net is not None]
        return sorted(rated, key=lambda driver: (-(driver.net or 0), driver.number))

    def find(self, key: str) -> DriverResult | HazardResult | ChoiceResult | None:
        """The result of one question; None for texts and for unknown keys."""
        rows: tuple[DriverResult | HazardResult | ChoiceResult, ...] = (
            *self.drivers,
            *self.hazards,
            *self.choices,
        )
        return next((row for row in rows if row.key == key), None)


def survey_results(version: SurveyVersion, *, threshold: int | None = None) -> SurveyResults:
    """Results as counted now; two queries, and one more if this process lacks the questionnaire."""
    return _Reading(version, settings.SMALL_GROUP_THRESHOLD if threshold is None else threshold).results()


class _Reading:
    """One reading of the tallies of a version."""

    def __init__(self, version: SurveyVersion, threshold: int) -> None:
        self.version, self.threshold = version, threshold
        self.questionnaire: Questionnaire = questionnaire_of(version)
        self.histograms: defaultdict[int, dict[Cell, Histogram]] = defaultdict(dict)
        for slot, cell, histogram in Tally.objects.filter(version=version).histograms():
            self.histograms[slot][cell] = histogram
        self.sheets = {cell: counts[0] for cell, counts in self.histograms[Tally.RESPONSES].items()}
        self.n = sum(self.sheets.values())
        self.disclosure: Disclosure = disclosure_of(self.sheets, threshold=threshold)
        if version.survey.status == SurveyStatus.OPEN:
            self.disclosure = self.disclosure.without_groups()

    def results(self) -> SurveyResults:
        districts = {district.code: district.name for district in self.questionnaire.districts}
        return SurveyResults(
            survey=self.version.survey.slug,
            title=self.version.survey.title,
            version_id=self.version.pk,
            framework=self.questionnaire.framework,
            threshold=self.threshold,
            n=self.n,
            pending=Response.objects.filter(version=self.version, is_folded=False).count(),
            sectors=tuple(
                Group(code=code, label=str(label), n=self._sheets_of(sector=code))
                for code, label in Sector.choices
            ),
            districts=tuple(
                Group(code=code, label=label, n=self._sheets_of(district=code))
                for code, label in (districts | {"": ""}).items()
            ),
            drivers=tuple(map(self._driver, self.questionnaire.of_kind(QuestionKind.DRIVER_RATING))),
            hazards=tuple(map(self._hazard, self.questionnaire.of_kind(QuestionKind.HAZARD_RATING))),
            choices=tuple(
                self._choice(question)
                for question in self.questionnaire
                if question.kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE)
            ),
        )

    def _sheets_of(self, *, sector: str | None = None, district: str | None = None) -> int | None:
        if not self.disclosure.shows(sector=sector, district=district):
            return None
        return sum(
            n for cell, n in self.sheets.items() if sector in (None, cell[0]) and district in (None, cell[1])
        )

    def _driver(self, question: Question) -> DriverResult:
        driver = question.driver
        assert driver is not None  # noqa: S101  held by the constraint question_driver_iff_driver_rating
        return DriverResult(
            key=question.key,
            number=driver.number,
            name=str(driver.name),
            short=str(driver.short) or str(driver.name),
            dimension=str(driver.dimension),
            dimension_number=driver.dimension_number,
            rating=self._rating(question.slots[""], question.levels),
        )

    def _hazard(self, question: Question) -> HazardResult:
        hazard = question.hazard
        assert hazard is not None  # noqa: S101  held by the constraint question_hazard_iff_hazard_rating
        return HazardResult(
            key=question.key,
            slug=hazard.slug,
            kind=hazard.kind,
            name=str(hazard.name),
            now=self._rating(question.slots[NOW], question.levels),
            future=self._rating(question.slots[FUTURE], question.levels),
        )

    def _rating(self, slot: int, levels: int) -> Rating:
        """Codes 1 to `levels` are judgements, 0 is "I can't judge", and who gave no code left it blank."""
        cells = {cell: _codes(counts, levels) for cell, counts in self.histograms[slot].items()}
        cannot_judge = sum(counts[0] for counts in self.histograms[slot].values())
        total = tuple(sum(column) for column in zip(*cells.values(), strict=True)) or (0,) * levels
        n = sum(total)
        shown = self.disclosure.extended({cell: sum(counts) for cell, counts in cells.items()})
        by_sector = self._sector_means(cells, shown)
        means = [group.mean for group in by_sector if group.mean is not None]
        return Rating(
            n=n,
            cannot_judge=cannot_judge,
            blank=self.n - n - cannot_judge,
            is_hidden=not shown.total,
            counts=total if shown.total else (),
            mean=_mean(total) if shown.total else None,
            balanced_mean=sum(means) / len(means) if means else None,
            by_sector=by_sector,
        )

    def _sector_means(self, cells: Mapping[Cell, Histogram], shown: Disclosure) -> tuple[GroupMean, ...]:
        """The balanced mean rests on those that are shown, or it would give the hidden ones away."""
        sums: dict[str, Histogram] = {}
        for (sector, _district), counts in cells.items():
            before = sums.get(sector, (0,) * len(counts))
            sums[sector] = tuple(had + came for had, came in zip(before, counts, strict=True))
        return tuple(
            GroupMean(
                code=code,
                label=str(label),
                n=sum(sums.get(code, ())) if shown.shows(sector=code) else None,
                mean=_mean(sums.get(code, ())) if shown.shows(sector=code) else None,
            )
            for code, label in Sector.choices
        )

    def _choice(self, question: Question) -> ChoiceResult:
        counts = {
            option.code: self._chosen(question, option.code, option.slot) for option in question.options
        }
        if question.kind == QuestionKind.MULTIPLE:
            slot = question.options[0].slot
            n = sum(sum(histogram) for histogram in self.histograms[slot].values()) if slot is not None else 0
        else:
            n = sum(counts.values())
        is_hidden = n < self.threshold
        return ChoiceResult(
            key=question.key,
            is_multiple=question.kind == QuestionKind.MULTIPLE,
            text=str(question.text),
            n=n,
            blank=self.n - n,
            is_hidden=is_hidden,
            options=tuple(
                OptionResult(
                    code=option.code,
                    label=str(option.label),
                    count=counts[option.code],
                    share=counts[option.code] / n,
                )
                for option in question.options
                if not is_hidden and n
            ),
        )

    def _chosen(self, question: Question, code: int, slot: int | None) -> int:
        """A multiple choice has a slot for each option (1 = chosen), a single one has one slot of codes."""
        place, index = (question.slots[""], code) if slot is None else (slot, 1)
        return sum(counts[index] for counts in self.histograms[place].values() if index < len(counts))


def _codes(counts: Histogram, levels: int) -> Histogram:
    """How often each of the codes 1 to `levels` was given; tallies end with the highest code given."""
    return (*counts[1 : levels + 1], *(0,) * (levels + 1 - max(len(counts), 1)))


def _mean(counts: Sequence[int]) -> float | None:
    n = sum(counts)
    return sum(level * count for level, count in enumerate(counts, start=1)) / n if n else None
