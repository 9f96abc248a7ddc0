"""What was counted for each question, and the one door through which it is read.

Tallies hold a histogram for each slot of each version in each cell (sector x district). Here the slots of
all versions of a survey become questions again, and every number that leaves this module was asked for by
its group and passed `Disclosure.shows`: pages, tables, tests and documents cannot show more than that.

**Versions.** A question is the same through the versions of a survey by its key. Answers to earlier wordings
are added to the newest as long as no later wording says that it breaks the series, and kind, levels and
options agree; answers before a break are a `Segment` of their own and are never added to those after it, so
that nobody can subtract them.

**Conditions.** Who was not asked is known from the question that the condition names: its tallies say how
many gave one of the answers. A conditional question never shows a group that the other question hides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db.models import Q

from assessment.models import QuestionKind, Survey, SurveyStatus, SurveyVersion, Tally
from assessment.models.surveys import CANNOT_JUDGE
from assessment.questionnaire import Question, Questionnaire, questionnaire_of
from assessment.suppression import Cell, Disclosure, disclosure_of

Histogram = tuple[int, ...]
CHOSEN = 1  # the code of an option that has a slot of its own
RATED = (QuestionKind.DRIVER_RATING, QuestionKind.HAZARD_RATING, QuestionKind.SCALE)


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """The answers of one group that may be shown.

    `counts`: how often each level (from 1 up) or option was chosen. Where several options may be chosen they
    add up to more than `n`. `blank` and `not_asked` are None where they would tell how many people saw an
    earlier wording.
    """

    n: int
    counts: Histogram
    cannot_judge: int
    blank: int | None
    not_asked: int | None

    @property
    def mean(self) -> float | None:
        """The mean level, for questions with ordered levels."""
        return mean_of(self.counts)

    @property
    def shares(self) -> tuple[float, ...]:
        """The share of each level or option among those who answered."""
        return tuple(count / self.n for count in self.counts) if self.n else ()


def mean_of(counts: Sequence[int]) -> float | None:
    """The mean of levels 1, 2, ... that were chosen `counts` times."""
    n = sum(counts)
    return sum(level * count for level, count in enumerate(counts, start=1)) / n if n else None


@dataclass
class _Sum:
    """Answers of some cells, added up."""

    n: int
    counts: list[int]
    cannot_judge: int = 0
    asked: int = 0
    sheets: int = 0

    def add(self, other: _Sum) -> None:
        self.n += other.n
        self.cannot_judge += other.cannot_judge
        self.asked += other.asked
        self.sheets += other.sheets
        for place, count in enumerate(other.counts):
            self.counts[place] += count


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The answers to one part of a question, to be asked for by group."""

    disclosure: Disclosure
    versions: tuple[int, ...]
    has_blank: bool
    """Whether it may be said of groups how many left the question blank or were not asked."""
    has_total_blank: bool
    _cells: Mapping[Cell, _Sum]
    _width: int

    def of(self, *, sector: str | None = None, district: str | None = None) -> Numbers | None:
        """The numbers of a group, or None where it must stay hidden; None stands for all of them."""
        if not self.disclosure.shows(sector=sector, district=district):
            return None
        found = self._sums.get((sector, district)) or self._nothing()
        has_blank = self.has_blank or (self.has_total_blank and sector is None and district is None)
        return Numbers(
            n=found.n,
            counts=tuple(found.counts),
            cannot_judge=found.cannot_judge,
            blank=found.asked - found.n - found.cannot_judge if has_blank else None,
            not_asked=found.sheets - found.asked if has_blank else None,
        )

    def _nothing(self) -> _Sum:
        return _Sum(n=0, counts=[0] * self._width)

    @cached_property
    def _sums(self) -> Mapping[tuple[str | None, str | None], _Sum]:
        sums: defaultdict[tuple[str | None, str | None], _Sum] = defaultdict(self._nothing)
        for (sector, district), cell in self._cells.items():
            for group in ((None, None), (sector, None), (None, district), (sector, district)):
                sums[group].add(cell)
        return dict(sums)


@dataclass(frozen=True)
class Version:
    """One frozen wording with what was counted for it."""

    number: int
    questionnaire: Questionnaire
    histograms: Mapping[int, Mapping[Cell, Histogram]]

    @property
    def sheets(self) -> dict[Cell, int]:
        """How many sheets came from each cell: never to be shown as they are."""
        return {cell: counts[0] for cell, counts in self.histograms.get(Tally.RESPONSES, {}).items()}


