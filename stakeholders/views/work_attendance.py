"""Who is invited to a meeting, who came, and who took part in what over the years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from semarang_resilience.core.forms import form_view
from semarang_resilience.core.http import page_of, reads, writes
from semarang_resilience.core.permissions import allowed, ensure
from stakeholders.engagement_forms import InviteForm, WalkInForm
from stakeholders.expertise import fields_of
from stakeholders.models import (
    Attendance,
    Engagement,
    EngagementStatus,
    ForumMembership,
    Organization,
    Person,
)
from stakeholders.operations import attendance as operations

from .work_engagements import find


@form_view
def work_engagement_invite(request: HttpRequest, code: str) -> HttpResponse:
    """Put members of the forum on the list, all or those of some sectors and fields."""
    engagement = find(code)
    ensure(request.user, "stakeholders.manage_engagements", engagement)
    form = InviteForm(request.POST if request.method == "POST" else None)
    fields = fields_of(engagement.cycle_id)
    form.fields["expertise"].choices = [(each.code, str(each)) for each in fields]  # type: ignore[attr-defined]
    if form.is_valid():
        count = form.run(
            operations.invite,
            engagement=engagement,
            memberships=_chosen(engagement, form.cleaned_data),
            by=request.user,
            at=timezone.now(),
        )
        if count is not None:
            said = ngettext("%(n)s is new on the list.", "%(n)s are new on the list.", count) % {"n": count}
            messages.success(request, said)
            return redirect("stakeholders:work_engagement", code)
    return form.answer(request, "stakeholders/work_engagement_invite.html", engagement=engagement)


def _chosen(engagement: Engagement, values: dict[str, Any]) -> QuerySet[ForumMembership]:
    """Members who were in the forum on the day of the meeting."""
    rows = ForumMembership.objects.in_cycle(engagement.cycle_id).active(engagement.held_on)
    if values["sectors"]:
        rows = rows.filter(organization__sector__in=values["sectors"])
    if values["expertise"]:
        rows = rows.filter(expertise__overlap=values["expertise"])
    return rows.order_by("pk")


@form_view
def work_attendance(request: HttpRequest, code: str) -> HttpResponse:
    """The tick list: who came, who excused themselves; two buttons say what becomes of the others."""
    engagement = find(code)
    ensure(request.user, "stakeholders.manage_engagements", engagement)
    if request.method == "POST":
        result = operations.take_attendance(
            engagement=engagement,
            attended=_numbers(request, "attended"),
            excused=_numbers(request, "excused"),
            rest_is_absent=request.POST.get("rest") == "absent",
            by=request.user,
            at=timezone.now(),
        )
        n = result["changed"]
        said = ngettext("Saved: %(n)s line changed.", "Saved: %(n)s lines changed.", n) % {"n": n}
        messages.success(request, said)
        return redirect("stakeholders:work_attendance", code)
    return _attendance_page(request, engagement, WalkInForm())


@writes
def work_walk_in(request: HttpRequest, code: str) -> HttpResponse:
    """Add somebody who came without being on the list."""
    engagement = find(code)
    ensure(request.user, "stakeholders.manage_engagements", engagement)
    form = WalkInForm(request.POST)
    if form.is_valid() and form.run(
        operations.add_walk_in,
        engagement=engagement,
        **form.cleaned_data,
        by=request.user,
        at=timezone.now(),
    ):
        messages.success(request, _("Added and ticked."))
        return redirect("stakeholders:work_attendance", code)
    return _attendance_page(request, engagement, form)


def _attendance_page(request: HttpRequest, engagement: Engagement, form: WalkInForm) -> HttpResponse:
    rows = list(engagement.attendances.for_list())
    counts = Counter(row.state for row in rows)
    context = {"engagement": engagement, "rows": rows, "attended_count": counts["attended"]}
    return form.answer(request, "stakeholders/work_attendance.html", **context)


@writes
def work_attendance_remove(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take a line off the list."""
    rows = Attendance.objects.select_related("engagement", "organization", "person")
    line = get_object_or_404(rows, engagement__code=code, pk=pk)
    operations.remove_attendance(attendance=line, by=request.user, at=timezone.now())
    messages.success(request, _("Taken off the list."))
    return redirect("stakeholders:work_attendance", code)


def _numbers(request: HttpRequest, name: str) -> list[int]:
    """The ticked lines; what is no number cannot be a line."""
    return [int(value) for value in request.POST.getlist(name) if value.isdecimal() and len(value) < 16]


# -- over the years ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Taken:
    """How often somebody was invited to meetings of a year, and how often they came."""

    came: int
    invited: int


@dataclass(frozen=True)
class Line:
    """One organisation or person with its years."""

    row: Any
    years: Sequence[Taken]
    came: int
    invited: int


@reads
def work_participation(request: HttpRequest) -> HttpResponse:
    """Who took part in what over the years: organisations or people by year."""
    ensure(request.user, "stakeholders.see_register")
    by_person = request.GET.get("by") == "orang"
    if by_person:
        ensure(request.user, "stakeholders.manage_forum")
    counted = Attendance.objects.exclude(engagement__status=EngagementStatus.CANCELLED)
    key = "person" if by_person else "organization"
    rows: Any = Person.objects.registered() if by_person else Organization.objects.registered()
    rows = rows.filter(pk__in=counted.filter(**{f"{key}__isnull": False}).values(key))
    page = page_of(request, rows.for_list(), per_page=40)
    years = list(_years(counted))
    context = {
        "by_person": by_person,
        "page": page,
        "years": years,
        "lines": _lines(counted, key, page.object_list, years),
        "may_see_people": allowed(request.user, "stakeholders.manage_forum"),
    }
    return render(request, "stakeholders/work_participation.html", context)


def _years(counted: QuerySet[Attendance]) -> list[int]:
    """The years in which anything took place, in order: one query."""
    found = counted.order_by().values_list("engagement__held_on__year", flat=True).distinct()
    return sorted(year for year in found if year is not None)


def _lines(counted: QuerySet[Attendance], key: str, rows: Any, years: Sequence[int]) -> list[Line]:
    """The page's rows with their years: one query."""
    found = list(rows)
    came: Counter[tuple[int, int]] = Counter()
    invited: Counter[tuple[int, int]] = Counter()
    wanted = counted.filter(**{f"{key}__in": [row.pk for row in found]}).order_by()
    # An organisation that sends three people took part once.
    seen = wanted.values_list(key, "engagement", "engagement__held_on__year", "state").distinct()
    meetings: dict[tuple[int, int, int], bool] = {}
    for who, engagement, year, state in seen:
        place = (who, engagement, year)
        meetings[place] = meetings.get(place, False) or state == "attended"
    for (who, _engagement, year), is_there in meetings.items():
        invited[who, year] += 1
        came[who, year] += is_there
    return [
        Line(
            row,
            [Taken(came[row.pk, year], invited[row.pk, year]) for year in years],
            sum(came[row.pk, year] for year in years),
            sum(invited[row.pk, year] for year in years),
        )
        for row in found
    ]
