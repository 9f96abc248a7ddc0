"""What a questionnaire still lacks before people can be asked, place by place.

One list for the builder, the monitor, the button and the refusal (`Survey.opening_gaps`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.utils import build_localized_fieldname

from .gaps import Gap

if TYPE_CHECKING:
    from .models import Question, Section, SurveyVersion

LANGUAGES = dict(settings.LANGUAGES)
QUESTION_TEXTS = (
    ("text", gettext_lazy("question")),
    ("help_text", gettext_lazy("help text")),
    ("low_label", gettext_lazy("label of the lowest level")),
    ("high_label", gettext_lazy("label of the highest level")),
)
SECTION_TEXTS = (("title", gettext_lazy("title")), ("introduction", gettext_lazy("introduction")))


@dataclass(frozen=True, kw_only=True)
class PlacedGap(Gap):
    """A gap of one section or question, by which the builder finds it."""

    section: int | None = None
    question: int | None = None


def version_gaps(version: SurveyVersion) -> list[Gap]:
    """Everything that a version lacks, in the order of the questionnaire: three queries."""
    from .models import Section

    return gaps_of(list(Section.objects.filter(version=version).for_questionnaire()))


def gaps_of(sections: list[Section]) -> list[Gap]:
    """The same, of sections that are loaded with their questions and options."""
    gaps: list[Gap] = []
    earlier: dict[str, Question] = {}
    number = 0
    for place, section in enumerate(sections, start=1):
        gaps += section_gaps(section, place)
        for question in section.questions.all():
            number += 1
            gaps += question_gaps(question, number)
            gaps += _condition_gaps(question, number, earlier)
            earlier[question.key] = question
    if not number:
        gaps.append(Gap(code="no_questions", message=_("The survey has no questions yet.")))
    return gaps


def section_gaps(section: Section, place: int) -> list[Gap]:
    """Texts of a section that stand in one language only; a section without questions."""
    gaps: list[Gap] = [
        PlacedGap(
            code=f"no_{name}_{language}",
            section=section.pk,
            message=_("Section %(place)s: translate the %(what)s (%(language)s).")
            % {"place": place, "what": label, "language": LANGUAGES[language]},
        )
        for name, label in SECTION_TEXTS
        for language in missing_languages(section, name)
    ]
    if not section.questions.all():
        gaps.append(
            PlacedGap(
                code="empty_section",
                section=section.pk,
                message=_("Section %(place)s has no questions. Add one, or remove the section.")
                % {"place": place},
            )
        )
    return gaps


def question_gaps(question: Question, number: int) -> list[Gap]:
    """Texts of a question and its options that stand in one language only; options that are too few."""
    return [
        PlacedGap(
            code=code,
            section=question.section_id,
            question=question.pk,
            message=_("Question %(number)s: %(what)s") % {"number": number, "what": what},
        )
        for code, what in _question_needs(question)
    ]


def _question_needs(question: Question) -> Iterator[tuple[str, str]]:
    for name, label in QUESTION_TEXTS:
        for language in missing_languages(question, name):
            yield f"no_{name}_{language}", _translate(label, language)
    for place, option in enumerate(question.options.all(), start=1):
        for language in missing_languages(option, "label"):
            yield f"no_option_{language}", _translate(_("option %(place)s") % {"place": place}, language)
    if question.kind == "scale" and not (question.low_label and question.high_label):
        yield "no_ends", _("say what the lowest and the highest level mean.")


def _translate(what: str | Promise, language: str) -> str:
    return _("translate the %(what)s (%(language)s).") % {"what": what, "language": LANGUAGES[language]}


def _condition_gaps(question: Question, number: int, earlier: dict[str, Question]) -> Iterator[Gap]:
    """A condition that looks ahead, or asks for an answer that is no longer offered."""
    asked = question.shown_if
    if asked is None:
        return
    found = earlier.get(asked.key)
    if found is None or not set(question.shown_if_codes) <= found.answer_codes():
        yield PlacedGap(
            code="broken_condition",
            section=question.section_id,
            question=question.pk,
            message=_("Question %(number)s: its condition can never be met. Set it anew.")
            % {"number": number},
        )


def missing_languages(row: models.Model, name: str) -> list[str]:
    """The languages that lack a text which stands in another one."""
    texts: dict[str, Any] = {code: getattr(row, build_localized_fieldname(name, code)) for code in LANGUAGES}
    return [code for code, text in texts.items() if not text] if any(texts.values()) else []
