"""Shocks and stresses, by the city's own list."""

from __future__ import annotations

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.models import Cycle, ProvenanceFields


class HazardKind(models.TextChoices):
    """Shock (guncangan): sudden. Stress (tekanan): chronic or periodic."""

    SHOCK = "shock", _("Shock")
    STRESS = "stress", _("Stress")


class HazardQuerySet(models.QuerySet["Hazard"]):
    """Shocks and stresses."""

    def for_list(self) -> HazardQuerySet:
        """In the city's own order, shocks first: one query."""
        return self.order_by("kind", "position", "pk")

    def for_overview(self) -> HazardQuerySet:
        """With the number of assets they reach, programmes and published findings: one query."""
        return self.for_list().annotate(
            asset_count=Count("exposures", distinct=True),
            programme_count=Count("programmes", distinct=True),
            finding_count=Count(
                "findings", filter=Q(findings__is_published=True, findings__status="accepted"), distinct=True
            ),
        )

    def in_current_cycle(self) -> HazardQuerySet:
        """Those of the cycle that pages show: one query together with its rows."""
        return self.filter(cycle__in=Cycle.objects.order_by("-planned_start", "-pk").values("pk")[:1])


class Hazard(ProvenanceFields):
    """A shock or stress of the city's list, with the standard term where one fits.

    The city's list is not a subset of the standard one (economic crisis is a stress here), so the
    standard term is a plain label, not a key.
    """

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="hazards")
    slug = models.SlugField(_("code"), max_length=60)
    kind = models.CharField(_("kind"), max_length=6, choices=HazardKind)
    position = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    standard_term = models.CharField(_("standard term"), max_length=120, blank=True)

    objects = HazardQuerySet.as_manager()

    class Meta(ProvenanceFields.Meta):
        verbose_name = _("shock or stress")
        verbose_name_plural = _("shocks and stresses")
        constraints = [
            *ProvenanceFields.Meta.constraints,
            models.UniqueConstraint(fields=["cycle", "slug"], name="hazard_slug_once_per_cycle"),
            models.UniqueConstraint(fields=["cycle", "kind", "position"], name="hazard_position_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The public list, at this hazard."""
        return f"{reverse('assessment:hazards')}#{self.slug}"
