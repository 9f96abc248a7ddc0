"""Critical assets and what threatens them."""

from __future__ import annotations

from django.db import models
from django.db.models import Count, F, Max, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.choices import ToneChoices
from semarang_resilience.core.models import Cycle, ProvenanceFields
from semarang_resilience.places.models import Ward
from stakeholders.models import Organization

from .hazards import Hazard


class AssetKind(models.TextChoices):
    """Groups of critical assets."""

    ENERGY = "energy", _("Energy")
    WATER = "water", _("Water supply")
    DRAINAGE = "drainage", _("Flood control and drainage")
    TRANSPORT = "transport", _("Transport")
    COMMUNICATIONS = "communications", _("Communications")
    HEALTH = "health", _("Health")
    EDUCATION = "education", _("Education")
    GOVERNMENT = "government", _("Government")
    ECONOMIC = "economic", _("Economy")
    NATURAL = "natural", _("Nature")
    CULTURAL = "cultural", _("Social and cultural")


class ExposureLevel(models.IntegerChoices):
    """Three steps for exposure and consequence; the words are shown, the numbers only multiply."""

    LOW = 1, _("Low")
    MEDIUM = 2, _("Medium")
    HIGH = 3, _("High")


class RiskBand(ToneChoices):
    """Exposure x consequence (1 to 9) in three words."""

    LOW = "low", "success", "circle", _("Low risk")
    MEDIUM = "medium", "warning", "circle-alert", _("Medium risk")
    HIGH = "high", "danger", "triangle-alert", _("High risk")

    @classmethod
    def of(cls, score: int) -> RiskBand:
        """1 and 2 are low, 3 and 4 medium, 6 and 9 high."""
        return cls.LOW if score <= 2 else cls.MEDIUM if score <= 4 else cls.HIGH


class AssetQuerySet(models.QuerySet["Asset"]):
    """Critical assets."""

    def with_risk(self) -> AssetQuerySet:
        """Annotate `worst_score` beside `total_score`, since a sum hides a single catastrophic pair."""
        return self.annotate(
            worst_score=Max("exposures__score"),
            total_score=Sum("exposures__score"),
            exposure_count=Count("exposures"),
        )

    def for_list(self) -> AssetQuerySet:
        """With risk, ward, district, owner and exposures, but without polygons: two queries."""
        return (
            self.with_risk()
            .select_related("ward__district", "owner")
            .defer("ward__geometry", "ward__district__geometry")
            .prefetch_related(
                models.Prefetch(
                    "exposures", Exposure.objects.select_related("hazard").order_by("hazard__position", "pk")
                )
            )
            .order_by("kind", "name", "pk")
        )

    def for_detail(self) -> AssetQuerySet:
        """As the list: two queries."""
        return self.for_list()


class Asset(ProvenanceFields):
    """Something whose failure would hurt the whole city.

    Place names of the source that do not match a ward stay in `note`.
    """

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="assets")
    code = models.SlugField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=AssetKind)
    ward = models.ForeignKey(
        Ward, models.PROTECT, null=True, blank=True, related_name="assets", verbose_name=_("ward")
    )
    owner = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="assets", verbose_name=_("owner")
    )
    capacity = models.CharField(_("capacity"), max_length=120, blank=True)
    criticality = models.PositiveSmallIntegerField(
        _("criticality"), choices=ExposureLevel, default=ExposureLevel.MEDIUM
    )
    reason = models.TextField(_("why it is critical"), blank=True)
    note = models.TextField(_("note on the source"), blank=True)

    objects = AssetQuerySet.as_manager()

    class Meta(ProvenanceFields.Meta):
        verbose_name = _("critical asset")
        verbose_name_plural = _("critical assets")
        constraints = [
            *ProvenanceFields.Meta.constraints,
            models.UniqueConstraint(fields=["cycle", "code"], name="asset_code_once_per_cycle"),
            models.CheckConstraint(condition=Q(criticality__range=(1, 3)), name="asset_criticality_in_range"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The public page."""
        return reverse("assessment:asset", args=[self.code])

    @property
    def place(self) -> str:
        """Ward and district in words; empty where the source names none."""
        return f"{self.ward.name}, {self.ward.district.name}" if self.ward else ""

    @property
    def worst_band(self) -> RiskBand | None:
        """The worst pair in words; needs `with_risk()` (every `for_*` has it)."""
        score: int | None = self.worst_score  # type: ignore[attr-defined]
        return None if score is None else RiskBand.of(score)


class Exposure(ProvenanceFields):
    """How a shock or stress reaches an asset: exposure x consequence, each 1 to 3, with its source."""

    asset = models.ForeignKey(Asset, models.CASCADE, related_name="exposures")
    hazard = models.ForeignKey(Hazard, models.CASCADE, related_name="exposures")
    exposure = models.PositiveSmallIntegerField(_("exposure"), choices=ExposureLevel)
    consequence = models.PositiveSmallIntegerField(_("consequence"), choices=ExposureLevel)
    score = models.GeneratedField(
        expression=F("exposure") * F("consequence"),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )
    note = models.TextField(_("note"), blank=True)

    class Meta(ProvenanceFields.Meta):
        verbose_name = _("exposure")
        verbose_name_plural = _("exposures")
        constraints = [
            *ProvenanceFields.Meta.constraints,
            models.UniqueConstraint(fields=["asset", "hazard"], name="exposure_once_per_pair"),
            models.CheckConstraint(
                condition=Q(exposure__range=(1, 3), consequence__range=(1, 3)),
                name="exposure_levels_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asset} × {self.hazard}"

    @property
    def band(self) -> RiskBand:
        """The score in words."""
        return RiskBand.of(self.score)
