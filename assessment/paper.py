"""How a questionnaire stands on paper, and how what was ticked there is keyed: one key for each answer.

The printed form and the entry screen are made from the same fields, so a key that is printed beside a box is
the key that is pressed. A code below ten is its own digit; the eleventh option and further ones are letters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from stakeholders.models import Sector

from .answers import InvalidAnswers, Mistake, Sheet, check_answers
from .forms.surveys import PARTS, ends_of, options_of
from .models.surveys import CANNOT_JUDGE, QuestionKind
from .questionnaire import Question, Questionnaire

KEYS = "0123456789abcdefghijklmnopqrstuvwxyz"
# The questions about the respondent come first and have no number.
SECTOR, DISTRICT = "sector", "district"
Typed = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Key:
    """One box on the paper: the key printed beside it, the value it stands for, its words."""

    key: str
    value: str
    label: str
    help: str = ""


@dataclass(frozen=True, kw_only=True)
class PaperField:
    """One thing to be keyed: one box, several boxes, words, or a ward of the list.

    `when_name` and `when_keys` say of which earlier field's keys the question depends, where it does.
    """

    name: str
    kind: str
    number: int | None
    title: str
    help: str = ""
    part: str = ""
    keys: tuple[Key, ...] = ()
    most: int | None = None
    low: str = ""
    high: str = ""
    when_name: str = ""
    when_keys: tuple[str, ...] = ()

    @property
    def top(self) -> Key | None:
        """The highest level of a scale."""
        levels = [key for key in self.keys if not key.label]
        return levels[-1] if levels else None

    def value_of(self, typed: str) -> str | None:
        """The value behind a key (or the value itself, for codes of two digits); None if there is none."""
        return next((key.value for key in self.keys if typed in (key.key, key.value)), None)

    def key_of(self, value: str) -> str:
        """The key for a value, as it is typed."""
        return next((key.key for key in self.keys if key.value == value), value)


def key_for(code: int) -> str:
    """The character that is printed and pressed for a code."""
    return KEYS[code] if code < len(KEYS) else str(code)


def paper_fields(questionnaire: Questionnaire) -> list[PaperField]:
    """Everything on a sheet, in order, in the active language."""
    fields = _about_you(questionnaire)
    for question in questionnaire:
        fields += fields_of(questionnaire, question)
    return fields


def _about_you(questionnaire: Questionnaire) -> list[PaperField]:
    districts = enumerate(questionnaire.districts, start=1)
    return [
        PaperField(
            name=SECTOR,
            kind="one",
            number=None,
            title=_("Which group do you answer for?"),
            keys=tuple(
                Key(key=key_for(place), value=value, label=str(label))
                for place, (value, label) in enumerate(Sector.choices, start=1)
            ),
        ),
        PaperField(
            name=DISTRICT,
            kind="one",
            number=None,
            title=_("In which district do you live or work?"),
            keys=tuple(Key(key=key_for(place), value=row.code, label=row.name) for place, row in districts),
        ),
    ]


def fields_of(questionnaire: Questionnaire, question: Question) -> list[PaperField]:
    """The fields of one question: one for each part of a hazard rating, name and ward of a nomination."""
    when_name, when_keys = _condition(questionnaire, question)
    frame = PaperField(
        name=question.name,
        kind="one",
        number=question.number,
        title=str(question.text),
        help=str(question.help),
        most=question.max_choices,
        when_name=when_name,
        when_keys=when_keys,
    )
    match question.kind:
        case QuestionKind.TEXT:
            return [replace(frame, kind="text")]
        case QuestionKind.ASSET_NOMINATION:
            ward = replace(frame, name=question.ward_name, kind="ward", part=_("In which ward (kelurahan)?"))
            return [replace(frame, kind="text", part=_("Name of the place")), ward]
        case QuestionKind.MULTIPLE | QuestionKind.PRIORITY_VOTE:
            return [replace(frame, kind="many", keys=_options(question))]
        case QuestionKind.SINGLE:
            return [replace(frame, keys=_options(question))]
        case _:
            keys = _levels(question)
            has_ends = question.kind != QuestionKind.DRIVER_RATING  # whose levels have words of their own
            return [
                replace(
                    frame,
                    name=item.name,
                    part=str(PARTS.get(item.part, "")),
                    keys=keys,
                    low=str(ends_of(question, item.part)[0]) if has_ends else "",
                    high=str(ends_of(question, item.part)[1]) if has_ends else "",
                )
                for item in question.items
            ]


def _options(question: Question) -> tuple[Key, ...]:
    return tuple(
        Key(key=key_for(option.code), value=str(option.code), label=str(option.label))
        for option in question.options
    )


def _levels(question: Question) -> tuple[Key, ...]:
    """The levels of a rating or scale from low to high, and 0 for "I can't judge this"."""
    if question.kind == QuestionKind.DRIVER_RATING:
        return tuple(
            Key(
                key=key_for(level["value"]),
                value=str(level["value"]),
                label=str(level["label"]),
                help=str(level["help"]),
            )
            for level in options_of(question)
        )
    levels = [Key(key=key_for(code), value=str(code), label="") for code in range(1, question.levels + 1)]
    return (*levels, Key(key=key_for(CANNOT_JUDGE), value=str(CANNOT_JUDGE), label=_("I can't judge this")))


def _condition(questionnaire: Questionnaire, question: Question) -> tuple[str, tuple[str, ...]]:
    if question.condition is None:
        return "", ()
    codes = sorted(question.condition.codes)
    return questionnaire.by_key[question.condition.key].name, tuple(key_for(code) for code in codes)


# -- from keys to a sheet ----------------------------------------------------------------------------------


def without_required(questionnaire: Questionnaire) -> Questionnaire:
    """The same questions, none of which must be answered.

    A web form can insist on an answer, a sheet of paper or a room cannot: what was left open there is a
    blank, which results count apart. Everything else is checked as on the web; the sector always is.
    """
    sections = tuple(
        replace(section, questions=tuple(replace(question, required=False) for question in section.questions))
        for section in questionnaire.sections
    )
    return replace(questionnaire, sections=sections)


def read_keys(questionnaire: Questionnaire, typed: Typed) -> dict[str, list[str]]:
    """The web form that stands for what was keyed; `InvalidAnswers` names every key that means nothing."""
    data: dict[str, list[str]] = {}
    mistakes: list[Mistake] = []
    for field in paper_fields(questionnaire):
        words = typed.get(field.name, "").strip()
        if not words:
            continue
        if field.kind in ("text", "ward"):
            data[field.name] = [words]
            continue
        pressed = _pressed(field, words)
        values = [field.value_of(key) for key in pressed]
        if None in values or (field.kind == "one" and len(values) != 1):
            mistakes.append(Mistake(field.name, _no_such_key(field, words)))
        else:
            data[field.name] = [value for value in values if value is not None]
    if mistakes:
        raise InvalidAnswers(mistakes)
    return data


def _pressed(field: PaperField, words: str) -> list[str]:
    """The keys in "135", "1 3 5" or "1,3,5"; a single answer is one key, or a code of two digits."""
    words = words.lower()
    if field.kind == "one":
        return [words]
    parts = re.split(r"[\s,;.]+", words)
    return [part for part in parts if part] if len(parts) > 1 else list(words)


def _no_such_key(field: PaperField, words: str) -> str:
    details = {"typed": words, "keys": ", ".join(key.key for key in field.keys)}
    if field.number is None:
        message = _("“%(title)s”: “%(typed)s” is none of its keys (%(keys)s). Press one of them.")
        return message % (details | {"title": field.title})
    message = _("Question %(number)s: “%(typed)s” is none of its keys (%(keys)s). Press one of them.")
    return message % (details | {"number": field.number})


def as_keys(questionnaire: Questionnaire, data: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """What would have been keyed for a form: the other way round than `read_keys`."""
    typed = {}
    for field in paper_fields(questionnaire):
        values = list(data.get(field.name, ()))
        if field.kind in ("text", "ward"):
            typed[field.name] = values[0] if values else ""
        else:
            typed[field.name] = " ".join(field.key_of(value) for value in values)
    return typed


def check_sheet(questionnaire: Questionnaire, data: Mapping[str, Sequence[str]]) -> Sheet:
    """The check of the web form, in which questions may stay open; raises `InvalidAnswers`."""
    return check_answers(without_required(questionnaire), data)
