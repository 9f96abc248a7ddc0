"""From an upload to grids: XLSX and XLS by a reader in Rust, text files by guessing as Excel would."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from . import grid
from .grid import BrokenCell, Cell, Grid, Place, SheetRefused, is_blank
from .packed import check_archive, damaged, too_many_columns, too_many_rows

ENDINGS = (".xlsx", ".xls", ".csv", ".txt")
DELIMITERS = (";", ",", "\t", "|")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAMPLE = 60  # records by which the separator is guessed


def read_grids(file: IO[bytes], *, size: int) -> list[Grid]:
    """The visible sheets of a file in their order; a text file is one sheet.

    `size` in bytes is checked before anything is read. Raises `SheetRefused` with a sentence of its own
    for each reason: empty, too large, locked, damaged, a web page, not a table at all, too many rows.
    """
    _check_size(size)
    file.seek(0)
    head = file.read(512)
    file.seek(0)
    if head.startswith(b"PK\x03\x04"):
        return _read_workbook(file, packed=True)
    if head.startswith(_OLE):
        return _read_workbook(file, packed=False)
    return [read_text(file.read())]


def candidate_texts(data: bytes) -> Iterator[Grid]:
    """The text file cut by each separator, the likeliest first; those that trip over quotes are left out.

    Ends with the `SheetRefused` of the likeliest one, which counts when the others brought nothing.
    """
    text = _decoded(data)
    _refuse_web_page(text)
    stated = re.match(r"sep=(.)\r?\n", text)
    if stated:
        yield _cut(text[stated.end() :], stated[1], skipped=1)
        return
    first: SheetRefused | None = None
    for number, delimiter in enumerate(_likely_delimiters(text)):
        try:
            yield _cut(text, delimiter)
        except SheetRefused as refusal:
            if number == 0:
                first = refusal
            if number == 0 and refusal.code != "sheet_quotes":
                break
    if first is not None:
        raise first


def read_text(data: bytes) -> Grid:
    """A CSV in any of the usual encodings and separators, as one grid. Raises `SheetRefused`."""
    return next(candidate_texts(data))


def _check_size(size: int) -> None:
    if not size:
        raise SheetRefused(_("The file is empty."), code="sheet_empty")
    if size > grid.MAX_FILE_BYTES:
        raise SheetRefused(
            _("The file is too large. It may have at most %(size)s.")
            % {"size": f"{grid.MAX_FILE_BYTES // 1_000_000} MB"},
            code="sheet_size",
        )


# -- workbooks --------------------------------------------------------------------------------------------
def _read_workbook(file: IO[bytes], *, packed: bool) -> list[Grid]:
    broken = check_archive(file) if packed else {}
    file.seek(0)
    try:
        with CalamineWorkbook.from_filelike(file) as book:
            shown = [
                index
                for index, about in enumerate(book.sheets_metadata)
                if about.visible == SheetVisibleEnum.Visible and about.typ == SheetTypeEnum.WorkSheet
            ]
            grids = [_grid_of(book.get_sheet_by_index(index)) for index in shown]
            names = [book.sheet_names[index] for index in shown]
    except PasswordError as error:
        raise SheetRefused(
            _("The file is locked with a password. Save a copy without one and upload that."),
            code="sheet_locked",
        ) from error
    except (CalamineError, ValueError, OSError) as error:
        raise damaged() from error
    if not grids:
        raise SheetRefused(_("The file has no sheet that can be seen."), code="sheet_hidden")
    if any(broken.values()):
        _put_broken(file, dict(zip(names, grids, strict=True)), broken)
    return grids


def _grid_of(sheet: Any) -> Grid:
    rows: list[list[Cell]] = sheet.to_python(skip_empty_area=False)
    while rows and all(is_blank(cell) for cell in rows[-1]):
        rows.pop()
    _check_shape(rows)
    merged = [((a, b), (c, d)) for (a, b), (c, d) in sheet.merged_cell_ranges or ()]
    return Grid(name=sheet.name, rows=rows, merged=merged)


def _put_broken(file: IO[bytes], grids: dict[str, Grid], broken: dict[str, dict[Place, BrokenCell]]) -> None:
    """The reader leaves cells with errors empty, which would look like nothing was there."""
    for name, path in _sheet_paths(file).items():
        found = grids.get(name)
        for (row, column), cell in broken.get(path, {}).items() if found else ():
            if found and row < len(found.rows):
                line = found.rows[row]
                line.extend([None] * (column + 1 - len(line)))
                line[column] = cell


def _sheet_paths(file: IO[bytes]) -> dict[str, str]:
    """The name of each sheet with the path of its part."""
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
            return {}
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {}
    for tag in re.findall(r"<Relationship\b[^>]*>", links):
        key, target = re.search(r'\bId="([^"]+)"', tag), re.search(r'\bTarget="([^"]+)"', tag)
        if key and target:
            path = target[1].lstrip("/")
            targets[key[1]] = path if path.startswith("xl/") else f"xl/{path}"
    paths = {}
    for tag in re.findall(r"<sheet\b[^>]*>", book):
        name, key = re.search(r'\bname="([^"]*)"', tag), re.search(r'\br:id="([^"]+)"', tag)
        if name and key and key[1] in targets:
            paths[_unescaped(name[1])] = targets[key[1]]
    return paths


def _unescaped(text: str) -> str:
    for mark, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(mark, char)
    return text


# -- text files -------------------------------------------------------------------------------------------
def _decoded(data: bytes) -> str:
    """UTF-8 or UTF-16 with or without a mark, else what Windows writes in western countries."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return _attempt(data, encoding)
    even, odd = data[:2000:2].count(0), data[1:2000:2].count(0)
    if max(even, odd) > min(len(data), 2000) // 5:
        return _attempt(data, "utf-16-be" if even > odd else "utf-16-le")
    if b"\0" in data:
        raise _no_table()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _attempt(data, "cp1252")


