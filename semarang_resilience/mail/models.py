"""The outbox, and who does not want letters any more."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.choices import ToneChoices

from .querysets import MessageQuerySet, OptOutQuerySet
from .registry import label_of


class Purpose(models.TextChoices):
    """What a letter is for; people may say no to each but the necessary ones (`NECESSARY`)."""

    ACCOUNT = "account", _("Your account")
    OFFICE = "office", _("Work of the office")
    PRIVACY = "privacy", _("Your personal data")
    SURVEYS = "surveys", _("Invitations to surveys")
    CONTACT = "contact", _("Keeping in touch about the forum's work")


# Letters that somebody asked for or needs for the work: there is nothing to unsubscribe from.
NECESSARY = frozenset({Purpose.ACCOUNT, Purpose.OFFICE, Purpose.PRIVACY})


class MessageStatus(ToneChoices):
    """queued -> sending -> sent | bounced | failed | suppressed; failed, bounced -> queued by hand."""

    QUEUED = "queued", "neutral", "hourglass", _("Waiting")
    SENDING = "sending", "info", "send", _("Being sent")
    SENT = "sent", "success", "circle-check", _("Sent")
    FAILED = "failed", "danger", "octagon-alert", _("Failed")
    BOUNCED = "bounced", "danger", "undo-2", _("Bounced")
    SUPPRESSED = "suppressed", "neutral", "ban", _("Not sent")


class Reason(models.TextChoices):
    """Why a letter was not sent, or when it will be tried again; the labels say what to do."""

    ADDRESS_REFUSED = (
        "address_refused",
        _("The recipient's mail server says that this address does not exist or takes no letters."),
    )
    REPORTED = ("reported", _("The letter came back, and somebody in the office marked it."))
    LATER = ("later", _("The recipient's mail server asked to try again later."))
    LETTER_REFUSED = (
        "letter_refused",
        _("The mail server refused the letter itself, perhaps as spam. Ask the system administrator."),
    )
    UNREACHABLE = (
        "unreachable",
        _("Our mail server cannot be reached or does not let us in. Ask the system administrator."),
    )
    INTERRUPTED = (
        "interrupted",
        _("The worker was stopped in the middle of the work several times. Check it, then try again."),
    )
    UNWRITTEN = ("unwritten", _("The letter could not be written. Try again; if it stays so, report it."))
    NOT_NEEDED = ("not_needed", _("It was no longer needed when its turn came."))
    OPTED_OUT = ("opted_out", _("The recipient does not want such letters."))
    FORGOTTEN = ("forgotten", _("The recipient's data were erased."))


class Message(models.Model):
    """A letter that is owed, or was sent; `kind` names its builder and `about` what it is about.

    Never the text, and never a secret. `dedup_key` is unique for ever, so that nothing is sent twice; it
    must not contain the address, because it outlives it. `attempts` counts how often a worker took the row
    and is its fencing token: who lost the row can no longer write to it. The address is forgotten some
    months after the letter was sent, and when its owner's data are erased.
    """

    kind = models.CharField(_("kind"), max_length=60)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose)
    recipient = models.EmailField(_("recipient"), blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    about = models.CharField(_("about"), max_length=120)
    dedup_key = models.CharField(max_length=120, unique=True)

    status = models.CharField(
        _("status"), max_length=10, choices=MessageStatus.choices, default=MessageStatus.QUEUED
    )
    reason = models.CharField(_("reason"), max_length=16, choices=Reason, blank=True)
    last_error = models.CharField(_("what the mail server said"), max_length=300, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    attempt_limit = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(_("due"))
    next_attempt_at = models.DateTimeField(_("next attempt"))
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(_("queued"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=MessageStatus.values), name="message_status_known"),
            models.CheckConstraint(condition=~Q(dedup_key="") & ~Q(kind=""), name="message_is_of_a_kind"),
            models.CheckConstraint(
                condition=Q(status="sending", lease_until__isnull=False, attempts__gte=1)
                | (~Q(status="sending") & Q(lease_until__isnull=True)),
                name="message_sending_iff_lease",
            ),
            models.CheckConstraint(
                condition=~Q(status="sent") | Q(sent_at__isnull=False), name="message_sent_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["failed", "bounced", "suppressed"]) | ~Q(reason=""),
                name="message_not_sent_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["queued", "sending"]) | ~Q(recipient=""),
                name="message_owed_has_recipient",
            ),
            models.CheckConstraint(
                condition=Q(attempts__lte=F("attempt_limit")), name="message_attempts_in_range"
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at", "id"], condition=Q(status="queued"), name="message_due"),
            models.Index(fields=["lease_until"], condition=Q(status="sending"), name="message_leased"),
            models.Index(fields=["-created_at", "-id"], name="message_newest"),
            models.Index(fields=["recipient"], name="message_recipient"),
            models.Index(fields=["kind", "about"], name="message_about"),
        ]

    def __str__(self) -> str:
        # Never the address: this is copied into the activity log.
        return f"{self.kind_label} {self.pk}"

    @property
    def status_mark(self) -> MessageStatus:
        """The status with its colour and icon."""
        return MessageStatus(self.status)

    @property
    def kind_label(self) -> str | Promise:
        """The kind in words."""
        return label_of(self.kind)

    @property
    def is_necessary(self) -> bool:
        """Whether there is nothing to unsubscribe from."""
        return self.purpose in NECESSARY

    @property
    def can_retry(self) -> bool:
        """Whether somebody may ask to send it again: it did not arrive, and the address is still known."""
        return self.status in {MessageStatus.FAILED, MessageStatus.BOUNCED} and bool(self.recipient)

    @property
    def can_bounce(self) -> bool:
        """Whether a letter that came back by post may be marked here."""
        return self.status == MessageStatus.SENT


class OptOut(models.Model):
    """Somebody said no to letters of one purpose. Only the hash of the address is kept.

    So the wish outlives the erasure of the person's data, and a pasted list cannot bring the letters back.
    """

    address_hash = models.CharField(max_length=64)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose)
    at = models.DateTimeField(_("since"))

    objects = OptOutQuerySet.as_manager()

    class Meta:
        verbose_name = _("wish for no letters")
        verbose_name_plural = _("wishes for no letters")
        constraints = [
            models.UniqueConstraint(fields=["address_hash", "purpose"], name="opt_out_once_per_purpose"),
            models.CheckConstraint(
                condition=~Q(purpose__in=["account", "office", "privacy"]),
                name="opt_out_only_of_the_optional",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_purpose_display())
