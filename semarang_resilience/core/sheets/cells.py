"""What a cell means: texts, numbers, days, yes and no, as people in Indonesia and elsewhere write them.

Each function takes the cell as it stands and returns its value, or None (texts: "") for an empty one. What
it cannot understand it refuses with `CellError`, a sentence that stands at the cell. A remark about a
guess goes to `notes`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from .grid import BrokenCell, Cell, is_blank
from .writing import unguarded

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari pebruari february feb peb",
            "maret march mar mrt",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "agustus august agu agt ags agst aug",
            "september sept sep",
            "oktober october okt oct",
            "november nopember nov nop",
            "desember december des dec",
        ),
        start=1,
    )
    for name in names.split()
}
YES = frozenset({"ya", "y", "yes", "true", "benar", "1", "v", "x", "✓", "✔", "ada", "setuju"})
NO = frozenset({"tidak", "no", "n", "false", "salah", "0", "-", "–", "bukan", "tdk", "belum"})
_SERIAL_DAYS = range(10_000, 80_000)  # 1927 to 2119
_EXCEL_ZERO = date(1899, 12, 30)


class CellError(ValueError):
    """The cell cannot be understood; the message is a translated sentence."""


def as_text(cell: Cell, notes: list[str] | None = None, *, max_length: int = 0) -> str:
    """The text of a cell, without the spaces around it; numbers as digits, days as year-month-day."""
    text = _plain(cell)
    if max_length and len(text) > max_length:
        raise CellError(
            _("This text has %(length)s characters; there is room for %(limit)s.")
            % {"length": len(text), "limit": max_length}
        )
    return text


def _plain(cell: Cell) -> str:
    if isinstance(cell, BrokenCell):
        raise CellError(
            _("The spreadsheet shows an error here (%(error)s). Put in the value itself.") % {"error": cell}
        )
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    text = unguarded(str(cell).lstrip("\ufeff")) if isinstance(cell, str) else str(cell)
    return clean(text)


def clean(text: str) -> str:
    """No spaces around it, one kind of line end, no characters that nobody can see."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace("\u200b", "")
    kept = "".join(char for char in text if char in "\n\t" or unicodedata.category(char) != "Cc")
    return kept.strip()


def normal(text: str) -> str:
    """A text as it counts when compared: no capitals, no punctuation, single spaces."""
    low = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"[\W_]+", " ", low).split())


# -- numbers ----------------------------------------------------------------------------------------------
def as_integer(cell: Cell, notes: list[str] | None = None) -> int | None:
    """A whole number: 1602717, 1.602.717, 1,602,717, "Rp 1.200.000"."""
    if is_blank(cell):
        return None
    if isinstance(cell, int) and not isinstance(cell, bool):
        return cell
    digits = _digits(cell)
    groups = re.fullmatch(r"([+-]?)(\d{1,3})((?:[.,' ]\d{3})+)", digits)
    if groups and len(set(re.findall(r"[.,' ]", groups[3]))) == 1:
        return int(groups[1] + groups[2] + re.sub(r"\D", "", groups[3]))
    number = as_decimal(cell, notes)
    if number is None or number != number.to_integral_value():
        raise CellError(_("This must be a whole number, without decimals."))
    return int(number)


def as_decimal(cell: Cell, notes: list[str] | None = None) -> Decimal | None:
    """A number: 431,54 and 431.54 alike, thousands set off by points, commas, spaces or not at all.

    A single point before three digits (1.602) is read as Indonesians write it, 1602, and remarked upon.
    """
    if is_blank(cell):
        return None
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return Decimal(str(cell))
    text = _digits(cell)
    points, commas = text.count("."), text.count(",")
    if points and commas:  # the last one is the decimal mark
        thousands, mark = (".", ",") if text.rfind(",") > text.rfind(".") else (",", ".")
        text = text.replace(thousands, "").replace(mark, ".", 1)
    elif points > 1 or commas > 1:
        text = _without_thousands(text, "." if points else ",")
    elif points and re.fullmatch(r"[+-]?[1-9]\d{0,2}\.\d{3}", text):
        text = text.replace(".", "")
        if notes is not None:
            notes.append(_("Read as %(number)s: the point sets off thousands.") % {"number": text})
    else:
        text = text.replace(",", ".")
    try:
        number = Decimal(text.replace(" ", "").replace("'", ""))
    except InvalidOperation as error:
        raise _no_number(cell) from error
    if not number.is_finite():
        raise _no_number(cell)
    return number


def _without_thousands(text: str, mark: str) -> str:
    if not re.fullmatch(rf"[+-]?\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+", text):
        raise _no_number(text)
    return text.replace(mark, "")


def _digits(cell: Cell) -> str:
    text = _plain(cell).replace("\u2212", "-").replace("\u202f", " ")
    text = re.sub(r"^(?:rp\.?|idr)\s*", "", text, flags=re.IGNORECASE)
    text = re.sub(r"(?:,-|,00\s*-?)$", "", text) if "Rp" in str(cell) else text
    if not re.fullmatch(r"[+-]?\s*\d[\d.,' ]*(?:[eE][+-]?\d+)?", text):
        raise _no_number(cell)
    return text.strip()


