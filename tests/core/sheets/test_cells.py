"""What cells mean: days, numbers, yes and no as people write them; what is not understood is said."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semarang_resilience.core.sheets.cells import (
    MONTHS,
    CellError,
    as_choice,
    as_date,
    as_decimal,
    as_integer,
    as_list,
    as_text,
    as_yes_no,
    clean,
    normal,
)
from semarang_resilience.core.sheets.grid import BrokenCell, column_letter
from semarang_resilience.core.sheets.writing import guarded, unguarded

DAY = date(2016, 5, 23)


@pytest.mark.parametrize(
    "cell",
    [
        DAY,
        datetime(2016, 5, 23, 14, 30),  # noqa: DTZ001  as the reader gives it
        42513,
        42513.0,
        42513.6,
        "42513",
        20160523,
        "20160523",
        "2016-05-23",
        "2016/05/23",
        "2016-05-23T00:00:00",
        "2016-05-23 08.30",
        "23-05-2016",
        "23/05/2016",
        "23.05.2016",
        "23/5/16",
        "05/23/2016",
        "23 Mei 2016",
        "23 May 2016",
        "23-Mei-16",
        "23 MEI 2016 ",
        "Senin, 23 Mei 2016",
        "May 23rd, 2016",
        "May 23, 2016",
        "tanggal 23 Mei 2016",
        "\xa023 Mei 2016\n",
    ],
)
def test_a_day_in_all_its_forms(cell: object) -> None:
    assert as_date(cell) == DAY  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("1 Agt 2016", date(2016, 8, 1)),
        ("5/6/2016", date(2016, 6, 5)),
        ("17 Agustus 1998", date(1998, 8, 17)),
        ("1 Nopember 99", date(1999, 11, 1)),
        ("12 des 2015", date(2015, 12, 12)),
        ("29 Feb 2016", date(2016, 2, 29)),
        ("", None),
        (None, None),
        ("  ", None),
    ],
)
def test_days_of_indonesian_calendars(cell: object, day: date | None) -> None:
    assert as_date(cell) == day  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "cell",
    [
        "2016",
        "Mei 2016",
        "31/02/2016",
        "32 Mei 2016",
        "29 Feb 2015",
        "besok",
        "23-23-2016",
        5,
        3.5,
        True,
        timedelta(days=1),
        "1/1/0001",
        BrokenCell("#N/A"),
    ],
)
def test_what_is_no_day_is_refused(cell: object) -> None:
    with pytest.raises(CellError):
        as_date(cell)  # type: ignore[arg-type]


@given(st.dates(date(1930, 1, 1), date(2100, 12, 31)))
def test_every_day_comes_back_from_every_form(day: date) -> None:
    months = [name for name in MONTHS if len(name) > 3 or name == "mei"]
    serial = (day - date(1899, 12, 30)).days
    for form in (
        day.isoformat(),
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day} {next(m for m in months if MONTHS[m] == day.month)} {day.year}",
        f"{day.day:02}-{day.month:02}-{day.year}",
        serial,
        str(serial),
        float(serial),
    ):
        assert as_date(form) == day


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1.602.717", 1602717),
        ("1,602,717", 1602717),
        ("1 602 717", 1602717),
        ("1602717", 1602717),
        ("1.602", 1602),
        ("1,602", 1602),
        ("Rp 1.200.000", 1200000),
        ("Rp1.200.000,-", 1200000),
        (431.0, 431),
        (7, 7),
        ("-5", -5),
        ("", None),
        (None, None),
        ("1.602.717,00", 1602717),
    ],
)
def test_whole_numbers(cell: object, number: int | None) -> None:
    assert as_integer(cell) == number  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("431,54", "431.54"),
        ("431.54", "431.54"),
        ("1.602.717,5", "1602717.5"),
        ("1,602,717.5", "1602717.5"),
        (431.54, "431.54"),
        ("0,5", "0.5"),
        ("0.602", "0.602"),
        ("1e3", "1000"),
        ("+3", "3"),
        ("−3,5", "-3.5"),
        ("12 500,75", "12500.75"),
    ],
)
def test_decimal_numbers(cell: object, number: str) -> None:
    assert as_decimal(cell) == Decimal(number)  # type: ignore[arg-type]


def test_a_guess_is_remarked_upon() -> None:
    notes: list[str] = []
    assert as_decimal("1.602", notes) == 1602
    assert len(notes) == 1


@pytest.mark.parametrize(
    "cell", ["dua", "1.2.3", "12,34,5", "NaN", "inf", "--5", "5 orang", True, BrokenCell("#DIV/0!"), "1,5,2"]
)
def test_what_is_no_number_is_refused(cell: object) -> None:
    with pytest.raises(CellError):
        as_decimal(cell)  # type: ignore[arg-type]


@given(st.integers(-(10**12), 10**12))
def test_every_whole_number_comes_back_from_every_form(number: int) -> None:
    for form in (str(number), f"{number:,}", f"{number:,}".replace(",", "."), number):
        assert as_integer(form) == number


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("Ya", True),
        ("tidak", False),
        ("", None),
        (True, True),
        (1.0, True),
        ("✓", True),
        ("-", False),
        ("No", False),
    ],
)
def test_yes_and_no(cell: object, value: bool | None) -> None:
    assert as_yes_no(cell) is value  # type: ignore[arg-type]


def test_neither_yes_nor_no() -> None:
    with pytest.raises(CellError):
        as_yes_no("mungkin")


WORDS = {normal(word): "government" for word in ("government", "Pemerintah", "Government")} | {
    "media": "media"
}


def test_a_choice_is_known_by_value_and_by_label() -> None:
    for word in (" PEMERINTAH ", "government", "Pemerintah."):
        assert as_choice(word, WORDS, ["Pemerintah", "Media"]) == "government"
    assert as_choice(None, WORDS, []) == ""


def test_a_slip_of_the_pen_gets_a_proposal() -> None:
    with pytest.raises(CellError, match="Pemerintah"):
        as_choice("Pemerinta", WORDS, ["Pemerintah", "Media"])
    with pytest.raises(CellError, match="Pemerintah, Media"):
        as_choice("zzz", WORDS, ["Pemerintah", "Media"])


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("7, 9", ["7", "9"]),
        ("7;9;7", ["7", "9"]),
        (7.0, ["7"]),
        ("", []),
        ("Dinas A, B; Dinas C", ["Dinas A, B", "Dinas C"]),
    ],
)
def test_several_words_in_one_cell(cell: object, words: list[str]) -> None:
    assert as_list(cell) == words  # type: ignore[arg-type]


def test_texts_lose_what_nobody_sees() -> None:
    assert as_text("\ufeff  Dinas\xa0Sosial \r\n") == "Dinas Sosial"
    assert as_text("a\r\nb") == "a\nb"
    assert as_text(8123456.0) == "8123456"
    assert as_text("nol\x00nol") == "nolnol"
    with pytest.raises(CellError, match="#REF!"):
        as_text(BrokenCell("#REF!"))
    with pytest.raises(CellError):
        as_text("x" * 11, max_length=10)


@given(st.text())
def test_the_guard_against_formulas_is_taken_away_again(text: str) -> None:
    safe = guarded(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert unguarded(safe) == text


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_columns_have_the_letters_of_the_spreadsheet() -> None:
    assert [column_letter(n) for n in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]
