"""Pages on which the office keeps the register and the forum."""

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
from stakeholders.filters import MembershipFilter, OrganizationFilter
from stakeholders.forms import (
    LeaveForm,
    MembershipForm,
    NewOrganizationForm,
    NewPersonForm,
    OrganizationForm,
    PersonForm,
)
from stakeholders.models import ForumMembership, Organization, Person
from stakeholders.operations.forum import add_person, join_forum, leave_forum, update_person
from stakeholders.operations.organizations import create_organization, update_organization


@reads
def work_organizations(request: HttpRequest) -> HttpResponse:
    """The register, drafts included."""
    ensure(request.user, "stakeholders.see_register")
    filters = OrganizationFilter(request.GET, queryset=Organization.objects.for_list())
    page = page_of(request, filters.qs, per_page=50)
    return render(request, "stakeholders/work_organizations.html", {"filters": filters, "page": page})


@form_view
def work_organization_new(request: HttpRequest) -> HttpResponse:
    """Enter an organisation."""
    ensure(request.user, "stakeholders.manage_organizations")
    form = NewOrganizationForm(request.POST or None)
    if form.is_valid() and (
        made := form.run(create_organization, **form.cleaned_data, by=request.user, at=timezone.now())
    ):
        messages.success(request, _("%(name)s is in the register.") % {"name": made})
        return redirect("stakeholders:work_organizations")
    return form.answer(request, "stakeholders/work_organization.html")


@form_view
def work_organization(request: HttpRequest, code: str) -> HttpResponse:
    """Change an organisation."""
    organization = get_object_or_404(Organization.objects.for_detail(), code=code)
    ensure(request.user, "stakeholders.manage_organizations", organization)
    form = OrganizationForm(request.POST or None, organization=organization)
    if form.is_valid() and form.run(
        update_organization,
        organization=organization,
        changes=form.cleaned_data,
        by=request.user,
        at=timezone.now(),
    ):
        messages.success(request, _("Saved."))
        return redirect("stakeholders:work_organizations")
    people = Person.objects.filter(organization=organization).for_list()
    return form.answer(
        request, "stakeholders/work_organization.html", organization=organization, people=people
    )


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
        "without_membership": Person.objects.filter(memberships__isnull=True).for_list(),
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
    form = MembershipForm(request.POST or None, initial=initial | {"since": timezone.localdate()})
    if form.is_valid() and form.run(
        join_forum, cycle=cycle, **form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("The forum has a new member."))
        return redirect("stakeholders:work_members")
    return form.answer(request, "stakeholders/work_member.html", cycle=cycle)


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


@form_view
def work_person_new(request: HttpRequest) -> HttpResponse:
    """Enter a person, to be taken into the forum afterwards."""
    ensure(request.user, "stakeholders.manage_forum")
    form = NewPersonForm(request.POST or None, initial={"organization": request.GET.get("organization")})
    if form.is_valid() and (
        person := form.run(add_person, **form.cleaned_data, by=request.user, at=timezone.now())
    ):
        messages.success(request, _("%(name)s has been added.") % {"name": person})
        return redirect("stakeholders:work_members")
    return form.answer(request, "stakeholders/work_person.html")


@form_view
def work_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a person, also the consent to be named."""
    person = get_object_or_404(Person.objects.for_list(), pk=pk)
    ensure(request.user, "stakeholders.manage_forum", person)
    form = PersonForm(request.POST or None, person=person)
    if form.is_valid() and form.run(
        update_person, person=person, changes=form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("Saved."))
        return redirect("stakeholders:work_members")
    return form.answer(request, "stakeholders/work_person.html", person=person)
