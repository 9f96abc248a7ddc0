"""The variables of a survey over all its versions: one column each, with codes and labels.

A question keeps its variable through the versions as long as its key stays and no later wording breaks the
series or changes kind or levels; otherwise the later one is a variable of its own (`driver_09_v2`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from assessment.models import QuestionKind, Survey, SurveyVersion
from assessment.models.surveys import CANNOT_JUDGE
from assessment.questionnaire import FUTURE, IMPACT, LIKELIHOOD, NOW, Question, Words, questionnaire_of

NOT_ASKED = -8
CANNOT_JUDGE_LABEL = Words({"id": "tidak bisa menilai", "en": "can't judge this"})
NOT_ASKED_LABEL = Words({"id": "tidak ditanyakan", "en": "not asked"})
CHOSEN = {0: Words({"id": "tidak dipilih", "en": "not chosen"}), 1: Words({"id": "dipilih", "en": "chosen"})}
RATING = {
    1: Words({"id": "perlu jauh lebih baik", "en": "need to do better"}),
    2: Words({"id": "cukup baik, bisa ditingkatkan", "en": "doing well, can improve"}),
    3: Words({"id": "kekuatan kota", "en": "area of strength"}),
}
PARTS = {
    NOW: Words({"id": "sekarang", "en": "now"}),
    FUTURE: Words({"id": "masa depan", "en": "in future"}),
    LIKELIHOOD: Words({"id": "kemungkinan", "en": "likelihood"}),
    IMPACT: Words({"id": "dampak", "en": "impact"}),
}


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a version keeps the variable, and of whom it was asked: slot and codes of another question."""

    slot: int
    condition_slot: int | None = None
    condition_codes: tuple[int, ...] = ()


@dataclass(kw_only=True)
class Variable:
    """One column: `places` says where each version (by primary key) keeps it."""

    name: str
    key: str
    number: int
    kind: QuestionKind
    label: Words
    codes: dict[int, Words]
    missing: tuple[int, ...]
    places: dict[int, Place] = field(default_factory=dict)
    versions: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class CodeBook:
    """All variables in the order of the newest wording, and the versions (primary key -> number)."""

    variables: list[Variable]
    versions: dict[int, int]


def codebook_of(survey: Survey) -> CodeBook:
    """The code book over all frozen versions of a survey: one query and what is kept parsed."""
    versions = list(survey.versions.filter(frozen_at__isnull=False).order_by("number"))
    return CodeBook(variables_of(versions), {version.pk: version.number for version in versions})


def variables_of(versions: Iterable[SurveyVersion]) -> list[Variable]:
    """Variables of versions given in the order of their numbers."""
    open_series: dict[tuple[str, str], Variable] = {}
    shapes: dict[str, tuple[QuestionKind, int, tuple[str, ...]]] = {}
    found: list[Variable] = []
    names: set[str] = set()
    for version in versions:
        questionnaire = questionnaire_of(version)
        for question in questionnaire:
            shape = (question.kind, question.levels, tuple(question.slots))
            if question.breaks_series or shapes.get(question.key, shape) != shape:
                open_series = {part: v for part, v in open_series.items() if part[0] != question.key}
            shapes[question.key] = shape
            for part, slot, label, codes, missing in _parts(question):
                variable = open_series.get((question.key, part))
                if variable is None:
                    variable = Variable(
                        name=_name(question.key, part, version.number, names),
                        key=question.key, number=question.number, kind=question.kind,
                        label=label, codes={}, missing=missing,
                    )  # fmt: skip
                    open_series[question.key, part] = variable
                    found.append(variable)
                variable.number, variable.label = question.number, label
                variable.codes |= codes
                variable.places[version.pk] = _place(question, slot, questionnaire.by_key)
                variable.versions.append(version.number)
    return sorted(found, key=lambda each: (each.number, found.index(each)))


def _parts(question: Question) -> list[tuple[str, int, Words, dict[int, Words], tuple[int, ...]]]:
    """(part, slot, label, codes, missing codes) of each column of a question; none for words."""
    if question.has_slot_for_each_option:
        return [
            (str(option.code), option.slot, _joined(question.text, option.label), dict(CHOSEN), (NOT_ASKED,))
            for option in question.options
            if option.slot is not None
        ]
    codes = _codes(question) if question.slots else {}
    missing = (NOT_ASKED, CANNOT_JUDGE) if CANNOT_JUDGE in codes else (NOT_ASKED,)
    return [
        (part, slot, _joined(question.text, PARTS[part]) if part in PARTS else question.text, codes, missing)
        for part, slot in question.slots.items()
    ]


def _codes(question: Question) -> dict[int, Words]:
    options = {option.code: option.label for option in question.options}
    if question.kind == QuestionKind.SINGLE:
        return options
    judged = {CANNOT_JUDGE: CANNOT_JUDGE_LABEL}
    if question.kind == QuestionKind.DRIVER_RATING:
        return judged | (options or RATING)
    ends = {1: question.low, question.levels: question.high}
    plain = {level: Words({"id": str(level), "en": str(level)}) for level in range(1, question.levels + 1)}
    named = {level: _joined(plain[level], label) for level, label in ends.items() if label}
    return judged | plain | named


def _joined(first: Words, second: Words) -> Words:
    languages = {*first, *second}
    return Words(
        {
            code: ": ".join(filter(None, (first.get(code) or str(first), second.get(code) or str(second))))
            for code in sorted(languages)
        }
    )


def _place(question: Question, slot: int, by_key: dict[str, Question]) -> Place:
    condition = question.condition
    if condition is None:
        return Place(slot=slot)
    return Place(
        slot=slot,
        condition_slot=by_key[condition.key].slots[""],
        condition_codes=tuple(sorted(condition.codes)),
    )


def _name(key: str, part: str, version: int, names: set[str]) -> str:
    """A name that SPSS and R take: letters, digits, underscores, at most 60, not twice."""
    base = re.sub(r"[^A-Za-z0-9]+", "_", f"{key}_{part}" if part else key).strip("_")[:50] or "v"
    base = base if base[0].isalpha() else f"v_{base}"
    name, number = base, version
    while name.casefold() in names:
        name, number = f"{base}_v{number}", number + 1
    names.add(name.casefold())
    return name
