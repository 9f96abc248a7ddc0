"""A draft questionnaire as the builder shows it: numbered, conditions in words, gaps where they are."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .gaps import Gap
from .models import BankQuestion, Question, QuestionKind, Section, SurveyVersion
from .models.question_kinds import CANNOT_JUDGE, ONE_CODE_KINDS
from .operations.survey_editing import fingerprint, fingerprint_of_all
from .survey_gaps import PlacedGap, gaps_of

LABELS_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class Line:
    """One question of the outline."""

    number: int
    question: Question
    condition: str
    gaps: tuple[Gap, ...]
    seen: str
    details: str
    is_first: bool
    is_last: bool

    @property
    def anchor(self) -> str:
        """Where it stands on the page."""
        return f"pertanyaan-{self.question.pk}"


@dataclass(frozen=True, kw_only=True)
class Block:
    """One section of the outline."""

    number: int
    section: Section
    lines: tuple[Line, ...]
    gaps: tuple[Gap, ...]
    seen: str
    is_last: bool

    @property
    def anchor(self) -> str:
        """Where it stands on the page."""
        return f"bagian-{self.section.pk}"


@dataclass(frozen=True, kw_only=True)
class Outline:
    """A whole questionnaire."""

    blocks: tuple[Block, ...]
    gaps: tuple[Gap, ...]
    seen: str

    @property
    def lines(self) -> list[Line]:
        """All questions in order."""
        return [line for block in self.blocks for line in block.lines]

    @property
    def count(self) -> int:
        """How many questions there are."""
        return len(self.lines)

    def before(self, question: Question) -> list[Line]:
        """The earlier questions on which this one may depend."""
        earlier = []
        for line in self.lines:
            if line.question.pk == question.pk:
                break
            if line.question.kind in ONE_CODE_KINDS:
                earlier.append(line)
        return earlier


def outline_of(version: SurveyVersion) -> Outline:
    """Read a draft for the builder: three queries whatever its size."""
    sections = list(Section.objects.filter(version=version).for_questionnaire())
    gaps = gaps_of(sections)
    questions = [question for section in sections for question in section.questions.all()]
    numbers = {question.pk: number for number, question in enumerate(questions, start=1)}
    by_pk = {question.pk: question for question in questions}
    blocks = []
    for place, section in enumerate(sections, start=1):
        lines = [
            Line(
                number=numbers[question.pk],
                question=question,
                condition=_condition(question, numbers, by_pk),
                gaps=tuple(gap for gap in gaps if isinstance(gap, PlacedGap) and gap.question == question.pk),
                seen=fingerprint(question),
                details=details_of(question),
                is_first=numbers[question.pk] == 1,
                is_last=numbers[question.pk] == len(questions),
            )
            for question in section.questions.all()
        ]
        own = [
            gap
            for gap in gaps
            if isinstance(gap, PlacedGap) and gap.section == section.pk and gap.question is None
        ]
        blocks.append(
            Block(
                number=place,
                section=section,
                lines=tuple(lines),
                gaps=tuple(own),
                seen=fingerprint_of_all([section]),
                is_last=place == len(sections),
            )
        )
    return Outline(blocks=tuple(blocks), gaps=tuple(gaps), seen=fingerprint_of_all(sections))


def answers_of(question: Question | BankQuestion) -> dict[int, str]:
    """What can be answered, code by code, in words; nothing unless the answer is one code."""
    from .forms.surveys import DRIVER_LEVELS

    match question.kind:
        case QuestionKind.DRIVER_RATING:
            own = {option.position: str(option.label) for option in question.options.all()}
            return {level["value"]: own.get(level["value"]) or str(level["label"]) for level in DRIVER_LEVELS}
        case QuestionKind.SCALE:
            ends = {1: question.low_label, question.levels: question.high_label}
            labels = {
                level: f"{level} ({ends[level]})" if ends.get(level) else str(level)
                for level in range(1, (question.levels or 0) + 1)
            }
            return labels | {CANNOT_JUDGE: _("I can't judge this")}
        case QuestionKind.SINGLE:
            return {option.position: str(option.label) for option in question.options.all()}
        case _:
            return {}


def details_of(question: Question | BankQuestion) -> str:
    """What is special about a question, in a few words: its first options, its levels."""
    labels = [str(option.label) for option in question.options.all()]
    match question.kind:
        case QuestionKind.SCALE:
            return _("1 (%(low)s) to %(levels)s (%(high)s)") % {
                "low": question.low_label or "?",
                "high": question.high_label or "?",
                "levels": question.levels,
            }
        case QuestionKind.HAZARD_RATING:
            return str(question.get_aspects_display())
        case QuestionKind.PRIORITY_VOTE:
            return _("up to %(most)s of: %(options)s") % {
                "most": question.max_choices,
                "options": _first(labels),
            }
        case QuestionKind.SINGLE | QuestionKind.MULTIPLE:
            return _first(labels)
        case _:
            return ""


def _first(labels: list[str]) -> str:
    shown = " · ".join(labels[:LABELS_SHOWN])
    more = len(labels) - LABELS_SHOWN
    if more <= 0:
        return shown
    return shown + ngettext(" and %(more)s more", " and %(more)s more", more) % {"more": more}


def _condition(question: Question, numbers: dict[int, int], by_pk: dict[int, Question]) -> str:
    """When a question is shown, as a sentence; empty where everybody sees it."""
    asked = by_pk.get(question.shown_if_id or 0)
    if question.shown_if_id is None:
        return ""
    if asked is None:
        return _("Shown after a question that is not here")
    answers = answers_of(asked)
    words = [f"“{answers.get(code, code)}”" for code in question.shown_if_codes]
    return _("Shown if question %(number)s is answered %(answers)s") % {
        "number": numbers[asked.pk],
        "answers": _(" or ").join(words),
    }
