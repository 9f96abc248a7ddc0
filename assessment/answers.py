"""From a filled-in form to the codes of a response, checked against the questionnaire and nothing else.

Checked by hand rather than by a Django form: a form of thirty questions costs as much time as the
whole insert (measured), and everything that may be sent is known in advance, so strictness is a look-up.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stakeholders.models import Sector

from .models.surveys import QuestionKind
from .questionnaire import Question, Questionnaire

FormData = Mapping[str, Sequence[str]]

SECTORS = frozenset(Sector.values)
# What a form carries besides answers; "language" is the button that repeats the form in the other language.
CARRIED = frozenset(
    {"sector", "district", "submission", "version", "csrfmiddlewaretoken", "language", "step", "draft"}
)
# Everything that cannot be typed; PostgreSQL's JSON refuses NUL, and screen readers stumble over the rest.
UNTYPABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A checked answer sheet, as it is stored."""

    sector: str
    district: str
    answers: list[int | None]
    texts: dict[str, str]

    @property
    def count(self) -> int:
        """How many answers it holds: codes that were given or chosen, and texts."""
        return sum(1 for code in self.answers if code is not None) + len(self.texts)


@dataclass(frozen=True)
class Mistake:
    """What is wrong with one field, as a sentence that says what to do; `name` is the field to go to."""

    name: str
    message: str


