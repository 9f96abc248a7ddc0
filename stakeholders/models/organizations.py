"""The register of organisations."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, Func, Q, TextField, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.models import ProvenanceFields
from semarang_resilience.core.uploads import stored_in
from semarang_resilience.places.models import District


class Sector(models.TextChoices):
    """The sectors of the forum; survey respondents choose among the same, so that both can be compared."""

    GOVERNMENT = "government", _("Government")
    PRIVATE = "private", _("Private sector")
    ACADEMIA = "academia", _("Academia")
    CIVIL_SOCIETY = "civil_society", _("Civil society organisations")
    COMMUNITY = "community", _("Community")
    MEDIA = "media", _("Media")
    DONOR = "donor", _("Donors")


class Level(models.TextChoices):
    """The level on which an organisation works."""

    CITY = "city", _("City")
    PROVINCE = "province", _("Province")
    NATIONAL = "national", _("National")
    INTERNATIONAL = "international", _("International")


# Former names as one text, to be searched.
FORMER_NAMES = Func(F("former_names"), Value(" "), function="array_to_string", output_field=TextField())


class OrganizationQuerySet(models.QuerySet["Organization"]):
    """Organisations as pages and documents need them."""

    def registered(self) -> OrganizationQuerySet:
        """Those that stand for themselves: what was merged into another one is only its shadow."""
        return self.filter(merged_into__isnull=True)

    def published(self) -> OrganizationQuerySet:
        """Those with a public page."""
        return self.filter(is_published=True)

    def visible_to(self, user: Any) -> OrganizationQuerySet:
        """The whole register for the office, published ones for everybody else."""
        return self.registered() if getattr(user, "is_office", False) else self.published()

    def for_choice(self) -> OrganizationQuerySet:
        """What a form offers, by name."""
        return self.registered().order_by("name", "pk")

    def by_code(self, code: str) -> Organization | None:
        """The organisation with this code; a code that was merged away leads to the one that took it in.

        Two queries at most: merging points everything at the winner, also what was merged into the loser.
        """
        found = self.select_related("merged_into").filter(code=code).first()
        return (found.merged_into or found) if found else None

    def with_words(self, words: str) -> OrganizationQuerySet:
        """Every word stands somewhere in name, acronym or a former name."""
        rows = self.alias(
            former=Func(F("former_names"), Value(" "), function="array_to_string", output_field=TextField())
        )
        for word in words.split():
            rows = rows.filter(
                Q(name__icontains=word) | Q(acronym__icontains=word) | Q(former__icontains=word)
            )
        return rows

    def in_forum(self, cycle_id: int | None) -> OrganizationQuerySet:
        """Organisations that are members of the forum of a cycle."""
        return self.filter(memberships__cycle_id=cycle_id).distinct()

    def with_member_count(self) -> OrganizationQuerySet:
        """Annotate `member_count`: memberships of its people or itself in any forum."""
        return self.annotate(member_count=Count("memberships", distinct=True))

    def for_list(self) -> OrganizationQuerySet:
        """With parent and member count, by name: one query."""
        return self.select_related("parent").with_member_count().order_by("name", "pk")

    def for_detail(self) -> OrganizationQuerySet:
        """With parent, district and winner: one query (memberships: `of_organization` of their queryset)."""
        return self.select_related("parent", "district", "merged_into").defer("district__geometry")


class Organization(ProvenanceFields):
    """A stakeholder organisation: an agency, company, campus, NGO, community, medium or donor.

    `code` is the stable key for people and spreadsheets; `acronym` is what the city calls it. One that was
    merged into another stays as its shadow: its address and its code lead to `merged_into`.
    """

    code = models.SlugField(_("code"), unique=True, max_length=60)
    name = models.CharField(_("name"), max_length=200)
    acronym = models.CharField(_("acronym"), max_length=40, blank=True)
    sector = models.CharField(_("sector"), max_length=20, choices=Sector)
    level = models.CharField(_("level"), max_length=20, choices=Level, default=Level.CITY)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent organisation"),
    )
    description = models.TextField(_("description"), blank=True)
    website = models.URLField(_("website"), blank=True)
    former_names = ArrayField(
        models.CharField(max_length=200), verbose_name=_("former names"), default=list, blank=True
    )
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("district")
    )
    logo = models.ImageField(_("logo"), upload_to=stored_in("logos"), blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", editable=False
    )
    is_published = models.BooleanField(_("public page"), default=False)

    objects = OrganizationQuerySet.as_manager()

    class Meta(ProvenanceFields.Meta):
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            *ProvenanceFields.Meta.constraints,
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="organization_not_its_own_parent",
                violation_error_message=_("An organisation cannot be its own parent."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | (~Q(merged_into=F("id")) & Q(is_published=False)),
                name="organization_merged_is_not_public",
            ),
        ]
        indexes = [models.Index(fields=["sector", "name", "id"])]

    def __str__(self) -> str:
        return self.acronym or self.name

    def get_absolute_url(self) -> str:
        """The public page."""
        return reverse("stakeholders:organization", args=[self.code])

    def is_visible_to(self, user: Any) -> bool:
        """Whether `user` may open its page; elsewhere a hidden organisation is a name without a link."""
        return self.is_published or bool(getattr(user, "is_office", False))
