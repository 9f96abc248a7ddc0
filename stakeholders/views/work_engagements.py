"""Pages on which the office plans meetings and writes down what came of them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from semarang_resilience.core.errors import Refused
from semarang_resilience.core.forms import form_view
from semarang_resilience.core.http import page_of, reads, writes
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.permissions import allowed, ensure
from stakeholders.engagement_forms import EngagementFileForm, EngagementForm, MinutesForm, NewEngagementForm
from stakeholders.filters import EngagementFilter
from stakeholders.models import AttendanceState, Engagement, EngagementFile
from stakeholders.operations import engagements as operations


def find(code: str) -> Engagement:
    """A meeting by its code."""
    return get_object_or_404(Engagement.objects.for_detail(), code=code)


@reads
def work_engagements(request: HttpRequest) -> HttpResponse:
    """All meetings, the newest first."""
    ensure(request.user, "stakeholders.see_register")
    filters = EngagementFilter(request.GET, queryset=Engagement.objects.for_list())
    page = page_of(request, filters.qs, per_page=30)
    return render(request, "stakeholders/work_engagements.html", {"filters": filters, "page": page})


@form_view
def work_engagement_new(request: HttpRequest) -> HttpResponse:
    """Enter a meeting of the current cycle."""
    ensure(request.user, "stakeholders.manage_engagements")
    cycle = Cycle.objects.current()
    if cycle is None:
        raise Refused(_("There is no cycle yet. Open one first."), code="no_cycle")
    form = NewEngagementForm(request.POST or None)
    if form.is_valid() and (
        made := form.run(
            operations.plan_engagement,
            cycle=cycle,
            **form.cleaned_data,
            by=request.user,
            at=timezone.now(),
        )
    ):
        messages.success(request, _("%(title)s is on the list.") % {"title": made})
        return redirect("stakeholders:work_engagement", made.code)
    return form.answer(request, "stakeholders/work_engagement_form.html")


@reads
def work_engagement(request: HttpRequest, code: str) -> HttpResponse:
    """One meeting: agenda, list, minutes, outputs, files, and what happened to it."""
    ensure(request.user, "stakeholders.see_register")
    engagement = find(code)
    rows = engagement.attendances.for_list()
    states = list(engagement.attendances.order_by().values_list("state", flat=True))
    context = {
        "engagement": engagement,
        "today": timezone.localdate(),
        "sees_people": allowed(request.user, "stakeholders.manage_forum"),
        "attendances": page_of(request, rows, per_page=100),
        "parts": [(state, states.count(state)) for state in AttendanceState if state in states],
        "files": engagement.files.order_by("kind", "title", "pk"),
        "file_form": EngagementFileForm(auto_id="file_%s"),
    }
    return render(request, "stakeholders/work_engagement.html", context)


@form_view
def work_engagement_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change kind, title, days, place and agenda."""
    engagement = find(code)
    ensure(request.user, "stakeholders.manage_engagements", engagement)
    form = EngagementForm(request.POST or None, engagement=engagement)
    if form.is_valid() and form.run(
        operations.update_engagement,
        engagement=engagement,
        changes=form.cleaned_data,
        by=request.user,
        at=timezone.now(),
    ):
        messages.success(request, _("Saved."))
        return redirect("stakeholders:work_engagement", code)
    return form.answer(request, "stakeholders/work_engagement_form.html", engagement=engagement)


@form_view
def work_engagement_minutes(request: HttpRequest, code: str) -> HttpResponse:
    """Write minutes and outputs in both languages."""
    engagement = find(code)
    ensure(request.user, "stakeholders.manage_engagements", engagement)
    form = MinutesForm(request.POST or None, engagement=engagement)
    if form.is_valid() and form.run(
        operations.write_minutes,
        engagement=engagement,
        changes=form.cleaned_data,
        by=request.user,
        at=timezone.now(),
    ):
        messages.success(request, _("Saved."))
        return redirect("stakeholders:work_engagement", code)
    return form.answer(request, "stakeholders/work_engagement_minutes.html", engagement=engagement)


@writes
def work_engagement_step(request: HttpRequest, code: str, step: str) -> HttpResponse:
    """One decision: it was held, it is cancelled, it gets a public page or loses it."""
    engagement, now = find(code), timezone.now()
    match step:
        case "terlaksana":
            operations.hold_engagement(
                engagement=engagement, on=timezone.localdate(now), by=request.user, at=now
            )
        case "batal":
            reason = request.POST.get("reason", "")
            operations.cancel_engagement(engagement=engagement, reason=reason, by=request.user, at=now)
        case "terbit":
            with_minutes = request.POST.get("minutes") == "1"
            operations.publish_engagement(
                engagement=engagement, with_minutes=with_minutes, by=request.user, at=now
            )
        case "tarik":
            operations.withdraw_engagement(engagement=engagement, by=request.user, at=now)
        case _:
            raise Http404
    messages.success(request, _("Saved."))
    return redirect("stakeholders:work_engagement", code)


@form_view
def work_engagement_file(request: HttpRequest, code: str) -> HttpResponse:
    """Attach a file."""
    engagement = find(code)
    ensure(request.user, "stakeholders.manage_engagements", engagement)
    form = EngagementFileForm(request.POST or None, request.FILES or None, auto_id="file_%s")
    if form.is_valid() and form.run(
        operations.attach_file,
        engagement=engagement,
        **form.cleaned_data,
        by=request.user,
        at=timezone.now(),
    ):
        messages.success(request, _("The file is attached."))
        return redirect("stakeholders:work_engagement", code)
    return form.answer(request, "stakeholders/work_engagement_file.html", engagement=engagement)


@writes
def work_engagement_file_remove(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Throw a file away."""
    rows = EngagementFile.objects.select_related("engagement")
    file = get_object_or_404(rows, engagement__code=code, pk=pk)
    operations.remove_file(file=file, by=request.user, at=timezone.now())
    messages.success(request, _("The file is gone; the history keeps its title."))
    return redirect("stakeholders:work_engagement", code)
