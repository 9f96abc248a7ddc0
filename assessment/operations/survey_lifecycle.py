"""Opening, inviting to, closing and publishing a survey."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.coding import open_answer_gaps
from assessment.gaps import Gap
from assessment.models import (
    Invitation,
    InvitationKind,
    OpenAnswer,
    OpenAnswerStatus,
    Survey,
    SurveyStatus,
)
from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import lock
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.models import Activity
from semarang_resilience.core.permissions import ensure

from .citations import is_cited
from .survey_door import shut_door
from .survey_drafts import forget_drafts
from .survey_folding import fold_responses, forget_order
from .survey_inviting import forget_reminders
from .survey_paper import count_remaining_sheets
from .survey_tokens import reserve_positions, token_of
from .survey_versions import freeze_version
from .survey_workshop import end_running_workshops


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
    shut_door(survey.pk)
    survey.close(at=at)
    survey.save()
    forget_order(survey=survey)
    forget_reminders(survey)
    forget_drafts(survey)
    record(verb="close_survey", target=survey, by=by, at=at)
    return survey


@transaction.atomic
def publish_results(*, survey: Survey, by: Any, at: datetime) -> Survey:
    """Show the results of a survey to everybody, once its answers in words were read."""
    ensure(by, "assessment.publish_results", survey)
    lock(survey)
    if survey.status == SurveyStatus.CLOSED:
        _settle(survey, at)
        _review(survey, by, at)  # who publishes says that it was looked through, and it must have been
    _must_be(survey, SurveyStatus.REVIEWED, _("Close the survey before you publish its results."))
    survey.publish_results(at=at)
    survey.save()
    record(verb="publish_results", target=survey, by=by, at=at)
    return survey


def review_survey(*, survey: Survey, by: Any, at: datetime) -> Survey:
    """Say that the open answers of a closed survey were read; refused while somebody still has to read one.

    Two transactions: what was not counted yet is counted first and stays counted, because the texts of
    those sheets can only be read afterwards.
    """
    ensure(by, "assessment.review_survey", survey)
    with transaction.atomic():
        _lock_closed(survey)
        _settle(survey, at)
    with transaction.atomic():
        _lock_closed(survey)
        return _review(survey, by, at)


def _lock_closed(survey: Survey) -> None:
    lock(survey)
    _must_be(survey, SurveyStatus.CLOSED, _("Only a closed survey can be marked as reviewed."))


def _settle(survey: Survey, at: datetime) -> None:
    """Count whatever was handed in before the survey closed."""
    end_running_workshops(survey=survey, at=at)
    count_remaining_sheets(survey=survey, at=at)
    while fold_responses():
        pass
    forget_order(survey=survey)


def _review(survey: Survey, by: Any, at: datetime) -> Survey:
    _refuse(open_answer_gaps(survey))
    survey.review(at=at)
    survey.save()
    record(verb="review_survey", target=survey, by=by, at=at)
    return survey


def unread_answers(survey: Survey) -> int:
    """How many texts nobody has read yet: one query."""
    return OpenAnswer.objects.filter(version__survey=survey, status=OpenAnswerStatus.NEW).count()


@transaction.atomic
def reopen_survey(*, survey: Survey, closes_at: datetime, reason: str, by: Any, at: datetime) -> Survey:
    """Accept answers again until `closes_at`, with a reason.

    Not once results were published or a finding cites them: from the difference between what was read
    then and what is read later, the answers of those who came in between could be worked out.
    """
    ensure(by, "assessment.reopen_survey", survey)
    lock(survey)
    if survey.status not in {SurveyStatus.CLOSED, SurveyStatus.REVIEWED}:
        raise Refused(_("Only a closed survey can be opened again."), code="wrong_status")
    _need_reason(reason)
    if closes_at <= at:
        raise Refused(_("Choose a closing date that lies ahead."), code="over")
    if was_published(survey) or is_cited(survey):
        raise Refused(
            _(
                "Results of this survey were published or are cited by a finding. Answers that come in now "
                "could be read from the difference, so it stays closed. Start a new round instead."
            ),
            code="published_or_cited",
        )
    survey.reopen(closes_at=closes_at)
    survey.save()
    record(
        verb="reopen_survey", target=survey, by=by, at=at, reason=reason.strip(), until=closes_at.isoformat()
    )
    return survey


@transaction.atomic
def unpublish_results(*, survey: Survey, reason: str, by: Any, at: datetime) -> Survey:
    """Take results back from the public, with a reason; what was read cannot be made unread."""
    ensure(by, "assessment.publish_results", survey)
    lock(survey)
    _must_be(survey, SurveyStatus.PUBLISHED, _("Only published results can be taken back."))
    _need_reason(reason)
    survey.unpublish(at=at)
    survey.save()
    record(verb="unpublish_results", target=survey, by=by, at=at, reason=reason.strip())
    return survey


def was_published(survey: Survey) -> bool:
    """Whether everybody could read results of the survey at any time: the log never forgets."""
    kind = ContentType.objects.get_for_model(Survey)
    lines = Activity.objects.filter(target_type=kind, target_id=str(survey.pk), verb="publish_results")
    return lines.exists()


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Write the reason; it stays in the history of the survey."), code="no_reason")


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
