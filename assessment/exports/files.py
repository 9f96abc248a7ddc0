"""The files of a survey: which there are, and how each is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.models import Survey
from semarang_resilience.core.sheets.writing import Sheet, csv_lines, xlsx_file

from .codebook import NOT_ASKED, NOT_ASKED_LABEL, CodeBook, codebook_of
from .sheets import GROUP_COLUMNS, long_lines, wide_lines, wide_rows
from .syntax import r_script, spss_syntax
from .words import WORD_COLUMNS, word_rows

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One file that can be taken away."""

    name: str
    label: str | Promise
    about: str | Promise
    ending: str
    media_type: str
    has_rows: bool


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            name="xlsx",
            label=gettext_lazy("Workbook (XLSX)"),
            about=gettext_lazy(
                "One row for each sheet, the code book, and the answers in words that were kept."
            ),
            ending="xlsx",
            media_type=XLSX,
            has_rows=True,
        ),
        Kind(
            name="csv",
            label=gettext_lazy("Sheets (CSV)"),
            about=gettext_lazy("One line for each sheet, as numbers; SPSS and R read this file."),
            ending="csv",
            media_type="text/csv; charset=utf-8",
            has_rows=True,
        ),
        Kind(
            name="long",
            label=gettext_lazy("Long form (CSV)"),
            about=gettext_lazy("One line for each answer that was given."),
            ending="csv",
            media_type="text/csv; charset=utf-8",
            has_rows=True,
        ),
        Kind(
            name="words",
            label=gettext_lazy("Answers in words (CSV)"),
            about=gettext_lazy("Only what was read and kept, with its themes, without sector or district."),
            ending="csv",
            media_type="text/csv; charset=utf-8",
            has_rows=True,
        ),
        Kind(
            name="codebook",
            label=gettext_lazy("Code book (XLSX)"),
            about=gettext_lazy("Every variable with its question, codes and labels in both languages."),
            ending="xlsx",
            media_type=XLSX,
            has_rows=False,
        ),
        Kind(
            name="sps",
            label=gettext_lazy("SPSS syntax"),
            about=gettext_lazy("Reads the CSV of the sheets and labels every variable and code."),
            ending="sps",
            media_type="text/plain; charset=utf-8",
            has_rows=False,
        ),
        Kind(
            name="r",
            label=gettext_lazy("R script"),
            about=gettext_lazy("Reads the CSV of the sheets and labels every variable and code."),
            ending="R",
            media_type="text/plain; charset=utf-8",
            has_rows=False,
        ),
    )
}


def content_of(survey: Survey, kind: Kind) -> Iterator[str] | IO[bytes] | str:
    """The file: pieces of text, an open temporary file, or a text."""
    book = codebook_of(survey)
    csv_name = f"{survey.slug}.csv"
    match kind.name:
        case "csv":
            return wide_lines(survey, book)
        case "long":
            return long_lines(survey, book)
        case "words":
            return csv_lines(WORD_COLUMNS, word_rows(survey))
        case "sps":
            return spss_syntax(book, file_name=csv_name)
        case "r":
            return r_script(book, file_name=csv_name)
        case "codebook":
            return xlsx_file([codebook_sheet(book)])
        case _:
            return xlsx_file([sheets_sheet(survey, book), codebook_sheet(book), words_sheet(survey)])


def sheets_sheet(survey: Survey, book: CodeBook) -> Sheet:
    """One row for each answer sheet."""
    names = [*GROUP_COLUMNS, *(variable.name for variable in book.variables)]
    return Sheet(
        name=_("Sheets"),
        headings=names,
        rows=wide_rows(survey, book),
        widths=[12, 8, 16, 12, *(14 for _variable in book.variables)],
        notes={variable.name: str(variable.label)[:400] for variable in book.variables},
    )


def codebook_sheet(book: CodeBook) -> Sheet:
    """One row for each code of each variable."""
    headings = [
        _("Variable"), _("Question no."), _("Question key"), _("Kind"), _("Question (Indonesian)"),
        _("Question (English)"), _("Code"), _("Label (Indonesian)"), _("Label (English)"), _("Missing value"),
        _("Versions"),
    ]  # fmt: skip
    return Sheet(
        name=_("Code book"),
        headings=headings,
        rows=codebook_rows(book),
        widths=[26, 10, 22, 20, 50, 50, 8, 34, 34, 14, 12],
    )


def codebook_rows(book: CodeBook) -> Iterator[list[Any]]:
    """Rows of the code book; an empty cell in the data means that nothing was answered."""
    for variable in book.variables:
        label = variable.label
        for code, words in sorted(({NOT_ASKED: NOT_ASKED_LABEL} | variable.codes).items()):
            yield [
                variable.name, variable.number, variable.key, str(variable.kind.label), label.get("id", ""),
                label.get("en", ""), code, words.get("id", ""), words.get("en", ""),
                _("yes") if code in variable.missing else "", ", ".join(map(str, variable.versions)),
            ]  # fmt: skip


def words_sheet(survey: Survey) -> Sheet:
    """What was read and kept."""
    return Sheet(
        name=_("Answers in words"), headings=WORD_COLUMNS, rows=word_rows(survey), widths=[22, 90, 22, 40]
    )
