"""What the portal holds about the reader: with an account, or by the signed link of a letter."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from semarang_resilience.core.forms import form_view
from semarang_resilience.core.http import public, reads, writes
from semarang_resilience.core.throttle import is_too_often
from stakeholders.consent_forms import AskLinkForm, OwnConsentForm
from stakeholders.models import ConsentWay, Person, Purpose
from stakeholders.operations.consents import give_consent, text_in_use, withdraw_consent
from stakeholders.operations.personal_data import ask_for_erasure, send_my_data_link
from stakeholders.personal_data import UnknownLink, data_of, person_of, sources

from .consents import as_file


class _Turned(Exception):
    """There is no person to show: answer this instead."""

    def __init__(self, answer: HttpResponse) -> None:
        self.answer = answer


def _person(request: HttpRequest, token: str) -> Person:
    if is_too_often(request, scope="my_data", rate=settings.MY_DATA_RATE):
        raise _Turned(render(request, "429.html", status=429))
    if token:
        try:
            return person_of(token)
        except UnknownLink as refusal:
            context = {"form": AskLinkForm(), "refusal": refusal}
            raise _Turned(render(request, "stakeholders/my_data_ask.html", context, status=404)) from refusal
    if not request.user.is_authenticated:
        raise _Turned(redirect_to_login(request.get_full_path()))
    person = Person.objects.for_list().filter(user=request.user).first()
    if person is None:
        raise _Turned(render(request, "stakeholders/my_data_none.html"))
    return person


def _links(token: str) -> dict[str, str]:
    if token:
        names = ("my_data_link", "my_data_link_file", "my_link_consent", "my_link_erasure")
        page, file, consent, erasure = (reverse(f"stakeholders:{name}", args=[token]) for name in names)
    else:
        names = ("my_data", "my_data_file", "my_consent", "my_erasure")
        page, file, consent, erasure = (reverse(f"stakeholders:{name}") for name in names)
    return {"page": page, "file": file, "consent": consent, "erasure": erasure}


def _consents(person: Person) -> list[dict[str, Any]]:
    """Each purpose with its wording and the consent in force."""
    today = timezone.localdate()
    held = {
        each.text.purpose: each
        for each in person.consents.filter(withdrawn_on__isnull=True).select_related("text")
    }
    rows = ((purpose, text_in_use(purpose, today)) for purpose in Purpose)
    return [
        {"purpose": purpose, "text": text, "held": held.get(purpose.value)}
        for purpose, text in rows
        if text or purpose in held
    ]


@public
@never_cache
@reads
def my_data(request: HttpRequest, token: str = "") -> HttpResponse:
    """What we hold about you, and what you agreed to."""
    try:
        person = _person(request, token)
    except _Turned as turned:
        return turned.answer
    data = data_of(person)
    context = {
        "person": person,
        "account": data["account"],
        "counts": [(source.label, len(data[source.key])) for source in sources()],
        "consents": _consents(person),
        "links": _links(token),
        "asked": person.erasure_requests.order_by("-asked_at", "-pk").first(),
        "data": data,
    }
    return render(request, "stakeholders/my_data.html", context)


@public
@never_cache
@reads
def my_data_file(request: HttpRequest, token: str = "") -> HttpResponse:
    """The same as a file."""
    try:
        return as_file(_person(request, token))
    except _Turned as turned:
        return turned.answer


@public
@never_cache
@writes
def my_consent(request: HttpRequest, token: str = "") -> HttpResponse:
    """Give a consent, or take it back."""
    try:
        person = _person(request, token)
    except _Turned as turned:
        return turned.answer
    form = OwnConsentForm(request.POST)
    by = None if token else request.user
    if form.is_valid():
        purpose, at = form.cleaned_data["purpose"], timezone.now()
        if form.cleaned_data["choice"] == "give":
            give_consent(person=person, purpose=purpose, way=ConsentWay.PORTAL, by=by, at=at)
            messages.success(request, _("Thank you. Your consent is kept; you can take it back here."))
        else:
            withdraw_consent(person=person, purpose=purpose, by=by, at=at)
            messages.success(request, _("Your consent is taken back, from now on."))
    return redirect(_links(token)["page"])


@public
@never_cache
@writes
def my_erasure(request: HttpRequest, token: str = "") -> HttpResponse:
    """Ask the office to erase everything."""
    try:
        person = _person(request, token)
    except _Turned as turned:
        return turned.answer
    ask_for_erasure(person=person, by=None if token else request.user, at=timezone.now())
    messages.success(request, _("The office has your request and answers on this page."))
    return redirect(_links(token)["page"])


@public
@never_cache
@form_view
def my_data_ask(request: HttpRequest) -> HttpResponse:
    """Send me the link to my data; the answer never says whether the address is known."""
    if request.method == "POST" and is_too_often(
        request, scope="my_data_ask", rate=settings.MY_DATA_ASK_RATE
    ):
        return render(request, "429.html", status=429)
    form = AskLinkForm(request.POST or None)
    if form.is_valid():
        send_my_data_link(address=form.cleaned_data["email"], at=timezone.now())
        return render(request, "stakeholders/my_data_ask.html", {"sent_to": form.cleaned_data["email"]})
    status = 422 if form.is_bound else 200
    return render(request, "stakeholders/my_data_ask.html", {"form": form}, status=status)
