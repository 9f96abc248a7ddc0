"""What every change of a draft does around its own rule: who may, is it a draft, did somebody else change it.

Two people may edit one questionnaire. A form carries the fingerprint of what it showed; a save whose
fingerprint no longer fits is refused (`Stale`), and the page then shows both wordings. Changes of one survey
wait for each other at the row of the survey, the same at which opening waits.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any, TypeVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.translator import translator
from modeltranslation.utils import build_localized_fieldname

from assessment.models import BankQuestion, Question, Section, Survey, SurveyStatus, SurveyVersion
from semarang_resilience.core.changes import ChangedMeanwhile, lock
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.permissions import ensure

Row = TypeVar("Row", Question, Section)

# What a form of each row shows; a place in the list is no part of it, so that moving disturbs nobody.
_PLAIN: dict[type[models.Model], tuple[str, ...]] = {
    Survey: ("slug", "opens_at", "closes_at", "previous_id", "reminder_floor_days"),
    Section: (),
    Question: (
        "kind", "key", "is_required", "driver_id", "hazard_id", "aspects", "levels", "max_choices",
        "shown_if_id", "shown_if_codes", "breaks_series",
    ),
    BankQuestion: ("kind", "key", "topic", "is_retired", "aspects", "levels", "max_choices"),
    SurveyVersion: (),
}  # fmt: skip


class Stale(ChangedMeanwhile):
    """Somebody saved another wording since the form was shown."""

    code = "stale"
    message = gettext_lazy(
        "Somebody else changed this while you were writing. Nothing of yours is lost: compare both below, "
        "then save again."
    )


class ChangedSince(Stale):
    """Somebody saved something in what is about to be removed."""

    message = gettext_lazy(
        "Somebody else changed something here since you loaded the page. Load it again and look at the "
        "change before you take this away."
    )


class Gone(ChangedMeanwhile):
    """Somebody removed it since the form was shown."""

    code = "gone"
    message = gettext_lazy("Somebody else removed this while you were writing.")


def fingerprint(row: models.Model) -> str:
    """What a form shows of a row, in 16 hexadecimal digits; a question's includes its options."""
    content: list[Any] = [str(getattr(row, name)) for name in _PLAIN[type(row)]]
    content += _texts(row)
    if isinstance(row, Question | BankQuestion):
        options = sorted(row.options.all(), key=lambda option: option.position)
        content += [[option.position, *_texts(option)] for option in options]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]


def _texts(row: models.Model) -> list[str]:
    options: Any = translator.get_options_for_model(type(row))  # the stubs do not know its fields
    return [
        getattr(row, build_localized_fieldname(name, code)) or ""
        for name in sorted(options.fields)
        for code, _language in settings.LANGUAGES
    ]


def refuse_stale(row: models.Model, seen: str) -> None:
    """Refuse unless the row still is what the form with the fingerprint `seen` showed."""
    if fingerprint(row) != seen:
        raise Stale()


def fingerprint_of_all(sections: Iterable[Section]) -> str:
    """Sections with questions and options as they were loaded (`for_questionnaire`), in their order."""
    parts = [
        [section.pk, fingerprint(section), [[row.pk, fingerprint(row)] for row in section.questions.all()]]
        for section in sections
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def refuse_changed(version: SurveyVersion | None, seen: str, *, only: Section | None = None) -> None:
    """Refuse to take away questions (of a version, or of one section) that are not as they were seen."""
    rows = Section.objects.filter(version=version).for_questionnaire()
    if fingerprint_of_all(rows if only is None else rows.filter(pk=only.pk)) != seen:
        raise ChangedSince()


def hold_draft(version: SurveyVersion, by: Any) -> SurveyVersion:
    """Check the right, hold the survey until the transaction ends, and return its draft as it is now."""
    survey = version.survey
    ensure(by, "assessment.edit_survey", survey)
    lock(survey)
    fresh = SurveyVersion.objects.defer("definition").filter(pk=version.pk).first()
    if fresh is None:
        raise Gone()
    if fresh.frozen_at is not None or survey.status not in (SurveyStatus.DRAFT, SurveyStatus.OPEN):
        raise Refused(
            _("These questions are in use and stay as they are. Start a new version to change the wording."),
            code="frozen",
        )
    fresh.survey = survey
    return fresh


def held_row(row: Row, by: Any) -> Row:
    """A section or question of a draft as it is now, with the draft held."""
    version = row.version if isinstance(row, Section) else row.section.version
    draft = hold_draft(version, by)
    rows: Any = type(row)._default_manager
    if isinstance(row, Question):
        rows = rows.select_related("section", "driver", "hazard", "shown_if").prefetch_related("options")
    fresh: Row | None = rows.filter(pk=row.pk).first()
    if fresh is None:
        raise Gone()
    if isinstance(fresh, Question):
        fresh.section.version = draft
    else:
        fresh.version = draft
    return fresh


def refuse_new_questions(version: SurveyVersion) -> None:
    """While a survey is open only its wording may change: a sheet belongs to one list of questions."""
    if version.survey.status != SurveyStatus.DRAFT:
        raise Refused(
            _("While a survey is open its questions can be reworded, but none added or removed. "
              "Ask new questions in a new survey, with this one as its earlier round."),
            code="open",
        )  # fmt: skip
