"""The filters of the lists; pages and API use the same, so a link means the same in both."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_fieldname

from semarang_resilience.core.models import Cycle
from semarang_resilience.places.models import District

from .models import (
    Asset,
    AssetKind,
    BankQuestion,
    Driver,
    Finding,
    FindingKind,
    FindingStatus,
    Hazard,
    HazardKind,
    Programme,
    ProgrammeStatus,
    QuestionKind,
)

ANY = _("All")


def hazards_of_the_cycle(request: Any = None) -> QuerySet[Hazard]:
    """The choices of a hazard filter."""
    return Hazard.objects.in_current_cycle().for_list()


def drivers_of_the_cycle(request: Any = None) -> QuerySet[Driver]:
    """The choices of a driver filter."""
    cycle = Cycle.objects.current()
    return Driver.objects.in_use(cycle.pk if cycle else None)


class WordsFilter(django_filters.CharFilter):
    """Words that must occur in one of the translated fields, in either language."""

    def __init__(self, *, fields: tuple[str, ...], **options: Any) -> None:
        super().__init__(label=_("Words"), **options)
        self.columns = [build_localized_fieldname(name, code) for name in fields for code in ("id", "en")]

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Every word narrows the list."""
        for word in (value or "").split():
            found = Q()
            for column in self.columns:
                found |= Q(**{f"{column}__icontains": word})
            rows = rows.filter(found)
        return rows


class ViewFilter(django_filters.ChoiceFilter):
    """Which view of a list is shown; travels with the filters and filters nothing."""

    def __init__(self, *views: str) -> None:
        super().__init__(choices=[(view, view) for view in views], widget=forms.HiddenInput)

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        """All rows."""
        return rows


def views_of(request: HttpRequest, views: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """The address of each view with the filters in force, and whether it is shown; "" is the first view."""
    links = {}
    for view in views:
        query = request.GET.copy()
        for name in ("view", "page"):
            query.pop(name, None)
        if view:
            query["view"] = view
        url = f"{request.path}?{query.urlencode()}" if query else request.path
        links[view or "first"] = {"url": url, "current": request.GET.get("view", "") == view}
    return links


class FindingFilter(django_filters.FilterSet):
    """Findings by what they say and what they are about."""

    q = WordsFilter(fields=("title", "statement"))
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=FindingKind.choices, empty_label=ANY)
    driver = django_filters.ModelChoiceFilter(
        label=_("Driver"), field_name="drivers", queryset=drivers_of_the_cycle, empty_label=ANY
    )
    hazard = django_filters.ModelChoiceFilter(
        label=_("Shock or stress"),
        field_name="hazards",
        queryset=hazards_of_the_cycle,
        to_field_name="slug",
        empty_label=ANY,
    )

    class Meta:
        model = Finding
        fields: list[str] = []


class WorkFindingFilter(FindingFilter):
    """As the public list, and by status, publication and author."""

    status = django_filters.ChoiceFilter(label=_("Status"), choices=FindingStatus.choices, empty_label=ANY)
    mine = django_filters.BooleanFilter(
        label=_("Only my own"), method="only_mine", widget=forms.CheckboxInput
    )
    view = ViewFilter("table")

    def only_mine(self, rows: QuerySet[Finding], name: str, value: bool | None) -> QuerySet[Finding]:
        """Those written by whoever asks."""
        return rows.filter(author=self.request.user) if value else rows


class HazardFilter(django_filters.FilterSet):
    """Shocks or stresses."""

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=HazardKind.choices, empty_label=ANY)

    class Meta:
        model = Hazard
        fields: list[str] = []


class AssetFilter(django_filters.FilterSet):
    """Assets by what they are, where they are and what threatens them."""

    q = WordsFilter(fields=("name", "reason"))
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=AssetKind.choices, empty_label=ANY)
    hazard = django_filters.ModelChoiceFilter(
        label=_("Threatened by"),
        method="threatened_by",
        queryset=hazards_of_the_cycle,
        to_field_name="slug",
        empty_label=ANY,
    )
    district = django_filters.ModelChoiceFilter(
        label=_("District"),
        field_name="ward__district",
        queryset=lambda request: District.objects.for_list(),
        empty_label=ANY,
    )

    class Meta:
        model = Asset
        fields: list[str] = []

    def threatened_by(self, rows: QuerySet[Asset], name: str, value: Hazard | None) -> QuerySet[Asset]:
        """By subquery: a join would cut the sums of risk down to this one hazard."""
        return rows.filter(pk__in=value.exposures.values("asset")) if value else rows


class AssetPageFilter(AssetFilter):
    """As the list, with its two views."""

    view = ViewFilter("matrix")


class ProgrammeFilter(django_filters.FilterSet):
    """Programmes by what they address."""

    q = WordsFilter(fields=("name", "description"))
    driver = django_filters.ModelChoiceFilter(
        label=_("Driver"), method="addressing", queryset=drivers_of_the_cycle, empty_label=ANY
    )
    directly = django_filters.ChoiceFilter(
        label=_("How the driver is addressed"),
        method="pass_on",
        choices=[("yes", _("Directly")), ("no", _("Indirectly"))],
        empty_label=ANY,
    )
    hazard = django_filters.ModelChoiceFilter(
        label=_("Shock or stress"),
        field_name="hazards",
        queryset=hazards_of_the_cycle,
        to_field_name="slug",
        empty_label=ANY,
    )
    status = django_filters.ChoiceFilter(label=_("Status"), choices=ProgrammeStatus.choices, empty_label=ANY)

    class Meta:
        model = Programme
        fields: list[str] = []

    def addressing(self, rows: QuerySet[Programme], name: str, value: Driver | None) -> QuerySet[Programme]:
        """Driver and way belong together: one link must fit both."""
        if value is None:
            return rows
        links = value.programme_links.all()
        if way := self.form.cleaned_data.get("directly"):
            links = links.filter(is_direct=way == "yes")
        return rows.filter(pk__in=links.values("programme"))

    def pass_on(self, rows: QuerySet[Programme], name: str, value: str) -> QuerySet[Programme]:
        """The way counts only together with a driver (see `addressing`)."""
        return rows


class BankFilter(django_filters.FilterSet):
    """Questions of the bank by words, kind and topic; retired ones only on request."""

    words = WordsFilter(fields=("text", "help_text"))
    kind = django_filters.ChoiceFilter(label=_("Kind"), empty_label=ANY)
    topic = django_filters.ChoiceFilter(label=_("Topic"), empty_label=ANY)
    retired = django_filters.ChoiceFilter(
        label=_("State"),
        field_name="is_retired",
        choices=[("False", _("Offered")), ("True", _("Retired"))],
        empty_label=ANY,
    )

    class Meta:
        model = BankQuestion
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.value, kind.label) for kind in QuestionKind if "rating" not in kind]
        self.filters["kind"].extra["choices"] = kinds
        topics = BankQuestion.objects.exclude(topic="").order_by("topic").values_list("topic", flat=True)
        self.filters["topic"].extra["choices"] = [(topic, topic) for topic in topics.distinct()]
