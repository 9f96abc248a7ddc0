"""The activity log, and the cycle: one run of the resilience programme with its phases."""

# The kernel knows nobody, so the type checker cannot see the managers that point to it:
# mypy: disable-error-code="django-manager-missing"

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .choices import Provenance


class ProvenanceFields(models.Model):
    """Where a row comes from: the office, a quoted source (which it then must name), or an example."""

    provenance = models.CharField(
        _("provenance"), max_length=10, choices=Provenance, default=Provenance.OFFICE
    )
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~Q(provenance="quoted") | ~Q(source=""),
                name="%(app_label)s_%(class)s_quoted_has_source",
                violation_error_message=_("A quoted statement must name its source."),
            )
        ]

    @property
    def is_example(self) -> bool:
        """Whether the row was invented to show a feature."""
        return self.provenance == Provenance.EXAMPLE

    @property
    def is_quoted(self) -> bool:
        """Whether the row is quoted from `source`."""
        return self.provenance == Provenance.QUOTED


class Activity(models.Model):
    """One thing that somebody did; never changed, never deleted."""

    verb = models.CharField(max_length=60)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    actor_label = models.CharField(max_length=200, blank=True)
    target_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    target_id = models.CharField(max_length=40)
    target_label = models.CharField(max_length=200)
    data = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        indexes = [
            models.Index(fields=["target_type", "target_id", "-at", "-id"]),
            models.Index(fields=["-at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.target_label}"


class CycleQuerySet(models.QuerySet["Cycle"]):
    """Runs of the programme."""

    def current(self) -> Cycle | None:
        """The newest cycle that has started: the one that pages show when none is named."""
        return self.order_by("-planned_start", "-pk").first()

    def for_detail(self) -> CycleQuerySet:
        """With phases, in two queries."""
        return self.prefetch_related(models.Prefetch("phases", Phase.objects.order_by("position", "pk")))


class Cycle(ProvenanceFields):
    """One run of the resilience programme (100RC: six to nine months planned), with planned and actual dates.

    Year 1 of the action plan starts on `launched_on`, so nothing is reckoned before the launch is known.
    """

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=200)
    planned_start = models.DateField(_("planned start"))
    planned_end = models.DateField(_("planned end"))
    actual_start = models.DateField(_("actual start"), null=True, blank=True)
    launched_on = models.DateField(_("launched on"), null=True, blank=True)

    objects = CycleQuerySet.as_manager()

    class Meta(ProvenanceFields.Meta):
        verbose_name = _("cycle")
        verbose_name_plural = _("cycles")
        constraints = [
            *ProvenanceFields.Meta.constraints,
            models.CheckConstraint(
                condition=Q(planned_end__gte=F("planned_start")),
                name="cycle_planned_dates_in_order",
                violation_error_message=_("The planned end must not lie before the planned start."),
            ),
            models.CheckConstraint(
                condition=Q(launched_on__isnull=True)
                | Q(actual_start__isnull=True)
                | Q(launched_on__gte=F("actual_start")),
                name="cycle_launch_after_start",
                violation_error_message=_("The launch must not lie before the actual start."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def year_of(self, day: date) -> int | None:
        """The year of the action plan (1, 2, …) in which `day` lies, from the launch on; None before it."""
        if self.launched_on is None or day < self.launched_on:
            return None
        whole = day.year - self.launched_on.year
        return whole + ((day.month, day.day) >= (self.launched_on.month, self.launched_on.day))


class Phase(ProvenanceFields):
    """A stage of a cycle: what it takes in, what it produces, when it was planned and when it took place."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="phases")
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=200)
    summary = models.TextField(_("summary"), blank=True)
    inputs = models.TextField(_("inputs"), blank=True)
    outputs = models.TextField(_("outputs"), blank=True)
    planned_start = models.DateField(_("planned start"), null=True, blank=True)
    planned_end = models.DateField(_("planned end"), null=True, blank=True)
    actual_start = models.DateField(_("actual start"), null=True, blank=True)
    actual_end = models.DateField(_("actual end"), null=True, blank=True)

    class Meta(ProvenanceFields.Meta):
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        constraints = [
            *ProvenanceFields.Meta.constraints,
            models.UniqueConstraint(fields=["cycle", "position"], name="phase_position_once"),
            models.CheckConstraint(
                condition=Q(planned_end__isnull=True) | Q(planned_end__gte=F("planned_start")),
                name="phase_planned_dates_in_order",
                violation_error_message=_("The planned end must not lie before the planned start."),
            ),
            models.CheckConstraint(
                condition=Q(actual_end__isnull=True) | Q(actual_end__gte=F("actual_start")),
                name="phase_actual_dates_in_order",
                violation_error_message=_("The actual end must not lie before the actual start."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The public page of the stages, at this phase."""
        return f"{reverse('portal:stages')}#fase-{self.position}"


# Django finds models here; these have a package of their own.
from .importing.models import ImportRow, ImportRun  # noqa: E402, F401
