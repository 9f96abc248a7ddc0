"""Taking answers away is written down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assessment.models import Survey, SurveyStatus
from semarang_resilience.core.activity import record
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.permissions import ensure

CLOSED = frozenset({SurveyStatus.CLOSED, SurveyStatus.REVIEWED, SurveyStatus.PUBLISHED})


@transaction.atomic
def export_responses(*, survey: Survey, kind: str, has_rows: bool, by: Any, at: datetime) -> None:
    """Note that somebody takes a file of this survey away.

    Raises `Refused` for rows of a survey that is open: two files, before and after somebody answered, would
    differ by that answer. Code book and labels may be taken at any time.
    """
    ensure(by, "assessment.export_responses", survey)
    if survey.current_version_id is None:
        raise Refused(_("This survey has no questions that are fixed yet."), code="no_version")
    if has_rows and survey.status not in CLOSED:
        raise Refused(
            _("Close the survey first: files from before and after an answer would betray that answer."),
            code="still_open",
        )
    record(verb="export_responses", target=survey, by=by, at=at, kind=kind)
