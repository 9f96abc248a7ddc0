"""The question bank: questions kept for reuse. Their key goes with them, so that answers compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from assessment.models import BankOption, BankQuestion, Question, QuestionKind, Section
from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import check, create, save
from semarang_resilience.core.choices import Provenance
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.permissions import ensure

from .survey_editing import Gone, refuse_stale
from .survey_questions import add_question, fresh_key
from .survey_specs import (
    QuestionSpec,
    check_question,
    codes_of_options,
    complete,
    content_columns,
    content_of,
    named,
    spec_of,
    text_columns,
)

NOT_KEPT = (QuestionKind.DRIVER_RATING, QuestionKind.HAZARD_RATING)


@transaction.atomic
def keep_question(
    *,
    spec: QuestionSpec,
    topic: str = "",
    provenance: str = Provenance.OFFICE,
    source: str = "",
    by: Any,
    at: datetime,
) -> BankQuestion:
    """Put a question into the bank; without a key of its own it gets one from its text."""
    ensure(by, "assessment.edit_survey")
    _refuse_ratings(spec.kind)
    spec = complete(replace(spec, key=spec.key or fresh_key(spec.text.id or spec.text.en)))
    check_question(spec)
    if BankQuestion.objects.filter(key=spec.key).exists():
        raise Refused(
            _("%(question)s is in the question bank already.") % {"question": named(spec.text)},
            code="key_twice",
        )
    row = BankQuestion(
        key=spec.key,
        topic=topic.strip(),
        provenance=provenance,
        source=source,
        **content_columns(BankQuestion, spec),
    )
    create(row)
    _write_options(row, spec)
    record(verb="keep_question", target=row, by=by, at=at)
    return row


@transaction.atomic
def keep_from_survey(*, question: Question, topic: str = "", by: Any, at: datetime) -> BankQuestion:
    """Put a question of a survey into the bank as it stands, with its key and the codes of its options."""
    return keep_question(spec=spec_of(question), topic=topic, by=by, at=at)


@transaction.atomic
def edit_kept_question(
    *,
    question: BankQuestion,
    spec: QuestionSpec,
    topic: str,
    provenance: str,
    source: str,
    seen: str,
    by: Any,
    at: datetime,
) -> BankQuestion:
    """Reword a question of the bank; surveys that took it keep the wording they have.

    Codes of options stay, removed ones leave a hole, and new ones follow the highest.
    """
    ensure(by, "assessment.edit_survey")
    fresh = _held(question)
    refuse_stale(fresh, seen)
    highest = fresh.options.aggregate(highest=Max("position"))["highest"] or 0
    codes = codes_of_options(spec.options, taken=range(1, highest + 1))
    options = [replace(option, code=code) for option, code in zip(spec.options, codes, strict=True)]
    spec = complete(replace(spec, key=fresh.key, kind=QuestionKind(fresh.kind), options=tuple(options)))
    check_question(spec)
    for name, value in content_columns(BankQuestion, spec).items():
        setattr(fresh, name, value)
    fresh.topic, fresh.provenance, fresh.source = topic.strip(), provenance, source
    check(fresh)
    save(fresh)
    fresh.options.all().delete()
    _write_options(fresh, spec)
    record(verb="edit_kept_question", target=fresh, by=by, at=at)
    return fresh


@transaction.atomic
def retire_question(*, question: BankQuestion, by: Any, at: datetime) -> BankQuestion:
    """Offer a question no longer; it stays, because answers to it are kept under its key."""
    return _offer(question, is_retired=True, verb="retire_question", by=by, at=at)


@transaction.atomic
def restore_question(*, question: BankQuestion, by: Any, at: datetime) -> BankQuestion:
    """Offer a retired question again."""
    return _offer(question, is_retired=False, verb="restore_question", by=by, at=at)


@transaction.atomic
def take_question(*, question: BankQuestion, section: Section, by: Any, at: datetime) -> Question:
    """Take a question of the bank into a draft, with its key and the codes of its options."""
    if question.is_retired:
        raise Refused(
            _("%(question)s is retired. Restore it in the bank to use it again.")
            % {"question": named(question.text)},
            code="retired",
        )
    return add_question(section=section, spec=kept_spec(question), by=by, at=at)


@transaction.atomic
def take_questions(
    *, questions: Sequence[BankQuestion], section: Section, by: Any, at: datetime
) -> list[Question]:
    """Take several questions of the bank into a draft, in their order: all of them or none."""
    return [take_question(question=question, section=section, by=by, at=at) for question in questions]


def kept_spec(question: BankQuestion) -> QuestionSpec:
    """A question of the bank as data; reads `options`."""
    return QuestionSpec(key=question.key, **content_of(question))


def _offer(question: BankQuestion, *, is_retired: bool, verb: str, by: Any, at: datetime) -> BankQuestion:
    ensure(by, "assessment.edit_survey")
    fresh = _held(question)
    if fresh.is_retired == is_retired:
        raise Refused(_("Somebody else has done this already."), code="wrong_status")
    fresh.is_retired = is_retired
    fresh.save(update_fields=["is_retired"])
    record(verb=verb, target=fresh, by=by, at=at)
    return fresh


def _held(question: BankQuestion) -> BankQuestion:
    """The question as it is now, held until the transaction ends."""
    fresh = BankQuestion.objects.select_for_update(no_key=True).filter(pk=question.pk).first()
    if fresh is None:
        raise Gone()
    return fresh


def _write_options(row: BankQuestion, spec: QuestionSpec) -> None:
    BankOption.objects.bulk_create(
        BankOption(question=row, position=code, **text_columns(BankOption, label=label))
        for code, label in spec.coded_options
    )


def _refuse_ratings(kind: QuestionKind) -> None:
    if kind in NOT_KEPT:
        raise Refused(
            _("Driver and hazard ratings need no bank: the framework and the city's list are theirs."),
            code="kind",
        )
