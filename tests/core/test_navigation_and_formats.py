"""What all pages share: the navigation, the two languages, error pages, numbers and dates."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.template import Context
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from semarang_resilience.core.components import navigation
from semarang_resilience.core.templatetags import formats
from tests.support.http import inline_code


def test_the_language_switch_stays_on_the_page_and_keeps_its_filters() -> None:
    request = RequestFactory().get("/id/galeri/", {"pillar": "4"})
    links = {row["code"]: row["url"] for row in navigation.languages(Context({"request": request}))}
    assert links == {"id": "/id/galeri/?pillar=4", "en": "/en/galeri/?pillar=4"}


@pytest.mark.parametrize(
    ("path", "here"),
    [("/id/kerja/", True), ("/id/kerja/pra/", False), ("/id/", False)],
)
def test_the_staff_home_is_current_only_on_itself(path: str, here: bool) -> None:
    assert navigation._is_at(path, "/id/kerja/") is here


def test_a_word_of_the_navigation_is_current_on_the_pages_below_it() -> None:
    assert navigation._is_at("/id/strategi/1.2.1/", "/id/strategi/")
    assert not navigation._is_at("/id/strategi/", "/id/strategi/1.2.1/")
    assert not navigation._is_at("/id/strategi/", "/id/")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("id", ["1.602.717", "431,54", "61%", "Rp1.200.000", "23 Mei 2016", "Mei 2016"]),
        ("en", ["1,602,717", "431.54", "61%", "Rp1,200,000", "23 May 2016", "May 2016"]),
    ],
)
def test_numbers_and_days_are_written_as_the_reader_writes_them(language: str, expected: list[str]) -> None:
    day = date(2016, 5, 23)
    with override(language):
        shown = [
            formats.number(1602717),
            formats.number(431.54, 2),
            formats.percent(0.613),
            formats.rupiah_exact(1_200_000),
            formats.day(day),
            formats.month(day),
        ]
    assert shown == expected


@pytest.mark.parametrize(
    "write", [formats.number, formats.percent, formats.rupiah, formats.day, formats.filesize]
)
def test_a_value_that_is_missing_is_a_dash_and_never_a_zero(write: Callable[[Any], str]) -> None:
    assert write(None) == "–"
    assert "0" in formats.number(0)


def test_an_open_period_says_which_end_is_open() -> None:
    assert formats.period(start=None, end=None) == "–"
    assert "2016" in formats.period(start=date(2016, 5, 1), end=None)
    assert formats.period(start=date(2016, 5, 1), end=date(2016, 5, 9)).count("2016") == 1


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "429", "500"])
def test_an_error_page_stands_without_a_request(code: str) -> None:
    html = render_to_string(f"{code}.html")
    assert html.count("<h1") == 1
    assert not list(inline_code(html))
