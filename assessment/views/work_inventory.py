"""Shocks and stresses, assets and programmes at work: three lists, each with its form."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.filters import AssetFilter, ProgrammeFilter
from assessment.forms.inventory import AssetForm, ExposureForm, HazardForm, ProgrammeForm
from assessment.models import Asset, Hazard, Programme
from assessment.operations import inventory
from semarang_resilience.core.forms import form_view
from semarang_resilience.core.http import page_of, reads
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.permissions import allowed, ensure

from .cycles import cycle_at_work

FORM = "assessment/work_inventory_form.html"
MAY_READ, MAY_EDIT = "assessment.see_draft_findings", "assessment.edit_inventory"


@reads
def hazard_list(request: HttpRequest) -> HttpResponse:
    """The city's list of shocks and stresses."""
    ensure(request.user, MAY_READ)
    rows = Hazard.objects.for_overview().filter(cycle=Cycle.objects.current())
    context = {"hazards": rows, "may_edit": allowed(request.user, MAY_EDIT)}
    return render(request, "assessment/work_hazards.html", context)


@form_view
def hazard_new(request: HttpRequest) -> HttpResponse:
    """Put a shock or stress on the list."""
    ensure(request.user, MAY_EDIT)
    cycle = cycle_at_work()
    form = HazardForm(request.POST or None, cycle=cycle)
    if form.is_valid() and form.run(
        inventory.register_hazard, cycle=cycle, **form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("The entry has been added."))
        return redirect("assessment:work_hazards")
    return form.answer(request, FORM, title=_("New shock or stress"), list_route="assessment:work_hazards")


@form_view
def hazard(request: HttpRequest, slug: str) -> HttpResponse:
    """Correct a shock or stress."""
    ensure(request.user, MAY_EDIT)
    found: Hazard = get_object_or_404(
        Hazard.objects.select_related("cycle"), cycle=Cycle.objects.current(), slug=slug
    )
    form = HazardForm(request.POST or None, cycle=found.cycle, row=found)
    if form.is_valid() and form.run(
        inventory.update_hazard, hazard=found, changes=form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("Saved."))
        return redirect("assessment:work_hazards")
    return form.answer(request, FORM, title=found.name, row=found, list_route="assessment:work_hazards")


@reads
def asset_list(request: HttpRequest) -> HttpResponse:
    """Critical assets with their risk."""
    ensure(request.user, MAY_READ)
    rows = Asset.objects.for_list().filter(cycle=Cycle.objects.current())
    filterset = AssetFilter(request.GET, queryset=rows, request=request)
    context = {
        "filter": filterset,
        "page": page_of(request, filterset.qs),
        "may_edit": allowed(request.user, MAY_EDIT),
    }
    return render(request, "assessment/work_assets.html", context)


@form_view
def asset_new(request: HttpRequest) -> HttpResponse:
    """Put a critical asset on the list."""
    ensure(request.user, MAY_EDIT)
    cycle = cycle_at_work()
    form = AssetForm(request.POST or None, cycle=cycle)
    if form.is_valid() and (
        made := form.run(
            inventory.register_asset, cycle=cycle, **form.cleaned_data, by=request.user, at=timezone.now()
        )
    ):
        messages.success(request, _("The entry has been added."))
        return redirect("assessment:work_asset", made.code)
    return form.answer(request, FORM, title=_("New critical asset"), list_route="assessment:work_assets")


@form_view
def asset(request: HttpRequest, code: str) -> HttpResponse:
    """Correct an asset; what threatens it stands below."""
    ensure(request.user, MAY_EDIT)
    found = _asset(code)
    form = AssetForm(request.POST or None, cycle=found.cycle, row=found)
    if form.is_valid() and form.run(
        inventory.update_asset, asset=found, changes=form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("Saved."))
        return redirect("assessment:work_asset", found.code)
    return form.answer(request, "assessment/work_asset.html", asset=found)


@form_view
def exposure(request: HttpRequest, code: str) -> HttpResponse:
    """Rate how a shock or stress reaches the asset; `?hazard=` takes up a rating to change it."""
    ensure(request.user, MAY_EDIT)
    found = _asset(code)
    rated = next((row for row in found.exposures.all() if row.hazard.slug == request.GET.get("hazard")), None)
    names = ("hazard", "exposure", "consequence", "note", "provenance", "source")
    initial = {name: getattr(rated, name) for name in names} if rated else {}
    form = ExposureForm(request.POST or None, asset=found, initial=initial)
    if form.is_valid() and form.run(
        inventory.rate_exposure, asset=found, **form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("The rating has been saved."))
        return redirect("assessment:work_asset", found.code)
    return form.answer(request, "assessment/work_exposure.html", asset=found)


@reads
def programme_list(request: HttpRequest) -> HttpResponse:
    """Existing programmes."""
    ensure(request.user, MAY_READ)
    rows = Programme.objects.for_list().filter(cycle=Cycle.objects.current())
    filterset = ProgrammeFilter(request.GET, queryset=rows, request=request)
    context = {
        "filter": filterset,
        "page": page_of(request, filterset.qs),
        "may_edit": allowed(request.user, MAY_EDIT),
    }
    return render(request, "assessment/work_programmes.html", context)


@form_view
def programme_new(request: HttpRequest) -> HttpResponse:
    """Put an existing programme into the inventory."""
    ensure(request.user, MAY_EDIT)
    cycle = cycle_at_work()
    form = ProgrammeForm(request.POST or None, cycle=cycle)
    if form.is_valid() and form.run(
        inventory.register_programme, cycle=cycle, **form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("The entry has been added."))
        return redirect("assessment:work_programmes")
    return form.answer(request, FORM, title=_("New programme"), list_route="assessment:work_programmes")


@form_view
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """Correct a programme."""
    ensure(request.user, MAY_EDIT)
    rows = Programme.objects.for_list().select_related("owner", "cycle")
    found = get_object_or_404(rows, cycle=Cycle.objects.current(), code=code)
    form = ProgrammeForm(request.POST or None, cycle=found.cycle, row=found)
    if form.is_valid() and form.run(
        inventory.update_programme,
        programme=found,
        changes=form.cleaned_data,
        by=request.user,
        at=timezone.now(),
    ):
        messages.success(request, _("Saved."))
        return redirect("assessment:work_programmes")
    return form.answer(request, FORM, title=found.name, row=found, list_route="assessment:work_programmes")


def _asset(code: str) -> Asset:
    return get_object_or_404(
        Asset.objects.for_detail().select_related("ward__district", "owner", "cycle"),
        cycle=Cycle.objects.current(),
        code=code,
    )