class InvalidAnswers(Exception):
    """The sheet cannot be accepted as it is; `mistakes` says why, in the order of the form."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = list(mistakes)
        super().__init__("; ".join(mistake.message for mistake in mistakes))


def check_answers(questionnaire: Questionnaire, data: FormData) -> Sheet:
    """The sheet in `data` (form field -> values); `InvalidAnswers` says everything that is wrong with it."""
    checking = _Checking(questionnaire, data)
    checking.group()
    for question in questionnaire:
        checking.question(question)
    checking.strangers()
    if not checking.mistakes and not checking.is_answered:
        checking.mistake("sector", _("Answer at least one question before you send the form."))
    if checking.mistakes:
        raise InvalidAnswers(checking.mistakes)
    return Sheet(
        sector=checking.sector,
        district=checking.district,
        answers=checking.answers,
        texts=checking.texts,
    )


@dataclass
class _Checking:
    """One pass over one form."""

    questionnaire: Questionnaire
    data: FormData
    sector: str = ""
    district: str = ""
    answers: list[int | None] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.answers = [None] * self.questionnaire.slots

    @property
    def is_answered(self) -> bool:
        return bool(self.texts) or any(code is not None for code in self.answers)

    def mistake(self, name: str, message: str) -> None:
        self.mistakes.append(Mistake(name, message))

    def one(self, name: str) -> str | None:
        """The value of a field that is sent at most once; None when it is sent several times."""
        values = self.data.get(name, ())
        return (values[0] if values else "") if len(values) <= 1 else None

    def group(self) -> None:
        """Sector (required) and district (may be left out): what the respondent says about himself."""
        sector, district = self.one("sector"), self.one("district")
        if not sector:
            self.mistake("sector", group_sentence())
        elif sector not in SECTORS:
            self.mistake("sector", _("Choose one of the groups in the list."))
        if district is None or (district and district not in self.questionnaire.district_codes):
            self.mistake("district", _("Choose one of the districts in the list, or leave it open."))
        self.sector, self.district = sector or "", district or ""

    def question(self, question: Question) -> None:
        if not self.questionnaire.is_shown(question, self.answers):
            return  # what was typed before the condition stopped holding does not count
        match question.kind:
            case QuestionKind.TEXT:
                answered = self.text(question)
            case QuestionKind.ASSET_NOMINATION:
                answered = self.nomination(question)
            case QuestionKind.MULTIPLE | QuestionKind.PRIORITY_VOTE:
                answered = self.multiple(question)
            case _:
                answered = self.codes(question)
        if question.required and not answered:
            self.mistake(question.name, missing_sentence(question))

    def codes(self, question: Question) -> bool:
        """Ratings and single choices: one code in each slot. True unless all of them are blank."""
        answered = False
        for item in question.items:
            value = self.one(item.name)
            if value == "":
                continue
            answered = True
            code = item.codes.get(value) if value is not None else None
            if code is None:
                self.forged(question)
                break
            self.answers[item.slot] = code
        return answered

    def multiple(self, question: Question) -> bool:
        """Several options: 1 for those chosen and 0 for the others; all stay blank if none is chosen."""
        chosen = set(self.data.get(question.name, ()))
        slots = {str(option.code): option.slot for option in question.options}
        if not chosen <= slots.keys():
            self.forged(question)
        elif question.max_choices is not None and len(chosen) > question.max_choices:
            self.mistake(question.name, too_many_sentence(question, len(chosen)))
        elif chosen:
            for code, slot in slots.items():
                assert slot is not None  # noqa: S101  set for every option of a multiple choice
                self.answers[slot] = int(code in chosen)
        return bool(chosen)

    def text(self, question: Question) -> bool:
        """Free text: cleaned of what cannot be typed, and not longer than agreed."""
        text = self.one(question.name)
        if text is None:
            self.forged(question)
            return True
        text = UNTYPABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
        limit = self.questionnaire.text_max_length
        if len(text) > limit:
            self.mistake(question.name, too_long_sentence(question, len(text), limit))
        elif text:
            self.texts[question.key] = text
        return bool(text)

    def nomination(self, question: Question) -> bool:
        """The name of an asset and, if it is known, the ward where it lies."""
        ward = self.one(question.ward_name)
        if ward is None or (ward and ward not in self.questionnaire.ward_codes):
            self.mistake(question.ward_name, _("Choose one of the wards in the list, or leave it open."))
            return True
        answered = self.text(question)
        if ward and question.key in self.texts:
            self.texts[ward_key(question.key)] = ward
        elif ward and not answered:
            self.mistake(question.name, nameless_sentence(question))
        return answered

    def forged(self, question: Question) -> None:
        """A value that the form does not offer."""
        message = _("Choose one of the answers that are shown for question %(question)s.")
        self.mistake(question.name, message % {"question": _title(question)})

    def strangers(self) -> None:
        """Fields that belong to no question."""
        if not self.data.keys() <= self.questionnaire.field_names | CARRIED:
            self.mistakes.append(foreign_form())


def ward_key(key: str) -> str:
    """Under which name the texts of a sheet hold the ward of a nominated asset."""
    return f"{key}:ward"


# -- sentences, said by the server and, from the form's own attributes, by the page -----------------------
def group_sentence() -> str:
    """Nobody said for which group he answers."""
    return _("Choose the group that you answer for.")


def empty_sentence() -> str:
    """A sheet without a single answer."""
    return _("Answer at least one question before you send the form.")


def missing_sentence(question: Question) -> str:
    """A required question was left open."""
    return _("Answer question %(question)s.") % {"question": _title(question)}


def too_many_sentence(question: Question, chosen: int | str) -> str:
    """More options than the vote allows; `chosen` may be a placeholder."""
    message = ngettext(
        "Choose at most %(most)s option for question %(question)s. You chose %(chosen)s.",
        "Choose at most %(most)s options for question %(question)s. You chose %(chosen)s.",
        question.max_choices or 0,
    )
    return message % {"most": question.max_choices, "question": _title(question), "chosen": chosen}


def too_long_sentence(question: Question, length: int | str, limit: int) -> str:
    """A text with more than `limit` characters; `length` may be a placeholder."""
    message = _(
        "Shorten your answer to question %(question)s: it has %(length)s characters, "
        "and there is room for %(limit)s."
    )
    return message % {"question": _title(question), "length": length, "limit": limit}


def nameless_sentence(question: Question) -> str:
    """A ward without the place that is meant."""
    message = _("Write which place you mean in question %(question)s, or leave the ward open.")
    return message % {"question": _title(question)}


def shape_sentence(question: Question) -> str:
    """An answer whose form does not fit the question (a machine sent it)."""
    message = _("The answer to question %(question)s has a form that this question does not take.")
    return message % {"question": _title(question)}


def foreign_form() -> Mistake:
    """The form of another survey, an old one, or one that somebody has tampered with."""
    return Mistake(
        "", _("The form contains a question that this survey does not ask. Reload the page and try again.")
    )


def _title(question: Question) -> str:
    """How messages name a question: number and, for ratings, the thing that is rated."""
    subject = question.driver.short if question.driver else question.hazard.name if question.hazard else None
    return f"{question.number} ({subject})" if subject else f"{question.number}"


def fingerprint(question: Question) -> str:
    """Six letters that change whenever wording, options or scale of a question do.

    A draft is taken over by a later version of the survey only where they are the same.
    """
    options = [(option.code, sorted(option.label.items())) for option in question.options]
    words = [sorted(words.items()) for words in (question.text, question.low, question.high)]
    content = repr((question.kind.value, words, options, question.levels, question.max_choices))
    return hashlib.blake2s(content.encode(), digest_size=3).hexdigest()


# -- from data (API, files, paper) to the form that somebody would have sent ------------------------------
def form_data(questionnaire: Questionnaire, row: Mapping[str, Any]) -> dict[str, list[str]]:
    """The form that somebody would have sent: `row` holds sector, district and `answers` by question key.

    A rating, scale or single choice is a code, a hazard rating codes by part (`{"now": 4, "future": 5}`) or
    in the order of its parts, a multiple choice or vote a list of codes, a text a string, a nomination a
    name, a pair (name, ward code) or `{"name": …, "ward": …}`; what is None or missing was left blank. An
    unknown key stays unknown. Raises InvalidAnswers where an answer has not the form of its question.
    """
    data = {"sector": [_word(row.get("sector"))], "district": [_word(row.get("district"))]}
    mistakes = []
    for key, answer in row["answers"].items():
        question = questionnaire.by_key.get(key)
        if question is None:
            data[f"q_{key}"] = [str(answer)]
        elif answer is not None:
            try:
                data |= _fields(question, answer)
            except (TypeError, ValueError):
                mistakes.append(Mistake(question.name, shape_sentence(question)))
    if mistakes:
        raise InvalidAnswers(mistakes)
    return data


def _word(value: Any) -> str:
    return "" if value is None else str(value)


def _fields(question: Question, answer: Any) -> dict[str, list[str]]:
    """The form fields of one answer; ValueError or TypeError where its form does not fit."""
    match question.kind:
        case QuestionKind.TEXT:
            return {question.name: [_text(answer)]}
        case QuestionKind.ASSET_NOMINATION:
            name, ward = _nominated(answer)
            return {question.name: [_text(name)], question.ward_name: [_text(ward or "")]}
        case QuestionKind.HAZARD_RATING:
            codes = _by_part(question, answer)
            return {name: [_code(code)] for name, code in codes.items() if code is not None}
        case QuestionKind.MULTIPLE | QuestionKind.PRIORITY_VOTE:
            if not isinstance(answer, list | tuple | set | frozenset):
                raise TypeError
            return {question.name: [_code(code) for code in answer]}
        case _:
            return {question.name: [_code(answer)]}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _code(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError
    return str(value)


def _nominated(answer: Any) -> tuple[Any, Any]:
    if isinstance(answer, str):
        return answer, ""
    if isinstance(answer, Mapping):
        if answer.keys() - {"name", "ward"}:
            raise ValueError
        return answer.get("name", ""), answer.get("ward", "")
    name, ward = answer
    return name, ward


def _by_part(question: Question, answer: Any) -> dict[str, Any]:
    """Form field -> code of a rating with several parts."""
    if isinstance(answer, Mapping):
        names = {item.part: item.name for item in question.items}
        if answer.keys() - names.keys():
            raise ValueError
        return {names[part]: code for part, code in answer.items()}
    if not isinstance(answer, list | tuple):
        raise TypeError
    return {item.name: code for item, code in zip(question.items, answer, strict=True)}
