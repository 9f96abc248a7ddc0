"""Finding the row of headings: below titles and blank rows, over two merged rows, in any order of columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from django.utils.translation import gettext as _

from . import grid
from .cells import normal, shown
from .grid import Cell, Grid, SheetRefused, column_letter, is_blank
from .packed import too_many_rows
from .reading import candidate_texts, read_grids

_LOOK_AT = 40  # rows among which the headings are sought


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of data: its number as the spreadsheet shows it, and its cells by the name of the column."""

    number: int
    cells: dict[str, Cell]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A list with known columns. `places` gives each column's index; `ignored` are headings nobody knows."""

    sheet: str
    places: dict[str, int]
    lines: list[Line]
    ignored: list[str] = field(default_factory=list)
    other_sheets: list[str] = field(default_factory=list)

    def letter(self, name: str) -> str:
        """The column's letter in the spreadsheet, or nothing for a column that the file does not have."""
        return column_letter(self.places[name]) if name in self.places else ""


@dataclass(frozen=True)
class _Headings:
    row: int
    places: dict[str, int]
    texts: list[str]
    doubled: dict[str, list[int]]


def read_table(
    file: IO[bytes],
    *,
    size: int,
    words: Mapping[str, str],
    required: Collection[str],
    labels: Mapping[str, str],
) -> Table:
    """Read an upload as a list whose columns are known.

    `words` holds the accepted headings in their `normal` form with the column's name; `labels` says what a
    column is called in sentences. Raises `SheetRefused`: no headings, columns missing or twice, no rows.
    """
    found = [(each, _headings(each, words)) for each in _grids(file, size, words, required)]
    usable = [(each, head) for each, head in found if head and set(required) <= head.places.keys()]
    if not usable:
        raise _no_headings([head for _grid, head in found if head], required, labels)
    table, head = usable[0]
    places = _without_doubles(table, head, labels)
    lines = _lines(table, head.row, places, words)
    if not lines:
        raise SheetRefused(_("Below the headings there are no rows."), code="sheet_no_rows")
    if len(lines) > grid.MAX_ROWS:
        raise too_many_rows()
    used = set(places.values()) | {column for columns in head.doubled.values() for column in columns}
    ignored = [text for index, text in enumerate(head.texts) if text and index not in used]
    others = [other.name for other, _head in usable[1:]]
    return Table(sheet=table.name, places=places, lines=lines, ignored=ignored, other_sheets=others)


def _grids(file: IO[bytes], size: int, words: Mapping[str, str], required: Collection[str]) -> Sequence[Grid]:
    """The sheets; of a text file the one way to cut it in which the columns are found."""
    grids = read_grids(file, size=size)
    if len(grids) != 1 or grids[0].name:
        return grids
    file.seek(0)
    for candidate in candidate_texts(file.read()):
        head = _headings(candidate, words)
        if head and set(required) <= head.places.keys():
            return [candidate]
    return grids


def _headings(table: Grid, words: Mapping[str, str]) -> _Headings | None:
    """The row in which most columns are recognised; over merged cells the lowest such row."""
    rows = _with_merged(table)
    best: _Headings | None = None
    for index in range(min(len(rows), _LOOK_AT)):
        head = _matched(rows, index, words)
        if head and (best is None or len(head.places) > len(best.places) or _continues(table, best, index)):
            if best is not None and len(head.places) < len(best.places):
                continue
            best = head
    return best


def _continues(table: Grid, best: _Headings, index: int) -> bool:
    """Whether this row belongs to the headings above it: every cell reaches down from there."""
    if index != best.row + 1:
        return False
    covered = {
        column
        for (top, left), (bottom, right) in table.merged
        if top <= best.row < index <= bottom
        for column in range(left, right + 1)
    }
    return bool(covered) and covered >= set(best.places.values())


def _with_merged(table: Grid) -> list[list[Cell]]:
    """The first rows with the text of merged cells in all the cells that they cover."""
    rows = [list(row) + [None] * (table.width - len(row)) for row in table.rows[: _LOOK_AT + 5]]
    for (top, left), (bottom, right) in table.merged:
        if top >= len(rows) or left >= table.width or (bottom - top) * (right - left) > 2_000:
            continue
        value = rows[top][left]
        for row in range(top, min(bottom, len(rows) - 1) + 1):
            for column in range(left, min(right, table.width - 1) + 1):
                rows[row][column] = value
    return rows


