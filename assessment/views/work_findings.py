"""The findings board: writing, deciding, publishing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.filters import WorkFindingFilter, views_of
from assessment.forms.findings import AttachFindingForm, EvidenceForm, FindingForm, ReasonForm
from assessment.history import history_of
from assessment.models import Evidence, Finding, FindingStatus
from assessment.operations import findings, focus_areas
from assessment.steps import finding_steps
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.forms import OperationForm, form_view
from semarang_resilience.core.http import page_of, reads, writes
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.permissions import allowed, ensure

from .charts import Chart, chart_of
from .cycles import cycle_at_work

SHOWN_PER_COLUMN = 8
COLUMNS = (
    FindingStatus.DRAFT,
    FindingStatus.RETURNED,
    FindingStatus.SUBMITTED,
    FindingStatus.ACCEPTED,
    FindingStatus.REJECTED,
)
DECISIONS: dict[str, Callable[..., Finding]] = {
    "accept": findings.accept_finding,
    "return": findings.return_finding,
    "reject": findings.reject_finding,
}
STEPS: dict[str, Callable[..., Finding]] = {
    "submit": findings.submit_finding,
    "publish": findings.publish_finding,
}


@reads
def board(request: HttpRequest) -> HttpResponse:
    """All findings by status; `?view=table` as a table with pages."""
    ensure(request.user, "assessment.see_draft_findings")
    rows = Finding.objects.filter(cycle=Cycle.objects.current())
    filterset = WorkFindingFilter(request.GET, queryset=rows.for_list(), request=request)
    context: dict[str, Any] = {
        "filter": filterset,
        "views": views_of(request, ("", "table")),
        "may_create": allowed(request.user, "assessment.create_finding"),
    }
    if request.GET.get("view") == "table":
        page = page_of(request, filterset.qs)
        context |= {"page": page, "total": page.paginator.count}
        return render(request, "assessment/work_findings_table.html", context)
    found = list(filterset.qs)
    columns = [(status, [row for row in found if row.status == status]) for status in COLUMNS]
    context |= {
        "columns": [(status, rows[:SHOWN_PER_COLUMN], len(rows)) for status, rows in columns],
        "total": len(found),
        "shown": SHOWN_PER_COLUMN,
    }
    return render(request, "assessment/work_findings.html", context)


@form_view
def new(request: HttpRequest) -> HttpResponse:
    """Begin a finding; with `?survey=&question=&sector=` from a chart, whose numbers it then cites."""
    ensure(request.user, "assessment.create_finding")
    cycle = cycle_at_work()
    chart, refusal = _chart(request)
    initial = {"drivers": chart.drivers, "hazards": chart.hazards} if chart else {}
    form = FindingForm(request.POST or None, cycle=cycle, initial=initial)
    if form.is_valid() and (made := _create(request, form, cycle, chart)):
        messages.success(request, _("The draft %(code)s has been saved.") % {"code": made.code})
        return redirect("assessment:work_finding", made.code)
    return form.answer(request, "assessment/work_finding_new.html", chart=chart, refusal=refusal)


def _chart(request: HttpRequest) -> tuple[Chart | None, Refused | None]:
    """The chart that the address names with its numbers, or why it cannot be cited."""
    if not request.GET.get("survey"):
        return None, None
    try:
        return chart_of(request.GET, on=timezone.localdate()), None
    except Refused as refusal:
        return None, refusal


def _create(request: HttpRequest, form: FindingForm, cycle: Cycle, chart: Chart | None) -> Finding | None:
    facts = form.cleaned_data | {"cycle": cycle, "by": request.user, "at": timezone.now()}
    if chart is None:
        return form.run(findings.create_finding, **facts)
    return form.run(findings.create_finding_from_chart, **facts, **chart.reference)


@reads
def finding(request: HttpRequest, code: str) -> HttpResponse:
    """One finding at work: text, evidence, next steps, history."""
    return _page(request, _find(request, code))


@form_view
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a draft or a returned finding."""
    found = _find(request, code)
    ensure(request.user, "assessment.edit_finding", found)
    form = FindingForm(request.POST or None, cycle=found.cycle, finding=found)
    if form.is_valid() and form.run(
        findings.update_finding, finding=found, changes=form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("Saved."))
        return redirect("assessment:work_finding", found.code)
    return form.answer(request, "assessment/work_finding_edit.html", finding=found)


