"""Filters of the lists that no page filters; all others take the filters of their pages."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assessment.models import FocusArea, FocusAreaStatus
from semarang_resilience.documents.models import DocumentKind, Edition
from strategy.models import Initiative


class FocusAreaFilter(django_filters.FilterSet):
    """Chosen or not chosen."""

    status = django_filters.ChoiceFilter(label=_("Status"), choices=FocusAreaStatus.choices)

    class Meta:
        model = FocusArea
        fields = ("status",)


class InitiativeFilter(django_filters.FilterSet):
    """By the number of the pillar and the code of a focus area."""

    pillar = django_filters.NumberFilter(label=_("Pillar"), field_name="strategy__pillar__number")
    focus_area = django_filters.CharFilter(label=_("Focus area"), method="answering")

    class Meta:
        model = Initiative
        fields = ("pillar", "focus_area")

    def answering(self, rows: QuerySet[Initiative], name: str, value: str) -> QuerySet[Initiative]:
        """Published focus areas only; by subquery, so that the joins of the list stay as they are."""
        areas = FocusArea.objects.published().filter(slug=value)
        return rows.filter(pk__in=Initiative.objects.filter(focus_areas__in=areas).values("pk"))


class EditionFilter(django_filters.FilterSet):
    """By document and language."""

    document = django_filters.ChoiceFilter(
        label=_("Document"), field_name="document__kind", choices=DocumentKind.choices
    )

    class Meta:
        model = Edition
        fields = ("document", "language")
