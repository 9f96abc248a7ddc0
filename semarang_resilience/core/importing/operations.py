"""Look at an upload, carry it out, take it back. Nothing is written before it is confirmed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import IO, Any

from django.db import IntegrityError, transaction
from django.db.models.deletion import ProtectedError, RestrictedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..activity import record
from ..batches import in_batches
from ..changes import Invalid, lock
from ..errors import Refused
from ..permissions import ensure
from ..sheets.cells import normal
from ..sheets.headings import Table, read_table
from .models import ImportRow, ImportRun, ImportStatus, RowAction
from .planning import OUR_HEADINGS, drafts_of
from .resources import BATCH, Draft, Loader, Resource, resource_named

PREVIEW_LASTS = timedelta(days=1)
UNDO_LASTS = timedelta(days=30)
_NAMED = 5  # names that a sentence lists


class AlreadyApplied(Refused):
    """Somebody confirmed this import before."""

    code = "already_applied"
    message = gettext_lazy("This import has been carried out already. Nothing was done a second time.")


class ChangedSincePreview(Refused):
    """The portal no longer holds what the preview compared with."""

    code = "changed_since_preview"


class ImportFailed(Refused):
    """Some rows could not be written, so none was; each says why at its row."""

    code = "import_failed"


class _RowsFailed(Exception):
    def __init__(self, errors: Mapping[int, dict[str, str]]) -> None:
        self.errors = errors


# -- look -------------------------------------------------------------------------------------------------
@transaction.atomic
def preview_import(
    *,
    kind: str,
    file: IO[bytes],
    file_name: str,
    size: int,
    by: Any,
    at: datetime,
    empties: bool = False,
) -> ImportRun:
    """Read an upload and say for each row what it would do; changes nothing but its own record.

    `size` in bytes; `empties`: an empty cell empties what the portal holds, otherwise it is passed over.
    Raises `SheetRefused` for a file that is no list of this kind.
    """
    resource = resource_named(kind)
    ensure(by, resource.permission)
    labels = {column.name: str(column.heading) for column in resource.columns}
    table = read_table(file, size=size, words=resource.words, required=resource.needed, labels=labels)
    drafts = drafts_of(resource, table, empties=empties)
    run = ImportRun.objects.create(
        kind=kind,
        file_name=file_name[:200],
        sha256=_fingerprint(file),
        plan=_plan(resource, table, empties),
        counts=_counts(drafts),
        uploaded_by=by,
        uploaded_at=at,
    )
    for batch in in_batches(drafts, BATCH * 2):
        ImportRow.objects.bulk_create([_row_of(resource, run, draft) for draft in batch])
    return run


def _fingerprint(file: IO[bytes]) -> str:
    file.seek(0)
    return hashlib.sha256(file.read()).hexdigest()


def _plan(resource: Resource, table: Table, empties: bool) -> dict[str, Any]:
    known = resource.by_name
    return {
        "sheet": table.sheet,
        "other_sheets": table.other_sheets,
        "columns": {name: table.letter(name) for name in table.places},
        "not_read": [str(known[name].heading) for name in table.places if known[name].is_exported_only],
        "ignored": [text[:80] for text in table.ignored if normal(text) not in OUR_HEADINGS][:50],
        "empties": empties,
    }


def _counts(drafts: Sequence[Draft]) -> dict[str, int]:
    counts = {action.value: 0 for action in RowAction}
    for draft in drafts:
        counts[draft.action] += 1
    return counts | {"noted": sum(bool(draft.notes) for draft in drafts)}


def _row_of(resource: Resource, run: ImportRun, draft: Draft) -> ImportRow:
    stays_out = draft.action == RowAction.ERROR
    return ImportRow(
        run=run,
        number=draft.number,
        action=draft.action,
        key=draft.key[:200],
        label=(resource.label_of(draft.raw | draft.values) or draft.key)[:200],
        values={} if stays_out else draft.values,
        before={} if stays_out else draft.before,
        raw={name: text[:2_000] for name, text in draft.raw.items()} if stays_out else {},
        errors=draft.errors,
        notes=draft.notes,
        object_pk=draft.object_pk,
    )


# -- carry out --------------------------------------------------------------------------------------------
def apply_import(*, run: ImportRun, by: Any, at: datetime) -> ImportRun:
    """Write the rows without problems through the app's operations: all of them or none.

    Raises `AlreadyApplied`, `ChangedSincePreview` (with names), or `ImportFailed` after putting the
    reasons at their rows.
    """
    resource = resource_named(run.kind)
    ensure(by, resource.permission)
    try:
        with transaction.atomic():
            _claim(run)
            errors = _write_rows(resource, run, by=by, at=at)
            if errors:
                raise _RowsFailed(errors)
            run.status, run.applied_by, run.applied_at = ImportStatus.APPLIED, by, at
            run.save(update_fields=["status", "applied_by", "applied_at"])
            record(
                verb="apply_import",
                target=run,
                by=by,
                at=at,
                kind=run.kind,
                added=run.counts.get(RowAction.ADD, 0),
                changed=run.counts.get(RowAction.CHANGE, 0),
            )
    except _RowsFailed as failure:
        _note_failures(run, failure.errors)
        run.refresh_from_db()
        raise ImportFailed(
            _("%(count)s rows could not be written, so nothing was changed. The reasons stand at the rows.")
            % {"count": len(failure.errors)}
        ) from failure
    return run


def _claim(run: ImportRun) -> None:
    """Hold the import until the end of the transaction; only one who confirms gets further."""
    lock(run)
    if run.status == ImportStatus.APPLIED or run.status == ImportStatus.UNDONE:
        raise AlreadyApplied()
    if run.status == ImportStatus.EXPIRED:
        raise Refused(_("This preview has expired. Upload the file again."), code="preview_expired")
    if not run.to_do():
        raise Refused(_("There is nothing to import in this file."), code="nothing_to_import")


def _write_rows(resource: Resource, run: ImportRun, *, by: Any, at: datetime) -> dict[int, dict[str, str]]:
    rows = resource.in_order(list(run.rows.to_apply()))
    errors: dict[int, dict[str, str]] = {}
    _refuse_changed(resource, rows)
    for batch in in_batches(rows, BATCH):
        loader = Loader(resource, [row.values for row in batch])
        existing = resource.find_by_pk([row.object_pk for row in batch if row.object_pk])
        for row in batch:
            failed = _write(resource, row, loader, existing.get(row.object_pk), by=by, at=at)
            if failed:
                errors[row.pk] = failed
        ImportRow.objects.bulk_update(batch, ["object_pk"])
    return errors


def _refuse_changed(resource: Resource, rows: Sequence[ImportRow]) -> None:
    """Hold every row that will be changed, and compare with what the preview saw."""
    changed = []
    for batch in in_batches(rows, BATCH):
        found = resource.find({row.key for row in batch}, lock=True)
        for row in batch:
            now = found.get(row.key)
            if row.action == RowAction.ADD:
                is_other = now is not None
            else:
                is_other = now is None or str(now.pk) != row.object_pk
                is_other = is_other or not _holds(resource, now, row.before)
            if is_other:
                changed.append(row.label)
    if changed:
        raise ChangedSincePreview(
            _("Changed in the portal since the preview: %(names)s. Upload the file again.")
            % {"names": _named(changed)}
        )


def _holds(resource: Resource, obj: Any, values: Mapping[str, Any]) -> bool:
    held = resource.values_of(obj)
    return all(
        held[name] == value or (held[name] in ("", None, []) and value in ("", None, []))
        for name, value in values.items()
    )


def _write(
    resource: Resource, row: ImportRow, loader: Loader, existing: Any, *, by: Any, at: datetime
) -> dict[str, str]:
    """Carry out one row inside a savepoint; returns what was wrong with it."""
    try:
        with transaction.atomic():
            values = loader.load(row.values)
            if row.action == RowAction.ADD:
                row.object_pk = str(resource.add(values, by=by, at=at).pk)
            else:
                resource.change(existing, values, by=by, at=at)
    except Invalid as refusal:
        return {
            name if name in resource.by_name else "": " ".join(texts)
            for name, texts in refusal.fields.items()
        }
    except Refused as refusal:
        return {"": str(refusal.message)}
    except IntegrityError:
        return {"": _("Somebody else changed this at the same moment. Upload the file again.")}
    return {}


@transaction.atomic
def _note_failures(run: ImportRun, errors: Mapping[int, dict[str, str]]) -> None:
    """After the rows were rolled back: those that failed become problems of the preview."""
    lock(run)
    rows = list(ImportRow.objects.filter(run=run, pk__in=errors))
    resource = resource_named(run.kind)
    for row in rows:
        row.action, row.errors = RowAction.ERROR, errors[row.pk]
        row.raw = {name: resource.by_name[name].show(value) for name, value in row.values.items()}
    ImportRow.objects.bulk_update(rows, ["action", "errors", "raw"])
    run.counts |= {action.value: 0 for action in RowAction} | run.rows.all().counted()
    run.save(update_fields=["counts"])


# -- take back --------------------------------------------------------------------------------------------
@transaction.atomic
def undo_import(*, run: ImportRun, by: Any, at: datetime) -> ImportRun:
    """Take back what an import did: new rows go, changed ones get their earlier values; all or nothing.

    Refuses, with names, where somebody has changed a row since, or something new points to it.
    """
    resource = resource_named(run.kind)
    ensure(by, resource.permission)
    lock(run)
    if run.status != ImportStatus.APPLIED:
        raise Refused(_("Only an import that was carried out can be undone."), code="not_applied")
    rows = list(reversed(resource.in_order(list(run.rows.to_apply()))))
    if not rows:
        raise Refused(_("This import is too old to be undone."), code="too_old")
    changed: list[str] = []
    for batch in in_batches(rows, BATCH):
        changed += _take_back(resource, batch, by=by, at=at)
    if changed:
        raise ChangedSincePreview(
            _("Changed since the import, so nothing was undone: %(names)s.") % {"names": _named(changed)},
            code="changed_since_import",
        )
    run.status, run.undone_by, run.undone_at = ImportStatus.UNDONE, by, at
    run.save(update_fields=["status", "undone_by", "undone_at"])
    record(verb="undo_import", target=run, by=by, at=at, kind=run.kind)
    return run


def _take_back(resource: Resource, rows: Sequence[ImportRow], *, by: Any, at: datetime) -> list[str]:
    """Returns the labels of rows that are not as the import left them."""
    found = resource.find_by_pk([row.object_pk for row in rows], lock=True)
    loader = Loader(resource, [row.before for row in rows])
    refused = []
    for row in rows:
        obj = found.get(row.object_pk)
        if (
            obj is None
            or not _holds(resource, obj, row.values)
            or not _reverted(resource, row, obj, loader, by, at)
        ):
            refused.append(row.label)
    return refused


def _reverted(resource: Resource, row: ImportRow, obj: Any, loader: Loader, by: Any, at: datetime) -> bool:
    try:
        with transaction.atomic():
            if row.action == RowAction.ADD:
                resource.withdraw(obj, by=by, at=at)
            else:
                resource.change(obj, loader.load(row.before), by=by, at=at)
    except (Refused, ProtectedError, RestrictedError, IntegrityError):
        return False
    return True


def _named(names: Sequence[str]) -> str:
    """The first names of a list, and how many more there are."""
    listed = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    return listed if more <= 0 else _("%(names)s and %(count)s more") % {"names": listed, "count": more}


# -- keep no longer than needed ---------------------------------------------------------------------------
@transaction.atomic
def expire_imports(*, at: datetime) -> int:
    """Forget the rows of previews nobody confirmed and of imports too old to undo; returns how many imports.

    Rows may hold personal data, so they stay only as long as somebody can do something with them.
    """
    stale = ImportRun.objects.select_for_update(skip_locked=True).filter(
        status=ImportStatus.PREVIEWED, uploaded_at__lt=at - PREVIEW_LASTS
    )
    expired = list(stale.values_list("pk", flat=True))
    ImportRun.objects.filter(pk__in=expired).update(status=ImportStatus.EXPIRED)
    old = ImportRun.objects.filter(applied_at__lt=at - UNDO_LASTS).values_list("pk", flat=True)
    ImportRow.objects.filter(run_id__in=[*expired, *old]).delete()
    return len(expired)


@transaction.atomic
def forget_object(*, kind: str, pk: Any) -> int:
    """Remove what imports remember about one object, because somebody asked; returns how many rows."""
    return ImportRow.objects.filter(run__kind=kind, object_pk=str(pk)).delete()[0]


@transaction.atomic
def export_list(*, kind: str, format: str, count: int, by: Any, at: datetime) -> None:
    """Write down that a list was taken away: which, in which format, how many rows."""
    resource = resource_named(kind)
    ensure(by, resource.export_permission)
    record(verb="export_list", target=by, by=by, at=at, list=kind, format=format, count=count)


def problems_of(run: ImportRun) -> Iterator[ImportRow]:
    """Rows that stay out, in the order of the file."""
    return run.rows.filter(action=RowAction.ERROR).order_by("number").iterator(chunk_size=BATCH)
