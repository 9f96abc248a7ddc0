"""Labels for statistics programs: SPSS syntax and an R script that read the CSV of the sheets.

SPSS: variable labels have at most 256 bytes, value labels 120 (IBM SPSS Statistics Command Syntax Reference).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from semarang_resilience.places.models import District
from stakeholders.models import Sector

from .codebook import NOT_ASKED, NOT_ASKED_LABEL, CodeBook, Variable
from .sheets import GROUP_COLUMNS

_WIDTHS = {"respondent": "F8.0", "version": "F4.0", "sector": "A20", "district": "A20"}


def spss_syntax(book: CodeBook, *, file_name: str) -> str:
    """Reads `file_name` and gives every variable its label, its codes and its missing values."""
    formats = [f"  {name} {_WIDTHS[name]}" for name in GROUP_COLUMNS]
    formats += [f"  {variable.name} F4.0" for variable in book.variables]
    lines = [
        "* Encoding: UTF-8.",
        "SET DECIMAL=DOT.",
        f"GET DATA /TYPE=TXT /FILE={_spss(file_name, 250)} /ENCODING='UTF8' /ARRANGEMENT=DELIMITED",
        '  /FIRSTCASE=2 /DELIMITERS="," /QUALIFIER=\'"\' /VARIABLES=',
        *formats,
        ".",
        "VARIABLE LABELS",
        *(f"  {variable.name} {_spss(str(variable.label), 255)}" for variable in book.variables),
        ".",
    ]
    for name, codes in _groups().items():
        pairs = " ".join(f"{_spss(code, 20)} {_spss(label, 119)}" for code, label in codes.items())
        lines.append(f"VALUE LABELS {name} {pairs}.")
    for variable in book.variables:
        pairs = " ".join(f"{code} {_spss(str(label), 119)}" for code, label in _codes(variable).items())
        lines.append(f"VALUE LABELS {variable.name} {pairs}.")
        lines.append(f"MISSING VALUES {variable.name} ({', '.join(map(str, sorted(variable.missing)))}).")
    return "\r\n".join([*lines, "EXECUTE.", ""])


def r_script(book: CodeBook, *, file_name: str) -> str:
    """Reads `file_name` into the data frame `answers`; needs no package.

    Each variable becomes a factor with its labels; codes that mean "missing" become NA.
    """
    options = 'fileEncoding = "UTF-8-BOM", colClasses = c(district = "character")'
    lines = [f"answers <- read.csv({_r(file_name)}, {options})"]
    for name, codes in _groups().items():
        lines.append(_factor(name, codes.items(), quoted=True))
    for variable in book.variables:
        for missing in sorted(variable.missing):
            lines.append(f"answers${variable.name}[answers${variable.name} == {missing}] <- NA")
        codes = {
            str(code): str(label)
            for code, label in sorted(variable.codes.items())
            if code not in variable.missing
        }
        lines.append(_factor(variable.name, codes.items(), quoted=False))
        lines.append(f'attr(answers${variable.name}, "label") <- {_r(str(variable.label))}')
    return "\n".join([*lines, ""])


def _factor(name: str, codes: Iterable[tuple[str, str]], *, quoted: bool) -> str:
    pairs = list(codes)
    levels = ", ".join(_r(code) if quoted else code for code, _label in pairs)
    labels = ", ".join(_r(label) for _code, label in pairs)
    return f"answers${name} <- factor(answers${name}, levels = c({levels}), labels = c({labels}))"


def _groups() -> dict[str, dict[str, str]]:
    districts = District.objects.order_by("code").values_list("code", "name")
    return {
        "sector": {value: str(label) for value, label in Sector.choices},
        "district": dict(districts),
    }


def _codes(variable: Variable) -> Mapping[int, str]:
    labels = {NOT_ASKED: str(NOT_ASKED_LABEL)} | {code: str(label) for code, label in variable.codes.items()}
    return dict(sorted(labels.items()))


def _spss(text: str, limit: int) -> str:
    """Quoted, on one line, at most `limit` bytes."""
    plain = " ".join(text.split()).encode()[:limit].decode("utf-8", "ignore")
    return "'" + plain.replace("'", "''") + "'"


def _r(text: str) -> str:
    """Quoted with escapes that R shares with JSON; on one line."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
