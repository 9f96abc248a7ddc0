"""Sections and questions of a draft, one by one: add, reword, condition, move, remove."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from assessment.models import (
    BankQuestion,
    Framework,
    Question,
    QuestionKind,
    Section,
    Survey,
    SurveyVersion,
)
from assessment.models.question_kinds import CHOICE_KINDS
from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import check, save
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.permissions import ensure

from .survey_building import question_row, write_options
from .survey_codes import coded_options
from .survey_editing import (
    ChangedSince,
    fingerprint,
    held_row,
    hold_draft,
    refuse_changed,
    refuse_new_questions,
    refuse_stale,
)
from .survey_specs import (
    NOTHING,
    BothLanguages,
    ConditionSpec,
    QuestionSpec,
    check_conditions,
    check_question,
    complete,
    content_columns,
    named,
    spec_of,
    text_columns,
)
from .survey_versions import begin_questions, draft_of

KEY_LENGTH = 40
OUT_OF_THE_WAY = 10_000  # added to positions while they are dealt anew: each may stand only once


# -- sections ---------------------------------------------------------------------------------------------
@transaction.atomic
def add_section(
    *,
    survey: Survey,
    title: BothLanguages,
    introduction: BothLanguages = NOTHING,
    by: Any,
    at: datetime,
) -> Section:
    """Put a section at the end of a survey's draft, which begins with it where there was none."""
    ensure(by, "assessment.edit_survey", survey)
    version = draft_of(survey) or begin_questions(
        survey=survey, framework=Framework.objects.order_by("-pk").first(), by=by, at=at
    )
    draft = hold_draft(version, by)
    _refuse_untitled(title)
    last = draft.sections.aggregate(last=Max("position"))["last"] or 0
    section = Section(
        version=draft,
        position=last + 1,
        **text_columns(Section, title=title, introduction=introduction),
    )
    check(section)
    save(section)
    record(verb="add_section", target=draft.survey, by=by, at=at, section=str(title))
    return section


@transaction.atomic
def edit_section(
    *, section: Section, title: BothLanguages, introduction: BothLanguages, seen: str, by: Any, at: datetime
) -> Section:
    """Reword a section; `seen` is the fingerprint of what the writer saw."""
    fresh = held_row(section, by)
    refuse_stale(fresh, seen)
    _refuse_untitled(title)
    for name, value in text_columns(Section, title=title, introduction=introduction).items():
        setattr(fresh, name, value)
    check(fresh)
    save(fresh)
    record(verb="edit_section", target=fresh.version.survey, by=by, at=at, section=str(title))
    return fresh


@transaction.atomic
def remove_section(*, section: Section, seen: str, by: Any, at: datetime) -> None:
    """Take a section away with its questions, unless questions elsewhere depend on them.

    `seen` is the fingerprint (`fingerprint_of_all`) of the section with its questions on the page.
    """
    fresh = held_row(section, by)
    refuse_changed(fresh.version, seen, only=fresh)
    inside = Question.objects.filter(section=fresh)
    if inside.exists():
        refuse_new_questions(fresh.version)
    outside = Question.objects.filter(shown_if__section=fresh).exclude(section=fresh)
    _refuse_orphans(list(outside.order_by("section__position", "position")))
    title = str(fresh)
    inside.filter(shown_if__isnull=False).update(shown_if=None, shown_if_codes=[])
    fresh.delete()
    record(verb="remove_section", target=fresh.version.survey, by=by, at=at, section=title)


@transaction.atomic
def move_section(*, section: Section, step: int, by: Any, at: datetime) -> Section:
    """Move a section one place up (`step` -1) or down (+1); at the end of the list it stays."""
    fresh = held_row(section, by)
    rows = list(fresh.version.sections.order_by("position"))
    _shift(rows, next(place for place, row in enumerate(rows) if row.pk == fresh.pk), step)
    _deal(fresh.version, [(row, _questions_of(row)) for row in rows])
    record(verb="move_section", target=fresh.version.survey, by=by, at=at, section=str(fresh))
    return fresh


# -- questions --------------------------------------------------------------------------------------------
@transaction.atomic
def add_question(*, section: Section, spec: QuestionSpec, by: Any, at: datetime) -> Question:
    """Put a question at the end of a section; without a key of its own it gets one from its text.

    A key that is given must be free in this survey. A condition is set apart (`set_condition`).
    """
    fresh = held_row(section, by)
    refuse_new_questions(fresh.version)
    spec = complete(replace(spec, key=spec.key or fresh_key(spec.text.id or spec.text.en), condition=None))
    check_question(spec)
    if Question.objects.filter(section__version=fresh.version, key=spec.key).exists():
        raise Refused(
            _("%(question)s is already in this survey.") % {"question": named(spec.text)}, code="key_twice"
        )
    last = fresh.questions.aggregate(last=Max("position"))["last"] or 0
    question = question_row(fresh, last + 1, spec)
    check(question)
    save(question)
    write_options([(question, spec)])
    _tell("add_question", question, fresh.version, by, at)
    return question


