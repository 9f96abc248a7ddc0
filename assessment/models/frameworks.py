"""Resilience frameworks as versioned data: CRF 2014 has 4 dimensions, 12 drivers; CRF 2024 has 22 goals."""

from __future__ import annotations

from django.db import models
from django.db.models import Count, Exists, Q
from django.utils.translation import gettext_lazy as _


class Framework(models.Model):
    """A version of a resilience framework. Its counts are data, never constants in the code."""

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=120)
    version = models.CharField(_("version"), max_length=20)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("framework")
        verbose_name_plural = _("frameworks")

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Dimension(models.Model):
    """A dimension (aspect) of a framework; its position is its order on the wheel."""

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="dimensions")
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("dimension")
        verbose_name_plural = _("dimensions")
        constraints = [
            models.UniqueConstraint(fields=["framework", "position"], name="dimension_position_once")
        ]

    def __str__(self) -> str:
        return self.name


class DriverQuerySet(models.QuerySet["Driver"]):
    """Drivers (penggerak)."""

    def for_list(self) -> DriverQuerySet:
        """With dimension, in the order of the wheel: one query."""
        return self.select_related("dimension").order_by("dimension__position", "position", "pk")

    def in_use(self, cycle_id: int | None) -> DriverQuerySet:
        """Drivers of the frameworks that a cycle's surveys or programmes use, in the order of the wheel.

        A cycle that uses none yet gets the newest framework.
        """
        used = Framework.objects.filter(
            Q(survey_versions__survey__cycle=cycle_id)
            | Q(dimensions__drivers__programme_links__programme__cycle=cycle_id)
        ).values("pk")
        newest = Framework.objects.order_by("-pk").values("pk")[:1]
        frameworks = Q(dimension__framework__in=used) | Q(~Exists(used), dimension__framework__in=newest)
        return self.for_list().filter(frameworks)

    def with_coverage(self, cycle_id: int | None) -> DriverQuerySet:
        """Annotate how many programmes of a cycle address the driver: `direct_count`, `indirect_count`."""

        def programmes(is_direct: bool) -> Count:
            links = {"programme_links__programme__cycle": cycle_id, "programme_links__is_direct": is_direct}
            return Count("programme_links", filter=Q(**links), distinct=True)

        return self.annotate(direct_count=programmes(True), indirect_count=programmes(False))


class Driver(models.Model):
    """A driver of resilience (penggerak): what a city does or has that makes it resilient."""

    dimension = models.ForeignKey(Dimension, models.CASCADE, related_name="drivers")
    position = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=60)
    description = models.TextField(_("description"), blank=True)

    objects = DriverQuerySet.as_manager()

    class Meta:
        verbose_name = _("driver")
        verbose_name_plural = _("drivers")
        constraints = [models.UniqueConstraint(fields=["dimension", "position"], name="driver_position_once")]

    def __str__(self) -> str:
        return f"{self.position}. {self.name}"
