"""What differs between two wordings of a questionnaire, word by word, and whether answers still compare.

Words are compared with difflib's SequenceMatcher (after Ratcliff and Obershelp, 1988). That answers cannot
compare follows from the structure alone where the structure changed (kind, levels, what an option means, who
is asked); for everything else people say so themselves, in the version's note.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from assessment.models import QuestionKind

if TYPE_CHECKING:
    from .operations.survey_specs import BothLanguages, QuestionSpec, SectionSpec

SAME_MEANING = 0.5  # below this likeness of its labels in every language an option says something else
SAME, GONE, NEW = "same", "gone", "new"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Some words that stayed, went or came."""

    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class TextChange:
    """A text in one language, before and after, in pieces."""

    label: str
    language: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, kw_only=True)
class QuestionChange:
    """What differs at one question. `before` or `after` is missing where it was added or removed."""

    key: str
    number: int
    before: QuestionSpec | None
    after: QuestionSpec | None
    texts: tuple[TextChange, ...]
    facts: tuple[str, ...]
    forced: tuple[str, ...]

    @property
    def title(self) -> str:
        """The question as it reads now."""
        spec = self.after or self.before
        return str(spec.text) if spec else ""

    @property
    def is_broken(self) -> bool:
        """Whether answers before and after do not compare: by structure, or because people said so."""
        return bool(self.forced) or bool(self.after and self.after.breaks_series)


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Everything that differs between two versions."""

    questions: tuple[QuestionChange, ...]
    sections: tuple[TextChange, ...]
    is_reordered: bool

    @property
    def is_any(self) -> bool:
        """Whether anything differs at all."""
        return bool(self.questions or self.sections or self.is_reordered)

    @property
    def forced(self) -> list[str]:
        """The keys of questions whose answers cannot compare, whatever people say."""
        return [change.key for change in self.questions if change.forced]


def changes_between(before: Sequence[SectionSpec], after: Sequence[SectionSpec]) -> Changes:
    """Compare two questionnaires; questions are the same by their key."""
    old = {question.key: question for section in before for question in section.questions}
    new = {question.key: question for section in after for question in section.questions}
    rows = []
    for number, (key, question) in enumerate(new.items(), start=1):
        change = _question_change(number, old.get(key), question)
        if change.texts or change.facts or change.forced or question.breaks_series or key not in old:
            rows.append(change)
    numbers = {key: number for number, key in enumerate(old, start=1)}
    rows += [_question_change(numbers[key], old[key], None) for key in old if key not in new]
    kept = [key for key in old if key in new]
    return Changes(
        questions=tuple(rows),
        sections=tuple(_section_changes(before, after)),
        is_reordered=kept != [key for key in new if key in old],
    )


def forced_breaks(before: QuestionSpec, after: QuestionSpec) -> list[str]:
    """Why answers to two wordings cannot be put together, each reason as a sentence; usually none."""
    if before.kind != after.kind:
        return [_("It is asked in another way: the kind of the question changed.")]
    reasons = []
    if before.levels != after.levels:
        reasons.append(_("The scale has another number of levels."))
    if before.max_choices != after.max_choices:
        reasons.append(_("Another number of options may be chosen."))
    if before.kind == QuestionKind.DRIVER_RATING and before.driver != after.driver:
        reasons.append(_("Another driver is rated."))
    if before.hazard and after.hazard and before.hazard.slug != after.hazard.slug:
        reasons.append(_("Another shock or stress is rated."))
    if before.condition != after.condition:
        reasons.append(_("It is asked of other people than before: its condition changed."))
    old = dict(before.coded_options)
    for code, label in after.coded_options:
        if code in old and _means_something_else(old[code], label):
            reasons.append(
                _("Option %(code)s says something else: “%(before)s” became “%(after)s”.")
                % {"code": code, "before": old[code], "after": label}
            )
    return reasons


def words_changed(before: str, after: str) -> tuple[Piece, ...]:
    """Two texts as one run of pieces: what stayed, what went, what came."""
    old, new = (re.findall(r"\s+|\w+|[^\w\s]", text) for text in (before, after))
    pieces = []
    for step, i, j, k, m in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if step == "equal":
            pieces.append(Piece(kind=SAME, text="".join(old[i:j])))
            continue
        if j > i:
            pieces.append(Piece(kind=GONE, text="".join(old[i:j])))
        if m > k:
            pieces.append(Piece(kind=NEW, text="".join(new[k:m])))
    return tuple(pieces)


def _means_something_else(before: BothLanguages, after: BothLanguages) -> bool:
    """Whether no language kept at least half of an option's label.

    A language in which the label was missing on one side says nothing about its meaning.
    """
    likeness = [
        SequenceMatcher(a=old.casefold(), b=new.casefold(), autojunk=False).ratio()
        for old, new in ((before.id, after.id), (before.en, after.en))
        if old and new
    ]
    return bool(likeness) and max(likeness) < SAME_MEANING


def _question_change(number: int, before: QuestionSpec | None, after: QuestionSpec | None) -> QuestionChange:
    spec = after or before
    assert spec is not None  # noqa: S101  one of the two is always there
    both = (before, after) if before and after else None
    return QuestionChange(
        key=spec.key,
        number=number,
        before=before,
        after=after,
        texts=tuple(_texts_changed(*both)) if both else (),
        facts=tuple(_facts_changed(*both)) if both else (),
        forced=tuple(forced_breaks(*both)) if both else (),
    )


def _texts_changed(before: QuestionSpec, after: QuestionSpec) -> list[TextChange]:
    rows = [
        *_in_each_language(_("Question"), before.text, after.text),
        *_in_each_language(_("Help text"), before.help, after.help),
        *_in_each_language(_("Lowest level"), before.low, after.low),
        *_in_each_language(_("Highest level"), before.high, after.high),
    ]
    old = dict(before.coded_options)
    for code, label in after.coded_options:
        if code in old:
            rows += _in_each_language(_("Option %(code)s") % {"code": code}, old[code], label)
    return rows


def _facts_changed(before: QuestionSpec, after: QuestionSpec) -> list[str]:
    """Changes that are no wording of a text."""
    facts = []
    if before.required != after.required:
        facts.append(_("An answer is required now.") if after.required else _("An answer is optional now."))
    if before.aspects != after.aspects:
        facts.append(_("Other aspects of the shock or stress are rated."))
    old, new = dict(before.coded_options), dict(after.coded_options)
    facts += [_("New option: “%(label)s”") % {"label": new[code]} for code in new if code not in old]
    facts += [_("Option taken away: “%(label)s”") % {"label": old[code]} for code in old if code not in new]
    return facts


def _section_changes(before: Sequence[SectionSpec], after: Sequence[SectionSpec]) -> list[TextChange]:
    """Sections have no key: each is compared with the one before that shares most of its questions."""
    rows = []
    waiting = list(before)
    for number, section in enumerate(after, start=1):
        old = _most_alike(section, waiting)
        if old is not None:
            waiting.remove(old)
        rows += _texts_of_section(number, old, section)
    for section in waiting:
        rows += _texts_of_section(before.index(section) + 1, section, None)
    return rows


def _most_alike(section: SectionSpec, others: Sequence[SectionSpec]) -> SectionSpec | None:
    keys = {question.key for question in section.questions}

    def shared(other: SectionSpec) -> tuple[int, bool]:
        return len(keys & {question.key for question in other.questions}), other.title == section.title

    best = max(others, key=shared, default=None)
    return best if best is not None and any(shared(best)) else None


def _texts_of_section(number: int, old: SectionSpec | None, new: SectionSpec | None) -> list[TextChange]:
    there = new or old
    assert there is not None  # noqa: S101  one of the two is always there
    blank = type(there.title)()
    label = _("Section %(number)s") % {"number": number}
    introduction = _("Introduction of section %(number)s") % {"number": number}
    return [
        *_in_each_language(label, old.title if old else blank, new.title if new else blank),
        *_in_each_language(
            introduction, old.introduction if old else blank, new.introduction if new else blank
        ),
    ]


def _in_each_language(label: str, before: BothLanguages, after: BothLanguages) -> list[TextChange]:
    return [
        TextChange(label=label, language=code, pieces=words_changed(old, new))
        for code, _name in settings.LANGUAGES
        if (old := getattr(before, code)) != (new := getattr(after, code))
    ]
