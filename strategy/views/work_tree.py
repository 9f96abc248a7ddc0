"""Pages on which the office builds the strategy tree."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from semarang_resilience.core.errors import Refused
from semarang_resilience.core.forms import form_view
from semarang_resilience.core.http import reads, writes
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.permissions import ensure
from strategy.forms import BranchForm, InitiativeForm, NewBranchForm, NewInitiativeForm, ReasonForm
from strategy.models import Initiative, InitiativeFocusArea, InitiativeQuerySet, Pillar, Strategy
from strategy.operations.tree import (
    add_initiative,
    add_pillar,
    add_strategy,
    link_focus_area,
    publish_initiative,
    unlink_focus_area,
    update_initiative,
    update_pillar,
    update_strategy,
)


def current_cycle() -> Cycle:
    """The cycle that is worked on; without one there is nothing to hang a tree on."""
    cycle = Cycle.objects.current()
    if cycle is None:
        raise Refused(_("There is no cycle yet. Open one first."), code="no_cycle")
    return cycle


def _initiatives() -> InitiativeQuerySet:
    return Initiative.objects.filter(strategy__pillar__cycle=Cycle.objects.current())


def _next_number(rows: QuerySet[Pillar] | QuerySet[Strategy] | QuerySet[Initiative]) -> int:
    """A proposal: the number after the last one."""
    return int(rows.aggregate(last=Max("number"))["last"] or 0) + 1


@reads
def work_tree(request: HttpRequest) -> HttpResponse:
    """The tree with everything that is still missing."""
    ensure(request.user, "strategy.see_drafts")
    pillars = list(Pillar.objects.filter(cycle=Cycle.objects.current()).for_work())
    context = {"pillars": pillars, "gap_count": sum(len(pillar.all_open_points()) for pillar in pillars)}
    return render(request, "strategy/work_tree.html", context)


@form_view
def work_pillar_new(request: HttpRequest) -> HttpResponse:
    """Add a pillar."""
    ensure(request.user, "strategy.edit_tree")
    cycle = current_cycle()
    number = _next_number(Pillar.objects.filter(cycle=cycle))
    form = NewBranchForm(request.POST or None, initial={"number": number})
    if form.is_valid() and (
        pillar := form.run(add_pillar, cycle=cycle, **form.cleaned_data, by=request.user, at=timezone.now())
    ):
        messages.success(request, _("Pillar %(number)s has been added.") % {"number": pillar.number})
        return redirect("strategy:work_tree")
    return form.answer(request, "strategy/work_branch.html", title=_("New pillar"))


@form_view
def work_pillar(request: HttpRequest, number: int) -> HttpResponse:
    """Change a pillar."""
    pillar = get_object_or_404(Pillar, cycle=Cycle.objects.current(), number=number)
    ensure(request.user, "strategy.edit_tree", pillar)
    form = BranchForm(request.POST or None, row=pillar)
    if form.is_valid() and form.run(
        update_pillar, pillar=pillar, changes=form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("Saved."))
        return redirect("strategy:work_tree")
    return form.answer(
        request, "strategy/work_branch.html", title=pillar.name, row=pillar, eyebrow=_("Pillar")
    )


@form_view
def work_strategy_new(request: HttpRequest, number: int) -> HttpResponse:
    """Add a strategy under a pillar."""
    pillar = get_object_or_404(Pillar, cycle=Cycle.objects.current(), number=number)
    ensure(request.user, "strategy.edit_tree", pillar)
    form = NewBranchForm(
        request.POST or None, initial={"number": _next_number(Strategy.objects.filter(pillar=pillar))}
    )
    if form.is_valid() and (
        made := form.run(add_strategy, pillar=pillar, **form.cleaned_data, by=request.user, at=timezone.now())
    ):
        messages.success(request, _("Strategy %(code)s has been added.") % {"code": made.code})
        return redirect("strategy:work_tree")
    return form.answer(
        request, "strategy/work_branch.html", title=_("New strategy"), eyebrow=str(pillar), parent=pillar
    )


@form_view
def work_strategy(request: HttpRequest, code: str) -> HttpResponse:
    """Change a strategy."""
    rows = Strategy.objects.filter(pillar__cycle=Cycle.objects.current()).select_related("pillar")
    strategy: Strategy = get_object_or_404(rows, code=code)
    ensure(request.user, "strategy.edit_tree", strategy)
    form = BranchForm(request.POST or None, row=strategy)
    if form.is_valid() and form.run(
        update_strategy, strategy=strategy, changes=form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("Saved."))
        return redirect("strategy:work_tree")
    eyebrow = _("Strategy %(code)s") % {"code": strategy.code}
    return form.answer(
        request, "strategy/work_branch.html", title=strategy.name, row=strategy, eyebrow=eyebrow
    )


@form_view
def work_initiative_new(request: HttpRequest) -> HttpResponse:
    """Add an initiative; `?strategy=3.2` proposes its place and number."""
    ensure(request.user, "strategy.edit_tree")
    cycle = current_cycle()
    strategy: Strategy | None = Strategy.objects.filter(
        pillar__cycle=cycle, code=request.GET.get("strategy", "")
    ).first()
    initial = {
        "strategy": strategy,
        "number": _next_number(Initiative.objects.filter(strategy=strategy)) if strategy else 1,
    }
    form = NewInitiativeForm(request.POST or None, cycle=cycle, initial=initial)
    if form.is_valid() and (
        made := form.run(add_initiative, **form.cleaned_data, by=request.user, at=timezone.now())
    ):
        messages.success(request, _("Initiative %(code)s has been added.") % {"code": made.code})
        return redirect("strategy:work_initiative", made.code)
    return form.answer(request, "strategy/work_initiative_new.html", cycle=cycle)


@form_view
def work_initiative(request: HttpRequest, code: str) -> HttpResponse:
    """One initiative at work: its text, its reasons, what is missing, publication."""
    initiative = get_object_or_404(_initiatives().for_detail(), code=code)
    ensure(request.user, "strategy.see_drafts", initiative)
    if request.method == "POST":
        ensure(request.user, "strategy.edit_tree", initiative)
    cycle = initiative.strategy.pillar.cycle
    form = InitiativeForm(request.POST or None, cycle=cycle, initiative=initiative)
    if form.is_valid():
        values = form.cleaned_data
        links = {"drivers": values.pop("drivers"), "hazards": values.pop("hazards")}
        who = {"by": request.user, "at": timezone.now()}
        if form.run(update_initiative, initiative=initiative, changes=values, **links, **who):
            messages.success(request, _("Saved."))
            return redirect("strategy:work_initiative", initiative.code)
    return form.answer(request, "strategy/work_initiative.html", initiative=initiative)


@form_view
def work_initiative_link(request: HttpRequest, code: str) -> HttpResponse:
    """Say why an initiative answers a focus area."""
    initiative = get_object_or_404(_initiatives().for_detail(), code=code)
    ensure(request.user, "strategy.edit_tree", initiative)
    form = ReasonForm(request.POST or None, initiative=initiative)
    if form.is_valid() and form.run(
        link_focus_area, initiative=initiative, **form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("The reason is linked."))
        return redirect("strategy:work_initiative", initiative.code)
    return form.answer(request, "strategy/work_initiative_link.html", initiative=initiative)


@writes
def work_initiative_unlink(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take a link to a focus area away."""
    initiative = get_object_or_404(_initiatives(), code=code)
    links = InitiativeFocusArea.objects.select_related("focus_area", "initiative__strategy__pillar")
    unlink_focus_area(
        link=get_object_or_404(links, initiative=initiative, pk=pk), by=request.user, at=timezone.now()
    )
    messages.success(request, _("The link has been removed."))
    return redirect("strategy:work_initiative", initiative.code)


@writes
def work_initiative_publish(request: HttpRequest, code: str) -> HttpResponse:
    """Show an initiative to everybody."""
    initiative = get_object_or_404(_initiatives(), code=code)
    try:
        publish_initiative(initiative=initiative, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Initiative %(code)s is public now.") % {"code": initiative.code})
    return redirect("strategy:work_initiative", initiative.code)
