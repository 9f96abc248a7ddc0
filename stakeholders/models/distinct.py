"""Pairs that look alike and are not the same: what somebody has said once is not asked again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .organizations import Organization
from .people import Person


class DistinctPair(models.Model):
    """Two rows of which somebody said that they are different; `first` is the one with the lower number."""

    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    said_at = models.DateTimeField()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="%(class)s_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="%(class)s_in_order"),
        ]


class DistinctOrganizations(DistinctPair):
    """Two organisations with names alike."""

    first = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    second = models.ForeignKey(Organization, models.CASCADE, related_name="+")

    class Meta(DistinctPair.Meta):
        verbose_name = _("pair of different organisations")
        verbose_name_plural = _("pairs of different organisations")

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"


class DistinctPeople(DistinctPair):
    """Two people with names alike."""

    first = models.ForeignKey(Person, models.CASCADE, related_name="+")
    second = models.ForeignKey(Person, models.CASCADE, related_name="+")

    class Meta(DistinctPair.Meta):
        verbose_name = _("pair of different people")
        verbose_name_plural = _("pairs of different people")

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"


# Which table says it about which model.
DISTINCT: dict[type[models.Model], type[DistinctOrganizations] | type[DistinctPeople]] = {
    Organization: DistinctOrganizations,
    Person: DistinctPeople,
}
