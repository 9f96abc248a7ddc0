"""From a table to a plan: what every row would do, without writing anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from ..batches import in_batches
from ..sheets.cells import CellError, shown
from ..sheets.grid import is_blank
from ..sheets.headings import Line, Table
from .columns import ReferenceColumn
from .models import RowAction
from .resources import BATCH, Draft, Resource, resolve_references

# Headings that our own files carry beside the columns of the list.
OUR_HEADINGS = frozenset({"kesalahan", "problem", "masalah", "problems"})


def drafts_of(resource: Resource, table: Table, *, empties: bool) -> list[Draft]:
    """Every row of the table with what it would do. `empties`: an empty cell empties the value.

    A constant number of queries for each batch of rows.
    """
    drafts = [_read(resource, line, empties=empties) for line in table.lines]
    for batch in in_batches(drafts, BATCH):
        resolve_references(resource, batch, same_list=False)
        resource.prepare(batch)
    for draft in drafts:
        draft.key = draft.key or resource.key_of(draft)
    _refuse_doubles(drafts)
    own_keys = {draft.key for draft in drafts if draft.key and not draft.errors}
    for batch in in_batches(drafts, BATCH):
        resolve_references(resource, batch, same_list=True, own_keys=own_keys)
        existing = resource.find({draft.key for draft in batch if draft.key})
        for draft in batch:
            _decide(resource, draft, existing.get(draft.key))
    _follow_references(resource, drafts)
    resource.look_over(drafts)
    return drafts


def _read(resource: Resource, line: Line, *, empties: bool) -> Draft:
    draft = Draft(number=line.number, values={}, raw={name: shown(each) for name, each in line.cells.items()})
    for column in resource.imported:
        if column.name not in line.cells:
            continue
        cell = line.cells[column.name]
        remarks: list[str] = []
        try:
            value = column.read(cell, remarks)
        except CellError as error:
            draft.fail(column.name, str(error))
            continue
        for remark in remarks:
            draft.remark(column.name, remark)
        if empties or not is_blank(cell):
            draft.values[column.name] = value
    return draft


def _refuse_doubles(drafts: Sequence[Draft]) -> None:
    """The second row of one key is a problem: nobody can say which of the two is meant."""
    seen: dict[str, int] = {}
    for draft in drafts:
        if not draft.key:
            continue
        if draft.key in seen:
            draft.fail("", _("Row %(row)s has the same key. Keep one of them.") % {"row": seen[draft.key]})
        else:
            seen[draft.key] = draft.number


def _decide(resource: Resource, draft: Draft, existing: Any) -> None:
    """Add, change, leave or refuse the row."""
    resource.check(draft, existing)
    if existing is None:
        for column in resource.imported:
            if column.is_required and draft.values.get(column.name) in ("", None, []):
                draft.fail(column.name, _("This cell must be filled."))
    else:
        draft.object_pk = str(existing.pk)
        draft.before = _differing(resource, draft, existing)
    if draft.errors:
        draft.action = RowAction.ERROR
    elif existing is None:
        draft.action = RowAction.ADD
        draft.values = {name: value for name, value in draft.values.items() if value not in ("", None, [])}
    else:
        draft.values = {name: draft.values[name] for name in draft.before}
        draft.action = RowAction.CHANGE if draft.before else RowAction.SAME


def _differing(resource: Resource, draft: Draft, existing: Any) -> dict[str, Any]:
    """What the portal holds in those columns in which the file says something else."""
    held = resource.values_of(existing)
    different = {}
    for name, value in draft.values.items():
        column = resource.by_name[name]
        if column.is_required and value in ("", None, []):
            draft.fail(name, _("This cell must be filled."))
        elif value != held[name] and not (value in ("", None, []) and held[name] in ("", None, [])):
            different[name] = held[name]
    return different


def _follow_references(resource: Resource, drafts: Sequence[Draft]) -> None:
    """A row that points to a row of the same file stays out when that one does."""
    columns = [c for c in resource.imported if isinstance(c, ReferenceColumn) and c.same_list]
    if not columns:
        return
    by_key = {draft.key: draft for draft in drafts if draft.key}
    while True:
        failed = False
        for draft, column in _pointing(drafts, columns):
            target = by_key.get(draft.values.get(column.name) or "")
            if target and target is not draft and target.action == RowAction.ERROR and not target.object_pk:
                draft.fail(column.name, _("Row %(row)s has a problem.") % {"row": target.number})
                draft.action, failed = RowAction.ERROR, True
        if not failed:
            return


def _pointing(
    drafts: Sequence[Draft], columns: Sequence[ReferenceColumn]
) -> Iterator[tuple[Draft, ReferenceColumn]]:
    for draft in drafts:
        if draft.action in (RowAction.ADD, RowAction.CHANGE):
            for column in columns:
                yield draft, column
