"""Where the office keeps consents and answers requests for erasure."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from semarang_resilience.core.forms import form_view
from semarang_resilience.core.http import page_of, reads, writes
from semarang_resilience.core.permissions import allowed, ensure
from stakeholders.consent_forms import ConsentTextForm, EraseForm, GiveConsentForm
from stakeholders.models import ConsentText, ErasureRequest, ErasureStatus, Person, Purpose
from stakeholders.operations.consents import give_consent, publish_consent_text, withdraw_consent
from stakeholders.operations.personal_data import erase_person, refuse_erasure
from stakeholders.personal_data import data_of


@form_view
def consent_texts(request: HttpRequest) -> HttpResponse:
    """What people agree to, every version in both languages; the lead adds a version."""
    ensure(request.user, "stakeholders.manage_forum")
    if request.method == "POST":
        ensure(request.user, "stakeholders.publish_consent_text")
    form = ConsentTextForm(request.POST or None, initial={"in_use_from": timezone.localdate()})
    if form.is_valid() and (
        text := form.run(publish_consent_text, **form.cleaned_data, by=request.user, at=timezone.now())
    ):
        messages.success(request, _("%(text)s is kept.") % {"text": text})
        return redirect("stakeholders:consent_texts")
    page = page_of(request, ConsentText.objects.order_by("purpose", "-version"))
    may = allowed(request.user, "stakeholders.publish_consent_text")
    return form.answer(request, "stakeholders/consent_texts.html", page=page, may_publish=may)


@form_view
def person_consents(request: HttpRequest, pk: int) -> HttpResponse:
    """A person's consents with date and how they were given; give one, or take one back."""
    person = get_object_or_404(Person.objects.for_list(), pk=pk)
    ensure(request.user, "stakeholders.manage_forum", person)
    taken_back = request.POST.get("withdraw")
    if taken_back in Purpose.values:
        withdraw_consent(person=person, purpose=taken_back, by=request.user, at=timezone.now())
        messages.success(request, _("The consent is taken back."))
        return redirect("stakeholders:person_consents", pk=pk)
    form = GiveConsentForm(request.POST or None, initial={"given_on": timezone.localdate()})
    if form.is_valid() and form.run(
        give_consent, person=person, **form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("The consent is kept."))
        return redirect("stakeholders:person_consents", pk=pk)
    context: dict[str, Any] = {
        "person": person,
        "consents": person.consents.select_related("text").order_by("-given_on", "-pk"),
        "may_erase": allowed(request.user, "stakeholders.erase_person", person),
    }
    return form.answer(request, "stakeholders/person_consents.html", **context)


@reads
def person_export(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about a person as a file, for somebody who asks the office for it."""
    ensure(request.user, "stakeholders.manage_forum")
    person = get_object_or_404(Person.objects.for_list(), pk=pk)
    return as_file(person)


def as_file(person: Person) -> HttpResponse:
    """The data of a person as a JSON file that no cache keeps."""
    return JsonResponse(
        data_of(person),
        json_dumps_params={"ensure_ascii": False, "indent": 2},
        headers={"Content-Disposition": 'attachment; filename="data-saya.json"', "Cache-Control": "no-store"},
    )


@form_view
def person_erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Erase a person's data, with a reason and a second question."""
    ensure(request.user, "stakeholders.erase_person")
    person = get_object_or_404(Person.objects.for_list(), pk=pk)
    form = EraseForm(request.POST or None)
    if form.is_valid() and form.run(
        erase_person, person=person, **form.values(), by=request.user, at=timezone.now()
    ):
        messages.success(request, _("The person's data are erased."))
        return redirect("stakeholders:erasure_requests")
    events = person.attendances.select_related("engagement").order_by("-engagement__held_on", "pk")[:20]
    waiting = person.erasure_requests.filter(status=ErasureStatus.ASKED).first()
    return form.answer(
        request, "stakeholders/person_erase.html", person=person, events=events, waiting=waiting
    )


@reads
def erasure_requests(request: HttpRequest) -> HttpResponse:
    """Who asked for erasure, the open requests first."""
    ensure(request.user, "stakeholders.erase_person")
    rows = ErasureRequest.objects.select_related("person__organization", "decided_by")
    page = page_of(request, rows.order_by("status", "-asked_at", "-pk"))
    return render(request, "stakeholders/erasure_requests.html", {"page": page})


@writes
def erasure_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no to a request, with a reason."""
    asked = get_object_or_404(ErasureRequest.objects.select_related("person"), pk=pk)
    refuse_erasure(request=asked, reason=request.POST.get("reason", ""), by=request.user, at=timezone.now())
    messages.success(request, _("The request is answered."))
    return redirect("stakeholders:erasure_requests")
