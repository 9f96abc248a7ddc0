"""Tables to take away: CSV that Excel opens rightly, XLSX in constant memory, neither of them dangerous.

A text that begins like a formula (= + - @, a tab or a line end) would be carried out by the spreadsheet
program of whoever opens the file. Every writer therefore sets an apostrophe before it, and the reader of
this package takes it away again, so that a file makes the round trip unchanged.
"""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, BinaryIO

from django.utils.functional import Promise
from rustpy_xlsxwriter import FastExcel, Format

BOM = "\ufeff"
_DANGEROUS = re.compile(r"'*[=+\-@\t\r\n]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n]")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ROWS_AT_ONCE = 500
MAX_CHARACTERS = 32_767


def guarded(text: str) -> str:
    """The text as it may stand in a spreadsheet; `unguarded` is its inverse."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if _GUARDED.match(text) else text


def written(value: Any) -> Any:
    """A value as a writer takes it: guarded texts, numbers and days as such, lists in one cell."""
    if value is None or value == "":
        return None
    if isinstance(value, bool | int | float | date | time):
        return value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list | tuple | set | frozenset):
        value = "; ".join(str(each) for each in value)
    return guarded(str(value).replace("\r\n", "\n").replace("\r", "\n"))


# -- CSV --------------------------------------------------------------------------------------------------
class _Echo:
    def write(self, text: str) -> str:
        return text


def csv_lines(
    headings: Sequence[str | Promise], rows: Iterable[Sequence[Any]], *, delimiter: str = ","
) -> Iterator[str]:
    """A CSV with BOM in pieces of some hundred rows: memory does not grow with their number."""
    writer = csv.writer(_Echo(), delimiter=delimiter)
    piece = [BOM, str(writer.writerow([guarded(str(each)) for each in headings]))]
    for row in rows:
        piece.append(str(writer.writerow([_for_csv(value) for value in row])))
        if len(piece) >= _ROWS_AT_ONCE:
            yield "".join(piece)
            piece.clear()
    if piece:
        yield "".join(piece)


def _for_csv(value: Any) -> Any:
    if value is None or value.__class__ in (int, float):
        return value
    if value.__class__ is str:
        return guarded(value)
    if isinstance(value, bool):
        return int(value)
    value = written(value)
    return value.isoformat() if isinstance(value, date | time) else value


# -- XLSX -------------------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet: headings in the first row, which stays in sight; `rows` may be a generator.

    `choices` are lists to pick from, by heading; `notes` explain a heading where one points at it.
    """

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Any]]
    widths: Sequence[int] = ()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


def write_xlsx(target: str | Path | BinaryIO, sheets: Sequence[Sheet]) -> None:
    """Write a workbook; sheet after sheet and row after row, so that memory stays the same."""
    book = FastExcel(target, autofit=False)
    book.format(datetime_format="yyyy-mm-dd")
    for sheet in sheets:
        names = _distinct(sheet.headings)
        widths = [float(each) for each in sheet.widths or [max(12, min(len(name) + 4, 40)) for name in names]]
        validations = {
            name: {"type": "list", "values": list(values), "error_style": "warning"}
            for name, values in sheet.choices.items()
            if name in names and values and len(",".join(values)) <= 250
        }
        options: dict[str, Any] = {"data_validations": validations} if validations else {}
        if sheet.notes:
            options["notes"] = {name: text for name, text in sheet.notes.items() if name in names}
        title = sheet_name(sheet.name)
        book.sheet(
            title,
            _records(names, sheet.rows),
            column_widths=widths,
            header_format=Format().set_bold(),
            **options,
        )
        book.freeze(row=1, sheet=title)
    book.save()


def xlsx_file(sheets: Sequence[Sheet]) -> IO[bytes]:
    """A workbook in a temporary file, open at its beginning, gone when it is closed."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False) as made:
        path = Path(made.name)
    try:
        write_xlsx(path, sheets)
        return path.open("rb")
    finally:
        path.unlink()  # the open file stays readable


def sheet_name(name: str) -> str:
    """A name that a spreadsheet program accepts for a sheet."""
    return re.sub(r"[\[\]:*?/\\']", " ", name).strip()[:31] or "Data"


def _records(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[dict[str, Any]]:
    empty = True
    for row in rows:
        empty = False
        yield {name: _for_xlsx(value) for name, value in zip(names, row, strict=True)}
    if empty:  # the headings come from the first record
        yield dict.fromkeys(names)


def _for_xlsx(value: Any) -> Any:
    value = written(value)
    if isinstance(value, str):
        return _NOT_IN_XML.sub("", value)[:MAX_CHARACTERS]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**15:
        return str(value)  # a spreadsheet would round it
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return value


def _distinct(headings: Sequence[str]) -> list[str]:
    """Headings by which a record can be told apart."""
    seen: dict[str, int] = {}
    names = []
    for each in headings:
        name = _NOT_IN_XML.sub("", guarded(str(each))) or "–"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names
