"""Pages on which the office keeps the action plan."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from actions.filters import ActionFilter
from actions.forms import ActionForm, CorrectionForm, DayForm, NewActionForm, PartnerForm
from actions.models import Action, ActionQuerySet, Partnership
from actions.operations.actions import (
    add_partner,
    correct_dates,
    finish_action,
    plan_action,
    publish_action,
    remove_partner,
    start_action,
    update_action,
)
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.forms import form_view
from semarang_resilience.core.http import page_of, reads, writes
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.permissions import ensure
from strategy.models import Initiative


def _actions() -> ActionQuerySet:
    return Action.objects.filter(cycle=Cycle.objects.current())


def _find(request: HttpRequest, code: str) -> Action:
    """The action that somebody who edits the plan works on."""
    action = get_object_or_404(_actions().select_related("cycle"), code=code)
    ensure(request.user, "actions.edit_actions", action)
    return action


@reads
def work_actions(request: HttpRequest) -> HttpResponse:
    """The plan with everything that is still missing."""
    ensure(request.user, "actions.see_drafts")
    filters = ActionFilter(request.GET, queryset=_actions().for_list(), request=request)
    context = {
        "filters": filters,
        "page": page_of(request, filters.qs, per_page=50),
        "today": timezone.localdate(),
    }
    return render(request, "actions/work_actions.html", context)


@form_view
def work_action_new(request: HttpRequest) -> HttpResponse:
    """Put an action into the plan; `?initiative=3.2.1` proposes why."""
    ensure(request.user, "actions.edit_actions")
    cycle = Cycle.objects.current()
    if cycle is None:
        raise Refused(_("There is no cycle yet. Open one first."), code="no_cycle")
    initiatives = Initiative.objects.filter(strategy__pillar__cycle=cycle)
    wanted = initiatives.filter(code=request.GET.get("initiative", "")).first()
    form = NewActionForm(request.POST or None, cycle=cycle, initial={"initiative": wanted})
    if form.is_valid() and (
        made := form.run(plan_action, cycle=cycle, **form.cleaned_data, by=request.user, at=timezone.now())
    ):
        messages.success(request, _("%(code)s is in the plan.") % {"code": made.code})
        return redirect("actions:work_action", made.code)
    return form.answer(request, "actions/work_action_new.html")


@form_view
def work_action(request: HttpRequest, code: str) -> HttpResponse:
    """One action at work: the plan, the progress, the partners, publication."""
    action = get_object_or_404(_actions().for_detail(), code=code)
    ensure(request.user, "actions.see_drafts", action)
    if request.method == "POST":
        ensure(request.user, "actions.edit_actions", action)
    form = ActionForm(request.POST or None, cycle=action.cycle, action=action)
    if form.is_valid() and form.run(
        update_action, action=action, changes=form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("Saved."))
        return redirect("actions:work_action", code)
    return form.answer(request, "actions/work_action.html", action=action, today=timezone.localdate())


@form_view
def work_action_start(request: HttpRequest, code: str) -> HttpResponse:
    """The action began."""
    action = _find(request, code)
    form = DayForm(request.POST or None, initial={"on": timezone.localdate()})
    if form.is_valid() and form.run(
        start_action, action=action, on=form.cleaned_data["on"], by=request.user, at=timezone.now()
    ):
        messages.success(request, _("%(code)s is running now.") % {"code": code})
        return redirect("actions:work_action", code)
    return form.answer(
        request, "actions/work_action_day.html", action=action, title=_("On which day did it start?")
    )


@form_view
def work_action_finish(request: HttpRequest, code: str) -> HttpResponse:
    """The action ended."""
    action = _find(request, code)
    form = DayForm(request.POST or None, initial={"on": timezone.localdate()})
    if form.is_valid() and form.run(
        finish_action, action=action, on=form.cleaned_data["on"], by=request.user, at=timezone.now()
    ):
        messages.success(request, _("%(code)s is done.") % {"code": code})
        return redirect("actions:work_action", code)
    return form.answer(
        request, "actions/work_action_day.html", action=action, title=_("On which day was it done?")
    )


@form_view
def work_action_correct(request: HttpRequest, code: str) -> HttpResponse:
    """Put actual dates right, with the reason."""
    action = _find(request, code)
    form = CorrectionForm(request.POST or None, action=action)
    if form.is_valid() and form.run(
        correct_dates, action=action, **form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("The dates are corrected."))
        return redirect("actions:work_action", code)
    return form.answer(
        request, "actions/work_action_day.html", action=action, title=_("Correct the actual dates")
    )


@form_view
def work_action_partner(request: HttpRequest, code: str) -> HttpResponse:
    """An organisation takes part."""
    action = _find(request, code)
    form = PartnerForm(request.POST or None, action=action)
    if form.is_valid() and form.run(
        add_partner, action=action, **form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("The action has a new partner."))
        return redirect("actions:work_action", code)
    return form.answer(request, "actions/work_action_partner.html", action=action)


@writes
def work_action_partner_remove(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """An organisation takes part no longer."""
    action = _find(request, code)
    partnerships = Partnership.objects.select_related("organization", "action__cycle")
    partnership: Partnership = get_object_or_404(partnerships, action=action, pk=pk)
    remove_partner(partnership=partnership, by=request.user, at=timezone.now())
    messages.success(request, _("The partner has been removed from the action."))
    return redirect("actions:work_action", code)


@writes
def work_action_publish(request: HttpRequest, code: str) -> HttpResponse:
    """Show an action to everybody."""
    action = get_object_or_404(_actions(), code=code)
    try:
        publish_action(action=action, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("%(code)s is public now.") % {"code": code})
    return redirect("actions:work_action", code)
