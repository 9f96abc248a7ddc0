"""What people agreed to, word for word, and when they took it back (UU PDP 27/2022)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.choices import ToneChoices

from .people import Person


class Purpose(models.TextChoices):
    """What personal data may be used for."""

    CONTACT = "contact", _("Keeping in touch about the forum's work")
    SURVEYS = "surveys", _("Invitations to surveys")
    NAMED = "named", _("Being named in public")


class ConsentText(models.Model):
    """A wording that people agree to; a new wording is a new version, the old ones stay."""

    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose)
    version = models.PositiveSmallIntegerField(_("version"))
    text = models.TextField(_("text"))
    in_use_from = models.DateField(_("in use from"))

    class Meta:
        verbose_name = _("consent text")
        verbose_name_plural = _("consent texts")
        constraints = [
            models.UniqueConstraint(fields=["purpose", "version"], name="consent_text_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} v{self.version}"


class ConsentWay(models.TextChoices):
    """How consent was given or taken back."""

    WRITTEN = "written", _("In writing")
    SPOKEN = "spoken", _("Spoken")
    PORTAL = "portal", _("In the portal")
    EMAIL = "email", _("By e-mail")


class Consent(models.Model):
    """A person's consent to one text; withdrawn, it stays as a record of what held when."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="consents")
    given_on = models.DateField(_("given on"))
    way = models.CharField(_("how"), max_length=10, choices=ConsentWay)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "text"],
                condition=Q(withdrawn_on__isnull=True),
                name="consent_in_force_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("given_on")),
                name="consent_dates_in_order",
                violation_error_message=_("Consent cannot be withdrawn before it was given."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.text}"


class ErasureStatus(ToneChoices):
    """asked -> done or refused."""

    ASKED = "asked", "warning", "inbox", _("Asked for")
    DONE = "done", "success", "check", _("Erased")
    REFUSED = "refused", "neutral", "ban", _("Refused")


class ErasureRequest(models.Model):
    """Somebody asks the office to erase what it holds about him or her; every answer has a reason."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="erasure_requests")
    asked_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=ErasureStatus, default=ErasureStatus.ASKED)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("request for erasure")
        verbose_name_plural = _("requests for erasure")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(status="asked"), name="erasure_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(status="asked", decided_at__isnull=True)
                | (~Q(status="asked") & Q(decided_at__isnull=False) & ~Q(reason="")),
                name="erasure_decided_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.status}"