@transaction.atomic
def edit_question(*, question: Question, spec: QuestionSpec, seen: str, by: Any, at: datetime) -> Question:
    """Reword a question. Its key stays, its condition too; `seen` is the fingerprint of what the writer saw.

    The codes of options that were asked before stay as they are, removed ones leave a hole, and new ones
    follow the highest ever used. Where nobody was asked yet, codes follow the order of the list.
    """
    fresh = held_row(question, by)
    refuse_stale(fresh, seen)
    before = spec_of(fresh)
    spec = complete(replace(spec, key=fresh.key, condition=before.condition))
    if spec.kind != before.kind and not {spec.kind, before.kind} <= set(CHOICE_KINDS):
        raise Refused(
            _("A question keeps its kind. Only choices may change from one kind of choice to another."),
            code="kind",
        )
    coded, moved = coded_options(spec, known={option.code for option in before.options})
    spec = replace(spec, options=coded)
    check_question(spec)
    _keep_conditions(fresh, before, spec, moved)
    for name, value in content_columns(Question, spec).items():
        setattr(fresh, name, value)
    fresh.is_required, fresh.breaks_series = spec.required, spec.breaks_series
    fresh.driver, fresh.hazard = spec.driver, spec.hazard
    check(fresh)
    save(fresh)
    if spec.options != before.options:
        fresh.options.all().delete()
        write_options([(fresh, spec)])
    _tell("edit_question", fresh, fresh.section.version, by, at)
    return fresh


@transaction.atomic
def remove_question(*, question: Question, seen: str, by: Any, at: datetime) -> None:
    """Take a question away, unless others depend on it or somebody has reworded it meanwhile."""
    fresh = held_row(question, by)
    if fingerprint(fresh) != seen:
        raise ChangedSince()
    refuse_new_questions(fresh.section.version)
    _refuse_orphans(list(fresh.dependents.order_by("section__position", "position")))
    _tell("remove_question", fresh, fresh.section.version, by, at)
    fresh.delete()


@transaction.atomic
def set_condition(
    *, question: Question, condition: ConditionSpec | None, seen: str, by: Any, at: datetime
) -> Question:
    """Show a question only after certain answers to an earlier one, or (None) to everybody."""
    fresh = held_row(question, by)
    refuse_stale(fresh, seen)
    rows = _ordered(fresh.section.version)
    asked = next((row for row in rows if condition and row.key == condition.key), None)
    check_conditions(
        [
            replace(spec_of(row), condition=condition if row.pk == fresh.pk else spec_of(row).condition)
            for row in rows
        ]
    )
    fresh.shown_if = asked
    fresh.shown_if_codes = sorted(condition.codes) if condition else []
    check(fresh)
    save(fresh)
    _tell("set_condition", fresh, fresh.section.version, by, at)
    return fresh


@transaction.atomic
def move_question(*, question: Question, step: int, by: Any, at: datetime) -> Question:
    """Move a question one place up (`step` -1) or down (+1); over the edge it goes to the next section."""
    fresh = held_row(question, by)
    arrangement = _arrangement(fresh.section.version)
    rows = [row for _section, questions in arrangement for row in questions]
    section = next(place for place, (each, _rows) in enumerate(arrangement) if each.pk == fresh.section_id)
    inside = arrangement[section][1]
    place = next(place for place, row in enumerate(inside) if row.pk == fresh.pk)
    row = inside.pop(place)
    target = place + step
    if not 0 <= target <= len(inside) and 0 <= section + step < len(arrangement):
        neighbour = arrangement[section + step][1]
        neighbour.insert(len(neighbour) if step < 0 else 0, row)
    else:
        inside.insert(min(max(target, 0), len(inside)), row)
    return _arranged(fresh, arrangement, rows, by, at)


@transaction.atomic
def place_question(*, question: Question, section: Section, place: int, by: Any, at: datetime) -> Question:
    """Put a question at a place (from 1) of a section of the same draft."""
    fresh = held_row(question, by)
    arrangement = _arrangement(fresh.section.version)
    rows = [row for _section, questions in arrangement for row in questions]
    if section.pk not in {each.pk for each, _rows in arrangement}:
        raise Refused(_("This section is not part of these questions."), code="other_version")
    for each, inside in arrangement:
        inside[:] = [row for row in inside if row.pk != fresh.pk]
        if each.pk == section.pk:
            inside.insert(min(max(place - 1, 0), len(inside)), next(r for r in rows if r.pk == fresh.pk))
    return _arranged(fresh, arrangement, rows, by, at)


