"""What an XLSX holds, looked at before anybody unpacks it: bombs, far-away cells, broken formulas."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

from django.utils.translation import gettext as _

from . import grid
from .grid import BrokenCell, Place, SheetRefused

_PIECE = 262_144
_LOCAL_HEADER = 30
# A cell with something in it; those that only carry a colour close themselves and count for nothing.
_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"([^>]*)>(?!</c>)')
# Every cell, and those written as all programs do: without a prefix, in double quotes, with their place.
_ANY_CELL = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
_USUAL_CELL = re.compile(rb'<c(?:\s[\w:]+="[^"<>]*")*?\sr="[A-Z]{1,3}\d{1,7}"(?:\s[\w:]+="[^"<>]*")*\s?/?>')
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,9})")
_FORMULA_WITHOUT_VALUE = re.compile(
    rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*><f\b(?:[^>]*/>|[^>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>'
)
_ERROR = re.compile(
    rb'<c\b(?=[^>]*?\bt="e")[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>(?:<f\b[^>]*(?:/>|>[^<]*</f>))?<v>([^<]*)</v>'
)


def check_archive(file: IO[bytes]) -> dict[str, dict[Place, BrokenCell]]:
    """Refuse what is no honest spreadsheet; returns each sheet's broken cells by the path of the sheet.

    The sizes that the archive itself states are not believed: every part is unpacked once, in pieces, and
    counted, so that nothing larger than the limit ever stands in memory. Raises `SheetRefused`.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            stated = sum(member.file_size for member in members)
            if stated > grid.MAX_UNPACKED_BYTES or len(members) > 2_000:
                raise _bomb()
            left, broken = grid.MAX_UNPACKED_BYTES, {}
            for member in members:
                parts = []
                for piece in _unpacked(file, member):
                    left -= len(piece)
                    if left < 0:
                        raise _bomb()
                    parts.append(piece)
                content = b"".join(parts)
                if b"sheetData" in content:  # a sheet may lie anywhere: the workbook says where
                    broken[member.filename] = _look_through(content)
            return broken
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, OSError, ValueError) as error:
        raise damaged() from error


def damaged() -> SheetRefused:
    """The file does not hold what its beginning promises."""
    return SheetRefused(
        _("The file is damaged. Open it in your spreadsheet program, save it again and upload it anew."),
        code="sheet_damaged",
    )


def _bomb() -> SheetRefused:
    return SheetRefused(
        _("Unpacked, this file is far larger than any list. Copy the list into a new, empty file."),
        code="sheet_unpacked_size",
    )


def _unpacked(file: IO[bytes], member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of one part, piece by piece, however long it claims to be."""
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} or member.flag_bits & 1:
        raise NotImplementedError(member.filename)
    file.seek(member.header_offset)
    head = file.read(_LOCAL_HEADER)
    name_length, extra_length = struct.unpack("<26xHH", head)
    file.seek(name_length + extra_length, 1)
    left = member.compress_size
    unpack = zlib.decompressobj(-15) if member.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0 and (packed := file.read(min(_PIECE, left))):
        left -= len(packed)
        if unpack is None:
            yield packed
            continue
        while packed:
            yield unpack.decompress(packed, _PIECE)
            packed = unpack.unconsumed_tail


def _look_through(xml: bytes) -> dict[Place, BrokenCell]:
    """Refuse cells beyond the limits (the reader would make room for all before them); find broken ones."""
    if sum(1 for _cell in _ANY_CELL.finditer(xml)) != sum(1 for _cell in _USUAL_CELL.finditer(xml)):
        _check_places_with_care(xml)
    for found in _CELL.finditer(xml):
        if not found[3].endswith(b"/"):
            _check_place(int(found[2]) - 1, _column(found[1]))
    broken = {
        (int(number) - 1, _column(letters)): BrokenCell(text.decode("utf-8", "replace"))
        for letters, number, text in _ERROR.findall(xml)
    }
    for letters, number in _FORMULA_WITHOUT_VALUE.findall(xml):
        broken[int(number) - 1, _column(letters)] = BrokenCell("=…")
    return broken


def _check_places_with_care(xml: bytes) -> None:
    """The same limits for a sheet that is written in an unusual way, read as XML: slower but sure."""
    here = {"row": 0, "column": -1}

    def start(name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "row":
                stated = attributes.get("r", "").strip()
                here["row"] = int(stated) if stated.isdecimal() and len(stated) < 9 else here["row"] + 1
                here["column"] = -1
            case "c":
                found = _PLACE.fullmatch(attributes.get("r", "").strip().upper())
                if found:
                    _check_place(int(found[2]) - 1, _column(found[1].encode()))
                here["column"] = _column(found[1].encode()) if found else here["column"] + 1
                _check_place(here["row"] - 1, here["column"])

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise damaged() from error


def _check_place(row: int, column: int) -> None:
    if row >= grid.MAX_ROWS + 100:
        raise too_many_rows()
    if column >= grid.MAX_COLUMNS:
        raise too_many_columns()


def too_many_rows() -> SheetRefused:
    """More rows than an import takes."""
    return SheetRefused(
        _("The list has more than %(rows)s rows. Split it into several files.")
        % {"rows": f"{grid.MAX_ROWS:,}".replace(",", ".")},
        code="sheet_rows",
    )


def too_many_columns() -> SheetRefused:
    """More columns than an import takes."""
    return SheetRefused(
        _("The list has more than %(columns)s columns. Remove the ones that are not needed.")
        % {"columns": grid.MAX_COLUMNS},
        code="sheet_columns",
    )


def _column(letters: bytes) -> int:
    index = 0
    for char in letters:
        index = index * 26 + char - 64
    return index - 1
