"""What was read: cells as they stand, and the sentence for what cannot be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..errors import Refused

Cell = str | int | float | bool | date | datetime | time | timedelta | None
Place = tuple[int, int]  # row and column, counted from 0

MAX_FILE_BYTES = 10_000_000
MAX_UNPACKED_BYTES = 120_000_000
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELL_CHARACTERS = 32_767  # what a cell of Excel holds


class SheetRefused(Refused):
    """The file cannot be read as a table; the sentence says what to do."""

    code = "sheet_refused"
    message: Any = _("This file cannot be read as a table.")


class BrokenCell(str):
    """A cell that shows an error of the spreadsheet program (#N/A), or a formula never worked out."""

    __slots__ = ()


@dataclass
class Grid:
    """One sheet: `rows[0]` is the first row of the file, so that people find the row that is meant."""

    name: str
    rows: list[list[Cell]]
    merged: list[tuple[Place, Place]] = field(default_factory=list)  # first and last cell of each

    @property
    def width(self) -> int:
        """Columns up to the last one in use."""
        return max((len(row) for row in self.rows), default=0)


def column_letter(index: int) -> str:
    """The name of a column as the spreadsheet shows it: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def is_blank(cell: Cell) -> bool:
    """Whether a cell looks empty."""
    return cell is None or (isinstance(cell, str) and not cell.strip("\ufeff \t\r\n\xa0\u200b"))