@writes
def step(request: HttpRequest, code: str, step: str) -> HttpResponse:
    """Submit, accept, return, reject or publish. A refusal keeps the page with what was typed."""
    found = _find(request, code)
    who = {"by": request.user, "at": timezone.now()}
    if step in DECISIONS:
        form: OperationForm = ReasonForm(request.POST)
        done = form.is_valid() and form.run(DECISIONS[step], finding=found, **form.cleaned_data, **who)
    elif step in STEPS:
        form = OperationForm(request.POST)
        done = form.is_valid() and form.run(STEPS[step], finding=found, **who)
    else:
        raise Http404
    if done:
        messages.success(
            request, _("%(code)s: %(status)s.") % {"code": found.code, "status": _outcome(found)}
        )
        return redirect("assessment:work_finding", found.code)
    return _page(request, _find(request, code), step_form=form, status=_status_of(form))


def _outcome(found: Finding) -> str:
    return _("published") if found.is_published else str(found.status_mark.label)


def _status_of(form: OperationForm) -> int:
    """422 for a field that is wrong, 409 for a rule that forbids the step now."""
    return 409 if form.non_field_errors() else 422


@form_view
def evidence_new(request: HttpRequest, code: str) -> HttpResponse:
    """Add evidence besides surveys."""
    found = _find(request, code)
    ensure(request.user, "assessment.edit_finding", found)
    form = EvidenceForm(request.POST or None)
    if form.is_valid() and form.run(
        findings.add_evidence, finding=found, **form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("The evidence has been added."))
        return redirect(f"{reverse('assessment:work_finding', args=[found.code])}#bukti")
    return form.answer(request, "assessment/work_evidence_new.html", finding=found)


@writes
def evidence_remove(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take a piece of evidence away from a draft."""
    found = _find(request, code)
    evidence: Evidence = get_object_or_404(Evidence.objects.select_related("finding"), finding=found, pk=pk)
    findings.remove_evidence(evidence=evidence, by=request.user, at=timezone.now())
    messages.success(request, _("The evidence has been removed."))
    return redirect(f"{reverse('assessment:work_finding', args=[found.code])}#bukti")


@form_view
def attach(request: HttpRequest, code: str) -> HttpResponse:
    """Say which focus area an accepted finding speaks for, and why."""
    found = _find(request, code)
    ensure(request.user, "assessment.attach_finding", found)
    form = AttachFindingForm(request.POST or None, finding=found)
    if form.is_valid() and form.run(
        focus_areas.attach_finding, finding=found, **form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("The finding supports the focus area now."))
        return redirect("assessment:work_finding", found.code)
    return form.answer(request, "assessment/work_finding_attach.html", finding=found)


def _find(request: HttpRequest, code: str) -> Finding:
    ensure(request.user, "assessment.see_draft_findings")
    return get_object_or_404(Finding.objects.for_detail(), cycle=Cycle.objects.current(), code=code)


def _page(
    request: HttpRequest, found: Finding, *, step_form: OperationForm | None = None, status: int = 200
) -> HttpResponse:
    """The page of a finding; after a refused step with the refusal and what was typed."""
    is_accepted = found.status == FindingStatus.ACCEPTED
    steps = finding_steps(found, request.user)
    context = {
        "finding": found,
        "steps": steps,
        "gaps": [gap for each in steps for gap in each.gaps],
        "step_form": step_form,
        "typed_reason": step_form.data.get("reason", "") if step_form else "",
        "may_edit": allowed(request.user, "assessment.edit_finding", found),
        "may_attach": is_accepted and allowed(request.user, "assessment.attach_finding", found),
        "is_own": found.author_id == request.user.pk,
        "history": history_of(found),
    }
    return render(request, "assessment/work_finding.html", context, status=status)
