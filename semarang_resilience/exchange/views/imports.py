"""Upload a list, look at what it would do, confirm or take back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.forms import form_view
from semarang_resilience.core.http import page_of, reads, writes
from semarang_resilience.core.importing.jobs import ask_worker, is_long
from semarang_resilience.core.importing.models import (
    ImportJob,
    ImportRow,
    ImportRun,
    ImportStatus,
    RowAction,
)
from semarang_resilience.core.importing.operations import apply_import, preview_import, undo_import
from semarang_resilience.core.importing.resources import (
    Resource,
    UnknownResource,
    resource_named,
    resources_for,
)
from semarang_resilience.core.permissions import allowed, ensure
from semarang_resilience.core.sheets.grid import SheetRefused
from semarang_resilience.exchange.forms import EMPTY, UploadForm
from semarang_resilience.exchange.preview import lines_of
from semarang_resilience.exchange.tasks import carry_out_import

ROWS = 50
SHOWN = {
    "masalah": ("error",),
    "baru": ("add",),
    "ubah": ("change",),
    "sama": ("same",),
}


def resource_or_404(kind: str) -> Resource:
    """The list of an address."""
    try:
        return resource_named(kind)
    except UnknownResource as error:
        raise Http404 from error


@reads
def history(request: HttpRequest) -> HttpResponse:
    """Every import of the lists that the reader may import, newest first."""
    kinds = {each.identifier: each for each in resources_for(request.user)}
    mine = {kind: each for kind, each in kinds.items() if allowed(request.user, each.permission)}
    if not mine:
        raise NotAllowed(_("Your role does not include this step."))
    page = page_of(request, ImportRun.objects.of_kinds(list(mine)).for_list(), per_page=25)
    rows = [(run, mine[run.kind]) for run in page.object_list]
    return render(request, "exchange/history.html", {"page": page, "rows": rows, "lists": mine.values()})


@form_view
def upload(request: HttpRequest, kind: str) -> HttpResponse:
    """Choose a file; what it would do is shown next, nothing is written yet."""
    resource = resource_or_404(kind)
    ensure(request.user, resource.permission)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = preview_import(
                kind=kind,
                file=file.file,
                file_name=file.name,
                size=file.size,
                empties=form.cleaned_data["empties"] == EMPTY,
                by=request.user,
                at=timezone.now(),
            )
        except SheetRefused as refusal:
            form.add_error("file", str(refusal.message))
        else:
            return redirect(run)
    recent = ImportRun.objects.filter(kind=kind).for_list()[:5]
    return form.answer(request, "exchange/upload.html", resource=resource, recent=recent)


@reads
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """What an upload would do, row by row; later, what it did."""
    found = get_object_or_404(ImportRun.objects.for_list(), pk=pk)
    resource = resource_or_404(found.kind)
    ensure(request.user, resource.permission)
    shown = request.GET.get("tampil", "")
    rows = ImportRow.objects.filter(run=found).order_by("number")
    if shown == "catatan":
        rows = rows.noteworthy()
    elif shown in SHOWN:
        rows = rows.filter(action__in=SHOWN[shown])
    page = page_of(request, rows, per_page=ROWS)
    counts = [(action, found.counts.get(action.value, 0)) for action in RowAction]
    context = {
        "run": found,
        "resource": resource,
        "page": page,
        "lines": lines_of(resource, found, page.object_list),
        "shown": shown,
        "counts": counts,
        "tabs": _tabs(found, shown),
        "status": ImportStatus(found.status),
        "is_waiting": found.status == ImportStatus.PREVIEWED,
        "is_applied": found.status == ImportStatus.APPLIED,
    }
    return render(request, "exchange/run.html", context)


def _tabs(found: ImportRun, shown: str) -> list[dict[str, object]]:
    counts = found.counts
    total = sum(int(counts.get(action.value, 0)) for action in RowAction)
    tabs = [
        ("", _("All rows"), total),
        ("masalah", _("Problems"), counts.get("error", 0)),
        ("baru", _("New"), counts.get("add", 0)),
        ("ubah", _("Changed"), counts.get("change", 0)),
        ("sama", _("Unchanged"), counts.get("same", 0)),
        ("catatan", _("With remarks"), counts.get("noted", 0)),
    ]
    return [
        {"url": f"?tampil={key}" if key else "?", "label": label, "count": count, "current": key == shown}
        for key, label, count in tabs
        if not key or count
    ]


@reads
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a worker is with a long list: a box that asks for itself again."""
    found = get_object_or_404(ImportRun.objects.for_list(), pk=pk)
    ensure(request.user, resource_or_404(found.kind).permission)
    answer = render(request, "exchange/parts/job.html", {"run": found})
    if not found.job:
        answer["HX-Refresh"] = "true"
    return answer


@writes
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the preview."""
    return _do(request, pk, ImportJob.APPLY, apply_import)


@writes
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an import back."""
    return _do(request, pk, ImportJob.UNDO, undo_import)


def _do(request: HttpRequest, pk: int, job: ImportJob, work: Callable[..., ImportRun]) -> HttpResponse:
    """At once, or by a worker where nobody should wait for it."""
    found = get_object_or_404(ImportRun, pk=pk)
    ensure(request.user, resource_or_404(found.kind).permission)
    who: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    if is_long(found):
        ask_worker(run=found, job=job, send=carry_out_import.delay, **who)
        return redirect(found)
    try:
        count = work(run=found, **who).to_do()
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect(found)
    if job == ImportJob.APPLY:
        sentence = ngettext("%(n)s row was imported.", "%(n)s rows were imported.", count)
        messages.success(request, sentence % {"n": count})
    else:
        messages.success(request, _("The import was undone; the list is as it was before."))
    return redirect(found)
