"""Existing resilience programmes (the actions inventory)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.choices import ToneChoices
from semarang_resilience.core.models import Cycle, ProvenanceFields
from stakeholders.models import Organization

from .frameworks import Driver
from .hazards import Hazard


class ProgrammeStatus(ToneChoices):
    """Where an existing programme stands."""

    PLANNED = "planned", "neutral", "calendar", _("Planned")
    ONGOING = "ongoing", "info", "refresh-cw", _("Ongoing")
    DONE = "done", "success", "circle-check", _("Done")


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    """Existing programmes."""

    def for_list(self) -> ProgrammeQuerySet:
        """With owner, drivers and hazards: three queries."""
        return (
            self.select_related("owner")
            .prefetch_related(
                models.Prefetch(
                    "driver_links",
                    ProgrammeDriver.objects.select_related("driver").order_by("driver__position", "pk"),
                ),
                "hazards",
            )
            .order_by("name", "pk")
        )


class Programme(ProvenanceFields):
    """A programme that runs already: who, since when, which drivers it addresses, directly or indirectly."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="programmes")
    code = models.SlugField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    owner = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="programmes",
        verbose_name=_("owner"),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=ProgrammeStatus, default=ProgrammeStatus.ONGOING
    )
    year_from = models.PositiveSmallIntegerField(_("from year"), null=True, blank=True)
    year_to = models.PositiveSmallIntegerField(_("to year"), null=True, blank=True)
    drivers = models.ManyToManyField(Driver, through="ProgrammeDriver", related_name="programmes")
    hazards = models.ManyToManyField(Hazard, related_name="programmes", blank=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta(ProvenanceFields.Meta):
        verbose_name = _("existing programme")
        verbose_name_plural = _("existing programmes")
        constraints = [
            *ProvenanceFields.Meta.constraints,
            models.UniqueConstraint(fields=["cycle", "code"], name="programme_code_once_per_cycle"),
            models.CheckConstraint(
                condition=Q(year_to__isnull=True) | Q(year_to__gte=F("year_from")),
                name="programme_years_in_order",
                violation_error_message=_("A programme cannot end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def status_mark(self) -> ProgrammeStatus:
        """The status with its tone and icon."""
        return ProgrammeStatus(self.status)


class ProgrammeDriver(models.Model):
    """A programme addresses a driver, directly or indirectly (100RC actions inventory)."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="driver_links")
    driver = models.ForeignKey(Driver, models.PROTECT, related_name="programme_links")
    is_direct = models.BooleanField(_("addressed directly"), default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "driver"], name="programme_driver_once")]

    def __str__(self) -> str:
        return f"{self.programme} → {self.driver}"
