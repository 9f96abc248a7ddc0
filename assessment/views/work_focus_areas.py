"""Focus areas at work: proposing, gathering findings, deciding, publishing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.forms.focus_areas import DecisionForm, FocusAreaForm, NewFocusAreaForm, SupportForm
from assessment.history import history_of
from assessment.models import Finding, FocusArea, FocusAreaStatus
from assessment.operations import focus_areas
from assessment.steps import focus_area_steps
from semarang_resilience.core.forms import OperationForm, form_view
from semarang_resilience.core.http import reads, writes
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.permissions import allowed, ensure

from .cycles import cycle_at_work

DECISIONS = {"select": focus_areas.select_focus_area, "drop": focus_areas.drop_focus_area}


@reads
def focus_area_list(request: HttpRequest) -> HttpResponse:
    """All focus areas with their findings and where they stand."""
    ensure(request.user, "assessment.see_draft_focus_areas")
    rows = FocusArea.objects.filter(cycle=Cycle.objects.current()).for_list()
    may_propose = allowed(request.user, "assessment.propose_focus_area")
    return render(
        request, "assessment/work_focus_areas.html", {"focus_areas": rows, "may_propose": may_propose}
    )


@form_view
def new(request: HttpRequest) -> HttpResponse:
    """Propose a focus area."""
    ensure(request.user, "assessment.propose_focus_area")
    cycle = cycle_at_work()
    form = NewFocusAreaForm(request.POST or None)
    if form.is_valid() and (
        made := form.run(
            focus_areas.propose_focus_area,
            cycle=cycle,
            **form.cleaned_data,
            by=request.user,
            at=timezone.now(),
        )
    ):
        messages.success(request, _("“%(name)s” has been proposed.") % {"name": made.name})
        return redirect("assessment:work_focus_area", made.slug)
    return form.answer(request, "assessment/work_focus_area_form.html", title=_("Propose a focus area"))


@reads
def focus_area(request: HttpRequest, slug: str) -> HttpResponse:
    """One focus area at work: findings, decision, publication, history."""
    return _page(request, _find(request, slug))


@form_view
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change the texts of a focus area."""
    found = _find(request, slug)
    ensure(request.user, "assessment.propose_focus_area", found)
    form = FocusAreaForm(request.POST or None, focus_area=found)
    if form.is_valid() and form.run(
        focus_areas.update_focus_area,
        focus_area=found,
        changes=form.cleaned_data,
        by=request.user,
        at=timezone.now(),
    ):
        messages.success(request, _("Saved."))
        return redirect("assessment:work_focus_area", found.slug)
    return form.answer(request, "assessment/work_focus_area_form.html", title=found.name, focus_area=found)


@writes
def step(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """Decide or publish. A refusal leaves the page as it is, typed reasons included."""
    found = _find(request, slug)
    who = {"by": request.user, "at": timezone.now()}
    if step == "decide":
        form: OperationForm = DecisionForm(request.POST)
        done = form.is_valid() and _decide(form, found, **who)
    elif step == "publish":
        form = OperationForm(request.POST)
        done = form.is_valid() and form.run(focus_areas.publish_focus_area, focus_area=found, **who)
    else:
        raise Http404
    if done:
        words = _("published") if found.is_published else str(found.status_mark.label)
        messages.success(request, _("%(name)s: %(status)s.") % {"name": found.name, "status": words})
        return redirect("assessment:work_focus_area", found.slug)
    forms = {"decision_form" if step == "decide" else "step_form": form}
    return _page(request, _find(request, slug), status=409 if form.non_field_errors() else 422, **forms)


def _decide(form: OperationForm, found: FocusArea, **who: Any) -> FocusArea | None:
    values = dict(form.cleaned_data)
    return form.run(DECISIONS[values.pop("decision")], focus_area=found, **values, **who)


@form_view
def attach(request: HttpRequest, slug: str) -> HttpResponse:
    """Say which accepted finding speaks for the focus area, and why."""
    found = _find(request, slug)
    ensure(request.user, "assessment.attach_finding", found)
    form = SupportForm(request.POST or None, focus_area=found)
    if form.is_valid() and form.run(
        focus_areas.attach_finding, focus_area=found, **form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("The finding supports the focus area now."))
        return redirect("assessment:work_focus_area", found.slug)
    return form.answer(request, "assessment/work_focus_area_attach.html", focus_area=found)


@writes
def detach(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Take a finding away from a proposed focus area."""
    found = _find(request, slug)
    finding = get_object_or_404(Finding, cycle=found.cycle, code=code)
    focus_areas.detach_finding(focus_area=found, finding=finding, by=request.user, at=timezone.now())
    messages.success(request, _("The finding no longer supports the focus area."))
    return redirect("assessment:work_focus_area", found.slug)


def _find(request: HttpRequest, slug: str) -> FocusArea:
    ensure(request.user, "assessment.see_draft_focus_areas")
    return get_object_or_404(FocusArea.objects.for_detail(), cycle=Cycle.objects.current(), slug=slug)


def _page(
    request: HttpRequest,
    found: FocusArea,
    *,
    decision_form: OperationForm | None = None,
    step_form: OperationForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a focus area; after a refused step with the refusal and what was typed."""
    steps = focus_area_steps(found, request.user)
    may_attach = allowed(request.user, "assessment.attach_finding", found)
    context = {
        "focus_area": found,
        "steps": steps,
        "gaps": [gap for each in steps for gap in each.gaps],
        "hints": found.translation_hints(),
        "decision_form": decision_form or DecisionForm(),
        "may_decide": any(each.name == "decide" for each in steps),
        "step_form": step_form,
        "may_edit": allowed(request.user, "assessment.propose_focus_area", found),
        "may_attach": may_attach,
        "may_detach": may_attach and found.status == FocusAreaStatus.PROPOSED,
        "history": history_of(found),
    }
    return render(request, "assessment/work_focus_area.html", context, status=status)
