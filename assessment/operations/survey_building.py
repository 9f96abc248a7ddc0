"""Making a survey: its name, dates and questions as a whole. Question by question: survey_questions.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assessment.models import Framework, Option, Question, Section, Survey, SurveyStatus, SurveyVersion
from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import apply_changes, content_fields, create, lock
from semarang_resilience.core.choices import Provenance
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.permissions import ensure

from .survey_editing import refuse_changed, refuse_stale
from .survey_specs import (
    BothLanguages,
    OptionSpec,
    QuestionSpec,
    SectionSpec,
    check_questionnaire,
    codes_of_options,
    complete,
    content_columns,
    text_columns,
)

__all__ = [
    "BothLanguages",
    "OptionSpec",
    "QuestionSpec",
    "SectionSpec",
    "add_version",
    "build_version",
    "create_survey",
    "delete_survey",
    "update_survey",
]

# Addresses below kerja/survei/ that a survey of that code would hide.
RESERVED = frozenset({"baru", "bank"})
FACTS = {"opens_at", "closes_at", "previous", "reminder_floor_days", "slug"}


@transaction.atomic
def create_survey(
    *,
    cycle: Cycle,
    slug: str,
    opens_at: datetime,
    closes_at: datetime,
    by: Any,
    at: datetime,
    previous: Survey | None = None,
    reminder_floor_days: int = 5,
    provenance: str = Provenance.OFFICE,
    source: str = "",
    **content: str,
) -> Survey:
    """Start a survey as a draft. `content`: its texts by language (`title_id`, `introduction_en` ...).

    `previous` is the earlier round whose answers the new ones shall be compared with.
    """
    ensure(by, "assessment.edit_survey")
    _refuse_reserved(slug)
    survey = create(
        Survey(
            cycle=cycle,
            slug=slug,
            opens_at=opens_at,
            closes_at=closes_at,
            previous=previous,
            reminder_floor_days=reminder_floor_days,
            provenance=provenance,
            source=source,
            **content_fields(Survey, content),
        )
    )
    record(verb="create_survey", target=survey, by=by, at=at)
    return survey


@transaction.atomic
def update_survey(*, survey: Survey, changes: Mapping[str, Any], seen: str, by: Any, at: datetime) -> Survey:
    """Change title, introduction, dates, earlier round or the days between reminders.

    The code and the day it opens stand once people may have the address: only a draft may change them.
    """
    ensure(by, "assessment.edit_survey", survey)
    lock(survey)
    refuse_stale(survey, seen)
    if survey.status not in (SurveyStatus.DRAFT, SurveyStatus.OPEN):
        raise Refused(_("A survey that has closed stays as it is."), code="wrong_status")
    if survey.status == SurveyStatus.OPEN and any(
        name in changes and changes[name] != getattr(survey, name)
        for name in ("slug", "opens_at", "previous")
    ):
        raise Refused(
            _("Code, opening day and earlier round of a survey that is open cannot change any more."),
            code="wrong_status",
        )
    if survey.status == SurveyStatus.OPEN and changes.get("closes_at", survey.closes_at) <= at:
        raise Refused(
            _("Choose a closing time that lies ahead, or close the survey by its button."), code="over"
        )
    _refuse_reserved(changes.get("slug", ""))
    _refuse_circle(survey, changes.get("previous"))
    changed = apply_changes(survey, changes, allowed=FACTS)
    if changed:
        record(verb="update_survey", target=survey, by=by, at=at, changed=changed)
    return survey


@transaction.atomic
def delete_survey(*, survey: Survey, seen: str, by: Any, at: datetime) -> None:
    """Remove a draft that was never opened, with its questions; the activity log keeps its name.

    `seen` is the fingerprint (`fingerprint_of_all`) of its questions on the page.
    """
    ensure(by, "assessment.edit_survey", survey)
    lock(survey)
    if survey.status != SurveyStatus.DRAFT:
        raise Refused(
            _("Only a draft can be deleted. What was asked and answered stays."), code="wrong_status"
        )
    if survey.later_rounds.exists():
        raise Refused(
            _("Another survey names this one as its earlier round. Change that first."), code="has_rounds"
        )
    refuse_changed(survey.versions.order_by("-number").first(), seen)
    record(verb="delete_survey", target=survey, by=by, at=at)
    for version in survey.versions.all():
        clear_version(version)
    survey.versions.all().delete()
    survey.delete()


@transaction.atomic
def add_version(
    *, survey: Survey, framework: Framework | None, sections: Sequence[SectionSpec], by: Any, at: datetime
) -> SurveyVersion:
    """Give a draft survey its questions (again: the newest version is the one that opens)."""
    ensure(by, "assessment.edit_survey", survey)
    lock(survey)
    if survey.status != SurveyStatus.DRAFT:
        raise Refused(_("The questions of a survey that has opened cannot change. Make a new survey."))
    if not any(section.questions for section in sections):
        raise Refused(_("A survey needs at least one question."))
    version = build_version(survey, framework, sections)
    record(verb="add_version", target=survey, by=by, at=at, number=version.number)
    return version


def build_version(
    survey: Survey, framework: Framework | None, sections: Sequence[SectionSpec]
) -> SurveyVersion:
    """A further version of a survey that the caller has locked; it may be empty at first."""
    newest = survey.versions.order_by("-number").values_list("number", flat=True).first()
    version = SurveyVersion.objects.create(survey=survey, number=(newest or 0) + 1, framework=framework)
    write_sections(version, sections)
    return version


def write_sections(version: SurveyVersion, sections: Sequence[SectionSpec], *, first: int = 1) -> None:
    """Write a checked questionnaire into a version, from section number `first` on.

    A handful of statements whatever the size. Refuses what could not be asked.
    """
    sections = [_completed(section) for section in sections]
    check_questionnaire(sections)
    rows = Section.objects.bulk_create(
        Section(
            version=version,
            position=position,
            **text_columns(Section, title=spec.title, introduction=spec.introduction),
        )
        for position, spec in enumerate(sections, start=first)
    )
    questions = Question.objects.bulk_create(
        chain.from_iterable(
            (question_row(row, place, question) for place, question in enumerate(spec.questions, start=1))
            for row, spec in zip(rows, sections, strict=True)
        )
    )
    specs = [question for spec in sections for question in spec.questions]
    write_options(zip(questions, specs, strict=True))
    _write_conditions(questions, specs)


def question_row(section: Section, place: int, spec: QuestionSpec) -> Question:
    """The row of a question, not saved; its condition and options are written apart."""
    return Question(
        section=section,
        position=place,
        key=spec.key,
        is_required=spec.required,
        driver=spec.driver,
        hazard=spec.hazard,
        breaks_series=spec.breaks_series,
        **content_columns(Question, spec),
    )


def write_options(pairs: Any) -> None:
    """Write the options of several new questions (row, specification) in one statement."""
    Option.objects.bulk_create(
        Option(question=row, position=code, **text_columns(Option, label=option.label))
        for row, spec in pairs
        for code, option in zip(codes_of_options(spec.options), spec.options, strict=True)
    )


def _write_conditions(rows: Sequence[Question], specs: Sequence[QuestionSpec]) -> None:
    by_key = {row.key: row for row in rows}
    dependent = []
    for row, spec in zip(rows, specs, strict=True):
        if spec.condition is not None:
            row.shown_if = by_key[spec.condition.key]
            row.shown_if_codes = sorted(spec.condition.codes)
            dependent.append(row)
    Question.objects.bulk_update(dependent, ["shown_if", "shown_if_codes"])


def _completed(section: SectionSpec) -> SectionSpec:
    return SectionSpec(
        title=section.title,
        introduction=section.introduction,
        questions=tuple(complete(question) for question in section.questions),
    )


def clear_version(version: SurveyVersion) -> None:
    """Take every question and section away from a version (conditions first: they protect what they name)."""
    Question.objects.filter(section__version=version, shown_if__isnull=False).update(
        shown_if=None, shown_if_codes=[]
    )
    version.sections.all().delete()


def _refuse_reserved(slug: str) -> None:
    if slug in RESERVED:
        raise Refused(_("“%(code)s” cannot be a code. Choose another one.") % {"code": slug}, code="reserved")


def _refuse_circle(survey: Survey, previous: Survey | None) -> None:
    """An earlier round must not come to be its own later one."""
    seen = {survey.pk}
    while previous is not None:
        if previous.pk in seen:
            raise Refused(_("A survey cannot be its own earlier round."), code="circle")
        seen.add(previous.pk)
        previous = previous.previous
