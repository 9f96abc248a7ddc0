"""Where the office asks for editions, watches them being set, and publishes them."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from semarang_resilience.core.errors import Refused
from semarang_resilience.core.http import page_of, reads, writes
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.permissions import allowed, ensure
from semarang_resilience.documents import operations
from semarang_resilience.documents.forms import ChoiceForm, RequestForm
from semarang_resilience.documents.gap_texts import gap_texts
from semarang_resilience.documents.models import DocumentKind, Edition, EditionStatus


@reads
def work_editions(request: HttpRequest) -> HttpResponse:
    """All editions with their status; for those who may ask, the form that first shows what is missing."""
    ensure(request.user, "documents.see_drafts")
    form = ChoiceForm(request.GET if "kind" in request.GET else None)
    check = None
    if form.is_bound and form.is_valid() and allowed(request.user, "documents.request_edition"):
        check = _check(form.cleaned_data["kind"], form.cleaned_data["language"])
    return render(request, "documents/work_editions.html", _context(request, form, check))


def _context(request: HttpRequest, form: ChoiceForm, check: dict[str, Any] | None) -> dict[str, Any]:
    cycle = Cycle.objects.current()
    rows = Edition.objects.in_cycle(cycle.pk if cycle else None).for_list()
    return {"cycle": cycle, "form": form, "check": check, "page": page_of(request, rows, per_page=20)}


def _check(kind: str, language: str, form: RequestForm | None = None) -> dict[str, Any] | None:
    """What the document would lack if it were frozen now, with the form that asks for it."""
    cycle = Cycle.objects.current()
    if cycle is None:
        return None
    frozen = operations.preview_edition(kind=kind, cycle=cycle, language=language, at=timezone.now())
    initial = {"kind": kind, "language": language, "token": uuid.uuid4()}
    return {
        "title": DocumentKind(kind).label,
        "language": language,
        "gaps": gap_texts(frozen.gaps),
        "form": form or RequestForm(initial=initial),
    }


@writes
def work_edition_request(request: HttpRequest) -> HttpResponse:
    """Freeze it, and go to the page on which it is being set."""
    ensure(request.user, "documents.request_edition")
    cycle = Cycle.objects.current()
    form = RequestForm(request.POST)
    if cycle is None:
        raise operations.NoCycle
    if form.is_valid() and (
        edition := form.run(
            operations.request_edition, **form.cleaned_data, cycle=cycle, by=request.user, at=timezone.now()
        )
    ):
        return redirect("documents:work_edition", pk=edition.pk)
    choice = ChoiceForm(request.POST)
    check = None
    if choice.is_valid() and "token" in form.cleaned_data:
        check = _check(choice.cleaned_data["kind"], choice.cleaned_data["language"], form)
    return render(request, "documents/work_editions.html", _context(request, choice, check), status=422)


@reads
def work_edition(request: HttpRequest, pk: int) -> HttpResponse:
    """One edition: how far it is, why it failed, what can be done with it."""
    ensure(request.user, "documents.see_drafts")
    edition = get_object_or_404(Edition.objects.for_detail(), pk=pk)
    context = {"edition": edition, "box": _box(edition), "gaps": gap_texts(edition.gaps)}
    return render(request, "documents/work_edition.html", context)


@reads
def work_edition_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress box alone; it asks for itself again until the edition has come to its end."""
    ensure(request.user, "documents.see_drafts")
    edition = get_object_or_404(Edition.objects.for_detail(), pk=pk)
    context = {"edition": edition, "box": _box(edition)}
    return render(request, "documents/work_edition.html#box", context)


def _box(edition: Edition) -> dict[str, Any]:
    """What the progress box says: its state, a title, and one sentence."""
    match edition.status:
        case EditionStatus.QUEUED:
            return {
                "state": "queued",
                "title": _("Waiting for a worker"),
                "message": _("The content is frozen. Setting begins as soon as a worker is free."),
            }
        case EditionStatus.RENDERING:
            return {"state": "running", "title": _("Being set"), "message": edition.progress_label}
        case EditionStatus.FAILED:
            return {
                "state": "failed",
                "title": _("This edition could not be set"),
                "message": edition.get_failure_display(),
            }
    return {
        "state": "done",
        "title": _("The file is ready") if edition.status == EditionStatus.READY else _("Published"),
        "message": "",
    }


@writes
def work_edition_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it to everybody."""
    edition = get_object_or_404(Edition.objects.for_list(), pk=pk)
    try:
        operations.publish_edition(edition=edition, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Published. Everybody can read and download it now."))
    return redirect("documents:work_edition", pk=pk)


@writes
def work_edition_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Set it once more, from the same frozen content."""
    edition = get_object_or_404(Edition.objects.for_list(), pk=pk)
    try:
        operations.retry_edition(edition=edition, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return redirect("documents:work_edition", pk=pk)
