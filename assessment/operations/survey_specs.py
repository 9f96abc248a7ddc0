"""A questionnaire as data: what building, copying, comparing, import and export hand to each other.

A specification knows nothing of rows: the same one can be read from a version (`specs_of`), written into
another (`survey_building`), compared with an earlier wording (assessment/wording.py), carried by an XLSForm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from modeltranslation.utils import build_localized_fieldname

from assessment.models import (
    Driver,
    Hazard,
    HazardAspects,
    Question,
    QuestionKind,
    Section,
    SurveyVersion,
)
from assessment.models.question_kinds import (
    CHOICE_KINDS,
    LEAST_LEVELS,
    MOST_LEVELS,
    ONE_CODE_KINDS,
    RATING_LEVELS,
    QuestionContent,
    answerable_codes,
)
from semarang_resilience.core.changes import content_fields
from semarang_resilience.core.errors import Refused

# No underscore: form fields put one between a key and its part ("q_hazard-rob_now").
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
NAMED_WITH = 70  # characters of a question by which a sentence names it
HIGHEST_CODE = 32_767


@dataclass(frozen=True, kw_only=True)
class BothLanguages:
    """A text as it is published: in Indonesian and in English."""

    id: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        return bool(self.id or self.en)

    def __str__(self) -> str:
        """In the reader's language, or in the other one where it is missing."""
        return (self.en or self.id) if (get_language() or "").startswith("en") else (self.id or self.en)

    @classmethod
    def of(cls, row: models.Model, name: str) -> BothLanguages:
        """The texts that a row holds in a translated field."""
        return cls(
            **{code: getattr(row, build_localized_fieldname(name, code)) or "" for code in ("id", "en")}
        )

    def cut(self, length: int) -> BothLanguages:
        """At most `length` characters of each."""
        return BothLanguages(id=self.id[:length], en=self.en[:length])

    def missing(self) -> list[str]:
        """The languages that lack a text which another one has."""
        return [code for code, _name in settings.LANGUAGES if self and not getattr(self, code)]


NOTHING = BothLanguages()


@dataclass(frozen=True, kw_only=True)
class OptionSpec:
    """One choice. `code` is what answers hold; without one it gets the next code."""

    label: BothLanguages
    code: int | None = None


@dataclass(frozen=True, kw_only=True)
class ConditionSpec:
    """Shown only if the earlier question `key` was answered with one of `codes`."""

    key: str
    codes: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class QuestionSpec:
    """One question: driver ratings have a `driver`, hazard ratings a `hazard`, choices `options`, and so on.

    An empty `key` lets the operation that adds the question make one from its text.
    """

    kind: QuestionKind
    text: BothLanguages
    key: str = ""
    help: BothLanguages = NOTHING
    required: bool = False
    driver: Driver | None = None
    hazard: Hazard | None = None
    aspects: str = ""
    options: Sequence[OptionSpec] = ()
    levels: int | None = None
    low: BothLanguages = NOTHING
    high: BothLanguages = NOTHING
    max_choices: int | None = None
    condition: ConditionSpec | None = None
    breaks_series: bool = False

    @property
    def coded_options(self) -> list[tuple[int, BothLanguages]]:
        """Code and label of each option."""
        return list(zip(codes_of_options(self.options), (each.label for each in self.options), strict=True))

    @property
    def answer_codes(self) -> frozenset[int]:
        """The codes that a condition may ask for; none unless the answer is one code."""
        return answerable_codes(self.kind, self.levels, (code for code, _label in self.coded_options))


@dataclass(frozen=True, kw_only=True)
class SectionSpec:
    """One section."""

    title: BothLanguages
    introduction: BothLanguages = NOTHING
    questions: Sequence[QuestionSpec] = field(default_factory=tuple)


def codes_of_options(options: Sequence[OptionSpec], *, taken: Iterable[int] = ()) -> list[int]:
    """The code of each option: its own, or the next one that neither the list nor `taken` has used."""
    used = {option.code for option in options if option.code is not None} | set(taken)
    following = max(used, default=0)
    codes = []
    for option in options:
        if option.code is None:
            following += 1
        codes.append(following if option.code is None else option.code)
    return codes


