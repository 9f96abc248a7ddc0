"""Pages on which the office keeps people and the members of the forum."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from semarang_resilience.core.errors import Refused
from semarang_resilience.core.forms import form_view
from semarang_resilience.core.http import page_of, reads
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.permissions import ensure
from stakeholders.expertise import fields_of
from stakeholders.filters import MembershipFilter, PersonFilter
from stakeholders.forms import LeaveForm, MembershipEditForm, MembershipForm, PersonForm
from stakeholders.models import Attendance, ForumMembership, Person
from stakeholders.operations.forum import (
    add_person,
    join_forum,
    leave_forum,
    update_membership,
    update_person,
)
from stakeholders.references import link_counts

LISTED = ("stakeholders.Attendance.person", "stakeholders.ForumMembership.person")


@reads
def work_people(request: HttpRequest) -> HttpResponse:
    """Everybody the office knows; personal data."""
    ensure(request.user, "stakeholders.manage_forum")
    filters = PersonFilter(request.GET, queryset=Person.objects.registered().for_list())
    page = page_of(request, filters.qs, per_page=50)
    return render(request, "stakeholders/work_people.html", {"filters": filters, "page": page})


@form_view
def work_person_new(request: HttpRequest) -> HttpResponse:
    """Enter a person, to be taken into the forum afterwards."""
    ensure(request.user, "stakeholders.manage_forum")
    form = PersonForm(request.POST or None, initial={"organization": request.GET.get("organization")})
    if form.is_valid() and (
        person := form.run(add_person, **form.cleaned_data, by=request.user, at=timezone.now())
    ):
        messages.success(request, _("%(name)s has been added.") % {"name": person})
        return redirect("stakeholders:work_person", person.pk)
    return form.answer(request, "stakeholders/work_person_form.html")


@reads
def work_person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: contact data, what the person takes part in, and what happened to the entry."""
    rows = Person.objects.select_related("organization", "district", "user", "merged_into")
    person = get_object_or_404(rows.defer("district__geometry"), pk=pk)
    ensure(request.user, "stakeholders.manage_forum", person)
    if person.merged_into:
        return redirect("stakeholders:work_person", person.merged_into.pk)
    memberships = person.memberships.select_related("cycle", "organization")
    context = {
        "person": person,
        "memberships": memberships.order_by("-cycle__planned_start", "pk"),
        "attendances": Attendance.objects.filter(person=person).for_history()[:50],
        "shadows": person.merged.order_by("pk"),
        "others": link_counts(person, without=LISTED),
    }
    return render(request, "stakeholders/work_person.html", context)


@form_view
def work_person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a person, also the consent to be named."""
    person = get_object_or_404(Person.objects.for_list(), pk=pk)
    ensure(request.user, "stakeholders.manage_forum", person)
    form = PersonForm(request.POST or None, person=person)
    if form.is_valid() and form.run(
        update_person, person=person, changes=form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("Saved."))
        return redirect("stakeholders:work_person", pk)
    return form.answer(request, "stakeholders/work_person_form.html", person=person)


# -- members of the forum ---------------------------------------------------------------------------------
@reads
def work_members(request: HttpRequest) -> HttpResponse:
    """Everybody who is or was in the forum of the current cycle."""
    ensure(request.user, "stakeholders.manage_forum")
    cycle = Cycle.objects.current()
    rows = ForumMembership.objects.in_cycle(cycle.pk if cycle else None).for_list()
    filters = MembershipFilter(request.GET, queryset=rows)
    context = {
        "cycle": cycle,
        "filters": filters,
        "page": page_of(request, filters.qs, per_page=50),
        "fields": fields_of(cycle.pk if cycle else None),
    }
    return render(request, "stakeholders/work_members.html", context)


@form_view
def work_member_new(request: HttpRequest) -> HttpResponse:
    """Take an organisation into the forum of the current cycle."""
    ensure(request.user, "stakeholders.manage_forum")
    cycle = Cycle.objects.current()
    if cycle is None:
        raise Refused(_("There is no cycle yet. Open one first."), code="no_cycle")
    initial = {key: request.GET.get(key) for key in ("organization", "person")}
    form = MembershipForm(
        request.POST or None,
        fields=fields_of(cycle.pk),
        initial=initial | {"since": timezone.localdate()},
    )
    if form.is_valid() and form.run(
        join_forum, cycle=cycle, **form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("The forum has a new member."))
        return redirect("stakeholders:work_members")
    return form.answer(request, "stakeholders/work_member.html", cycle=cycle)


@form_view
def work_member_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct role, fields of expertise and dates of a membership."""
    membership = get_object_or_404(ForumMembership.objects.for_list(), pk=pk)
    ensure(request.user, "stakeholders.manage_forum", membership)
    fields = fields_of(membership.cycle_id)
    form = MembershipEditForm(request.POST or None, membership=membership, fields=fields)
    if form.is_valid() and form.run(
        update_membership,
        membership=membership,
        changes=form.cleaned_data,
        by=request.user,
        at=timezone.now(),
    ):
        messages.success(request, _("Saved."))
        return redirect("stakeholders:work_members")
    return form.answer(request, "stakeholders/work_member.html", membership=membership)


@form_view
def work_member_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """End a membership."""
    membership = get_object_or_404(ForumMembership.objects.for_list(), pk=pk)
    ensure(request.user, "stakeholders.manage_forum", membership)
    form = LeaveForm(request.POST or None, membership=membership, initial={"until": timezone.localdate()})
    if form.is_valid() and form.run(
        leave_forum, membership=membership, **form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("The membership has ended; it stays in the history of the forum."))
        return redirect("stakeholders:work_members")
    return form.answer(request, "stakeholders/work_member_leave.html", membership=membership)