def _attempt(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _no_table() from error


def _no_table() -> SheetRefused:
    return SheetRefused(
        _("This is not a table. Save the list as XLSX or CSV and upload that file."), code="sheet_kind"
    )


def _refuse_web_page(text: str) -> None:
    start = text[:600].lstrip("\ufeff \t\r\n").lower()
    if start.startswith(("<!doctype", "<html", "<table", "<?xml", "<meta", "<head", "<style")):
        raise SheetRefused(
            _("This is really a web page. Open it in your spreadsheet program and save it as XLSX."),
            code="sheet_web_page",
        )
    if start.startswith(("%pdf-", "{\\rtf")):
        raise _no_table()
    control = sum(char < " " and char not in "\t\r\n\f" for char in text[:4000])
    if control > len(text[:4000]) // 50:
        raise _no_table()


def _likely_delimiters(text: str) -> list[str]:
    """Separators by how evenly they cut the first records, best first."""

    def evenness(delimiter: str) -> float:
        try:
            records = csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=delimiter)
            widths = Counter(len(row) for row, _n in zip(records, range(_SAMPLE), strict=False) if any(row))
        except csv.Error:
            return 0.0
        widths.pop(1, None)
        if not widths:
            return 0.0
        width, often = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
        return often * (1 + min(width, 20) / 100)

    return sorted(DELIMITERS, key=lambda each: (-evenness(each), DELIMITERS.index(each)))


def _cut(text: str, delimiter: str, *, skipped: int = 0) -> Grid:
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[Cell]] = [[] for _line in range(skipped)]
    try:
        for record in records:
            rows.append(list(record))
            if len(rows) > grid.MAX_ROWS + 100:
                raise too_many_rows()
    except csv.Error as error:
        raise SheetRefused(
            _("Line %(line)s of the file has a quotation mark that does not close. Mend it, or save as XLSX.")
            % {"line": records.line_num},
            code="sheet_quotes",
        ) from error
    while rows and all(is_blank(cell) for cell in rows[-1]):
        rows.pop()
    _check_shape(rows)
    return Grid(name="", rows=rows)


def _check_shape(rows: Sequence[Iterable[Cell]]) -> None:
    if len(rows) > grid.MAX_ROWS + 100:
        raise too_many_rows()
    used = max(
        (
            index + 1
            for row in rows
            for index, cell in enumerate(row)
            if index >= grid.MAX_COLUMNS and not is_blank(cell)
        ),
        default=0,
    )
    if used > grid.MAX_COLUMNS:
        raise too_many_columns()
