"""Sending what is due, one letter at a time.

Each letter is taken by a committed claim with a lease, handed to the mail server, and settled. A worker
that dies between the two leaves a lease that runs out, and the letter is sent once more: we would rather
send a letter twice than lose it. Both copies carry the same Message-ID, by which most mailboxes show one.
"""

from __future__ import annotations

import logging
import smtplib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import BadHeaderError
from django.db.models.functions import Now
from django.utils import translation

from semarang_resilience.core.announcing import announce_task

from .composing import compose
from .models import Message, MessageStatus, OptOut, Reason
from .registry import builder_of

logger = logging.getLogger(__name__)

SEND = "mail.send_due_messages"
AT_ONCE = 200
BUDGET_SECONDS = 240.0  # well below the tasks' time limit, so that a batch ends between two letters
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
UNREACHABLE_PAUSE = timedelta(minutes=5)
UNREACHABLE_FOR = timedelta(hours=72)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How an attempt ended. `again`: try later; `ours`: the trouble is our server's, not this letter's."""

    status: MessageStatus
    reason: Reason | str = ""
    detail: str = ""
    again: bool = False
    ours: bool = False


SENT = Outcome(status=MessageStatus.SENT)


class Mailer:
    """One connection to the mail server for many letters, opened when needed, closed after any trouble."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def send(self, message: Message, compose_with: Callable[[BaseEmailBackend], int]) -> Outcome:
        """Hand one letter over; every answer of the mail server becomes an outcome."""
        if self._connection is None:
            try:
                connection = get_connection()
                connection.open()
            except (OSError, smtplib.SMTPException) as error:
                return _ours(error)
            self._connection = connection
        try:
            compose_with(self._connection)
        except Exception as error:
            self.close()
            return _outcome_of(error)
        return SENT

    def close(self) -> None:
        """Hang up."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except (OSError, smtplib.SMTPException) as error:
                logger.info("the mail server hung up first: %r", error)


def send_due_messages(*, at: datetime) -> int:
    """Send what is due at `at`; returns how many letters the mail server took.

    Stops at the first sign that our own mail server is in trouble, so that one outage costs one letter an
    attempt and not all of them; stops after `BUDGET_SECONDS` and asks for another round.
    """
    Message.objects.give_up()
    began, sent, mailer = time.monotonic(), 0, Mailer()
    try:
        for _number in range(AT_ONCE):
            message = Message.objects.claim(at=at)
            if message is None:
                return sent
            outcome = _attempt(message, mailer)
            _settle(message, outcome, at)
            sent += outcome.status == MessageStatus.SENT
            if outcome.ours:
                return sent
            if time.monotonic() - began > BUDGET_SECONDS:
                break
    finally:
        mailer.close()
    announce_task(SEND)
    return sent


def _attempt(message: Message, mailer: Mailer) -> Outcome:
    """Build the letter anew and hand it over."""
    if not message.is_necessary and OptOut.objects.covers(message.recipient, message.purpose):
        return Outcome(status=MessageStatus.SUPPRESSED, reason=Reason.OPTED_OUT)
    try:
        with translation.override(message.language):
            letter = builder_of(message.kind)(message)
            if letter is None:
                return Outcome(status=MessageStatus.SUPPRESSED, reason=Reason.NOT_NEEDED)
            envelope = compose(message, letter)
    except Exception as error:
        # A mistake in one letter must not hold up the others. The type is enough: texts may hold people.
        logger.exception("letter %s of kind %s could not be written", message.pk, message.kind)
        return _later(Reason.UNWRITTEN, type(error).__name__)

    def hand_over(connection: BaseEmailBackend) -> int:
        envelope.connection = connection
        return envelope.send()

    return mailer.send(message, hand_over)


def _settle(message: Message, outcome: Outcome, at: datetime) -> None:
    detail = " ".join(outcome.detail.split())[:300]
    if outcome.status == MessageStatus.SENT:
        kept = Message.objects.settle(message, status="sent", reason="", last_error="", sent_at=Now())
    elif outcome.ours and at - message.due_at < UNREACHABLE_FOR:
        # Not the letter's fault: the attempt is given back.
        kept = Message.objects.settle(
            message,
            status="queued",
            reason=outcome.reason,
            last_error=detail,
            attempt_limit=message.attempt_limit + 1,
            next_attempt_at=at + UNREACHABLE_PAUSE,
        )
    elif outcome.again and message.attempts < message.attempt_limit:
        pause = BACK_OFF[min(message.attempts, len(BACK_OFF)) - 1]
        kept = Message.objects.settle(
            message,
            status="queued",
            reason=outcome.reason,
            last_error=detail,
            next_attempt_at=at + pause,
        )
    else:
        kept = Message.objects.settle(
            message, status=outcome.status, reason=outcome.reason, last_error=detail
        )
    if not kept:
        logger.warning("letter %s was taken over by another worker", message.pk)


# -- what the mail server's answers mean ---------------------------------------------------------------


def _outcome_of(error: Exception) -> Outcome:
    """RFC 5321: 4yz may work later, 5yz will not. Whatever is no answer to this letter is our own trouble."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        if code == 421:  # the server is closing down: not about this recipient
            return _ours(error)
        if 400 <= code < 500:
            return _later(Reason.LATER, _said(code, text))
        return Outcome(status=MessageStatus.BOUNCED, reason=Reason.ADDRESS_REFUSED, detail=_said(code, text))
    if isinstance(error, smtplib.SMTPDataError):
        said = _said(error.smtp_code, error.smtp_error)
        if 400 <= error.smtp_code < 500:
            return _later(Reason.LATER, said)
        return Outcome(status=MessageStatus.FAILED, reason=Reason.LETTER_REFUSED, detail=said)
    if isinstance(error, smtplib.SMTPNotSupportedError | UnicodeError | BadHeaderError):
        return Outcome(
            status=MessageStatus.BOUNCED, reason=Reason.ADDRESS_REFUSED, detail=type(error).__name__
        )
    if isinstance(error, OSError | smtplib.SMTPException):
        return _ours(error)
    logger.error("a letter could not be handed over: %r", error)
    return _later(Reason.UNWRITTEN, type(error).__name__)


def _later(reason: Reason, detail: str) -> Outcome:
    return Outcome(status=MessageStatus.FAILED, reason=reason, detail=detail, again=True)


def _ours(error: Exception) -> Outcome:
    logger.warning("the mail server is in trouble: %r", error)
    detail = f"{type(error).__name__}: {error}"
    return Outcome(
        status=MessageStatus.FAILED, reason=Reason.UNREACHABLE, detail=detail, again=True, ours=True
    )


def _said(code: int, text: bytes | str) -> str:
    """The server's own words."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {words}"
