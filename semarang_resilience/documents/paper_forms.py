"""Questionnaires to be filled in by hand: the frozen version of a survey, set as a PDF by a worker.

As with editions the row is the truth and owes its file until it is ready or failed. A form is set once
for each version, language and link: asked for again it is there, unless its content or layout has changed.
The HTML is composed from the frozen definition when it is asked for (to know its hash), and by the worker.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import Error as DatabaseError
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from assessment.models import Invitation, InvitationKind, SurveyVersion
from assessment.operations.survey_tokens import link_token
from assessment.paper_layout import paper_layout
from assessment.questionnaire import questionnaire_of
from assessment.short_links import short_address
from semarang_resilience.core.announcing import announce_task
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.permissions import ensure

from . import rendering
from .composition import Composition
from .models import EditionStatus, FailureReason, PaperForm

logger = logging.getLogger(__name__)
SET = "documents.set_paper_form"
LEASE = timedelta(seconds=90)  # a form of a hundred questions takes a few seconds
SWEEP_AT_ONCE = 20
STYLE = Path(__file__).resolve().parent / "paper_style" / "questionnaire.css"


class UnfitLink(Refused):
    """A link that must not stand on paper."""

    code = "unfit_link"
    message = _("Only an open link that still works can be printed: a personal link is one person's own.")


def compose(*, version: SurveyVersion, language: str, invitation: Invitation | None) -> Composition:
    """The questionnaire as HTML in one language, with the short address of an open link if there is one."""
    address = short_address(invitation, language) if invitation else ""
    with translation.override(language):
        html = render_to_string(
            "documents/paper/questionnaire.html",
            {
                "survey": version.survey,
                "version": version,
                "language": language,
                "layout": paper_layout(questionnaire_of(version)),
                "address": address.split("://", 1)[-1][: -len("AAAA-AAAA/")],
                "short": address[-len("AAAA-AAAA/") : -1],
                "code": segno.make(address, error="m", micro=False).svg_data_uri(border=0) if address else "",
                "threshold": settings.SMALL_GROUP_THRESHOLD,
                "minutes": questionnaire_of(version).minutes,
            },
        )
    identity = hashlib.sha256(html.encode() + STYLE.read_bytes()).hexdigest()
    assert version.frozen_at is not None  # noqa: S101  callers refuse drafts
    return Composition(html=html, identity=identity, frozen_at=version.frozen_at, page_label="")


@transaction.atomic
def request_paper_form(
    *, version: SurveyVersion, language: str, invitation: Invitation | None, by: Any, at: datetime
) -> PaperForm:
    """Have a form set, unless it is there already."""
    ensure(by, "assessment.enter_paper", version.survey)
    if version.frozen_at is None:
        raise Refused(_("The paper form is made from the frozen questions. Open the survey first."))
    if invitation is not None and (
        invitation.survey_id != version.survey_id
        or invitation.kind != InvitationKind.OPEN
        or invitation.is_revoked
    ):
        raise UnfitLink()
    if invitation is not None:
        link_token(invitation)  # refuses a link whose address nobody could open from the paper
    wanted = compose(version=version, language=language, invitation=invitation).identity
    row, is_new = PaperForm.objects.select_for_update().get_or_create(
        version=version,
        language=language,
        invitation=invitation,
        defaults={
            "content_sha256": wanted,
            "requested_at": at,
            "attempt_limit": settings.EDITION_ATTEMPT_CAP,
        },
    )
    if not is_new:
        if row.content_sha256 == wanted and row.status != EditionStatus.FAILED:
            return row
        _owe_again(row, wanted, at)
    transaction.on_commit(partial(announce_task, SET, row.pk), robust=True)
    return row


def _owe_again(row: PaperForm, wanted: str, at: datetime) -> None:
    if name := row.file.name:
        transaction.on_commit(partial(default_storage.delete, name), robust=True)
    row.status, row.failure, row.file, row.lease_until = EditionStatus.QUEUED, "", "", None
    row.size = row.pages = None
    row.content_sha256, row.requested_at = wanted, at
    row.attempt_limit = row.attempt + settings.EDITION_ATTEMPT_CAP
    row.save()


def set_paper_form(*, form_id: int) -> bool:
    """Set one form, if it is there to be taken; says whether this call brought it to its end."""
    row = _claim(form_id)
    if row is None:
        return False
    try:
        version = row.version
        composed = compose(version=version, language=row.language, invitation=row.invitation)
        rendered = rendering.set_form(composed)
        name = default_storage.save(f"paper-forms/{composed.identity}.pdf", ContentFile(rendered.pdf))
    except DatabaseError:
        raise  # nothing can be written now; the lease runs out and another attempt follows
    except Exception as error:
        logger.exception("paper form %s: attempt %s failed", row.pk, row.attempt)
        reason = error.reason if isinstance(error, rendering.CannotRender) else FailureReason.UNEXPECTED
        return bool(_mine(row).update(status="failed", failure=FailureReason(reason), lease_until=None))
    won = _mine(row).update(
        status=EditionStatus.READY,
        lease_until=None,
        content_sha256=composed.identity,
        file=name,
        size=len(rendered.pdf),
        pages=rendered.pages,
    )
    if not won:
        default_storage.delete(name)
    return bool(won)


def _claim(form_id: int) -> PaperForm | None:
    """Take the form for setting; exactly one worker gets it."""
    takeable = Q(status="queued") | Q(status="rendering", lease_until__lt=Now())
    with transaction.atomic():
        taken = PaperForm.objects.filter(takeable, pk=form_id, attempt__lt=F("attempt_limit")).update(
            status="rendering", attempt=F("attempt") + 1, lease_until=Now() + LEASE
        )
        rows = PaperForm.objects.select_related("version__survey", "invitation__survey")
        return rows.get(pk=form_id) if taken else None


def _mine(row: PaperForm) -> Any:
    """The form, as long as it is still in the hands of this attempt."""
    return PaperForm.objects.filter(pk=row.pk, status="rendering", attempt=row.attempt)


def requeue_owed_paper_forms(*, at: datetime) -> int:
    """Announce forms that nobody seems to work on, and end those whose attempts are used up."""
    dead = Q(status="rendering", lease_until__lt=Now())
    PaperForm.objects.filter(dead, attempt__gte=F("attempt_limit")).update(
        status="failed", failure=FailureReason.INTERRUPTED, lease_until=None
    )
    unheard = Q(status="queued", requested_at__lt=at - timedelta(seconds=10))
    owed = PaperForm.objects.filter(dead | unheard).order_by("requested_at", "pk")
    return sum(announce_task(SET, pk) for pk in owed.values_list("pk", flat=True)[:SWEEP_AT_ONCE])
