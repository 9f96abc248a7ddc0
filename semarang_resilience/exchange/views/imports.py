"""Upload a list, look at what it would do, confirm or take back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.forms import form_view
from semarang_resilience.core.http import page_of, reads, writes
from semarang_resilience.core.importing.models import ImportRow, ImportRun, ImportStatus, RowAction
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


@writes
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the preview."""
    found = get_object_or_404(ImportRun, pk=pk)
    ensure(request.user, resource_or_404(found.kind).permission)
    try:
        done = apply_import(run=found, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        count = done.to_do()
        messages.success(
            request, ngettext("%(n)s row was imported.", "%(n)s rows were imported.", count) % {"n": count}
        )
    return redirect(found)


@writes
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an import back."""
    found = get_object_or_404(ImportRun, pk=pk)
    ensure(request.user, resource_or_404(found.kind).permission)
    try:
        undo_import(run=found, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("The import was undone; the list is as it was before."))
    return redirect(found)
