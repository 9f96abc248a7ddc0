"""Pages on which the office keeps agreements with organisations."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from semarang_resilience.core.forms import form_view
from semarang_resilience.core.http import page_of, reads
from semarang_resilience.core.permissions import ensure
from semarang_resilience.core.uploads import clean_name, private_file
from stakeholders.agreement_forms import AgreementForm, NewAgreementForm
from stakeholders.filters import AgreementFilter
from stakeholders.models import Agreement
from stakeholders.operations.agreements import register_agreement, update_agreement


@reads
def work_agreements(request: HttpRequest) -> HttpResponse:
    """All agreements, the first to end first."""
    ensure(request.user, "stakeholders.see_register")
    today = timezone.localdate()
    filters = AgreementFilter(request.GET, queryset=Agreement.objects.for_list(), on=today)
    page = page_of(request, filters.qs, per_page=50)
    context = {
        "filters": filters,
        "page": page,
        "as_of": today,
        "rows": [(row, row.state(today)) for row in page.object_list],
    }
    return render(request, "stakeholders/work_agreements.html", context)


@form_view
def work_agreement_new(request: HttpRequest) -> HttpResponse:
    """Enter an agreement."""
    ensure(request.user, "stakeholders.manage_agreements")
    initial = {"organization": request.GET.get("organization")}
    form = NewAgreementForm(request.POST or None, request.FILES or None, initial=initial)
    if form.is_valid() and form.run(
        register_agreement,
        **form.cleaned_data,
        by=request.user,
        at=timezone.now(),
    ):
        messages.success(request, _("The agreement is on the list."))
        return redirect("stakeholders:work_agreements")
    return form.answer(request, "stakeholders/work_agreement.html")


@form_view
def work_agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """Change or renew an agreement."""
    agreement = get_object_or_404(Agreement.objects.for_list(), pk=pk)
    ensure(request.user, "stakeholders.manage_agreements", agreement)
    form = AgreementForm(request.POST or None, request.FILES or None, agreement=agreement)
    if form.is_valid() and form.run(
        update_agreement,
        agreement=agreement,
        changes=form.entry(),
        file=form.cleaned_data["file"],
        by=request.user,
        at=timezone.now(),
    ):
        messages.success(request, _("Saved."))
        return redirect("stakeholders:work_agreements")
    state = agreement.state(timezone.localdate())
    return form.answer(request, "stakeholders/work_agreement.html", agreement=agreement, state=state)


@reads
def agreement_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The signed file; only the office opens it."""
    agreement = get_object_or_404(Agreement, pk=pk)
    name = clean_name(f"{agreement.title}.x", (agreement.file.name or "").rpartition(".")[2])
    return private_file(
        request, permission="stakeholders.see_register", obj=agreement, file=agreement.file, name=name
    )
