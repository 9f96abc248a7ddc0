"""People who act for an organisation."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.models import ProvenanceFields
from semarang_resilience.places.models import District

from .organizations import Organization


class Gender(models.TextChoices):
    """Only where the person gave it."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    UNSTATED = "unstated", _("Not stated")


class PersonQuerySet(models.QuerySet["Person"]):
    """People."""

    def registered(self) -> PersonQuerySet:
        """Those that stand for themselves: neither merged into somebody nor erased."""
        return self.filter(merged_into__isnull=True, erased_at__isnull=True)

    def for_choice(self) -> PersonQuerySet:
        """Whom a form offers, with organisation, by name: one query."""
        return self.registered().for_list()

    def for_list(self) -> PersonQuerySet:
        """With organisation, by name: one query."""
        return self.select_related("organization").order_by("name", "pk")

    def named_in_public(self) -> PersonQuerySet:
        """Those who agreed to be named."""
        return self.filter(agreed_to_be_named=True)


class Person(ProvenanceFields):
    """A person who acts for an organisation. Example data name a function ("Wakil Bappeda"), never a person.

    Named in public only with `agreed_to_be_named`.
    """

    name = models.CharField(_("name"), max_length=150)
    position = models.CharField(_("position"), max_length=150, blank=True)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="people", verbose_name=_("organisation")
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    gender = models.CharField(_("gender"), max_length=10, choices=Gender, default=Gender.UNSTATED)
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("district")
    )
    language = models.CharField(_("language of letters"), max_length=2, default="id")
    agreed_to_be_named = models.BooleanField(_("agreed to be named in public"), default=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="person",
        verbose_name=_("account"),
    )

    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", editable=False
    )
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta(ProvenanceFields.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            *ProvenanceFields.Meta.constraints,
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(email="", phone="", agreed_to_be_named=False, user__isnull=True),
                name="person_erased_is_empty",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="person_not_merged_into_itself",
            ),
        ]
        indexes = [models.Index(fields=["name", "id"])]

    def __str__(self) -> str:
        return self.name
