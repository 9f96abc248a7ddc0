"""Versions and rounds: copying a questionnaire with its keys, rewording an open survey, freezing.

A version is frozen when people begin to answer it, and never changes again. The wording of an open survey
may change all the same: in a new version, that says what changed and where answers stay comparable.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from assessment.models import Framework, Hazard, Question, Survey, SurveyStatus, SurveyVersion
from assessment.survey_gaps import version_gaps
from assessment.wording import changes_between
from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import lock
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.permissions import ensure

from .survey_building import build_version, clear_version, create_survey, write_sections
from .survey_definition import compile_definition
from .survey_editing import hold_draft, refuse_changed, refuse_new_questions, refuse_stale
from .survey_specs import BothLanguages, QuestionSpec, SectionSpec, specs_of, text_columns
from .survey_standard import extended_sections, standard_sections
from .workflow import refuse_gaps


def draft_of(survey: Survey) -> SurveyVersion | None:
    """The version that can be edited: the newest one, unless it is frozen."""
    newest = survey.versions.select_related("framework").order_by("-number").first()
    return newest if newest and newest.frozen_at is None else None


def base_of(version: SurveyVersion) -> SurveyVersion | None:
    """What the answers to a version are compared with: the version before it, else the earlier round's."""
    frozen = SurveyVersion.objects.filter(frozen_at__isnull=False)
    earlier = frozen.filter(survey=version.survey_id, number__lt=version.number).order_by("-number").first()
    if earlier is not None or version.survey.previous_id is None:
        return earlier
    return frozen.filter(survey=version.survey.previous_id).order_by("-number").first()


@transaction.atomic
def begin_questions(
    *,
    survey: Survey,
    framework: Framework | None,
    by: Any,
    at: datetime,
    sections: Iterable[SectionSpec] = (),
) -> SurveyVersion:
    """Give a draft survey without questions its first version, empty or with `sections`."""
    ensure(by, "assessment.edit_survey", survey)
    lock(survey)
    if survey.status != SurveyStatus.DRAFT or survey.versions.exists():
        raise Refused(_("This survey has questions already."), code="has_questions")
    version = build_version(survey, framework, list(sections))
    record(verb="add_version", target=survey, by=by, at=at, number=version.number)
    return version


@transaction.atomic
def begin_survey(
    *, cycle: Cycle, slug: str, start: str, previous: Survey | None, by: Any, at: datetime, **facts: Any
) -> Survey:
    """Make a survey and its first questions in one go.

    `start`: "standard", "extended", "round" (the questions of `previous`), "file" or "empty" (none yet).
    """
    survey = create_survey(cycle=cycle, slug=slug, previous=previous, by=by, at=at, **facts)
    framework = Framework.objects.order_by("-pk").first()
    if start == "round":
        source = (previous.current_version or draft_of(previous)) if previous else None
        if source is None:
            raise Refused(_("The earlier round has no questions that could be copied."), code="no_questions")
        copy_round(survey=survey, source=source, by=by, at=at)
    elif start in ("standard", "extended"):
        if framework is None:
            raise Refused(_("Load a framework first: the standard survey asks about its drivers."))
        sections = standard_sections if start == "standard" else extended_sections
        begin_questions(
            survey=survey,
            framework=framework,
            sections=sections(framework=framework, cycle=cycle),
            by=by,
            at=at,
        )
    else:
        begin_questions(survey=survey, framework=framework, by=by, at=at)
    return survey


@transaction.atomic
def copy_round(*, survey: Survey, source: SurveyVersion, by: Any, at: datetime) -> SurveyVersion:
    """Begin a survey with the questions of another one: same keys and codes, so that rounds compare.

    Shocks and stresses of an earlier cycle become those of the same code in this one, where there are any.
    """
    hazards = {hazard.slug: hazard for hazard in Hazard.objects.filter(cycle=survey.cycle_id)}
    sections = [
        replace(section, questions=tuple(_for_round(question, hazards) for question in section.questions))
        for section in specs_of(source)
    ]
    return begin_questions(survey=survey, framework=source.framework, sections=sections, by=by, at=at)


def _for_round(question: QuestionSpec, hazards: dict[str, Hazard]) -> QuestionSpec:
    hazard = question.hazard and hazards.get(question.hazard.slug, question.hazard)
    return replace(question, hazard=hazard, breaks_series=False)


@transaction.atomic
def replace_questions(
    *, survey: Survey, sections: Sequence[SectionSpec], seen: str, by: Any, at: datetime
) -> SurveyVersion:
    """Put other questions in the place of all those of a draft.

    `seen` is the fingerprint (`fingerprint_of_all`) of the questions that go, as they were seen.
    """
    draft = _draft_for(survey, by, at)
    refuse_changed(draft, seen)
    clear_version(draft)
    write_sections(draft, sections)
    record(verb="replace_questions", target=draft.survey, by=by, at=at, number=draft.number)
    return draft


@transaction.atomic
def append_questions(
    *, survey: Survey, sections: Sequence[SectionSpec], by: Any, at: datetime
) -> SurveyVersion:
    """Put further sections behind those of a draft; a key that is taken there gets a number."""
    draft = _draft_for(survey, by, at)
    taken = set(Question.objects.filter(section__version=draft).values_list("key", flat=True))
    last = draft.sections.aggregate(last=Max("position"))["last"] or 0
    write_sections(draft, with_free_keys(sections, taken), first=last + 1)
    record(verb="append_questions", target=draft.survey, by=by, at=at, number=draft.number)
    return draft