def _no_number(cell: Cell) -> CellError:
    return CellError(_("“%(text)s” is not a number.") % {"text": str(cell)[:60]})


# -- days -------------------------------------------------------------------------------------------------
def as_date(cell: Cell, notes: list[str] | None = None) -> date | None:
    """A day: a real date, the spreadsheet's number of one, or words such as 23 Mei 2016 and 23/05/2016.

    Day before month, as in Indonesia; only where that is impossible month before day.
    """
    if is_blank(cell):
        return None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _from_serial(float(cell))
    if isinstance(cell, time | timedelta | bool):
        raise _no_date(cell)
    return _from_words(_plain(cell))


def _from_serial(number: float) -> date:
    """Excel counts days; 20160523 is a date written without marks."""
    if int(number) in _SERIAL_DAYS:
        return _EXCEL_ZERO + timedelta(days=int(number))
    if number.is_integer() and 19000101 <= number <= 21991231:
        whole = int(number)
        return _day(whole // 10000, whole // 100 % 100, whole % 100, str(whole))
    raise _no_date(str(int(number)) if number.is_integer() else str(number))


def _from_words(text: str) -> date:
    low = re.sub(
        r"[T ]\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?(?:\s*(?:wib|am|pm|z))?$", "", text.strip(), flags=re.I
    )
    low = re.sub(r"^[^\W\d]+,\s*(?=\d)", "", low.casefold())  # the day of the week
    if re.fullmatch(r"\d+(?:[.,]\d+)?", low) and not re.fullmatch(r"\d{4}", low):
        return _from_serial(float(low.replace(",", ".")))
    parts = [part for part in re.split(r"[\s./,\-\u2013']+", low) if part and part not in {"tgl", "tanggal"}]
    if len(parts) != 3:
        raise _no_date(text)
    first, second, third = parts
    if second in MONTHS:
        return _day(_year(third, text), MONTHS[second], _number(first, text), text)
    if first in MONTHS:  # May 23, 2016
        return _day(
            _year(third, text), MONTHS[first], _number(re.sub(r"(st|nd|rd|th)$", "", second), text), text
        )
    if len(first) == 4:
        return _day(_number(first, text), _number(second, text), _number(third, text), text)
    day, month, year = _number(first, text), _number(second, text), _year(third, text)
    if month > 12 >= day:
        day, month = month, day
    return _day(year, month, day, text)


def _year(part: str, text: str) -> int:
    year = _number(part, text)
    if len(part) == 2:
        return 2000 + year if year < 70 else 1900 + year
    return year


def _number(part: str, text: str) -> int:
    if not part.isascii() or not part.isdigit():
        raise _no_date(text)
    return int(part)


def _day(year: int, month: int, day: int, text: str) -> date:
    if not 1900 <= year <= 2199:
        raise _no_date(text)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise _no_date(text) from error


def _no_date(cell: object) -> CellError:
    return CellError(
        _("“%(text)s” is not a day. Write it like 23 May 2016 or 2016-05-23.") % {"text": str(cell)[:60]}
    )


# -- choices ----------------------------------------------------------------------------------------------
def as_yes_no(cell: Cell, notes: list[str] | None = None) -> bool | None:
    """Yes or no in the words that people put into such columns."""
    if isinstance(cell, bool):
        return cell
    word = _plain(cell).casefold()
    if not word:
        return None
    if word in YES:
        return True
    if word in NO:
        return False
    raise CellError(_("“%(text)s” is neither yes nor no.") % {"text": word[:60]})


def as_choice(cell: Cell, words: Mapping[str, str], labels: Iterable[str | Promise]) -> str:
    """One of a list: `words` holds every accepted word in its `normal` form with its value."""
    text = _plain(cell)
    if not text:
        return ""
    key = normal(text)
    if key in words:
        return words[key]
    near = get_close_matches(key, words, n=1, cutoff=0.75)
    allowed = ", ".join(str(label) for label in labels)
    if near:
        label = next(
            (str(each) for each in labels if words.get(normal(str(each))) == words[near[0]]), near[0]
        )
        raise CellError(
            _("“%(text)s” is not in the list. Did you mean “%(near)s”?") % {"text": text[:60], "near": label}
        )
    raise CellError(
        _("“%(text)s” is not in the list. Possible: %(allowed)s.") % {"text": text[:60], "allowed": allowed}
    )


def as_list(cell: Cell, notes: list[str] | None = None) -> list[str]:
    """Several words in one cell, set off by semicolons, lines or commas; each once."""
    text = _plain(cell) if not isinstance(cell, float) else _plain(cell).replace(".", ",")
    mark = r"[;\n]" if re.search(r"[;\n]", text) else r","
    return list(dict.fromkeys(part.strip() for part in re.split(mark, text) if part.strip()))


def shown(cell: Any) -> str:
    """A cell as somebody would see it, for messages and lists of problems; never fails."""
    if isinstance(cell, BrokenCell) or cell is None:
        return str(cell or "")
    return _plain(cell)
