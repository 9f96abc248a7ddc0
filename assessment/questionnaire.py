"""The frozen questionnaire, read from a version's `definition`.

Form, submission, folding, results and figures read only these dataclasses, never question rows, so a
survey means the same in ten years whatever happens to drivers and hazards. A frozen definition never
changes: it is parsed once in each process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import get_language

from .models.surveys import (
    CANNOT_JUDGE,
    HAZARD_LEVELS,
    OPEN_KINDS,
    RATING_LEVELS,
    QuestionKind,
    SurveyVersion,
)

NOW, FUTURE = "now", "future"
LIKELIHOOD, IMPACT = "likelihood", "impact"
FALLBACK = ("id", "en")
QUESTIONS_PER_MINUTE = 3


class Words(dict[str, str]):
    """A text in each language; `str()` gives the reader's, or the other one where it is missing."""

    def __str__(self) -> str:
        return self.get((get_language() or "")[:2]) or next(
            (self[code] for code in FALLBACK if self.get(code)), ""
        )


@dataclass(frozen=True, kw_only=True)
class DriverLabel:
    """A driver as it stood when the survey opened."""

    number: int
    name: Words
    short: Words
    description: Words
    dimension: Words
    dimension_number: int


@dataclass(frozen=True, kw_only=True)
class HazardLabel:
    """A shock or stress as it stood when the survey opened."""

    slug: str
    kind: str
    name: Words


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One option; `slot` is set where each option has a column of its own (multiple choice)."""

    code: int
    label: Words
    slot: int | None


@dataclass(frozen=True, kw_only=True)
class Item:
    """One form field of a question: its name, its slot and the codes it accepts."""

    name: str
    part: str
    slot: int
    codes: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Condition:
    """The question is shown only if the (earlier) question `key` was answered with one of `codes`."""

    key: str
    codes: frozenset[int]


@dataclass(frozen=True)
class Question:
    """One question with its slots.

    The options of a driver rating, where it has any, describe its levels (weak, middling, strong).
    """

    key: str
    kind: QuestionKind
    number: int
    text: Words
    help: Words
    required: bool
    slots: dict[str, int]
    levels: int
    driver: DriverLabel | None
    hazard: HazardLabel | None
    options: tuple[Choice, ...]
    low: Words = field(default_factory=Words)
    high: Words = field(default_factory=Words)
    max_choices: int | None = None
    condition: Condition | None = None
    breaks_series: bool = False

    @property
    def name(self) -> str:
        """The name of its (first) form field, which is also where an error message leads to."""
        return f"q_{self.key}"

    @property
    def ward_name(self) -> str:
        """The form field with the ward of a nominated asset."""
        return f"{self.name}_ward"

    @property
    def has_slot_for_each_option(self) -> bool:
        """Whether several options may be chosen, each with a slot of its own."""
        return self.kind in (QuestionKind.MULTIPLE, QuestionKind.PRIORITY_VOTE)

    @property
    def is_open(self) -> bool:
        """Whether the answer is written in words."""
        return self.kind in OPEN_KINDS

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The form fields of a rating, scale or single choice, one for each slot.

        A single choice accepts the codes of its options, among which there may be holes.
        """
        accepted = (
            [option.code for option in self.options]
            if self.kind == QuestionKind.SINGLE
            else range(CANNOT_JUDGE, self.levels + 1)
        )
        codes = {str(code): code for code in accepted}
        return tuple(
            Item(name=f"{self.name}_{part}" if part else self.name, part=part, slot=slot, codes=codes)
            for part, slot in self.slots.items()
        )

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All form fields of the question."""
        if self.kind == QuestionKind.ASSET_NOMINATION:
            return (self.name, self.ward_name)
        return tuple(item.name for item in self.items) or (self.name,)


@dataclass(frozen=True)
class Section:
    """One step of the form."""

    title: Words
    introduction: Words
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class DistrictLabel:
    """A district that respondents could choose."""

    code: str
    name: str


@dataclass(frozen=True)
class WardLabel:
    """A ward in which a nominated asset may lie."""

    code: str
    name: str
    district: str


@dataclass(frozen=True)
class Questionnaire:
    """Everything that was asked, in order."""

    sections: tuple[Section, ...]
    slots: int
    framework: str
    districts: tuple[DistrictLabel, ...]
    text_max_length: int
    version: int = 1
    wards: tuple[WardLabel, ...] = ()

    def __iter__(self) -> Iterator[Question]:
        return (question for section in self.sections for question in section.questions)

    @cached_property
    def by_key(self) -> dict[str, Question]:
        """Questions by key."""
        return {question.key: question for question in self}

    @cached_property
    def field_names(self) -> frozenset[str]:
        """Every form field that belongs to a question."""
        return frozenset(name for question in self for name in question.names)

    @cached_property
    def district_codes(self) -> frozenset[str]:
        """The districts that may be named."""
        return frozenset(district.code for district in self.districts)

    @cached_property
    def ward_codes(self) -> frozenset[str]:
        """The wards that may be named."""
        return frozenset(ward.code for ward in self.wards)

    def is_shown(self, question: Question, answers: Sequence[int | None]) -> bool:
        """Whether a question is asked of somebody with these `answers` (one code for each slot)."""
        condition = question.condition
        if condition is None:
            return True
        return answers[self.by_key[condition.key].slots[""]] in condition.codes

    @property
    def minutes(self) -> int:
        """About how long the form takes: three questions in a minute, in steps of five minutes."""
        return max(5, 5 * round(sum(1 for _ in self) / QUESTIONS_PER_MINUTE / 5))

    def of_kind(self, kind: QuestionKind) -> list[Question]:
        """The questions of one kind, in order."""
        return [question for question in self if question.kind == kind]


_PARSED: dict[tuple[int, datetime], Questionnaire] = {}
_PARSED_AT_MOST = 32


def questionnaire_of(version: SurveyVersion) -> Questionnaire:
    """The questionnaire of a version; a frozen one is parsed once per process, so it may be deferred."""
    if version.frozen_at is None:
        return read_questionnaire(version.definition)
    return frozen_questionnaire(version.pk, version.frozen_at, lambda: version.definition)


def frozen_questionnaire(pk: int, frozen_at: datetime, load: Callable[[], dict[str, Any]]) -> Questionnaire:
    """The questionnaire of a version frozen at `frozen_at`; `load` is asked only if it is new here."""
    key = (pk, frozen_at)
    if key not in _PARSED:
        if len(_PARSED) >= _PARSED_AT_MOST:
            _PARSED.clear()
        _PARSED[key] = read_questionnaire(load())
    return _PARSED[key]


def read_questionnaire(definition: dict[str, Any]) -> Questionnaire:
    """Parse a compiled definition."""
    number = 0
    sections = []
    for section in definition["sections"]:
        questions = []
        for question in section["questions"]:
            number += 1
            questions.append(_question(question, number))
        sections.append(Section(Words(section["title"]), Words(section["introduction"]), tuple(questions)))
    return Questionnaire(
        sections=tuple(sections),
        slots=definition["slots"],
        framework=definition["framework"],
        districts=tuple(DistrictLabel(row["code"], row["name"]) for row in definition["districts"]),
        text_max_length=definition["text_max_length"],
        version=definition.get("version", 1),
        wards=tuple(
            WardLabel(row["code"], row["name"], row["district"]) for row in definition.get("wards", ())
        ),
    )


def _question(data: dict[str, Any], number: int) -> Question:
    kind = QuestionKind(data["kind"])
    driver, hazard = data["driver"], data["hazard"]
    return Question(
        key=data["key"],
        kind=kind,
        number=number,
        text=Words(data["text"]),
        help=Words(data["help"]),
        required=data["required"],
        # The database keeps no order of keys; parts are asked in the order of their slots.
        slots=dict(sorted(data["slots"].items(), key=lambda row: row[1])),
        levels=data["levels"],
        driver=driver
        and DriverLabel(
            number=driver["number"],
            name=Words(driver["name"]),
            short=Words(driver["short"]),
            description=Words(driver["description"]),
            dimension=Words(driver["dimension"]),
            dimension_number=driver["dimension_number"],
        ),
        hazard=hazard and HazardLabel(slug=hazard["slug"], kind=hazard["kind"], name=Words(hazard["name"])),
        options=tuple(
            Choice(code=row["code"], label=Words(row["label"]), slot=row["slot"]) for row in data["options"]
        ),
        # Definitions of schema 1 know nothing of the rest.
        low=Words(data.get("low", {})),
        high=Words(data.get("high", {})),
        max_choices=data.get("max_choices"),
        condition=_condition(data.get("shown_if")),
        breaks_series=data.get("breaks_series", False),
    )


def _condition(data: dict[str, Any] | None) -> Condition | None:
    return Condition(key=data["key"], codes=frozenset(data["codes"])) if data else None


__all__ = [
    "FUTURE",
    "HAZARD_LEVELS",
    "IMPACT",
    "LIKELIHOOD",
    "NOW",
    "RATING_LEVELS",
    "Choice",
    "Condition",
    "DistrictLabel",
    "DriverLabel",
    "HazardLabel",
    "Item",
    "Question",
    "Questionnaire",
    "Section",
    "WardLabel",
    "Words",
    "questionnaire_of",
    "read_questionnaire",
]
