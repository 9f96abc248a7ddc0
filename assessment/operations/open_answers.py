"""Reading answers in words: keep, hide, remove what tells who wrote it; code them into themes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.models import OpenAnswer, OpenAnswerStatus, Reading, Survey, Theme
from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import apply_changes, content_fields, create, lock
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.models import Activity
from semarang_resilience.core.permissions import ensure

REMOVED = "[…]"  # stands where a part was taken out
DECISIONS = (OpenAnswerStatus.KEPT, OpenAnswerStatus.REDACTED, OpenAnswerStatus.HIDDEN)


@transaction.atomic
def read_answer(
    *,
    answer: OpenAnswer,
    decision: str,
    by: Any,
    at: datetime,
    redacted_text: str = "",
    themes: Collection[Theme] = (),
) -> Reading:
    """Decide what is shown of an answer, and code it; doing it again replaces one's own coding only.

    `redacted_text` is the text to show, for a decision to remove parts. The log has one line for each
    person, survey and day, not for each answer: what is read when is nobody's business.
    """
    survey = answer.version.survey
    ensure(by, "assessment.code_answers", survey)
    _refuse_unfit(answer, decision, redacted_text, themes, survey)
    lock(answer)
    answer.status = OpenAnswerStatus(decision)
    answer.redacted_text = redacted_text.strip() if decision == OpenAnswerStatus.REDACTED else ""
    answer.reviewed_by, answer.reviewed_on = by, timezone.localdate(at)
    answer.save()
    reading, _made = Reading.objects.update_or_create(
        answer=answer, coder=by, defaults={"read_on": timezone.localdate(at)}
    )
    reading.themes.set([] if decision == OpenAnswerStatus.HIDDEN else themes)
    _note(survey, by, at)
    return reading


def _refuse_unfit(
    answer: OpenAnswer, decision: str, redacted_text: str, themes: Collection[Theme], survey: Survey
) -> None:
    if decision not in DECISIONS:
        raise Refused(_("Choose whether the answer is kept, kept in part, or hidden."), code="no_decision")
    if decision == OpenAnswerStatus.REDACTED:
        text = redacted_text.strip()
        if not text or text == answer.text.strip():
            raise Refused(
                _("Write the text without the parts that tell who it is, or keep or hide the answer."),
                code="no_redaction",
            )
    if any(theme.survey_id != survey.pk or theme.question_key != answer.question_key for theme in themes):
        raise Refused(_("This theme belongs to another question."), code="other_question")


def _note(survey: Survey, by: Any, at: datetime) -> None:
    """One line for the first answer to a survey that somebody reads on a day."""
    day = timezone.localdate(at).isoformat()
    lines = Activity.objects.filter(verb="review_answers", target_id=str(survey.pk), actor=by, data__day=day)
    if not lines.exists():
        record(verb="review_answers", target=survey, by=by, at=at, day=day)


# -- themes -----------------------------------------------------------------------------------------------
@transaction.atomic
def add_theme(*, survey: Survey, question_key: str, by: Any, at: datetime, **content: str) -> Theme:
    """Add a theme to the code book of a question; `content` is name and description in both languages."""
    ensure(by, "assessment.code_answers", survey)
    lock(survey)  # two who add at the same moment get different places
    _refuse_twin(survey, question_key, content)
    last = survey.themes.filter(question_key=question_key).aggregate(n=Max("position"))["n"] or 0
    theme = create(
        Theme(
            survey=survey,
            question_key=question_key,
            position=last + 1,
            **content_fields(Theme, content),
        )
    )
    record(verb="add_theme", target=survey, by=by, at=at, theme=theme.name)
    return theme


@transaction.atomic
def update_theme(*, theme: Theme, changes: Mapping[str, str], by: Any, at: datetime) -> Theme:
    """Rename a theme or say better what belongs to it; the coding stays."""
    ensure(by, "assessment.code_answers", theme.survey)
    lock(theme)
    _refuse_twin(theme.survey, theme.question_key, changes, but=theme)
    if apply_changes(theme, changes, allowed=()):
        record(verb="update_theme", target=theme.survey, by=by, at=at, theme=theme.name)
    return theme


@transaction.atomic
def merge_themes(*, theme: Theme, into: Theme, by: Any, at: datetime) -> Theme:
    """Move everything that was coded with `theme` to `into`, and remove `theme`; each answer counts once."""
    survey = theme.survey
    ensure(by, "assessment.code_answers", survey)
    lock(survey)
    if theme.pk == into.pk or (theme.survey_id, theme.question_key) != (into.survey_id, into.question_key):
        raise Refused(_("Choose another theme of the same question."), code="not_mergeable")
    for reading in Reading.objects.filter(themes=theme).order_by("pk"):
        reading.themes.add(into)
    record(verb="merge_themes", target=survey, by=by, at=at, theme=into.name, loser=theme.name)
    theme.delete()
    return into


@transaction.atomic
def remove_theme(*, theme: Theme, by: Any, at: datetime) -> None:
    """Remove a theme that nobody has used; one that was used is merged into another."""
    ensure(by, "assessment.code_answers", theme.survey)
    lock(theme)
    if theme.readings.exists():
        raise Refused(_("Answers were coded with this theme. Merge it into another one."), code="in_use")
    record(verb="remove_theme", target=theme.survey, by=by, at=at, theme=theme.name)
    theme.delete()


def _refuse_twin(
    survey: Survey, question_key: str, content: Mapping[str, str], *, but: Theme | None = None
) -> None:
    name = (content.get("name_id") or "").strip()
    rows = Theme.objects.filter(survey=survey, question_key=question_key, name_ind__iexact=name)
    others = rows.exclude(pk=but.pk) if but else rows
    if name and others.exists():
        raise Refused(_("There is a theme of this name already."), code="same_name")
