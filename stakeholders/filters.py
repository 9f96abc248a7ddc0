"""How lists of organisations and members are narrowed; pages and API use the same."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.models import Cycle

from .models import ForumMembership, Level, Organization, OrganizationQuerySet, Sector


class OrganizationFilter(django_filters.FilterSet):
    """By words of the name, sector, level and membership in the forum of the current cycle."""

    q = django_filters.CharFilter(label=_("Name"), method="by_words")
    sector = django_filters.ChoiceFilter(
        label=_("Sector"), choices=Sector.choices, empty_label=_("All sectors")
    )
    level = django_filters.ChoiceFilter(label=_("Level"), choices=Level.choices, empty_label=_("All levels"))
    forum = django_filters.ChoiceFilter(
        label=_("Forum"), choices=[("1", _("Members of the forum"))], empty_label=_("All"), method="by_forum"
    )

    class Meta:
        model = Organization
        fields = ("q", "sector", "level", "forum")

    def by_words(self, rows: OrganizationQuerySet, name: str, value: str) -> QuerySet[Any]:
        """Every word stands somewhere in name or acronym."""
        for word in value.split():
            rows = rows.filter(Q(name__icontains=word) | Q(acronym__icontains=word))
        return rows

    def by_forum(self, rows: OrganizationQuerySet, name: str, value: str) -> QuerySet[Any]:
        """Members of the forum of the current cycle; a subquery, because a join would spoil counts."""
        cycle = Cycle.objects.current()
        members = ForumMembership.objects.in_cycle(cycle.pk if cycle else None).values("organization")
        return rows.filter(pk__in=members)


class MembershipFilter(django_filters.FilterSet):
    """By words of person or organisation, and by sector."""

    q = django_filters.CharFilter(label=_("Name"), method="by_words")
    sector = django_filters.ChoiceFilter(
        field_name="organization__sector",
        label=_("Sector"),
        choices=Sector.choices,
        empty_label=_("All sectors"),
    )

    class Meta:
        model = ForumMembership
        fields = ("q", "sector")

    def by_words(self, rows: QuerySet[ForumMembership], name: str, value: str) -> QuerySet[Any]:
        """Every word stands somewhere in the names of person or organisation."""
        for word in value.split():
            rows = rows.filter(
                Q(person__name__icontains=word)
                | Q(organization__name__icontains=word)
                | Q(organization__acronym__icontains=word)
            )
        return rows
