"""A filled-in sheet in words, to be read once more before it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from stakeholders.models import Sector

from ..answers import FormData, Sheet, ward_key
from ..models.surveys import CANNOT_JUDGE, QuestionKind
from ..questionnaire import Question, Questionnaire
from .surveys import PARTS, labels_of

# What the review must not send again: the buttons that led to it.
BUTTONS = frozenset({"step", "language", "csrfmiddlewaretoken"})


@dataclass(frozen=True, kw_only=True)
class Line:
    """One question with the answer in words; empty where it was left open."""

    number: int | None
    question: str
    answer: Sequence[str]
    anchor: str


@dataclass(frozen=True, kw_only=True)
class ReviewPart:
    """One section of the review."""

    title: str
    lines: Sequence[Line]


@dataclass(frozen=True, kw_only=True)
class Review:
    """The whole sheet, and what goes with it when it is sent."""

    parts: Sequence[ReviewPart]
    carried: Sequence[tuple[str, str]]

    @property
    def open_lines(self) -> list[Line]:
        """The questions without an answer, in order."""
        return [line for part in self.parts for line in part.lines if not line.answer]


def review_of(questionnaire: Questionnaire, sheet: Sheet, data: FormData) -> Review:
    """`sheet` in words; `data` is what was sent, to be sent once more."""
    about = ReviewPart(title=_("About you"), lines=list(_about(questionnaire, sheet)))
    parts = [
        ReviewPart(
            title=str(section.title),
            lines=[
                Line(
                    number=question.number,
                    question=str(question.text),
                    answer=list(_answer(question, questionnaire, sheet)),
                    anchor=f"id_{question.name}",
                )
                for question in section.questions
                if questionnaire.is_shown(question, sheet.answers)
            ],
        )
        for section in questionnaire.sections
    ]
    carried = [(name, value) for name, values in data.items() if name not in BUTTONS for value in values]
    return Review(parts=[about, *(part for part in parts if part.lines)], carried=carried)


def _about(questionnaire: Questionnaire, sheet: Sheet) -> Iterator[Line]:
    sector = str(Sector(sheet.sector).label)
    names = {district.code: district.name for district in questionnaire.districts}
    district = names.get(sheet.district, str(_("I would rather not say")))
    yield Line(number=None, question=_("Your group"), answer=[sector], anchor="id_sector")
    yield Line(number=None, question=_("District"), answer=[district], anchor="id_district")


def _answer(question: Question, questionnaire: Questionnaire, sheet: Sheet) -> Iterator[str]:
    match question.kind:
        case QuestionKind.TEXT:
            yield from filter(None, [sheet.texts.get(question.key, "")])
        case QuestionKind.ASSET_NOMINATION:
            yield from _nomination(question, questionnaire, sheet)
        case QuestionKind.MULTIPLE | QuestionKind.PRIORITY_VOTE:
            for option in question.options:
                if option.slot is not None and sheet.answers[option.slot]:
                    yield str(option.label)
        case QuestionKind.HAZARD_RATING:
            for item in question.items:
                if (code := sheet.answers[item.slot]) is not None:
                    yield f"{PARTS[item.part]}: {_level(question, code)}"
        case _:
            (item,) = question.items
            if (code := sheet.answers[item.slot]) is not None:
                yield _level(question, code)


def _nomination(question: Question, questionnaire: Questionnaire, sheet: Sheet) -> Iterator[str]:
    if name := sheet.texts.get(question.key, ""):
        wards = {ward.code: ward.name for ward in questionnaire.wards}
        yield name
        yield from filter(None, [wards.get(sheet.texts.get(ward_key(question.key), ""))])


def _level(question: Question, code: int) -> str:
    if question.kind in (QuestionKind.HAZARD_RATING, QuestionKind.SCALE):
        top = question.levels
        return (
            _("I can't judge this")
            if code == CANNOT_JUDGE
            else _("%(level)s of %(top)s") % {"level": code, "top": top}
        )
    return str(dict(labels_of(question)).get(code, code))