def with_free_keys(sections: Sequence[SectionSpec], taken: Collection[str]) -> list[SectionSpec]:
    """The same questions under keys that are not `taken`; conditions follow."""
    used = set(taken) | {question.key for section in sections for question in section.questions}
    renamed: dict[str, str] = {}
    for key in [question.key for section in sections for question in section.questions]:
        if key in taken:
            number = 2
            while f"{key}-{number}" in used:
                number += 1
            renamed[key] = f"{key}-{number}"
            used.add(renamed[key])
    return [
        replace(section, questions=tuple(_renamed(question, renamed) for question in section.questions))
        for section in sections
    ]


def _renamed(question: QuestionSpec, renamed: Mapping[str, str]) -> QuestionSpec:
    condition = question.condition
    if condition is not None:
        condition = replace(condition, key=renamed.get(condition.key, condition.key))
    return replace(question, key=renamed.get(question.key, question.key), condition=condition)


def _draft_for(survey: Survey, by: Any, at: datetime) -> SurveyVersion:
    """The draft of a survey into which questions are written at once, held until the transaction ends."""
    ensure(by, "assessment.edit_survey", survey)
    version = draft_of(survey) or begin_questions(
        survey=survey, framework=Framework.objects.order_by("-pk").first(), by=by, at=at
    )
    draft = hold_draft(version, by)
    refuse_new_questions(draft)
    return draft


@transaction.atomic
def start_version(*, survey: Survey, by: Any, at: datetime) -> SurveyVersion:
    """Begin a new wording of an open survey: a copy of what is asked now, to be edited and published."""
    ensure(by, "assessment.edit_survey", survey)
    lock(survey)
    if survey.status != SurveyStatus.OPEN or survey.current_version is None:
        raise Refused(_("Only a survey that is open gets a new version."), code="wrong_status")
    if draft_of(survey) is not None:
        raise Refused(_("A new version has been begun already. Go on with that one."), code="has_draft")
    current = survey.current_version
    sections = [
        replace(
            section, questions=tuple(replace(question, breaks_series=False) for question in section.questions)
        )
        for section in specs_of(current)
    ]
    version = build_version(survey, current.framework, sections)
    record(verb="start_version", target=survey, by=by, at=at, number=version.number)
    return version


@transaction.atomic
def describe_version(
    *, version: SurveyVersion, note: BothLanguages, broken: Collection[str], seen: str, by: Any, at: datetime
) -> SurveyVersion:
    """State what changed (`note`) and at which questions (`broken`: their keys) answers no longer compare.

    `seen` is the fingerprint of the note that the writer saw.
    """
    draft = hold_draft(version, by)
    refuse_stale(draft, seen)
    for name, value in text_columns(SurveyVersion, change_note=note).items():
        setattr(draft, name, value.strip())
    draft.save(update_fields=list(text_columns(SurveyVersion, change_note=note)))
    rows = Question.objects.filter(section__version=draft)
    rows.filter(key__in=broken, breaks_series=False).update(breaks_series=True)
    rows.exclude(key__in=broken).filter(breaks_series=True).update(breaks_series=False)
    record(verb="describe_version", target=draft.survey, by=by, at=at, number=draft.number)
    return draft


@transaction.atomic
def discard_version(*, version: SurveyVersion, seen: str, by: Any, at: datetime) -> None:
    """Throw the draft of a new wording away, as it was `seen` (`fingerprint_of_all`); the survey goes on."""
    draft = hold_draft(version, by)
    refuse_changed(draft, seen)
    if draft.survey.status != SurveyStatus.OPEN:
        raise Refused(
            _("The questions of a draft survey go when the survey is deleted."), code="wrong_status"
        )
    record(verb="discard_version", target=draft.survey, by=by, at=at, number=draft.number)
    clear_version(draft)
    draft.delete()


@transaction.atomic
def publish_version(*, version: SurveyVersion, by: Any, at: datetime) -> Survey:
    """Ask the new wording from now on. Sheets that are being filled in keep the wording that they show."""
    ensure(by, "assessment.open_survey", version.survey)
    draft = hold_draft(version, by)
    survey = draft.survey
    if survey.status != SurveyStatus.OPEN:
        raise Refused(_("Open the survey first: its newest version opens with it."), code="wrong_status")
    refuse_gaps(version_gaps(draft))
    base = base_of(draft)
    changes = changes_between(specs_of(base), specs_of(draft)) if base else None
    if changes is None or not changes.is_any:
        raise Refused(_("Nothing differs from the version that is being asked."), code="no_change")
    note = BothLanguages.of(draft, "change_note")
    if not note or note.missing():
        raise Refused(_("Say in both languages what changed and why."), code="no_note")
    freeze_version(draft, at)
    survey.current_version = draft
    survey.save()
    record(verb="publish_version", target=survey, by=by, at=at, number=draft.number)
    return survey


def freeze_version(version: SurveyVersion, at: datetime) -> None:
    """Compile a version for ever; where answers cannot compare any more, the definition says so."""
    base = base_of(version)
    if base is not None:
        changes = changes_between(specs_of(base), specs_of(version))
        Question.objects.filter(section__version=version, key__in=changes.forced).update(breaks_series=True)
    version.definition = compile_definition(version)
    version.frozen_at = at
    version.save(update_fields=["definition", "frozen_at"])
