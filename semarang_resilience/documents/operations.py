"""Requesting, setting and publishing editions.

An edition is frozen in the transaction of its request and set by a worker from that snapshot alone.
The row is the truth: the message to the worker may get lost, the worker may die, and the edition
still ends ready or failed with a reason, once (docs/adr/0004).
"""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import Error as DatabaseError
from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.activity import record
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.permissions import ensure

from . import rendering
from .announcing import announce
from .models import Document, DocumentKind, Edition, EditionStatus, FailureReason
from .snapshots import Frozen, UnreadableSnapshot, freeze, load

logger = logging.getLogger(__name__)

SWEEP_AT_ONCE = 20
MOST_RACES = 5  # each lost race means that another request was accepted in the meantime


class NoCycle(Refused):
    """There is nothing to make a document of."""

    code = "no_cycle"
    message = _("There is no cycle of the programme yet, so there is nothing to make a document of.")


class GapsNotAccepted(Refused):
    """Something is missing and nobody said that this is all right."""

    code = "gaps"
    message = _("Something is missing in this document. Look at the list and confirm, or mend it first.")


class TooManyAtOnce(Refused):
    """Every attempt met another request; practically only a load test gets here."""

    code = "too_many_at_once"
    message = _("Too many editions are being requested at this moment. Try again.")


class NotReady(Refused):
    """Only a ready edition can be published."""

    code = "not_ready"
    message = _("Only an edition that is ready can be published.")


class NotFailed(Refused):
    """Only a failed edition can be tried again."""

    code = "not_failed"
    message = _("Only an edition that failed can be tried again.")


class LostLease(Exception):
    """Another worker has the edition now: stop, and write nothing."""


# -- requesting --------------------------------------------------------------------------------------


def request_edition(
    *,
    kind: str,
    cycle: Cycle,
    language: str,
    by: Any,
    at: datetime,
    token: uuid.UUID | None = None,
    accept_gaps: bool = True,
) -> Edition:
    """Freeze a document in one language and owe its file; a worker sets it in the background.

    Asking twice gives the same edition: by the form's `token`, and because a document has at most one
    open edition in a language. Without `accept_gaps` a document that lacks something is refused.
    """
    ensure(by, "documents.request_edition")
    token = token or uuid.uuid4()
    for _race in range(MOST_RACES):
        try:
            with _one_view_of_the_data():
                existing = _existing(kind, cycle, language, token)
                return existing or _freeze(kind, cycle, language, by, at, token, accept_gaps)
        except IntegrityError:  # somebody was faster by milliseconds: look again at what is there
            continue
    raise TooManyAtOnce


