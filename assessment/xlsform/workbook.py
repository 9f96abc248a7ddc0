"""Reading the sheets of an XLSForm into rows, whatever the order and spelling of their columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from assessment.operations.survey_specs import BothLanguages
from semarang_resilience.core.sheets.grid import BrokenCell, Cell, Grid, SheetRefused
from semarang_resilience.core.sheets.writing import unguarded

from .names import language_of, unplain

# Columns by which people and older tools call them.
_ALIASES = {
    "list name": "list_name",
    "caption": "label",
    "relevance": "relevant",
    "bind:relevant": "relevant",
    "bind:required": "required",
    "bind:constraint": "constraint",
    "readonly": "read_only",
    "calculate": "calculation",
}
_TRANSLATED = {"label", "hint", "guidance_hint", "constraint_message", "required_message"}


@dataclass(frozen=True, kw_only=True)
class FormRow:
    """One row: its number as the spreadsheet shows it, its texts by language, its other cells by column."""

    number: int
    cells: Mapping[str, str]
    texts: Mapping[str, Mapping[str, str]]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def text(self, column: str) -> BothLanguages:
        """A text in our two languages."""
        found = self.texts.get(column, {})
        return BothLanguages(id=found.get("id", ""), en=found.get("en", ""))

    @property
    def words(self) -> str:
        """How a person recognises the row: its label in any language, or else its name."""
        return next((text for text in self.texts.get("label", {}).values() if text), "") or self["name"]


@dataclass(frozen=True, kw_only=True)
class Workbook:
    """The sheets of an XLSForm; `strange` are columns and languages that mean nothing to us."""

    survey: Sequence[FormRow]
    choices: Mapping[str, Sequence[FormRow]]
    settings: Mapping[str, str]
    columns: frozenset[str]
    languages: frozenset[str]


def read_workbook(grids: Sequence[Grid]) -> Workbook:
    """Understand the sheets. Raises `SheetRefused` where they are no XLSForm."""
    by_name = {grid.name.strip().lower(): grid for grid in grids}
    if "survey" not in by_name:
        raise SheetRefused(
            _("This is no XLSForm: it has no sheet called “survey”. "
              "Download the form as XLS from KoboToolbox."),
            code="no_survey_sheet",
        )  # fmt: skip
    settings = next(iter(_sheet(by_name.get("settings"), "id").rows), None)
    language = language_of(settings["default_language"]) if settings else ""
    survey = _sheet(by_name["survey"], language or "id")
    if not {"type", "name"} <= survey.columns:
        raise SheetRefused(
            _("The sheet “survey” needs the columns “type” and “name” in its first row."), code="no_columns"
        )
    choices: dict[str, list[FormRow]] = {}
    lists = _sheet(by_name.get("choices"), language or "id")
    for row in lists.rows:
        choices.setdefault(row["list_name"], []).append(row)
    return Workbook(
        survey=survey.rows,
        choices=choices,
        settings=dict(settings.cells) if settings else {},
        columns=survey.columns,
        languages=survey.languages | lists.languages,
    )


@dataclass
class _Sheet:
    rows: list[FormRow] = field(default_factory=list)
    columns: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()


def _sheet(grid: Grid | None, language: str) -> _Sheet:
    if grid is None:
        return _Sheet()
    first = next((place for place, row in enumerate(grid.rows) if any(map(text_of, row))), None)
    if first is None:
        return _Sheet()
    headings = [_heading(text_of(cell), language) for cell in grid.rows[first]]
    rows = []
    for number, cells in enumerate(grid.rows[first + 1 :], start=first + 2):
        row = _row(number, headings, cells)
        if row is not None:
            rows.append(row)
    used = frozenset(name for row in rows for name in row.cells)
    return _Sheet(
        rows=rows,
        columns=used | frozenset(name for name, _suffix in headings if name in ("type", "name")),
        languages=frozenset(
            suffix
            for row in rows
            for texts in row.texts.values()
            for suffix in texts
            if suffix not in ("id", "en")
        ),
    )


def _heading(text: str, language: str) -> tuple[str, str]:
    """Column and language of a heading like `label::English (en)`; a bare one is in the form's language."""
    name, _colons, suffix = text.partition("::")
    if not suffix and re.match(r"(label|hint|image|audio|video)\s*:", text, re.IGNORECASE):
        name, _colons, suffix = text.partition(":")
    name = name.strip().lower()
    name = _ALIASES.get(name, name.replace(" ", "_"))
    if name not in _TRANSLATED:
        return (f"{name}::{suffix.strip().lower()}" if suffix else name), ""
    return name, (language_of(suffix) or suffix.strip()) if suffix else language


def _row(number: int, headings: Sequence[tuple[str, str]], cells: Sequence[Cell]) -> FormRow | None:
    plain: dict[str, str] = {}
    texts: dict[str, dict[str, str]] = {}
    for (name, suffix), cell in zip(headings, cells, strict=False):
        text = text_of(cell)
        if not text or not name:
            continue
        if suffix:
            texts.setdefault(name, {}).setdefault(suffix, unplain(text))
        else:
            plain.setdefault(name, text)
    return FormRow(number=number, cells=plain, texts=texts) if plain or texts else None


def text_of(cell: Any) -> str:
    """A cell as the text that a person typed: 1.0 is 1, and an error of the spreadsheet is nothing."""
    if cell is None or isinstance(cell, BrokenCell):
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return unguarded(str(cell)).strip()
