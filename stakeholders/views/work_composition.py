"""What the forum is made of, what the office wants, and whom it could ask."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from semarang_resilience.core.errors import Refused
from semarang_resilience.core.forms import OperationForm, form_view
from semarang_resilience.core.http import reads
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.permissions import ensure
from stakeholders.composition import composition_of
from stakeholders.expertise import fields_of
from stakeholders.figures import expertise_matrix, group_bars
from stakeholders.models import Sector, TargetDimension
from stakeholders.operations.targets import MOST, set_forum_targets
from stakeholders.suggestions import suggest_members

# How each dimension is shown; the pairs of sector and field stand in a matrix of their own.
BARS = (TargetDimension.SECTOR, TargetDimension.LEVEL, TargetDimension.GENDER, TargetDimension.DISTRICT)


def _cycle() -> Cycle:
    cycle = Cycle.objects.current()
    if cycle is None:
        raise Refused(_("There is no cycle yet. Open one first."), code="no_cycle")
    return cycle


@reads
def work_composition(request: HttpRequest) -> HttpResponse:
    """Members by everything that is known of them, with the targets and the gap in words."""
    ensure(request.user, "stakeholders.see_register")
    cycle, today = Cycle.objects.current(), timezone.localdate()
    cycle_id = cycle.pk if cycle else None
    found = composition_of(cycle_id, today, fields_of(cycle_id))
    context = {
        "cycle": cycle,
        "as_of": today,
        "found": found,
        "bars": [group_bars(dimension, found.groups[dimension]) for dimension in BARS]
        if found.members
        else (),
        "matrix": expertise_matrix(found.matrix) if found.matrix else None,
        "sectors": Sector,
    }
    return render(request, "stakeholders/work_composition.html", context)


class TargetForm(OperationForm):
    """A number for each group of one dimension."""

    def __init__(self, *args: Any, groups: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group in groups:
            self.fields[group.code] = forms.IntegerField(
                label=group.label,
                required=False,
                min_value=0,
                max_value=MOST,
                initial=group.wanted or None,
                widget=forms.NumberInput({"inputmode": "numeric"}),
            )


@form_view
def work_targets(request: HttpRequest, dimension: str) -> HttpResponse:
    """How many members the office wants in each group of a dimension."""
    cycle = _cycle()
    ensure(request.user, "stakeholders.set_forum_targets", cycle)
    if dimension not in TargetDimension.values:
        return redirect("stakeholders:work_targets", TargetDimension.SECTOR)
    found = composition_of(cycle.pk, timezone.localdate(), fields_of(cycle.pk))
    groups = found.groups[dimension]
    form = TargetForm(request.POST if request.method == "POST" else None, groups=groups)
    if form.is_valid():
        changed = form.run(
            set_forum_targets,
            cycle=cycle,
            dimension=dimension,
            wanted=form.cleaned_data,
            by=request.user,
            at=timezone.now(),
        )
        if changed is not None:
            said = ngettext("%(n)s target changed.", "%(n)s targets changed.", changed) % {"n": changed}
            messages.success(request, said)
            return redirect("stakeholders:work_targets", dimension)
    context = {
        "cycle": cycle,
        "dimension": TargetDimension(dimension),
        "dimensions": TargetDimension,
        "rows": [(group, form[group.code]) for group in groups],
        "is_pair": dimension == TargetDimension.SECTOR_EXPERTISE,
        "blocks": _blocks(found.matrix, form) if dimension == TargetDimension.SECTOR_EXPERTISE else (),
    }
    return form.answer(request, "stakeholders/work_targets.html", **context)


def _blocks(matrix: list[Any], form: TargetForm) -> list[tuple[Any, list[tuple[str, Any, Any]]]]:
    """Field -> (sector, cell, input): the many inputs in groups that a screen can show."""
    sectors = [str(sector.label) for sector in Sector]
    return [
        (
            row,
            [(name, cell, form[cell.code]) for name, cell in zip(sectors, row.cells, strict=True)],
        )
        for row in matrix
    ]


@reads
def work_suggestions(request: HttpRequest) -> HttpResponse:
    """Whom to ask about some fields, with the reasons."""
    ensure(request.user, "stakeholders.manage_forum")
    cycle = Cycle.objects.current()
    fields = fields_of(cycle.pk if cycle else None)
    known = {each.code for each in fields}
    wanted = [code for code in dict.fromkeys(request.GET.getlist("field")) if code in known]
    found = suggest_members(
        cycle_id=cycle.pk if cycle else None, wanted=wanted, fields=fields, on=timezone.localdate()
    )
    context = {
        "cycle": cycle,
        "fields": [(each, each.code in wanted) for each in fields],
        "wanted": wanted,
        "total": len(found),
        "found": found[:30],
    }
    return render(request, "stakeholders/work_suggestions.html", context)