# -- reading rows -----------------------------------------------------------------------------------------
def content_of(row: QuestionContent) -> dict[str, Any]:
    """What questions of surveys and of the bank have in common, as arguments of a specification."""
    return {
        "kind": QuestionKind(row.kind),
        "text": BothLanguages.of(row, "text"),
        "help": BothLanguages.of(row, "help_text"),
        "levels": row.levels,
        "low": BothLanguages.of(row, "low_label"),
        "high": BothLanguages.of(row, "high_label"),
        "max_choices": row.max_choices,
        "aspects": row.aspects,
        # A row's options are sorted here, so that callers need not remember to.
        "options": tuple(
            OptionSpec(label=BothLanguages.of(option, "label"), code=option.position)
            for option in sorted(row.options.all(), key=lambda each: each.position)  # type: ignore[attr-defined]
        ),
    }


def spec_of(row: Question) -> QuestionSpec:
    """A question as it stands; reads `options`, `shown_if`, `driver` and `hazard`."""
    return QuestionSpec(
        key=row.key,
        required=row.is_required,
        driver=row.driver,
        hazard=row.hazard,
        condition=_condition_of(row),
        breaks_series=row.breaks_series,
        **content_of(row),
    )


def _condition_of(row: Question) -> ConditionSpec | None:
    if row.shown_if is None:
        return None
    return ConditionSpec(key=row.shown_if.key, codes=frozenset(row.shown_if_codes))


def specs_of(version: SurveyVersion) -> list[SectionSpec]:
    """The questionnaire of a version, in order: three queries."""
    return [
        SectionSpec(
            title=BothLanguages.of(section, "title"),
            introduction=BothLanguages.of(section, "introduction"),
            questions=tuple(spec_of(row) for row in section.questions.all()),
        )
        for section in Section.objects.filter(version=version).for_questionnaire()
    ]


# -- columns ----------------------------------------------------------------------------------------------
def text_columns(model: type[models.Model], **texts: BothLanguages) -> dict[str, Any]:
    """The columns of a translated model that hold these texts."""
    content = {f"{name}_{code}": getattr(text, code) for name, text in texts.items() for code in ("id", "en")}
    return content_fields(model, content)


def content_columns(model: type[models.Model], spec: QuestionSpec) -> dict[str, Any]:
    """The columns that questions of surveys and of the bank have in common."""
    return {
        "kind": spec.kind,
        "levels": spec.levels,
        "max_choices": spec.max_choices,
        "aspects": spec.aspects,
        **text_columns(model, text=spec.text, help_text=spec.help, low_label=spec.low, high_label=spec.high),
    }


# -- rules ------------------------------------------------------------------------------------------------
def named(text: object) -> str:
    """A question as a sentence names it: short, in quotation marks."""
    words = " ".join(str(text).split())
    return f"“{words if len(words) <= NAMED_WITH else words[: NAMED_WITH - 1].rstrip() + '…'}”"


def complete(spec: QuestionSpec) -> QuestionSpec:
    """With nothing that its kind does not have, and with what a hazard rating asks unless said otherwise."""
    kind = spec.kind
    is_scale = kind == QuestionKind.SCALE
    may_have_options = kind in CHOICE_KINDS or kind == QuestionKind.DRIVER_RATING
    aspects = (spec.aspects or HazardAspects.NOW_FUTURE) if kind == QuestionKind.HAZARD_RATING else ""
    return replace(
        spec,
        driver=spec.driver if kind == QuestionKind.DRIVER_RATING else None,
        hazard=spec.hazard if kind == QuestionKind.HAZARD_RATING else None,
        aspects=str(aspects),
        options=tuple(spec.options) if may_have_options else (),
        levels=spec.levels if is_scale else None,
        low=spec.low if is_scale else NOTHING,
        high=spec.high if is_scale else NOTHING,
        max_choices=spec.max_choices if kind == QuestionKind.PRIORITY_VOTE else None,
    )