@dataclass(frozen=True)
class Segment:
    """Consecutive wordings of a part of a question whose answers compare."""

    question: Question
    answers: Answers


class SurveyTables:
    """Everything that was counted for one survey (or for some of its questions)."""

    def __init__(self, survey: Survey, versions: Sequence[Version], *, threshold: int) -> None:
        self.survey, self.versions, self.threshold = survey, list(versions), threshold
        self.questionnaire = self.versions[-1].questionnaire
        self._sheets: defaultdict[Cell, int] = defaultdict(int)
        for version in self.versions:
            for cell, count in version.sheets.items():
                self._sheets[cell] += count
        self.n = sum(self._sheets.values())
        everything = disclosure_of(self._sheets, threshold=threshold)
        is_open = survey.status == SurveyStatus.OPEN
        self.disclosure = everything.without_groups() if is_open else everything
        self._answers: dict[tuple[str, str, tuple[int, ...]], Answers] = {}

    def sheets_of(self, *, sector: str | None = None, district: str | None = None) -> int | None:
        """How many sheets came from a group; None where that must stay hidden."""
        if not self.disclosure.shows(sector=sector, district=district):
            return None
        return sum(
            n for cell, n in self._sheets.items() if sector in (None, cell[0]) and district in (None, cell[1])
        )

    def answers(self, question: Question, part: str = "") -> Answers:
        """The answers to a part of a question, with earlier wordings that compare with the newest."""
        return self.segments(question.key, part)[-1].answers

    def segments(self, key: str, part: str = "") -> list[Segment]:
        """The answers to a part of a question, cut where they do not compare; the oldest first."""
        runs: list[list[tuple[Version, Question]]] = []
        for version in self.versions:
            question = version.questionnaire.by_key.get(key)
            if question is None or not has_part(question, part):
                continue
            breaks = not runs or question.breaks_series or not is_comparable(question, runs[-1][-1][1], part)
            if breaks:
                runs.append([])
            runs[-1].append((version, question))
        return [Segment(run[-1][1], self._answers_of(run, part)) for run in runs]

    def _answers_of(self, run: list[tuple[Version, Question]], part: str) -> Answers:
        newest = run[-1][1]
        numbers = tuple(version.number for version, _question in run)
        place = (newest.key, part, numbers)
        if place not in self._answers:
            self._answers[place] = self._add_up(run, part, numbers)
        return self._answers[place]

    def _add_up(self, run: list[tuple[Version, Question]], part: str, numbers: tuple[int, ...]) -> Answers:
        width = width_of(run[-1][1])
        cells: defaultdict[Cell, _Sum] = defaultdict(lambda: _Sum(n=0, counts=[0] * width))
        for version, question in run:
            for cell, found in _cells_of(version, question, part).items():
                cells[cell].add(found)
        base, is_same_run = self._base_of(run[-1][1], numbers)
        others = self.n - sum(found.sheets for found in cells.values())
        return Answers(
            disclosure=base.extended({cell: found.n for cell, found in cells.items()}),
            versions=numbers,
            has_blank=is_same_run and not others,
            has_total_blank=is_same_run and (not others or others >= self.threshold),
            _cells=cells,
            _width=width,
        )

    def _base_of(self, question: Question, numbers: tuple[int, ...]) -> tuple[Disclosure, bool]:
        """What may be shown at most, and whether the question of the condition has the same wordings."""
        if question.condition is None:
            return self.disclosure, True
        other = next((one for one in self.segments(question.condition.key)[-1:]), None)
        if other is None:
            return self.disclosure, False
        return other.answers.disclosure, other.answers.versions == numbers


def tables_of(
    surveys: Iterable[Survey], *, keys: Iterable[str] | None = None, threshold: int | None = None
) -> dict[int, SurveyTables]:
    """The tables of surveys by primary key, of all questions or of `keys`: two queries for all of them.

    One more for each version that this process has not read yet. Surveys that never opened are left out.
    """
    by_pk = {survey.pk: survey for survey in surveys}
    rows = SurveyVersion.objects.filter(survey__in=by_pk, frozen_at__isnull=False).defer("definition")
    found = [(row, questionnaire_of(row)) for row in rows.order_by("survey", "number")]
    histograms = _histograms(found, keys)
    versions: defaultdict[int, list[Version]] = defaultdict(list)
    for row, questionnaire in found:
        versions[row.survey_id].append(Version(row.number, questionnaire, histograms[row.pk]))
    limit = settings.SMALL_GROUP_THRESHOLD if threshold is None else threshold
    return {pk: SurveyTables(by_pk[pk], versions[pk], threshold=limit) for pk in by_pk if versions[pk]}


