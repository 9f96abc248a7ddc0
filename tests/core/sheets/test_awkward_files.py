"""Files as they really arrive: each is read as it is meant, or refused with a sentence of its own."""

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from django.utils import translation
from openpyxl.worksheet.worksheet import Worksheet

from semarang_resilience.core.sheets import grid, reading
from semarang_resilience.core.sheets.cells import CellError, as_date, as_text, normal
from semarang_resilience.core.sheets.grid import SheetRefused
from semarang_resilience.core.sheets.headings import Table, read_table

WORDS = {
    normal(word): name
    for name, words in {
        "code": ("code", "Kode"),
        "name": ("name", "Nama", "Nama Organisasi"),
        "email": ("Surel", "E-mail", "Kontak Surel"),
        "phone": ("Telepon",),
        "since": ("Sejak",),
    }.items()
    for word in words
}
LABELS = {"code": "Kode", "name": "Nama", "email": "Surel", "phone": "Telepon", "since": "Sejak"}
ROWS = [["bpbd", "Badan Penanggulangan Bencana"], ["unnes", "Universitas Negeri; Semarang"]]


def table(data: bytes, required: tuple[str, ...] = ("code", "name")) -> Table:
    return read_table(io.BytesIO(data), size=len(data), words=WORDS, required=required, labels=LABELS)


def texts(found: Table, *names: str) -> list[list[str]]:
    return [[as_text(line.cells[name]) for name in names or ("code", "name")] for line in found.lines]


def code_of(data: bytes) -> str:
    with pytest.raises(SheetRefused) as refusal:
        table(data)
    return refusal.value.code


def book(fill: Callable[[Worksheet], None]) -> bytes:
    workbook = openpyxl.Workbook()
    fill(workbook.active)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def csv(text: str, encoding: str = "utf-8") -> bytes:
    return text.encode(encoding)


PLAIN = 'Kode;Nama\nbpbd;Badan Penanggulangan Bencana\nunnes;"Universitas Negeri; Semarang"\n'


@pytest.mark.parametrize(
    "data",
    [
        csv(PLAIN),
        csv(PLAIN, "utf-8-sig"),
        csv(PLAIN, "utf-16"),
        csv(PLAIN, "utf-16-le"),
        csv(PLAIN, "utf-16-be"),
        csv(PLAIN, "cp1252"),
        csv(PLAIN.replace("\n", "\r\n")),
        csv(PLAIN.replace("\n", "\r")),
        csv("Kode,Nama\nbpbd,Badan Penanggulangan Bencana\nunnes,Universitas Negeri; Semarang\n"),
        csv("Kode\tNama\nbpbd\tBadan Penanggulangan Bencana\nunnes\tUniversitas Negeri; Semarang\n"),
        csv("Kode|Nama\nbpbd|Badan Penanggulangan Bencana\nunnes|Universitas Negeri; Semarang\n"),
        csv("sep=;\n" + PLAIN),
        csv("\n\n;;\n" + PLAIN + "\n;;\n;;\n"),
        csv("DAFTAR ORGANISASI FORUM\nper 23 Mei 2016, revisi 2, final\n\n" + PLAIN),
        csv(PLAIN.replace("Kode;Nama", " KODE * ; Nama (wajib) ")),
        csv("\n".join(f";;{line}" if line else "" for line in PLAIN.split("\n"))),
        csv('Nama;Kode\nBadan Penanggulangan Bencana;bpbd\n"Universitas Negeri; Semarang";unnes\n'),
        csv(PLAIN + "Kode;Nama\n"),
    ],
    ids=[
        "plain",
        "bom",
        "utf16",
        "utf16 le without mark",
        "utf16 be without mark",
        "windows",
        "windows lines",
        "old mac lines",
        "commas",
        "tabs",
        "pipes",
        "sep line",
        "blank rows",
        "titles above",
        "spaces and stars",
        "blank and unknown columns",
        "other order",
        "headings repeated",
    ],
)
def test_a_text_file_is_read_however_it_was_saved(data: bytes) -> None:
    assert texts(table(data)) == ROWS


def test_windows_1252_keeps_its_accents() -> None:
    data = csv("Kode;Nama\ncafe;Café “Résilience” – 5 €\n", "cp1252")
    assert texts(table(data)) == [["cafe", "Café “Résilience” – 5 €"]]


def test_a_line_end_inside_quotes_belongs_to_the_cell() -> None:
    found = table(csv('Kode;Nama\na;"Baris satu\r\nbaris dua"\nb;Beta\n'))
    assert texts(found) == [["a", "Baris satu\nbaris dua"], ["b", "Beta"]]
    assert [line.number for line in found.lines] == [2, 3]


def test_rows_keep_the_number_that_the_spreadsheet_shows() -> None:
    found = table(
        book(lambda s: [s.append(row) for row in (["Judul"], [], ["Kode", "Nama"], [], ["a", "A"])])
    )
    assert [line.number for line in found.lines] == [5]


