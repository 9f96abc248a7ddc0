"""Editions as pages and workers need them. The row count of a conditional UPDATE is the lock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Q
from django.db.models.functions import Now

from semarang_resilience.core.permissions import allowed

if TYPE_CHECKING:
    from .models import Document, Edition  # noqa: F401  named in strings below

OPEN = ("queued", "rendering")


def _lease_end() -> ExpressionWrapper:
    """When a lease taken now ends, by the clock of the database: workers' own clocks may differ."""
    lease = timedelta(seconds=settings.EDITION_LEASE_SECONDS)
    return ExpressionWrapper(Now() + lease, output_field=DateTimeField())


class DocumentQuerySet(models.QuerySet["Document"]):
    """Documents."""

    def in_cycle(self, cycle_id: int | None) -> DocumentQuerySet:
        """Documents of one cycle."""
        return self.filter(cycle_id=cycle_id)


class EditionQuerySet(models.QuerySet["Edition"]):
    """Editions. Lists and pages never load the snapshot: it is as large as the document."""

    def published(self) -> EditionQuerySet:
        """Those that everybody may read."""
        return self.filter(status="published")

    def open(self) -> EditionQuerySet:
        """Those whose outcome is owed."""
        return self.filter(status__in=OPEN)

    def visible_to(self, user: Any) -> EditionQuerySet:
        """Everything for the office, published ones for everybody else."""
        return self if allowed(user, "documents.see_drafts") else self.published()

    def in_cycle(self, cycle_id: int | None) -> EditionQuerySet:
        """Editions of one cycle's documents."""
        return self.filter(document__cycle_id=cycle_id)

    def for_list(self) -> EditionQuerySet:
        """With document and people, newest first: one query."""
        return (
            self.select_related("document__cycle", "requested_by", "published_by")
            .defer("snapshot", "outline", "gaps")
            .order_by("-requested_at", "-pk")
        )

    def for_public_list(self) -> EditionQuerySet:
        """Published ones, newest first within document and language: one query."""
        return (
            self.published()
            .select_related("document__cycle")
            .defer("snapshot", "outline", "gaps")
            .order_by("document__kind", "language", "-number", "-pk")
        )

    def for_detail(self) -> EditionQuerySet:
        """With document, people, outline and gaps: one query."""
        return self.select_related("document__cycle", "requested_by", "published_by").defer("snapshot")

    # -- the worker's side ---------------------------------------------------------------------------

    def claim(self, edition_id: int) -> Edition | None:
        """Take the edition for setting, or nothing when it is done, out of attempts or in other hands.

        Exactly one worker gets it; the new `attempt` is that worker's fencing token.
        """
        takeable = Q(status="queued") | Q(status="rendering", lease_until__lt=Now())
        with transaction.atomic():
            taken = self.filter(takeable, pk=edition_id, attempt__lt=F("attempt_limit")).update(
                status="rendering",
                attempt=F("attempt") + 1,
                lease_until=_lease_end(),
                progress_done=0,
                progress_total=0,
                progress_label="",
            )
            return self.get(pk=edition_id) if taken else None

    def held_by(self, edition_id: int, token: int) -> EditionQuerySet:
        """The edition, as long as it is still in the hands of attempt `token`."""
        return self.filter(pk=edition_id, status="rendering", attempt=token)

    def extend(self, edition_id: int, token: int, **progress: Any) -> bool:
        """Say that attempt `token` is alive and how far it is; False when the edition was taken away."""
        return bool(self.held_by(edition_id, token).update(lease_until=_lease_end(), **progress))

    def finish(self, edition_id: int, token: int, **result: Any) -> bool:
        """Commit the result of attempt `token`; False when the edition was taken away."""
        done = {"status": "ready", "lease_until": None, "ready_at": Now(), "progress_label": ""}
        return bool(self.held_by(edition_id, token).update(**done, **result))

    def fail(self, edition_id: int, token: int, *, failure: str, detail: str = "") -> bool:
        """End attempt `token` with a reason; False when the edition was taken away."""
        return bool(
            self.held_by(edition_id, token).update(
                status="failed",
                lease_until=None,
                failed_at=Now(),
                failure=failure,
                failure_detail=detail[:300],
            )
        )

    def owed(self, *, at: datetime) -> EditionQuerySet:
        """Editions that no living worker seems to have: not announced lately, or their lease has run out."""
        stale = at - timedelta(seconds=settings.EDITION_LEASE_SECONDS)
        unheard = Q(status="queued") & (Q(announced_at__isnull=True) | Q(announced_at__lt=stale))
        dropped = Q(status="rendering", lease_until__lt=Now())
        return self.filter(unheard | dropped).order_by("requested_at", "pk")

    def give_up(self) -> int:
        """End editions whose last allowed attempt has died."""
        return self.filter(status="rendering", lease_until__lt=Now(), attempt__gte=F("attempt_limit")).update(
            status="failed", lease_until=None, failed_at=Now(), failure="interrupted"
        )
