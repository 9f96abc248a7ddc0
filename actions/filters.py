"""How the action plan is narrowed; pages, exports and API use the same."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Max, Min, Q, QuerySet
from django.utils.text import slugify
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from semarang_resilience.core.models import Cycle
from stakeholders.models import Organization
from strategy.models import Pillar

from .models import Action, ActionQuerySet, ActionStatus
from .models.actions import STARTS_ON

BEFORE_LAUNCH = "0"


class ActionFilter(django_filters.FilterSet):
    """By words, pillar, partner, status, year of the plan and theme.

    The choices come from the rows that the reader may see, so no choice leads to an empty list.
    """

    q = django_filters.CharFilter(label=gettext_lazy("Words"), method="by_words")
    pillar = django_filters.ChoiceFilter(
        field_name="initiative__strategy__pillar__number",
        label=gettext_lazy("Pillar"),
        empty_label=gettext_lazy("All pillars"),
    )
    partner = django_filters.ChoiceFilter(
        label=gettext_lazy("Organisation"), empty_label=gettext_lazy("All organisations"), method="by_partner"
    )
    status = django_filters.ChoiceFilter(
        label=gettext_lazy("Status"),
        choices=ActionStatus.choices,
        empty_label=gettext_lazy("Every status"),
    )
    year = django_filters.ChoiceFilter(
        label=gettext_lazy("Year of the plan"), empty_label=gettext_lazy("All years"), method="by_year"
    )
    theme = django_filters.ChoiceFilter(
        label=gettext_lazy("Theme"), empty_label=gettext_lazy("All themes"), method="by_theme"
    )

    class Meta:
        model = Action
        fields = ("q", "pillar", "partner", "status", "year", "theme")

    def __init__(self, data: Any = None, queryset: QuerySet[Action] | None = None, **kwargs: Any) -> None:
        super().__init__(data, queryset, **kwargs)
        self.cycle = Cycle.objects.current()
        self.themes = _themes(self.queryset)
        for name, choices in (
            ("pillar", _pillars(self.queryset)),
            ("partner", _organizations(self.queryset, getattr(self.request, "user", None))),
            ("year", _years(self.queryset, self.cycle)),
            ("theme", [(slug, label) for slug, (label, _texts) in self.themes.items()]),
        ):
            self.filters[name].extra["choices"] = choices

    def by_words(self, rows: ActionQuerySet, name: str, value: str) -> QuerySet[Action]:
        """Every word stands somewhere in code, name or description, in either language."""
        for word in value.split():
            rows = rows.filter(
                Q(code__iexact=word)
                | Q(name_ind__icontains=word)
                | Q(name_en__icontains=word)
                | Q(description_ind__icontains=word)
                | Q(description_en__icontains=word)
            )
        return rows

    def by_partner(self, rows: ActionQuerySet, name: str, value: str) -> QuerySet[Action]:
        """What the organisation leads or takes part in."""
        return rows.with_organization(Organization.objects.filter(code=value))

    def by_year(self, rows: ActionQuerySet, name: str, value: str) -> QuerySet[Action]:
        """Year 1, 2, … after the launch, or before it."""
        if self.cycle is None:
            return rows.none()
        return (
            rows.before_launch(self.cycle) if value == BEFORE_LAUNCH else rows.in_year(self.cycle, int(value))
        )

    def by_theme(self, rows: ActionQuerySet, name: str, value: str) -> QuerySet[Action]:
        """Themes are named in the address by their Indonesian words, so a link works in both languages."""
        return rows.filter(Q(theme_ind__in=self.themes[value][1]) | Q(theme_en__in=self.themes[value][1]))


def _plain(rows: QuerySet[Action]) -> QuerySet[Action]:
    """The same rows without the joins and counts that a list adds."""
    return Action.objects.filter(pk__in=rows.order_by().values("pk"))


def _pillars(rows: QuerySet[Action]) -> list[tuple[str, str]]:
    found = Pillar.objects.filter(strategies__initiatives__actions__in=_plain(rows)).distinct()
    return [(str(pillar.number), str(pillar)) for pillar in found.order_by("number", "pk")]


def _organizations(rows: QuerySet[Action], user: Any) -> list[tuple[str, str]]:
    """Those whose names the reader may see."""
    plain = _plain(rows)
    found = Organization.objects.visible_to(user).filter(
        Q(pk__in=plain.values("lead")) | Q(pk__in=plain.values("partnerships__organization"))
    )
    return [(each.code, str(each)) for each in sorted(found, key=lambda each: (str(each).lower(), each.pk))]


def _years(rows: QuerySet[Action], cycle: Cycle | None) -> list[tuple[str, str]]:
    """From year 1 to the year of the last start; nothing while the launch is unknown."""
    if cycle is None or cycle.launched_on is None:
        return []
    span = _plain(rows).aggregate(first=Min(STARTS_ON), last=Max(STARTS_ON))
    if span["first"] is None:
        return []
    last = cycle.year_of(span["last"]) or 0
    choices = [(str(year), _("Year %(year)s") % {"year": year}) for year in range(1, last + 1)]
    return (
        [(BEFORE_LAUNCH, _("Before the launch")), *choices] if span["first"] < cycle.launched_on else choices
    )


def _themes(rows: QuerySet[Action]) -> dict[str, tuple[str, list[str]]]:
    """Slug -> (label in the reader's language, the stored words that share the slug)."""
    texts = _plain(rows).order_by("theme_ind", "theme_en").values_list("theme_ind", "theme_en").distinct()
    themes: dict[str, tuple[str, list[str]]] = {}
    for indonesian, english in texts:
        words = indonesian or english
        if not words:
            continue
        label = english if get_language() == "en" and english else words
        _label, stored = themes.setdefault(slugify(words), (label, []))
        stored.append(words)
    return dict(sorted(themes.items(), key=lambda item: item[1][0].lower()))