def _matched(rows: list[list[Cell]], index: int, words: Mapping[str, str]) -> _Headings | None:
    places: dict[str, int] = {}
    doubled: dict[str, list[int]] = {}
    own = 0
    texts = [_text(cell) for cell in rows[index]]
    for column, text in enumerate(texts):
        above = [_text(rows[up][column]) for up in range(max(0, index - 2), index)]
        name = _recognised(text, above, words)
        if name is None:
            continue
        own += bool(text)
        if name in places:
            doubled.setdefault(name, [places[name]]).append(column)
        else:
            places[name] = column
    if not own or not places:
        return None
    return _Headings(row=index, places=places, texts=texts, doubled=doubled)


def _recognised(text: str, above: list[str], words: Mapping[str, str]) -> str | None:
    """The column that a heading names: by itself, below its group, or from above where it is blank."""
    group = above[-1] if above else ""
    tries = [f"{group} {text}", text, text.split("(")[0]] if text else above[::-1]
    return next((words[normal(each)] for each in tries if normal(each) in words), None)


def _text(cell: Cell) -> str:
    return "" if is_blank(cell) else shown(cell)


def _without_doubles(table: Grid, head: _Headings, labels: Mapping[str, str]) -> dict[str, int]:
    """One column for each name; a second one of the same heading may only be empty or the same."""
    places = dict(head.places)
    for name, columns in head.doubled.items():
        contents = [
            (column, [_text(row[column]) if column < len(row) else "" for row in table.rows[head.row + 1 :]])
            for column in columns
        ]
        filled = [(column, content) for column, content in contents if any(content)] or contents[:1]
        if any(content != filled[0][1] for _column, content in filled[1:]):
            letters = ", ".join(column_letter(column) for column in columns)
            raise SheetRefused(
                _("The heading “%(heading)s” stands over several columns (%(letters)s). Keep one of them.")
                % {"heading": labels.get(name, name), "letters": letters},
                code="sheet_doubled",
            )
        places[name] = filled[0][0]
    return places


def _lines(table: Grid, head: int, places: Mapping[str, int], words: Mapping[str, str]) -> list[Line]:
    lines = []
    _fill_down(table, head)
    for index, row in enumerate(table.rows[head + 1 :], start=head + 1):
        cells = {name: row[column] if column < len(row) else None for name, column in places.items()}
        if all(is_blank(cell) for cell in cells.values()) or _is_heading_again(cells, words):
            continue
        lines.append(Line(number=index + 1, cells=cells))
    return lines


def _fill_down(table: Grid, head: int) -> None:
    """Cells merged over several rows of one column count for each of these rows."""
    for (top, left), (bottom, right) in table.merged:
        if top > head and left == right and top < len(table.rows) and left < len(table.rows[top]):
            for row in table.rows[top + 1 : bottom + 1]:
                row.extend([None] * (left + 1 - len(row)))
                row[left] = table.rows[top][left]


def _is_heading_again(cells: Mapping[str, Cell], words: Mapping[str, str]) -> bool:
    """Whether the headings are repeated here, as on every page of a printed list."""
    named = [(name, _text(cell)) for name, cell in cells.items() if not is_blank(cell)]
    return len(named) > 1 and all(words.get(normal(text)) == name for name, text in named)


def _no_headings(
    found: list[_Headings], required: Collection[str], labels: Mapping[str, str]
) -> SheetRefused:
    if not found:
        return SheetRefused(
            _("No row of headings was found. It must name at least: %(columns)s. Start from the template.")
            % {"columns": ", ".join(labels.get(name, name) for name in required)},
            code="sheet_headings",
        )
    best = max(found, key=lambda head: len(head.places))
    missing = ", ".join(labels.get(name, name) for name in required if name not in best.places)
    return SheetRefused(
        _("Columns are missing: %(columns)s. Row %(row)s was taken for the headings.")
        % {"columns": missing, "row": best.row + 1},
        code="sheet_columns_missing",
    )
