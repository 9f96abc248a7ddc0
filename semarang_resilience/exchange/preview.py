"""Rows of an import as a page shows them: cell by cell, old and new, with what is wrong at its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from semarang_resilience.core.importing.models import ImportRow, ImportRun, RowAction
from semarang_resilience.core.importing.resources import Resource


@dataclass(frozen=True, kw_only=True)
class CellLine:
    """One cell that matters: its heading and column, what stood there and what will."""

    heading: str
    letter: str
    old: str = ""
    new: str = ""
    is_change: bool = False
    error: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RowLine:
    """One row of the file."""

    number: int
    action: RowAction
    label: str
    cells: list[CellLine]


def lines_of(resource: Resource, run: ImportRun, rows: Iterable[ImportRow]) -> list[RowLine]:
    """The rows for the page, in the reader's language."""
    letters = run.plan.get("columns", {})
    return [
        RowLine(
            number=row.number,
            action=row.get_action(),
            label=row.label,
            cells=_cells(resource, row, letters),
        )
        for row in rows
    ]


def _cells(resource: Resource, row: ImportRow, letters: dict[str, str]) -> list[CellLine]:
    notes: dict[str, list[str]] = {}
    for name, sentence in row.notes:
        notes.setdefault(name, []).append(sentence)
    named = [column.name for column in resource.imported]
    if row.action == RowAction.ERROR:
        wanted = [*(name for name in named if name in row.errors or name in notes), ""]
    else:
        wanted = [*(name for name in named if name in row.values or name in notes), ""]
    cells = [_cell(resource, row, name, letters, notes.get(name, [])) for name in wanted]
    return [cell for cell in cells if cell is not None]


def _cell(
    resource: Resource, row: ImportRow, name: str, letters: dict[str, str], notes: list[str]
) -> CellLine | None:
    error = row.errors.get(name, "")
    if not name:
        return (
            CellLine(heading=_("Whole row"), letter="", error=error, notes=tuple(notes))
            if error or notes
            else None
        )
    column = resource.by_name[name]
    value: Any = row.values.get(name)
    return CellLine(
        heading=str(column.heading),
        letter=letters.get(name, ""),
        old=column.show(row.before.get(name)) if name in row.before else "",
        new=row.raw.get(name, "") if row.action == RowAction.ERROR else column.show(value),
        is_change=name in row.before,
        error=error,
        notes=tuple(notes),
    )
