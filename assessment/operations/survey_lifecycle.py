"""Opening, inviting to, closing and publishing a survey."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.gaps import Gap
from assessment.models import Invitation, InvitationKind, Survey, SurveyStatus
from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import lock
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.permissions import ensure

from .survey_folding import fold_responses, forget_order
from .survey_tokens import reserve_positions, token_of
from .survey_versions import freeze_version


@transaction.atomic
def open_survey(*, survey: Survey, by: Any, at: datetime) -> Survey:
    """Freeze the newest version and accept answers to it (from `opens_at` on, if that lies ahead)."""
    ensure(by, "assessment.open_survey", survey)
    lock(survey)
    _must_be(survey, SurveyStatus.DRAFT, _("Only a draft can be opened."))
    _refuse(survey.opening_gaps(at=at))
    version = survey.versions.select_related("framework").latest("number")
    version.survey = survey
    freeze_version(version, at)
    survey.open(version=version, at=at)
    survey.save()
    record(verb="open_survey", target=survey, by=by, at=at, version=version.number)
    return survey


@transaction.atomic
def close_survey(*, survey: Survey, by: Any, at: datetime) -> Survey:
    """Accept no more answers, before the closing date if need be."""
    ensure(by, "assessment.close_survey", survey)
    lock(survey)
    _must_be(survey, SurveyStatus.OPEN, _("Only an open survey can be closed."))
    return _close(survey, by, at)


def close_due_surveys(*, at: datetime) -> int:
    """Close the surveys whose closing date has passed; returns how many. The clock does it, not a person."""
    due = Survey.objects.filter(status=SurveyStatus.OPEN, closes_at__lte=at).order_by("pk")
    closed = 0
    for pk in due.values_list("pk", flat=True):
        with transaction.atomic():
            survey = due.select_for_update(skip_locked=True, no_key=True).filter(pk=pk).first()
            if survey is not None:
                _close(survey, None, at)
                closed += 1
    return closed


def _close(survey: Survey, by: Any, at: datetime) -> Survey:
    survey.close(at=at)
    survey.save()
    forget_order(survey=survey)
    record(verb="close_survey", target=survey, by=by, at=at)
    return survey


@transaction.atomic
def publish_results(*, survey: Survey, by: Any, at: datetime) -> Survey:
    """Show the results of a closed survey to everybody; what was not counted yet is counted first."""
    ensure(by, "assessment.publish_results", survey)
    lock(survey)
    _must_be(survey, SurveyStatus.CLOSED, _("Close the survey before you publish its results."))
    while fold_responses():
        pass
    forget_order(survey=survey)
    survey.publish_results(at=at)
    survey.save()
    record(verb="publish_results", target=survey, by=by, at=at)
    return survey


@transaction.atomic
def issue_link(
    *,
    survey: Survey,
    kind: InvitationKind | str,
    label: str = "",
    by: Any,
    at: datetime,
    token: str | None = None,
) -> tuple[Invitation, str]:
    """Make a link to a survey; returns it with its token, of which only the hash is kept.

    The token is derived (`survey_tokens.link_token` derives it again); only the example city brings its own,
    because its documents print the link.
    """
    ensure(by, "assessment.issue_link", survey)
    _must_be(survey, SurveyStatus.OPEN, _("Open the survey before you hand out links to it."))
    nonce = uuid4()
    token = token or token_of(nonce)
    is_personal = InvitationKind(kind) == InvitationKind.PERSONAL
    invitation = Invitation.objects.create(
        survey=survey,
        kind=InvitationKind(kind),
        nonce=nonce,
        token_hash=Invitation.hash_of(token),
        position=reserve_positions(survey)[0] if is_personal else None,
        label=label.strip(),
        created_on=timezone.localdate(at),
    )
    record(verb="issue_link", target=survey, by=by, at=at, kind=str(invitation.kind), label=invitation.label)
    return invitation, token


@transaction.atomic
def withdraw_link(*, invitation: Invitation, by: Any, at: datetime) -> Invitation:
    """Make a link unusable, for instance because it went to the wrong people."""
    ensure(by, "assessment.issue_link", invitation.survey)
    invitation.is_revoked = True
    invitation.save(update_fields=["is_revoked"])
    record(verb="withdraw_link", target=invitation.survey, by=by, at=at, label=invitation.label)
    return invitation


def _must_be(survey: Survey, status: SurveyStatus, otherwise: str) -> None:
    if survey.status != status:
        raise Refused(otherwise, code="wrong_status")


def _refuse(gaps: Sequence[Gap]) -> None:
    if gaps:
        raise Refused(" ".join(str(gap) for gap in gaps), code=gaps[0].code)
