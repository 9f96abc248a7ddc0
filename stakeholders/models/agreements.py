"""Agreements (MoU) with organisations, and the reminders before they end."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.choices import ToneChoices
from semarang_resilience.core.models import ProvenanceFields
from semarang_resilience.core.uploads import stored_in

from .organizations import Organization


class AgreementState(ToneChoices):
    """Computed from the dates, never typed."""

    COMING = "coming", "info", "calendar", _("Not in force yet")
    IN_FORCE = "in_force", "success", "circle-check", _("In force")
    ENDING = "ending", "warning", "bell", _("Ends soon")
    ENDED = "ended", "neutral", "circle-x", _("Ended")


# The day from which on the end of an agreement is near.
REMIND_FROM = ExpressionWrapper(F("ends_on") - F("reminder_days"), output_field=models.DateField())


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """Agreements."""

    def in_state(self, state: str, on: date) -> AgreementQuerySet:
        """Those that stand there on a day; the same rule as `Agreement.state`."""
        begun = Q(starts_on__lte=on)
        open_ended, over = Q(ends_on__isnull=True), Q(ends_on__lt=on)
        near = Q(remind_from__lte=on, ends_on__gte=on)
        rules = {
            AgreementState.COMING: Q(starts_on__gt=on),
            AgreementState.ENDED: begun & over,
            AgreementState.ENDING: begun & near,
            AgreementState.IN_FORCE: begun & (open_ended | Q(remind_from__gt=on)),
        }
        return self.alias(remind_from=REMIND_FROM).filter(rules[AgreementState(state)])

    def due_for_reminder(self, on: date) -> AgreementQuerySet:
        """Agreements whose end is near and about whose present end date nobody has been reminded yet.

        With the organisation, by end date: one query. `AgreementReminder` remembers the end date, so that
        an agreement that is renewed is reminded of again.
        """
        reminded = AgreementReminder.objects.filter(agreement=OuterRef("pk"), ends_on=OuterRef("ends_on"))
        return self.in_state(AgreementState.ENDING, on).filter(~Exists(reminded)).for_list()

    def for_list(self) -> AgreementQuerySet:
        """With the organisation, the first to end first, open-ended ones last: one query."""
        return self.select_related("organization").order_by(F("ends_on").asc(nulls_last=True), "pk")


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
    file = models.FileField(_("file"), upload_to=stored_in("agreements"), blank=True)
    content_type = models.CharField(max_length=80, blank=True, editable=False)
    note = models.TextField(_("note"), blank=True)

    objects = AgreementQuerySet.as_manager()

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
