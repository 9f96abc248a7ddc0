"""Making a survey and its questions, up to the day it opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from modeltranslation.utils import build_localized_fieldname

from assessment.models import (
    Driver,
    Framework,
    Hazard,
    Option,
    Question,
    QuestionKind,
    Section,
    Survey,
    SurveyStatus,
    SurveyVersion,
)
from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import content_fields, create, lock
from semarang_resilience.core.choices import Provenance
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.permissions import ensure


@dataclass(frozen=True, kw_only=True)
class BothLanguages:
    """A text as it is published: in Indonesian and in English."""

    id: str = ""
    en: str = ""

    @classmethod
    def of(cls, row: models.Model, name: str) -> BothLanguages:
        """The texts that a row holds in a translated field."""
        return cls(
            **{code: getattr(row, build_localized_fieldname(name, code)) or "" for code in ("id", "en")}
        )

    def cut(self, length: int) -> BothLanguages:
        """At most `length` characters of each."""
        return BothLanguages(id=self.id[:length], en=self.en[:length])


NOTHING = BothLanguages()


def _columns(model: type[models.Model], **texts: BothLanguages) -> dict[str, Any]:
    """The columns of a translated model that hold these texts."""
    content = {f"{name}_{code}": getattr(text, code) for name, text in texts.items() for code in ("id", "en")}
    return content_fields(model, content)


@dataclass(frozen=True, kw_only=True)
class OptionSpec:
    """One choice; its place in the list is its code."""

    label: BothLanguages


@dataclass(frozen=True, kw_only=True)
class QuestionSpec:
    """One question to build: driver ratings have a `driver`, hazard ratings a `hazard`, choices `options`."""

    key: str
    kind: QuestionKind
    text: BothLanguages
    help: BothLanguages = NOTHING
    required: bool = False
    driver: Driver | None = None
    hazard: Hazard | None = None
    options: Sequence[OptionSpec] = ()


@dataclass(frozen=True, kw_only=True)
class SectionSpec:
    """One section to build."""

    title: BothLanguages
    introduction: BothLanguages = NOTHING
    questions: Sequence[QuestionSpec] = field(default_factory=tuple)


@transaction.atomic
def create_survey(
    *,
    cycle: Cycle,
    slug: str,
    opens_at: datetime,
    closes_at: datetime,
    by: Any,
    at: datetime,
    provenance: str = Provenance.OFFICE,
    source: str = "",
    **content: str,
) -> Survey:
    """Start a survey as a draft. `content`: its texts by language (`title_id`, `introduction_en` ...)."""
    ensure(by, "assessment.edit_survey")
    survey = create(
        Survey(
            cycle=cycle,
            slug=slug,
            opens_at=opens_at,
            closes_at=closes_at,
            provenance=provenance,
            source=source,
            **content_fields(Survey, content),
        )
    )
    record(verb="create_survey", target=survey, by=by, at=at)
    return survey


@transaction.atomic
def add_version(
    *, survey: Survey, framework: Framework | None, sections: Sequence[SectionSpec], by: Any, at: datetime
) -> SurveyVersion:
    """Give a draft survey its questions (again: the newest version is the one that opens)."""
    ensure(by, "assessment.edit_survey", survey)
    lock(survey)
    if survey.status != SurveyStatus.DRAFT:
        raise Refused(_("The questions of a survey that has opened cannot change. Make a new survey."))
    _check(sections)
    newest = survey.versions.order_by("-number").values_list("number", flat=True).first()
    version = SurveyVersion.objects.create(survey=survey, number=(newest or 0) + 1, framework=framework)
    for position, spec in enumerate(sections, start=1):
        _build_section(version, position, spec)
    record(verb="add_version", target=survey, by=by, at=at, number=version.number)
    return version


def _check(sections: Sequence[SectionSpec]) -> None:
    """Refuse what could not be asked: no question, a key twice, a choice without at least two options."""
    questions = [question for section in sections for question in section.questions]
    keys = [question.key for question in questions]
    if not questions:
        raise Refused(_("A survey needs at least one question."))
    if len(keys) != len(set(keys)):
        raise Refused(_("Each question needs a key of its own."))
    for question in questions:
        is_choice = question.kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE)
        if is_choice != (len(question.options) >= 2):
            raise Refused(_("A choice needs at least two options, and only a choice has options."))


def _build_section(version: SurveyVersion, position: int, spec: SectionSpec) -> None:
    section = Section.objects.create(
        version=version,
        position=position,
        **_columns(Section, title=spec.title, introduction=spec.introduction),
    )
    questions = Question.objects.bulk_create(
        Question(
            section=section,
            position=place,
            key=question.key,
            kind=question.kind,
            is_required=question.required,
            driver=question.driver,
            hazard=question.hazard,
            **_columns(Question, text=question.text, help_text=question.help),
        )
        for place, question in enumerate(spec.questions, start=1)
    )
    Option.objects.bulk_create(
        Option(question=row, position=place, **_columns(Option, label=option.label))
        for row, question in zip(questions, spec.questions, strict=True)
        for place, option in enumerate(question.options, start=1)
    )
