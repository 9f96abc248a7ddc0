"""The questionnaire laid out for a printed form: tables of ratings, lists of boxes, lines to write on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from .paper import Key, PaperField, fields_of, paper_fields
from .questionnaire import Question, Questionnaire

LONG_LABEL, LONG_LIST = 34, 8  # letters, boxes


@dataclass(frozen=True, kw_only=True)
class Block:
    """Something on the form: `kind` is table, boxes, lines or place."""

    kind: str
    fields: tuple[PaperField, ...]
    keys: tuple[Key, ...] = ()
    low: str = ""
    high: str = ""
    only_if: str = ""

    @property
    def field(self) -> PaperField:
        """The first field, which carries the words of the question."""
        return self.fields[0]

    @property
    def columns(self) -> int:
        """In how many columns a list of boxes stands."""
        if len(self.keys) > LONG_LIST and all(len(key.label) < LONG_LABEL / 2 for key in self.keys):
            return 4
        return 2 if all(len(key.label) < LONG_LABEL for key in self.keys) else 1

    @property
    def has_parts(self) -> bool:
        """Whether the rows of a table have names of their own ("now", "in ten years")."""
        return any(field.part for field in self.fields)

    @property
    def questions(self) -> list[list[PaperField]]:
        """The rows of a table, those of one question together."""
        return [list(rows) for _number, rows in groupby(self.fields, key=lambda field: field.number)]


@dataclass(frozen=True, kw_only=True)
class PaperSection:
    """One section of the form."""

    title: str
    introduction: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True)
class PaperLayout:
    """The whole form: who answers, then the sections."""

    about: tuple[Block, ...]
    sections: tuple[PaperSection, ...]


def paper_layout(questionnaire: Questionnaire) -> PaperLayout:
    """The form in the active language."""
    about = paper_fields(questionnaire)[:2]
    return PaperLayout(
        about=tuple(Block(kind="boxes", fields=(field,), keys=field.keys) for field in about),
        sections=tuple(
            PaperSection(
                title=str(section.title),
                introduction=str(section.introduction),
                blocks=tuple(_blocks(questionnaire, section.questions)),
            )
            for section in questionnaire.sections
        ),
    )


def _blocks(questionnaire: Questionnaire, questions: Sequence[Question]) -> list[Block]:
    """Ratings with the same boxes that follow one another share a table."""
    blocks: list[Block] = []
    for question in questions:
        block = _block(questionnaire, question)
        last = blocks[-1] if blocks else None
        if last and _goes_on(last, block):
            blocks[-1] = Block(
                kind=last.kind,
                fields=(*last.fields, *block.fields),
                keys=last.keys,
                low=last.low,
                high=last.high,
            )
        else:
            blocks.append(block)
    return blocks


def _goes_on(last: Block, block: Block) -> bool:
    alike = (last.keys, last.low, last.high, last.has_parts) == (
        block.keys,
        block.low,
        block.high,
        block.has_parts,
    )
    return block.kind == last.kind == "table" and alike and not last.only_if and not block.only_if


def _block(questionnaire: Questionnaire, question: Question) -> Block:
    fields = tuple(fields_of(questionnaire, question))
    first = fields[0]
    only_if = _only_if(questionnaire, question, first)
    if question.is_open:
        return Block(kind="place" if len(fields) > 1 else "lines", fields=fields, only_if=only_if)
    if question.has_slot_for_each_option or not question.levels or question.kind == "single":
        return Block(kind="boxes", fields=fields, keys=first.keys, only_if=only_if)
    return Block(
        kind="table", fields=fields, keys=first.keys, low=first.low, high=first.high, only_if=only_if
    )


def _only_if(questionnaire: Questionnaire, question: Question, field: PaperField) -> str:
    """Whom a question is for, and where the others go on."""
    if question.condition is None:
        return ""
    boxes = [key.upper() for key in field.when_keys]
    details = {
        "boxes": _(" or ").join(boxes),
        "number": questionnaire.by_key[question.condition.key].number,
    }
    sentence = _("Only if you ticked %(boxes)s in question %(number)s.") % details
    following = [each for each in questionnaire if each.number > question.number and each.condition is None]
    if not following:
        return f"{sentence} {_('Otherwise you have finished.')}"
    return f"{sentence} {_('Otherwise go to question %(number)s.') % {'number': following[0].number}}"