@contextmanager
def _one_view_of_the_data() -> Iterator[None]:
    """A transaction in which all queries see the same moment, so that a snapshot cannot contradict itself."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _existing(kind: str, cycle: Cycle, language: str, token: uuid.UUID) -> Edition | None:
    same_form = Q(request_token=token)
    still_open = Q(
        document__cycle=cycle, document__kind=kind, language=language, status__in=("queued", "rendering")
    )
    return Edition.objects.for_detail().filter(same_form | still_open).order_by("-pk").first()


def _freeze(
    kind: str, cycle: Cycle, language: str, by: Any, at: datetime, token: uuid.UUID, accept_gaps: bool
) -> Edition:
    document, _created = Document.objects.get_or_create(cycle=cycle, kind=DocumentKind(kind).value)
    newest = document.editions.filter(language=language).aggregate(Max("number"))["number__max"] or 0
    frozen = freeze(kind=kind, cycle=cycle, language=language, number=newest + 1, at=at)
    if frozen.gaps and not accept_gaps:
        raise GapsNotAccepted
    with translation.override(language):
        title = str(DocumentKind(kind).label)
    edition = Edition.objects.create(
        document=document,
        number=newest + 1,
        language=language,
        title=title,
        snapshot=frozen.packed,
        snapshot_sha256=frozen.sha256,
        gaps=[{"key": gap.key, "count": gap.count, "examples": list(gap.examples)} for gap in frozen.gaps],
        request_token=token,
        requested_by=by,
        requested_at=at,
        attempt_limit=settings.EDITION_ATTEMPT_CAP,
    )
    record(
        verb="request_edition",
        target=edition,
        by=by,
        at=at,
        language=language,
        snapshot_sha256=frozen.sha256,
        gaps=sum(gap.count for gap in frozen.gaps),
    )
    transaction.on_commit(partial(_announce, edition.pk, at), robust=True)
    return edition


def _announce(edition_id: int, at: datetime) -> None:
    """Tell the workers. When the broker is away the edition simply stays owed until the sweeper finds it."""
    if announce(edition_id):
        Edition.objects.filter(pk=edition_id).update(announced_at=at)


def preview_edition(*, kind: str, cycle: Cycle, language: str, at: datetime) -> Frozen:
    """What would be frozen now, and what it would lack; nothing is kept."""
    with _one_view_of_the_data():
        return freeze(kind=kind, cycle=cycle, language=language, number=0, at=at)


@transaction.atomic
def retry_edition(*, edition: Edition, by: Any, at: datetime) -> Edition:
    """Owe the file of a failed edition once more, from the same snapshot."""
    ensure(by, "documents.request_edition", edition)
    edition = Edition.objects.for_detail().select_for_update(of=("self",)).get(pk=edition.pk)
    if edition.status != EditionStatus.FAILED:
        raise NotFailed
    if edition.document.editions.filter(language=edition.language).open().exists():
        raise Refused(_("A newer edition in this language is being made already."), code="edition_open")
    edition.queue_again(attempts=settings.EDITION_ATTEMPT_CAP)
    edition.save()
    record(verb="retry_edition", target=edition, by=by, at=at)
    transaction.on_commit(partial(_announce, edition.pk, at), robust=True)
    return edition


# -- publishing --------------------------------------------------------------------------------------


@transaction.atomic
def publish_edition(*, edition: Edition, by: Any, at: datetime) -> Edition:
    """Give a ready edition to everybody."""
    ensure(by, "documents.publish_edition", edition)
    edition = Edition.objects.for_detail().select_for_update(of=("self",)).get(pk=edition.pk)
    if edition.status == EditionStatus.PUBLISHED:
        return edition
    if edition.status != EditionStatus.READY:
        raise NotReady
    edition.publish(by=by, at=at)
    edition.save()
    record(verb="publish_edition", target=edition, by=by, at=at, sha256=edition.sha256)
    return edition


# -- the worker's side: only this app's tables from here on --------------------------------------------


def render_edition(*, edition_id: int) -> bool:
    """Set one edition, if it is there to be taken. Says whether this call brought it to its end.

    May be called any number of times, by any number of workers at once.
    """
    edition = Edition.objects.claim(edition_id)
    if edition is None:
        return False
    try:
        rendered = rendering.render(
            load(edition.snapshot, sha256=edition.snapshot_sha256),
            snapshot_sha256=edition.snapshot_sha256,
            on_progress=partial(_keep_alive, edition),
        )
        return _commit(edition, rendered)
    except LostLease:
        logger.warning("edition %s: attempt %s lost its lease", edition.pk, edition.attempt)
        return False
    except DatabaseError:
        raise  # nothing can be written now; the lease runs out and another attempt follows
    except Exception as error:
        logger.exception("edition %s: attempt %s failed", edition.pk, edition.attempt)
        reason, detail = _reason_for(error)
        return Edition.objects.fail(edition.pk, edition.attempt, failure=reason, detail=detail)


def _keep_alive(edition: Edition, progress: rendering.Progress) -> None:
    """Write how far the work is; that is also the sign of life which extends the lease."""
    alive = Edition.objects.extend(
        edition.pk,
        edition.attempt,
        progress_done=min(progress.done, progress.total),
        progress_total=progress.total,
        progress_label=progress.label[:200],
    )
    if not alive:
        raise LostLease


def _commit(edition: Edition, rendered: rendering.Rendered) -> bool:
    """Store the file, then the row; whoever lost the row takes his file away again."""
    name = default_storage.save(_file_name(edition, edition.attempt), ContentFile(rendered.pdf))
    won = Edition.objects.finish(
        edition.pk,
        edition.attempt,
        file=name,
        sha256=hashlib.sha256(rendered.pdf).hexdigest(),
        size=len(rendered.pdf),
        pages=rendered.pages,
        outline=rendered.outline,
        template_version=rendered.template_version,
        progress_done=0,
        progress_total=0,
    )
    if not won:
        default_storage.delete(name)
        return False
    for earlier in range(1, edition.attempt):  # left by workers that died between file and row
        default_storage.delete(_file_name(edition, earlier))
    return True


def _file_name(edition: Edition, attempt: int) -> str:
    return f"editions/{edition.file_key}/{attempt}.pdf"


def _reason_for(error: Exception) -> tuple[str, str]:
    """What to tell people. Celery's time limit is known by its name only: operations know no task queue."""
    detail = f"{type(error).__name__}: {error}"
    if isinstance(error, rendering.CannotRender):
        return FailureReason(error.reason), str(error)
    if isinstance(error, UnreadableSnapshot):
        return FailureReason.SNAPSHOT, str(error)
    if type(error).__name__ == "SoftTimeLimitExceeded":
        return FailureReason.TIME, ""
    if isinstance(error, OSError):
        return FailureReason.STORAGE, detail
    return FailureReason.UNEXPECTED, detail


def requeue_owed_editions(*, at: datetime) -> int:
    """Announce editions that nobody seems to work on, and end those whose attempts are used up."""
    Edition.objects.give_up()
    owed = Edition.objects.owed(at=at).values_list("pk", flat=True)[:SWEEP_AT_ONCE]
    announced = [pk for pk in owed if announce(pk)]
    Edition.objects.filter(pk__in=announced).update(announced_at=at)
    return len(announced)
