"""Membership in the city resilience forum (forum ketahanan kota) of one cycle."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.models import Cycle, ProvenanceFields

from .organizations import Organization, Sector
from .people import Person


class ForumRole(models.TextChoices):
    """What a member does in the forum."""

    MEMBER = "member", _("Member")
    CHAIR = "chair", _("Chair")
    SECRETARY = "secretary", _("Secretary")
    RESOURCE = "resource", _("Resource person")


class ForumMembershipQuerySet(models.QuerySet["ForumMembership"]):
    """Members of the forum."""

    def in_cycle(self, cycle_id: int | None) -> ForumMembershipQuerySet:
        """Members of one cycle's forum."""
        return self.filter(cycle_id=cycle_id)

    def active(self, on: date) -> ForumMembershipQuerySet:
        """Members on a day: joined by then, not left yet."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=on), since__lte=on)

    def visible_to(self, user: Any) -> ForumMembershipQuerySet:
        """Everything for the office; for others the members whose organisation has a public page."""
        return self if getattr(user, "is_office", False) else self.filter(organization__is_published=True)

    def named_in_public(self) -> ForumMembershipQuerySet:
        """Members represented by somebody who agreed to be named."""
        return self.filter(person__agreed_to_be_named=True)

    def by_sector(self) -> list[tuple[Sector, list[Organization]]]:
        """Their organisations, by name, under each sector: one query."""
        organizations = Organization.objects.filter(pk__in=self.values("organization")).order_by("name", "pk")
        groups: dict[str, list[Organization]] = {}
        for organization in organizations:
            groups.setdefault(organization.sector, []).append(organization)
        return [(sector, groups[sector]) for sector in Sector if sector in groups]

    def composition(self) -> models.QuerySet[ForumMembership, dict[str, object]]:
        """Rows {sector, organizations, members}: how many organisations and people each sector sends."""
        return (
            self.order_by()
            .values(sector=F("organization__sector"))
            .annotate(
                organizations=Count("organization", distinct=True), members=Count("person", distinct=True)
            )
            .order_by("organization__sector")
        )

    def of_organization(self, organization: Organization) -> ForumMembershipQuerySet:
        """Memberships of one organisation with cycle and person, newest cycle first: one query."""
        return (
            self.filter(organization=organization)
            .select_related("cycle", "person")
            .order_by("-cycle__planned_start", "person__name", "pk")
        )

    def with_expertise(self, code: str) -> ForumMembershipQuerySet:
        """Members whose field this driver is."""
        return self.filter(expertise__contains=[code])

    def for_list(self) -> ForumMembershipQuerySet:
        """With person and organisation, by sector and name: one query."""
        return self.select_related("person", "organization", "cycle").order_by(
            "organization__sector", "organization__name", "person__name", "pk"
        )


class ForumMembership(ProvenanceFields):
    """An organisation (with, where known, the person who represents it) in the forum of a cycle.

    `expertise` holds driver numbers of the cycle's framework ("9") as plain codes, because
    stakeholders stand below assessment and may not point upward.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="memberships", verbose_name=_("cycle"))
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=12, choices=ForumRole, default=ForumRole.MEMBER)
    expertise = ArrayField(
        models.CharField(max_length=10), verbose_name=_("fields of expertise"), default=list, blank=True
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    objects = ForumMembershipQuerySet.as_manager()

    class Meta(ProvenanceFields.Meta):
        verbose_name = _("forum membership")
        verbose_name_plural = _("forum memberships")
        constraints = [
            *ProvenanceFields.Meta.constraints,
            models.UniqueConstraint(
                fields=["cycle", "organization", "person"],
                nulls_distinct=False,
                name="forum_member_once_per_cycle",
                violation_error_message=_("This member is in the forum already."),
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="forum_membership_dates_in_order",
                violation_error_message=_("A membership cannot end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person or self.organization} ({self.cycle})"


class TargetDimension(models.TextChoices):
    """By what the office wants the forum to be balanced."""

    SECTOR = "sector", _("Sector")
    LEVEL = "level", _("Level")
    DISTRICT = "district", _("District")
    GENDER = "gender", _("Gender")
    EXPERTISE = "expertise", _("Field of expertise")
    SECTOR_EXPERTISE = "sector_expertise", _("Sector and field of expertise")


class ForumTarget(models.Model):
    """How many members the forum of a cycle should have in a group; the gap to it is computed.

    `code` is a sector, level, district code, gender or driver number; for a sector with a field of
    expertise "private:11".
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="forum_targets")
    dimension = models.CharField(_("by"), max_length=20, choices=TargetDimension)
    code = models.CharField(_("group"), max_length=40)
    wanted = models.PositiveSmallIntegerField(_("members wanted"))

    class Meta:
        verbose_name = _("target of the forum")
        verbose_name_plural = _("targets of the forum")
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "dimension", "code"],
                name="forum_target_once",
                violation_error_message=_("There is a target for this group already."),
            ),
            models.CheckConstraint(condition=Q(wanted__gte=1), name="forum_target_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.dimension} {self.code}: {self.wanted}"
