"""Letters as pages and workers need them. Exactly one worker holds a letter at a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Q
from django.db.models.functions import Now

from .addresses import hash_of, normalised

if TYPE_CHECKING:
    from .models import Message, OptOut  # noqa: F401  named in strings below


class MessageQuerySet(models.QuerySet["Message"]):
    """Letters."""

    def for_list(self) -> MessageQuerySet:
        """Newest first: one query."""
        return self.order_by("-created_at", "-pk")

    def about(self, kind: str, about: str) -> MessageQuerySet:
        """The letters of one kind about one thing."""
        return self.filter(kind=kind, about=about)

    def to(self, address: str) -> MessageQuerySet:
        """The letters to one address."""
        return self.filter(recipient=normalised(address)) if address.strip() else self.none()

    def due(self, *, at: datetime) -> MessageQuerySet:
        """Letters that wait for a worker, and those whose worker has died; the longest waiting first."""
        waiting = Q(status="queued", next_attempt_at__lte=at)
        dropped = Q(status="sending", lease_until__lt=Now())
        return self.filter(waiting | dropped, attempts__lt=F("attempt_limit")).order_by(
            "next_attempt_at", "pk"
        )

    # -- the worker's side ---------------------------------------------------------------------------

    def claim(self, *, at: datetime) -> Message | None:
        """Take the next due letter, or nothing. The lease runs by the clock of the database.

        The choice is committed before anything is sent; the new `attempts` is the fencing token.
        """
        lease = ExpressionWrapper(
            Now() + timedelta(seconds=settings.MAIL_LEASE_SECONDS), output_field=DateTimeField()
        )
        with transaction.atomic():
            message = self.due(at=at).select_for_update(skip_locked=True, no_key=True).first()
            if message is None:
                return None
            self.filter(pk=message.pk).update(status="sending", attempts=F("attempts") + 1, lease_until=lease)
            message.refresh_from_db()
            return message

    def settle(self, message: Message, **result: Any) -> bool:
        """Write the outcome of the attempt that holds `message`; False when it was taken away meanwhile."""
        held = self.filter(pk=message.pk, status="sending", attempts=message.attempts)
        return bool(held.update(lease_until=None, **result))

    def give_up(self) -> int:
        """End letters whose last allowed attempt has died."""
        dead = self.filter(status="sending", lease_until__lt=Now(), attempts__gte=F("attempt_limit"))
        return dead.update(status="failed", reason="interrupted", lease_until=None)


class OptOutQuerySet(models.QuerySet["OptOut"]):
    """Who does not want letters."""

    def of(self, addresses: Iterable[str], purpose: str) -> OptOutQuerySet:
        """The wishes of these addresses about one purpose."""
        return self.filter(address_hash__in=[hash_of(each) for each in addresses], purpose=purpose)

    def covers(self, address: str, purpose: str) -> bool:
        """Whether the address wants no letters of this purpose: one query."""
        return self.of([address], purpose).exists()

    def among(self, addresses: Iterable[str], purpose: str) -> set[str]:
        """Those of the addresses (normalised) that want no letters of this purpose: one query."""
        by_hash = {hash_of(each): normalised(each) for each in addresses}
        hashes = self.filter(address_hash__in=by_hash, purpose=purpose).values_list("address_hash", flat=True)
        return {by_hash[each] for each in hashes}
