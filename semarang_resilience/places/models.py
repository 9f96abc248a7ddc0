"""City, district and ward, keyed by the codes of the Ministry of Home Affairs.

Names are no keys: Purwosari and Mangunharjo each exist twice in Semarang. Polygons are GeoJSON
geometries (WGS84, [lng, lat]) for display only; areas to print come from the statistics office.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class City(models.Model):
    """The city whose programme this is."""

    code = models.CharField(_("code"), max_length=20, primary_key=True)
    name = models.CharField(_("name"), max_length=100)
    geometry = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("city")
        verbose_name_plural = _("cities")

    def __str__(self) -> str:
        return self.name


class DistrictQuerySet(models.QuerySet["District"]):
    """Kecamatan."""

    def for_list(self) -> DistrictQuerySet:
        """By code, without the polygons: one query."""
        return self.defer("geometry").order_by("code")


class District(models.Model):
    """A kecamatan."""

    code = models.CharField(_("code"), max_length=20, primary_key=True)
    city = models.ForeignKey(City, models.PROTECT, related_name="districts")
    name = models.CharField(_("name"), max_length=100)
    area_km2 = models.DecimalField(_("area (km²)"), max_digits=8, decimal_places=3, null=True, blank=True)
    geometry = models.JSONField(default=dict, blank=True)

    objects = DistrictQuerySet.as_manager()

    class Meta:
        verbose_name = _("district")
        verbose_name_plural = _("districts")
        constraints = [models.UniqueConstraint(fields=["city", "name"], name="district_name_once_in_city")]

    def __str__(self) -> str:
        return self.name


class WardQuerySet(models.QuerySet["Ward"]):
    """Kelurahan."""

    def for_list(self) -> WardQuerySet:
        """With district, without polygons, by code: one query."""
        return self.select_related("district").defer("geometry", "district__geometry").order_by("code")


class Ward(models.Model):
    """A kelurahan."""

    code = models.CharField(_("code"), max_length=20, primary_key=True)
    district = models.ForeignKey(District, models.PROTECT, related_name="wards")
    name = models.CharField(_("name"), max_length=100)
    geometry = models.JSONField(default=dict, blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("ward")
        verbose_name_plural = _("wards")
        constraints = [
            models.UniqueConstraint(fields=["district", "name"], name="ward_name_once_in_district")
        ]

    def __str__(self) -> str:
        return self.name
