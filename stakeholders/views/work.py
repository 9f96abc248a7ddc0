"""Pages on which the office keeps the register of organisations."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from semarang_resilience.core.forms import form_view
from semarang_resilience.core.http import page_of, reads
from semarang_resilience.core.permissions import allowed, ensure
from stakeholders.duplicates import like_organization
from stakeholders.filters import RegisterFilter
from stakeholders.forms import NewOrganizationForm, OrganizationForm
from stakeholders.models import Attendance, ForumMembership, Organization, Person
from stakeholders.operations.organizations import create_organization, set_logo, update_organization
from stakeholders.references import link_counts

SHOWN = 20  # rows of each kind on an organisation's page
# Links that the page lists one by one; the others are counted.
LISTED = (
    "stakeholders.Agreement.organization",
    "stakeholders.Attendance.organization",
    "stakeholders.ForumMembership.organization",
    "stakeholders.Organization.parent",
    "stakeholders.Person.organization",
    "actions.Action.lead",
    "actions.Partnership.organization",
)


@reads
def work_organizations(request: HttpRequest) -> HttpResponse:
    """The register, drafts included."""
    ensure(request.user, "stakeholders.see_register")
    filters = RegisterFilter(request.GET, queryset=Organization.objects.registered().for_list())
    page = page_of(request, filters.qs, per_page=50)
    return render(request, "stakeholders/work_organizations.html", {"filters": filters, "page": page})


@form_view
def work_organization_new(request: HttpRequest) -> HttpResponse:
    """Enter an organisation; where the register has something like it, the form asks back once."""
    ensure(request.user, "stakeholders.manage_organizations")
    form = NewOrganizationForm(request.POST or None, request.FILES or None)
    alike = _alike(form) if form.is_valid() and not form.cleaned_data["is_another"] else []
    if alike:
        form.add_error(None, _("The register has something like it already. Look at it first."))
    if form.is_valid() and (made := _create(request, form)):
        messages.success(request, _("%(name)s is in the register.") % {"name": made})
        return redirect("stakeholders:work_organization", made.code)
    return form.answer(request, "stakeholders/work_organization_form.html", alike=alike)


def _alike(form: NewOrganizationForm) -> list[dict[str, Any]]:
    """Entries that the new one may repeat, with the reasons, the likeliest first."""
    values = {name: form.cleaned_data[name] for name in ("name", "acronym", "website")}
    found = {each.second: each for each in like_organization(**values)[:5]}
    rows = Organization.objects.filter(pk__in=found).order_by("pk")
    return sorted(
        ({"organization": row, "reasons": found[row.pk].reasons} for row in rows),
        key=lambda each: -found[each["organization"].pk].score,
    )


@transaction.atomic
def _create(request: HttpRequest, form: NewOrganizationForm) -> Organization | None:
    who: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    made: Organization | None = form.run(create_organization, **form.entry(), **who)
    if made and (logo := form.cleaned_data["logo"]):
        set_logo(organization=made, logo=logo, **who)
    return made


@reads
def work_organization(request: HttpRequest, code: str) -> HttpResponse:
    """One organisation at work: everything that hangs on it, and what happened to it."""
    ensure(request.user, "stakeholders.see_register")
    organization = get_object_or_404(Organization.objects.for_detail(), code=code)
    if organization.merged_into:
        return redirect("stakeholders:work_organization", organization.merged_into.code)
    sees_people = allowed(request.user, "stakeholders.manage_forum")
    attendances = Attendance.objects.filter(organization=organization).for_history()
    people = Person.objects.registered().filter(organization=organization).for_list()
    context = {
        "organization": organization,
        "today": timezone.localdate(),
        "sees_people": sees_people,
        "people": people[: SHOWN + 1] if sees_people else (),
        "memberships": ForumMembership.objects.of_organization(organization),
        "attendances": attendances[: SHOWN + 1],
        "agreements": organization.agreements.for_list(),
        "parts": organization.children.order_by("name", "pk")[: SHOWN + 1],
        "shadows": organization.merged.order_by("name", "pk"),
        "others": link_counts(organization, without=LISTED),
        "shown": SHOWN,
    }
    return render(request, "stakeholders/work_organization.html", context)


@form_view
def work_organization_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change an organisation."""
    organization = get_object_or_404(Organization.objects.for_detail(), code=code)
    ensure(request.user, "stakeholders.manage_organizations", organization)
    form = OrganizationForm(request.POST or None, request.FILES or None, organization=organization)
    if form.is_valid() and _update(request, form, organization):
        messages.success(request, _("Saved."))
        return redirect("stakeholders:work_organization", code)
    return form.answer(request, "stakeholders/work_organization_form.html", organization=organization)


@transaction.atomic
def _update(request: HttpRequest, form: OrganizationForm, organization: Organization) -> bool:
    who: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    if not form.run(update_organization, organization=organization, changes=form.entry(), **who):
        return False
    logo = form.cleaned_data["logo"]
    if logo or form.cleaned_data.get("remove_logo"):
        set_logo(organization=organization, logo=logo, **who)
    return True