def test_headings_over_two_merged_rows() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["Daftar Organisasi"])
        sheet.merge_cells("A1:E1")
        sheet.append(["Kode", "Nama", "Kontak", None, "Sejak"])
        sheet.append([None, None, "Surel", "Telepon", None])
        for place in ("A2:A3", "B2:B3", "C2:D2", "E2:E3"):
            sheet.merge_cells(place)
        sheet.append(["a", "Alfa", "a@contoh.semarang", "024", date(2016, 5, 23)])

    found = table(book(fill))
    assert texts(found, "code", "name", "email", "phone") == [["a", "Alfa", "a@contoh.semarang", "024"]]
    assert as_date(found.lines[0].cells["since"]) == date(2016, 5, 23)
    assert found.letter("email") == "C"


def test_headings_over_two_rows_of_a_text_file() -> None:
    found = table(csv("Kode;Nama;Kontak;\n;;Surel;Telepon\na;Alfa;a@x.id;024\n"))
    assert texts(found, "code", "name", "email", "phone") == [["a", "Alfa", "a@x.id", "024"]]


def test_cells_merged_over_several_rows_count_for_each() -> None:
    def fill(sheet: Worksheet) -> None:
        for row in (["Kode", "Nama"], ["a", "Bersama"], ["b", None], ["c", "Lain"]):
            sheet.append(row)
        sheet.merge_cells("B2:B3")

    assert texts(table(book(fill))) == [["a", "Bersama"], ["b", "Bersama"], ["c", "Lain"]]


def test_dates_as_text_and_as_numbers_of_the_spreadsheet() -> None:
    cells = ["23 Mei 2016", "23/05/2016", 42513, "2016-05-23", date(2016, 5, 23)]
    data = book(
        lambda s: [s.append(row) for row in (["Kode", "Nama", "Sejak"], *(["a", "A", c] for c in cells))]
    )
    assert {as_date(line.cells["since"]) for line in table(data).lines} == {date(2016, 5, 23)}


def test_errors_and_formulas_that_were_never_worked_out_are_seen() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["Kode", "Nama", "Telepon"])
        sheet.append(["a", "#N/A", '=CONCATENATE("0","24")'])
        sheet["B2"].data_type = "e"
        sheet.append(["b", "Beta", "024"])

    found = table(book(fill))
    for name, said in (("name", "#N/A"), ("phone", "=")):
        with pytest.raises(CellError, match=said):
            as_text(found.lines[0].cells[name])
    assert as_text(found.lines[1].cells["phone"]) == "024"


def test_a_formula_with_its_value_is_its_value() -> None:
    data = book(lambda s: [s.append(row) for row in (["Kode", "Nama"], ["a", '="Al"&"fa"'])])
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as changed:
        for part in source.namelist():
            content = source.read(part)
            if part.startswith("xl/worksheets/"):
                content = content.replace(b'<c r="B2">', b'<c r="B2" t="str">').replace(
                    b"<v></v>", b"<v>Alfa</v>"
                )
                content = content.replace(b"<v/>", b"<v>Alfa</v>").replace(b"<v />", b"<v>Alfa</v>")
            changed.writestr(part, content)
    assert texts(table(target.getvalue())) == [["a", "Alfa"]]


def test_hidden_sheets_are_passed_over_and_other_lists_named() -> None:
    workbook = openpyxl.Workbook()
    first = workbook.active
    first.title = "Petunjuk"
    first.append(["Isi lembar berikutnya"])
    hidden = workbook.create_sheet("Lama")
    hidden.sheet_state = "hidden"
    hidden.append(["Kode", "Nama"])
    hidden.append(["lama", "Lama"])
    for title in ("Data <1>", "Data 2"):
        sheet = workbook.create_sheet(title)
        sheet.append(["Kode", "Nama"])
        sheet.append(["a", "#N/A"])
        sheet["B2"].data_type = "e"
    target = io.BytesIO()
    workbook.save(target)
    found = table(target.getvalue())
    assert found.sheet == "Data <1>"
    assert found.other_sheets == ["Data 2"]
    with pytest.raises(CellError):
        as_text(found.lines[0].cells["name"])


def test_a_colour_down_to_the_last_row_is_no_row() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["Kode", "Nama"])
        sheet.append(["a", "A"])
        sheet["A1048576"].number_format = "0.00"
        sheet["XFD5"].number_format = "0.00"

    assert texts(table(book(fill))) == [["a", "A"]]


def test_unknown_columns_are_named() -> None:
    assert table(csv("Kode;Nama;Warna\na;A;biru\n")).ignored == ["Warna"]