def _histograms(
    versions: Sequence[tuple[SurveyVersion, Questionnaire]], keys: Iterable[str] | None
) -> defaultdict[int, defaultdict[int, dict[Cell, Histogram]]]:
    """Histograms by version, slot and cell: one query."""
    wanted = Q(version__in=[row.pk for row, _questionnaire in versions])
    if keys is not None:
        names = set(keys)
        wanted = Q(pk__in=[])
        for row, questionnaire in versions:
            slots = [Tally.RESPONSES, *_slots_of(questionnaire, names)]
            wanted |= Q(version=row.pk, slot__in=slots)
    found: defaultdict[int, defaultdict[int, dict[Cell, Histogram]]] = defaultdict(lambda: defaultdict(dict))
    for version, slot, cell, counts in Tally.objects.filter(wanted).histograms():
        found[version][slot][cell] = counts
    return found


def _slots_of(questionnaire: Questionnaire, keys: set[str]) -> Iterator[int]:
    """The slots of some questions and of those that their conditions name."""
    waiting = [questionnaire.by_key[key] for key in sorted(keys) if key in questionnaire.by_key]
    while waiting:
        question = waiting.pop()
        yield from question.slots.values()
        yield from (option.slot for option in question.options if option.slot is not None)
        if question.condition is not None:
            waiting.append(questionnaire.by_key[question.condition.key])


def has_part(question: Question, part: str) -> bool:
    """Whether a question has this part: "" or, for hazards, the aspect that was asked."""
    return part in question.slots or (not part and question.has_slot_for_each_option)


def is_comparable(one: Question, other: Question, part: str = "") -> bool:
    """Whether answers to a part of two questions mean the same by their kind, levels and options."""
    if one.kind != other.kind or not (has_part(one, part) and has_part(other, part)):
        return False
    if one.kind in RATED:
        return one.levels == other.levels
    codes, others = ({option.code for option in question.options} for question in (one, other))
    return codes == others and (one.max_choices or 0) == (other.max_choices or 0)


def width_of(question: Question) -> int:
    """How many levels or options the answers to a question have."""
    return question.levels if question.kind in RATED else len(question.options)


def _cells_of(version: Version, question: Question, part: str) -> dict[Cell, _Sum]:
    """What each cell answered to a part of a question in one version."""
    asked = _asked(version, question)
    read = _read_options if question.has_slot_for_each_option else _read_slot
    found = read(version, question, part)
    for cell, sheets in version.sheets.items():
        one = found.setdefault(cell, _Sum(n=0, counts=[0] * width_of(question)))
        one.sheets, one.asked = sheets, asked.get(cell, 0)
    return found


def _asked(version: Version, question: Question) -> dict[Cell, int]:
    """How many sheets of each cell were asked the question."""
    if question.condition is None:
        return version.sheets
    other = version.questionnaire.by_key[question.condition.key]
    histograms = version.histograms.get(other.slots[""], {})
    return {
        cell: sum(_count(counts, code) for code in question.condition.codes)
        for cell, counts in histograms.items()
    }


def _read_slot(version: Version, question: Question, part: str) -> dict[Cell, _Sum]:
    """One slot of codes: levels from 1 up (0 is "I can't judge"), or the codes of the options."""
    is_rated = question.kind in RATED
    codes = range(1, question.levels + 1) if is_rated else [option.code for option in question.options]
    found = {}
    for cell, counts in version.histograms.get(question.slots[part], {}).items():
        chosen = [_count(counts, code) for code in codes]
        cannot_judge = _count(counts, CANNOT_JUDGE) if is_rated else 0
        found[cell] = _Sum(n=sum(chosen), counts=chosen, cannot_judge=cannot_judge)
    return found


def _read_options(version: Version, question: Question, part: str) -> dict[Cell, _Sum]:
    """A slot for each option: who answered gave each of them a code, 1 if it was chosen."""
    del part  # there is one
    found: dict[Cell, _Sum] = {}
    for place, option in enumerate(question.options):
        for cell, counts in version.histograms.get(option.slot or 0, {}).items():
            one = found.setdefault(cell, _Sum(n=sum(counts), counts=[0] * len(question.options)))
            one.counts[place] = _count(counts, CHOSEN)
    return found


def _count(counts: Histogram, code: int) -> int:
    """How often a code was given; a tally ends with the highest code that was given."""
    return counts[code] if code < len(counts) else 0
