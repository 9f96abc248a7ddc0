"""Sheets that people did not send themselves: many at once, in an order that says nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from random import SystemRandom
from uuid import uuid4

from django.utils.translation import gettext_lazy as _

from assessment.answers import Sheet
from assessment.models import Channel, Response, Survey, SurveyStatus, SurveyVersion
from semarang_resilience.core.errors import Refused

from .survey_submission import make_receipt


class NotAccepting(Refused):
    """The survey takes no sheets (any more, or not yet)."""

    code = "not_accepting"
    message = _("Sheets can be entered from the opening of a survey until it has been reviewed.")


def accepts_sheets(survey: Survey) -> bool:
    """Whether sheets may become answers: paper and rooms are often settled after the closing day."""
    return survey.status in (SurveyStatus.OPEN, SurveyStatus.CLOSED)


def ensure_accepting(version: SurveyVersion) -> None:
    """Raise `NotAccepting` unless sheets of this version may still become answers."""
    if version.frozen_at is None or not accepts_sheets(version.survey):
        raise NotAccepting()


def take_in_sheets(*, version: SurveyVersion, sheets: Iterable[Sheet], channel: Channel, on: date) -> int:
    """Store checked sheets as anonymous responses, shuffled, with ids drawn here; returns how many.

    Runs in the caller's transaction. Nothing that the caller knows of a sheet (a number, a phone) is handed
    over, and neither ids nor the order of rows say which is which.
    """
    responses = [
        Response(
            id=uuid4(),
            version=version,
            channel=channel,
            sector=sheet.sector,
            district_id=sheet.district or None,
            answers=sheet.answers,
            texts=sheet.texts,
            receipt=make_receipt(),
            received_on=on,
        )
        for sheet in sheets
    ]
    SystemRandom().shuffle(responses)
    return len(Response.objects.bulk_create(responses, batch_size=1000))