def test_a_heading_that_stands_twice() -> None:
    assert texts(table(csv("Kode;Nama;Nama\na;Alfa;\n"))) == [["a", "Alfa"]]
    assert texts(table(csv("Kode;Nama;Nama\na;;Alfa\n"))) == [["a", "Alfa"]]
    assert texts(table(csv("Kode;Nama;Nama\na;Alfa;Alfa\n"))) == [["a", "Alfa"]]
    assert code_of(csv("Kode;Nama;Nama\na;Alfa;Beta\n")) == "sheet_doubled"


def xls() -> bytes:
    """The beginning of a file of old Excel, and then nothing sensible."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("xl/workbook.xml", "<workbook/>")
        zipped.writestr("xl/worksheets/sheet1.xml", b" " * 4_000_000)
    return target.getvalue()


def lying_bomb() -> bytes:
    """It states that its part has ten bytes."""
    data = bytearray(bomb())
    for signature, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = (
            data.rfind(signature)
            if signature == b"PK\x01\x02"
            else data.rfind(signature, 0, data.rfind(b"PK\x01\x02"))
        )
        data[place + at : place + at + 4] = struct.pack("<I", 10)
    return bytes(data)


def far_cell(place: str) -> bytes:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["Kode", "Nama"])
        sheet[place] = "jauh"

    return book(fill)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "sheet_empty"),
        (b"x" * 11, "sheet_headings"),
        (csv("Kode;Nama\n"), "sheet_no_rows"),
        (csv("Kode;Surel\na;b\n"), "sheet_columns_missing"),
        (csv("satu;dua\na;b\n"), "sheet_headings"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "sheet_kind"),
        (b"%PDF-1.7 1 0 obj", "sheet_kind"),
        (b"PK\x03\x04" + b"x" * 300, "sheet_damaged"),
        (xls(), "sheet_damaged"),
        (b"<html><table><tr><td>Kode</td></tr></table>", "sheet_web_page"),
        (b'<?xml version="1.0"?><Workbook/>', "sheet_web_page"),
        (csv('Kode;Nama\na;"tanpa tutup\nb;Beta\n'), "sheet_quotes"),
        (far_cell("XFD3"), "sheet_columns"),
        (far_cell("A1048576"), "sheet_rows"),
        (far_cell("XFD1048576"), "sheet_rows"),
        (csv("Kode;Nama\n" + "a;A\n" * 20_200), "sheet_rows"),
        (csv(";".join(["Kode", "Nama", *map(str, range(250))]) + "\n" + "x;" * 250 + "x\n"), "sheet_columns"),
    ],
    ids=[
        "empty",
        "words",
        "no rows",
        "column missing",
        "no headings",
        "picture",
        "pdf",
        "broken zip",
        "broken xls",
        "web page",
        "xml",
        "open quote",
        "far column",
        "far row",
        "far corner",
        "too long",
        "too wide",
    ],
)
def test_what_cannot_be_read_is_refused_for_its_own_reason(data: bytes, code: str) -> None:
    assert code_of(data) == code
    sentences = set()
    for language in ("id", "en"):
        with translation.override(language), pytest.raises(SheetRefused) as refusal:
            table(data)
        sentences.add(str(refusal.value.message))
    assert len(sentences) == 2


UNUSUAL = {
    "single quotes": (b' r="J900000"', b" r='J900000'"),
    "blanks": (b' r="J900000"', b' r = "J900000"'),
    "small letters": (b' r="J900000"', b' r="j900000"'),
    "bracket in a value": (b'<c r="J900000"', b'<c x=">" r="J900000"'),
    "place of the row only": (b'<c r="J900000"', b"<c"),
}


@pytest.mark.parametrize("way", [*UNUSUAL, "another folder"])
def test_a_far_cell_is_found_however_it_is_written(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader would make room for all cells before it: a small file must not take all memory."""
    monkeypatch.setattr(reading, "CalamineWorkbook", None)  # it must not come so far
    old, new = UNUSUAL.get(way, (b"", b""))
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(far_cell("J900000"))) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert b"J900000" in data
                data = data.replace(old, new) if old else data
                name = name if old else "xl/lain/sheet1.xml"
            target.writestr(name, data)
    assert code_of(made.getvalue()) == "sheet_rows"


@pytest.mark.parametrize("make", [bomb, lying_bomb])
def test_a_zip_bomb_never_stands_in_memory(
    make: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grid, "MAX_UNPACKED_BYTES", 1_000_000)
    data = make()
    assert len(data) < 10_000
    assert code_of(data) == "sheet_unpacked_size"


def test_a_file_that_is_too_large_is_not_even_opened() -> None:
    class Untouched(io.BytesIO):
        def read(self, *_size: object) -> bytes:
            raise AssertionError("the file was read")

    with pytest.raises(SheetRefused) as refusal:
        read_table(Untouched(), size=10_000_001, words=WORDS, required=(), labels=LABELS)
    assert refusal.value.code == "sheet_size"


def test_a_locked_file_says_so() -> None:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    assert code_of(head + b"\0" * 2_000) in {"sheet_locked", "sheet_damaged"}
