"""Queueing letters, repairing what failed, unsubscribing, forgetting addresses. Sending is in sending.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.activity import record
from semarang_resilience.core.announcing import announce_task
from semarang_resilience.core.changes import lock
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.permissions import ensure

from .addresses import hash_of, is_address, normalised
from .models import NECESSARY, Message, MessageStatus, OptOut, Purpose, Reason
from .registry import Letter, register_letter
from .sending import SEND, send_due_messages
from .unsubscribing import UnknownLink, message_of

__all__ = [
    "Draft",
    "Letter",
    "NotAnAddress",
    "UnknownLink",
    "allow_letters",
    "forget_address",
    "forget_old_addresses",
    "mark_bounced",
    "queue_message",
    "queue_messages",
    "register_letter",
    "retry_message",
    "send_due_messages",
    "stop_letters",
    "subscribe_again",
    "unsubscribe",
]


class NotAnAddress(Refused):
    """Nobody can be written to there."""

    code = "not_an_address"
    message = _("This is not an e-mail address. Write it like name@example.org.")


class CannotRetry(Refused):
    """It has arrived, it still waits, or nobody knows any more where it should go."""

    code = "cannot_retry"
    message = _("Only a letter that failed or bounced, and whose address is still known, can be sent again.")


class CannotBounce(Refused):
    """Only what was sent can come back."""

    code = "cannot_bounce"
    message = _("Only a letter that was sent can be marked as bounced.")


def queue_message(
    *,
    kind: str,
    recipient: str,
    about: str,
    language: str,
    dedup_key: str,
    purpose: str,
    at: datetime,
    send_after: datetime | None = None,
) -> Message | None:
    """Owe a letter; returns None when the recipient wants none or it was queued under this key before.

    Joins the caller's transaction: rolled back with it, and announced to the workers only after its
    commit, which a dead broker cannot break. `dedup_key` must not contain the address. Raises
    `NotAnAddress` for something that nobody can be written to.
    """
    address = normalised(recipient)
    if not is_address(address):
        raise NotAnAddress
    if purpose not in NECESSARY and OptOut.objects.covers(address, purpose):
        return None
    due = send_after or at
    draft = Draft(recipient=address, about=str(about), language=language, dedup_key=dedup_key)
    message = _message(kind, draft, address, purpose, due, at)
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        if Message.objects.filter(dedup_key=dedup_key).exists():
            return None
        raise
    if due <= at:
        _announce_on_commit()
    return message


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One of many letters of a kind: as the arguments of `queue_message`."""

    recipient: str
    about: str
    language: str
    dedup_key: str


def queue_messages(
    *, kind: str, drafts: Sequence[Draft], purpose: str, at: datetime, send_after: datetime | None = None
) -> int:
    """`queue_message` for many recipients in three statements; returns how many letters are owed now.

    Who wants none, and what was queued under its key before, is left out. Raises `NotAnAddress` for all.
    """
    addresses = {each.dedup_key: normalised(each.recipient) for each in drafts}
    if not all(is_address(address) for address in addresses.values()):
        raise NotAnAddress
    refused = set() if purpose in NECESSARY else OptOut.objects.among(addresses.values(), purpose)
    due, before = send_after or at, Message.objects.filter(dedup_key__in=addresses).count()
    letters = [
        _message(kind, each, addresses[each.dedup_key], purpose, due, at)
        for each in drafts
        if addresses[each.dedup_key] not in refused
    ]
    Message.objects.bulk_create(letters, batch_size=500, ignore_conflicts=True)
    if due <= at:
        _announce_on_commit()
    return Message.objects.filter(dedup_key__in=addresses).count() - before


def _message(kind: str, draft: Draft, address: str, purpose: str, due: datetime, at: datetime) -> Message:
    return Message(
        kind=kind,
        purpose=Purpose(purpose).value,
        recipient=address,
        language=draft.language,
        about=draft.about,
        dedup_key=draft.dedup_key,
        attempt_limit=settings.MAIL_ATTEMPTS,
        due_at=due,
        next_attempt_at=due,
        created_at=at,
    )


def _announce_on_commit() -> None:
    """One nudge for a transaction, however many letters it queues."""
    if not any(hook[1] is _announce for hook in connection.run_on_commit):
        transaction.on_commit(_announce)


def _announce() -> None:
    announce_task(SEND)


@transaction.atomic
def retry_message(*, message: Message, by: Any, at: datetime) -> Message:
    """Send a letter again that failed or bounced; a wish for no letters still holds."""
    ensure(by, "mail.retry_message", message)
    lock(message)
    if not message.can_retry:
        raise CannotRetry
    message.status, message.reason, message.last_error = MessageStatus.QUEUED, "", ""
    message.attempt_limit = message.attempts + settings.MAIL_ATTEMPTS
    message.due_at = message.next_attempt_at = at
    message.save()
    record(verb="retry_message", target=message, by=by, at=at)
    _announce_on_commit()
    return message


@transaction.atomic
def mark_bounced(*, message: Message, by: Any, at: datetime) -> Message:
    """Note that a letter came back to the office's mailbox, which no mail server tells the portal."""
    ensure(by, "mail.mark_bounced", message)
    lock(message)
    if not message.can_bounce:
        raise CannotBounce
    message.status, message.reason = MessageStatus.BOUNCED, Reason.REPORTED
    message.save(update_fields=["status", "reason"])
    record(verb="mark_bounced", target=message, by=by, at=at)
    return message


@transaction.atomic
def unsubscribe(*, token: str, at: datetime) -> Message:
    """Send no more letters of this purpose to the address of the letter that carried `token`.

    Doing it twice is the same as once. What waits for the address is not sent. Raises `UnknownLink`.
    """
    message = message_of(token)
    stop_letters(address=message.recipient, purpose=message.purpose, at=at)
    return message


@transaction.atomic
def subscribe_again(*, token: str) -> Message:
    """Take an unsubscription back that was pressed by mistake. Raises `UnknownLink`."""
    message = message_of(token)
    allow_letters(address=message.recipient, purpose=message.purpose)
    return message


@transaction.atomic
def stop_letters(*, address: str, purpose: str, at: datetime) -> None:
    """Note that an address wants no letters of a purpose; what waits for it is not sent."""
    OptOut.objects.get_or_create(address_hash=hash_of(address), purpose=purpose, defaults={"at": at})
    waiting = Message.objects.to(address).filter(status="queued", purpose=purpose)
    waiting.update(status=MessageStatus.SUPPRESSED, reason=Reason.OPTED_OUT)


def allow_letters(*, address: str, purpose: str) -> None:
    """The owner of the address wants letters of this purpose again."""
    OptOut.objects.of([address], purpose).delete()


@transaction.atomic
def forget_address(*, address: str) -> int:
    """Take an address out of the outbox because its owner's data are erased; returns how many letters.

    What waited is not sent; wishes for no letters stay (as a hash), so that nobody writes there again.
    """
    letters = Message.objects.to(address)
    letters.filter(status__in=["queued", "sending"]).update(
        status=MessageStatus.SUPPRESSED, reason=Reason.FORGOTTEN, lease_until=None
    )
    return letters.update(recipient="", last_error="")


def forget_old_addresses(*, at: datetime) -> int:
    """Forget the addresses of letters that were settled long ago; that they were sent stays known."""
    before = at - timedelta(days=settings.MAIL_ADDRESS_DAYS)
    old = Message.objects.filter(created_at__lt=before).exclude(status__in=["queued", "sending"])
    return old.exclude(recipient="").update(recipient="", last_error="")
