"""Agreements (MoU) with organisations, and the reminders before they end."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.choices import ToneChoices
from semarang_resilience.core.models import ProvenanceFields

from .organizations import Organization


class AgreementState(ToneChoices):
    """Computed from the dates, never typed."""

    COMING = "coming", "info", "calendar", _("Not in force yet")
    IN_FORCE = "in_force", "success", "circle-check", _("In force")
    ENDING = "ending", "warning", "bell", _("Ends soon")
    ENDED = "ended", "neutral", "circle-x", _("Ended")


class Agreement(ProvenanceFields):
    """A signed agreement with an organisation; without `ends_on` it runs until it is ended."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="agreements", verbose_name=_("organisation")
    )
    number = models.CharField(_("number"), max_length=80, blank=True)
    title = models.CharField(_("title"), max_length=200)
    signed_on = models.DateField(_("signed on"))
    starts_on = models.DateField(_("in force from"))
    ends_on = models.DateField(_("in force until"), null=True, blank=True)
    reminder_days = models.PositiveSmallIntegerField(_("remind this many days before"), default=60)
    file = models.FileField(_("file"), upload_to="agreements/", blank=True)
    content_type = models.CharField(max_length=80, blank=True, editable=False)
    note = models.TextField(_("note"), blank=True)

    class Meta(ProvenanceFields.Meta):
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            *ProvenanceFields.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="agreement_dates_in_order",
                violation_error_message=_("An agreement cannot end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def state(self, on: date) -> AgreementState:
        """Where the agreement stands on a day."""
        if self.starts_on > on:
            return AgreementState.COMING
        if self.ends_on is None:
            return AgreementState.IN_FORCE
        if self.ends_on < on:
            return AgreementState.ENDED
        is_near = self.ends_on - timedelta(days=self.reminder_days) <= on
        return AgreementState.ENDING if is_near else AgreementState.IN_FORCE


class AgreementReminder(models.Model):
    """A reminder that was sent about one end date: a renewed agreement gets a new one."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="reminders")
    ends_on = models.DateField()
    sent_on = models.DateField()

    class Meta:
        verbose_name = _("reminder of an agreement")
        verbose_name_plural = _("reminders of agreements")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "ends_on"], name="agreement_reminder_once")
        ]

    def __str__(self) -> str:
        return f"{self.agreement} {self.ends_on}"