def check_question(spec: QuestionSpec) -> None:
    """Refuse a question that could not be asked, with the sentence that says what it lacks."""
    if not spec.text:
        raise Refused(_("Write the question."), code="no_text")
    if spec.key and not KEY.match(spec.key):
        raise Refused(
            _("The key %(key)s may hold small letters, digits and single hyphens only.")
            % {"key": named(spec.key)},
            code="key",
        )
    if spec.kind == QuestionKind.DRIVER_RATING and spec.driver is None:
        raise Refused(_("Choose the driver that is rated."), code="no_driver")
    if spec.kind == QuestionKind.HAZARD_RATING and spec.hazard is None:
        raise Refused(_("Choose the shock or stress that is rated."), code="no_hazard")
    if spec.kind == QuestionKind.SCALE and not LEAST_LEVELS <= (spec.levels or 0) <= MOST_LEVELS:
        raise Refused(_("A scale has between 2 and 10 levels."), code="levels")
    _check_options(spec)


def _check_options(spec: QuestionSpec) -> None:
    options = spec.options
    if any(not option.label for option in options):
        raise Refused(_("Write the label of every option."), code="option_label")
    codes = codes_of_options(options)
    if len(set(codes)) != len(codes) or any(not 1 <= code <= HIGHEST_CODE for code in codes):
        raise Refused(
            _("Each option of %(question)s needs a code of its own.") % {"question": named(spec.text)},
            code="option_codes",
        )
    if spec.kind == QuestionKind.DRIVER_RATING and len(options) not in (0, RATING_LEVELS):
        raise Refused(
            _("Describe all three levels of a driver rating, or none of them."), code="level_labels"
        )
    if spec.kind in CHOICE_KINDS and len(options) < 2:
        raise Refused(_("A choice needs at least two options."), code="few_options")
    if spec.kind == QuestionKind.PRIORITY_VOTE and not 1 <= (spec.max_choices or 0) <= len(options):
        raise Refused(
            _("Say how many options may be chosen: at least 1, and not more than there are."),
            code="max_choices",
        )


def check_questionnaire(sections: Sequence[SectionSpec]) -> None:
    """Refuse what could not be asked as a whole: a key twice, a condition that can never be met."""
    questions = [question for section in sections for question in section.questions]
    keys = [question.key for question in questions]
    if len(keys) != len(set(keys)) or not all(keys):
        raise Refused(_("Each question needs a key of its own."), code="key_twice")
    for question in questions:
        check_question(question)
    check_conditions(questions)


def check_conditions(questions: Sequence[QuestionSpec]) -> None:
    """Refuse an order in which a condition looks at a later question, or asks for an answer nobody can give.

    A question can only depend on an earlier one, so conditions never run in a circle.
    """
    for place, question in enumerate(questions):
        condition = question.condition
        if condition is None:
            continue
        earlier = {each.key: each for each in questions[:place]}
        if condition.key not in earlier:
            raise Refused(_not_earlier(question, condition, questions), code="condition_order")
        asked = earlier[condition.key]
        if asked.kind not in ONE_CODE_KINDS:
            raise Refused(
                _("%(question)s can only depend on a question with one answer: a driver rating, a scale or "
                  "a single choice.") % {"question": named(question.text)},
                code="condition_kind",
            )  # fmt: skip
        if not condition.codes or not condition.codes <= asked.answer_codes:
            raise Refused(
                _("%(question)s is shown for an answer that %(asked)s does not offer. Change the condition "
                  "first.") % {"question": named(question.text), "asked": named(asked.text)},
                code="condition_codes",
            )  # fmt: skip


def _not_earlier(question: QuestionSpec, condition: ConditionSpec, questions: Sequence[QuestionSpec]) -> str:
    asked = next((each for each in questions if each.key == condition.key), None)
    if asked is None:
        return _("%(question)s depends on a question that is not in this survey.") % {
            "question": named(question.text)
        }
    return _("%(question)s is shown only after certain answers to %(asked)s, so it must come later.") % {
        "question": named(question.text),
        "asked": named(asked.text),
    }
