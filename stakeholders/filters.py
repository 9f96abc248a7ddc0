"""How lists of organisations and members are narrowed; pages and API use the same."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.models import Cycle
from semarang_resilience.places.models import District

from .models import (
    Agreement,
    AgreementQuerySet,
    AgreementState,
    Engagement,
    EngagementKind,
    EngagementStatus,
    ForumMembership,
    Gender,
    Level,
    Organization,
    OrganizationQuerySet,
    Person,
    Sector,
)


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
        """Every word stands somewhere in name, acronym or a former name."""
        return rows.with_words(value)

    def by_forum(self, rows: OrganizationQuerySet, name: str, value: str) -> QuerySet[Any]:
        """Members of the forum of the current cycle; a subquery, because a join would spoil counts."""
        cycle = Cycle.objects.current()
        members = ForumMembership.objects.in_cycle(cycle.pk if cycle else None).values("organization")
        return rows.filter(pk__in=members)


class RegisterFilter(OrganizationFilter):
    """The office narrows the register by what the public does not see, too."""

    district = django_filters.ModelChoiceFilter(
        label=_("District"),
        queryset=District.objects.defer("geometry").order_by("name", "code"),
        empty_label=_("All districts"),
    )
    published = django_filters.ChoiceFilter(
        field_name="is_published",
        label=_("Public page"),
        choices=[("True", _("Has one")), ("False", _("Has none"))],
        empty_label=_("All"),
    )

    class Meta:
        model = Organization
        fields = ("q", "sector", "level", "forum", "district", "published")


class PersonFilter(django_filters.FilterSet):
    """By words of person or organisation, sector, gender, and whether they may be named."""

    q = django_filters.CharFilter(label=_("Name"), method="by_words")
    sector = django_filters.ChoiceFilter(
        field_name="organization__sector",
        label=_("Sector"),
        choices=Sector.choices,
        empty_label=_("All sectors"),
    )
    gender = django_filters.ChoiceFilter(label=_("Gender"), choices=Gender.choices, empty_label=_("All"))
    forum = django_filters.ChoiceFilter(
        label=_("Forum"),
        choices=[("1", _("Members of the forum")), ("0", _("In no forum yet"))],
        empty_label=_("All"),
        method="by_forum",
    )

    class Meta:
        model = Person
        fields = ("q", "sector", "gender", "forum")

    def by_words(self, rows: QuerySet[Person], name: str, value: str) -> QuerySet[Any]:
        """Every word stands somewhere in name, position, e-mail or organisation."""
        for word in value.split():
            rows = rows.filter(
                Q(name__icontains=word)
                | Q(position__icontains=word)
                | Q(email__icontains=word)
                | Q(organization__name__icontains=word)
                | Q(organization__acronym__icontains=word)
            )
        return rows

    def by_forum(self, rows: QuerySet[Person], name: str, value: str) -> QuerySet[Any]:
        """Members of the current cycle's forum, or people who are in no forum at all."""
        if value == "0":
            return rows.filter(memberships__isnull=True)
        cycle = Cycle.objects.current()
        members = ForumMembership.objects.in_cycle(cycle.pk if cycle else None).filter(person__isnull=False)
        return rows.filter(pk__in=members.values("person"))


class EngagementFilter(django_filters.FilterSet):
    """By words, kind, state and year."""

    q = django_filters.CharFilter(label=_("Title or place"), method="by_words")
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=EngagementKind.choices, empty_label=_("All kinds")
    )
    status = django_filters.ChoiceFilter(
        label=_("State"), choices=EngagementStatus.choices, empty_label=_("All")
    )
    year = django_filters.NumberFilter(
        field_name="held_on", lookup_expr="year", label=_("Year"), min_value=1900, max_value=2200
    )

    class Meta:
        model = Engagement
        fields = ("q", "kind", "status", "year")

    def by_words(self, rows: QuerySet[Engagement], name: str, value: str) -> QuerySet[Any]:
        """Every word stands somewhere in a title of either language, the place or the code."""
        for word in value.split():
            rows = rows.filter(
                Q(title_ind__icontains=word)
                | Q(title_en__icontains=word)
                | Q(place__icontains=word)
                | Q(code__icontains=word)
            )
        return rows


class AgreementFilter(django_filters.FilterSet):
    """By words of title, number or organisation, and by the state on a day."""

    q = django_filters.CharFilter(label=_("Title or organisation"), method="by_words")
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=AgreementState.choices, empty_label=_("All"), method="by_state"
    )

    class Meta:
        model = Agreement
        fields = ("q", "state")

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        self.on = on
        super().__init__(*args, **kwargs)

    def by_words(self, rows: QuerySet[Agreement], name: str, value: str) -> QuerySet[Any]:
        """Every word stands somewhere in title, number or organisation."""
        for word in value.split():
            rows = rows.filter(
                Q(title__icontains=word)
                | Q(number__icontains=word)
                | Q(organization__name__icontains=word)
                | Q(organization__acronym__icontains=word)
            )
        return rows

    def by_state(self, rows: AgreementQuerySet, name: str, value: str) -> QuerySet[Any]:
        """Where they stand on the day of the page."""
        return rows.in_state(value, self.on)


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