def fresh_key(text: str) -> str:
    """A key from a question's text that no question of any survey or of the bank has used.

    A key tells which answers compare through versions and rounds, so it is never given twice.
    """
    base = slugify(text).replace("_", "-")[:KEY_LENGTH].strip("-") or "pertanyaan"
    base = "-".join(part for part in base.split("-") if part)
    used = set(Question.objects.filter(key__startswith=base).values_list("key", flat=True))
    used |= set(BankQuestion.objects.filter(key__startswith=base).values_list("key", flat=True))
    number = 1
    while (key := base if number == 1 else f"{base}-{number}") in used:
        number += 1
    return key


# -- conditions ------------------------------------------------------------------------------------------
def _keep_conditions(
    question: Question, before: QuestionSpec, after: QuestionSpec, moved: dict[int, int] | None
) -> None:
    """Let conditions follow codes that move; refuse to take away an answer that somebody depends on."""
    dependents = list(question.dependents.order_by("section__position", "position"))
    if moved is None or before.kind != QuestionKind.SINGLE:
        moved = {code: code for code in after.answer_codes}
    lost = before.answer_codes - moved.keys()
    broken = [row for row in dependents if lost & set(row.shown_if_codes) or not after.answer_codes]
    if broken:
        raise Refused(
            _("An answer that you took away decides whether %(questions)s is shown. "
              "Change that condition first.")
            % {"questions": _list(broken)},
            code="has_dependents",
        )  # fmt: skip
    for row in dependents:
        codes = sorted(moved.get(code, code) for code in row.shown_if_codes)
        if codes != row.shown_if_codes:
            row.shown_if_codes = codes
            row.save(update_fields=["shown_if_codes"])


# -- places -----------------------------------------------------------------------------------------------
Arrangement = list[tuple[Section, list[Question]]]


def _ordered(version: SurveyVersion) -> list[Question]:
    rows = Question.objects.filter(section__version=version).order_by("section__position", "position")
    return list(rows.select_related("section", "driver", "hazard", "shown_if").prefetch_related("options"))


def _arrangement(version: SurveyVersion) -> Arrangement:
    rows = _ordered(version)
    return [
        (section, [row for row in rows if row.section_id == section.pk])
        for section in version.sections.order_by("position")
    ]


def _questions_of(section: Section) -> list[Question]:
    rows = section.questions.order_by("position")
    return list(rows.select_related("driver", "hazard", "shown_if").prefetch_related("options"))


def _shift(rows: list[Any], place: int, step: int) -> None:
    row = rows.pop(place)
    rows.insert(min(max(place + step, 0), len(rows)), row)


def _arranged(
    question: Question, arrangement: Arrangement, before: list[Question], by: Any, at: datetime
) -> Question:
    places = {row.pk: (row.section_id, row.position) for row in before}
    _deal(question.section.version, arrangement)
    if places != {row.pk: (row.section_id, row.position) for row in before}:
        _tell("move_question", question, question.section.version, by, at)
    return Question.objects.select_related("section__version__survey").get(pk=question.pk)


def _deal(version: SurveyVersion, arrangement: Arrangement) -> None:
    """Write a new order of sections and questions, if every condition still looks back."""
    check_conditions([spec_of(row) for _section, rows in arrangement for row in rows])
    sections, questions = [], []
    for number, (section, rows) in enumerate(arrangement, start=1):
        section.position = number
        sections.append(section)
        for place, row in enumerate(rows, start=1):
            row.section, row.position = section, place
            questions.append(row)
    version.sections.update(position=F("position") + OUT_OF_THE_WAY)
    Section.objects.bulk_update(sections, ["position"])
    Question.objects.filter(section__version=version).update(position=F("position") + OUT_OF_THE_WAY)
    Question.objects.bulk_update(questions, ["section", "position"])


# -- sentences --------------------------------------------------------------------------------------------
def _refuse_untitled(title: BothLanguages) -> None:
    if not title:
        raise Refused(_("Give the section a title."), code="no_title")


def _refuse_orphans(dependents: Sequence[Question]) -> None:
    if dependents:
        raise Refused(
            _("%(questions)s is shown only after certain answers here. Change that condition first.")
            % {"questions": _list(dependents)},
            code="has_dependents",
        )


def _list(rows: Sequence[Question]) -> str:
    return ", ".join(named(row.text) for row in rows)


def _tell(verb: str, question: Question, version: SurveyVersion, by: Any, at: datetime) -> None:
    """One line of the log; `key` lets the page say who was faster."""
    record(verb=verb, target=version.survey, by=by, at=at, key=question.key, question=str(question.text)[:80])
