"""Answers taken away: every code as it was given, groups hidden as in the published tables."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from assessment.exports.codebook import NOT_ASKED, codebook_of
from assessment.exports.sheets import GROUP_COLUMNS, long_lines, marks_of, wide_lines, wide_rows
from assessment.models import OpenAnswer, Response, Survey, SurveyVersion, Tally
from assessment.operations import surveys
from assessment.operations.survey_folding import fold_all_responses
from semarang_resilience.accounts.models import User
from semarang_resilience.core.models import Activity
from tests.assessment.surveys.conftest import LATER

pytestmark = pytest.mark.django_db
SECTORS = ["community", "media", "academia"]
DISTRICTS = ["33.74.01", "33.74.02", None]


def sheets(
    version: SurveyVersion, groups: list[tuple[str, str | None]], answers: list[Any] | None = None
) -> None:
    """Counted sheets of these groups; the first slots hold `answers`."""
    slots = Response.objects.filter(version=version)
    width = version.definition["slots"]
    del slots
    Response.objects.bulk_create(
        Response(
            id=uuid4(), version=version, sector=sector, district_id=district,
            answers=((answers or [n % 4]) + [None] * width)[:width],
            receipt=str(uuid4())[:14], received_on=date(2026, 3, 2),
        )
        for n, (sector, district) in enumerate(groups)
    )  # fmt: skip
    fold_all_responses()


def close(survey: Survey, by: User) -> Survey:
    return surveys.close_survey(survey=survey, by=by, at=LATER)


def read(lines: Any) -> list[dict[str, str]]:
    text = "".join(lines)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.fixture
def closed(survey: Survey, answer: Callable[..., Any], budi: User) -> Survey:
    """Twelve sheets from the form, closed."""
    for number in range(12):
        answer(sector="media" if number % 2 else "community", **{"q_driver-01": [str(number % 4)]})
    return close(survey, budi)


class TestSheets:
    def test_every_code_stands_in_its_column(self, closed: Survey) -> None:
        book = codebook_of(closed)
        rows = read(wide_lines(closed, book))
        assert len(rows) == 12
        assert [int(row["respondent"]) for row in rows] == list(range(1, 13))
        stored = list(Response.objects.order_by("id").values_list("answers", flat=True))
        for row, answers in zip(rows, stored, strict=True):
            for variable in book.variables:
                (place,) = variable.places.values()
                code = answers[place.slot]
                assert row[variable.name] == ("" if code is None else str(code))

    def test_the_workbook_and_the_long_form_say_the_same(self, closed: Survey) -> None:
        book = codebook_of(closed)
        wide = read(wide_lines(closed, book))
        names = [*GROUP_COLUMNS, *(variable.name for variable in book.variables)]
        as_values = [
            {name: "" if value is None else str(value) for name, value in zip(names, row, strict=True)}
            for row in wide_rows(closed, book)
        ]
        assert as_values == wide
        long = Counter(
            (row["respondent"], row["variable"], row["code"]) for row in read(long_lines(closed, book))
        )
        expected = Counter(
            (row["respondent"], name, row[name]) for row in wide for name in names[4:] if row[name]
        )
        assert long == expected

    def test_neither_day_nor_channel_nor_receipt_leave_the_portal(self, closed: Survey) -> None:
        text = "".join(wide_lines(closed, codebook_of(closed)))
        sheet = Response.objects.order_by("pk")[0]
        for secret in (str(sheet.pk), sheet.receipt, str(sheet.received_on), sheet.channel):
            assert secret not in text

    def test_an_open_survey_gives_no_group(self, survey: Survey, version: SurveyVersion) -> None:
        sheets(version, [("media", "33.74.01")] * 9)
        assert set(marks_of(survey, codebook_of(survey)).values()) == {("", "")}

    @given(
        cells=st.dictionaries(
            st.tuples(st.sampled_from(SECTORS), st.sampled_from(DISTRICTS)), st.integers(0, 12), max_size=9
        )
    )
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_rows_of_one_mark_are_never_a_small_group(
        self, survey: Survey, version: SurveyVersion, cells: dict[tuple[str, str | None], int]
    ) -> None:
        """Any set of marks together is large or empty as soon as one of them is."""
        Tally.objects.all().delete()
        Tally.objects.bulk_create(
            Tally(
                version=version, slot=Tally.RESPONSES, sector=sector, district_code=district or "", counts=[n]
            )
            for (sector, district), n in cells.items()
            if n
        )
        Survey.objects.filter(pk=survey.pk).update(status="closed", closed_at=LATER)
        closed = Survey.objects.get(pk=survey.pk)
        sizes: Counter[tuple[str, str]] = Counter()
        for (_version, sector, district), mark in marks_of(closed, codebook_of(closed)).items():
            assert mark in {(sector, district), (sector, ""), ("", "")}
            sizes[mark] += cells[sector, district or None]
        if sum(sizes.values()) >= 5:
            assert all(size >= 5 for size in sizes.values()), sizes


class TestCodeBook:
    def test_every_code_has_a_label_in_both_languages(self, closed: Survey) -> None:
        book = codebook_of(closed)
        assert book.variables
        for variable in book.variables:
            assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,59}", variable.name)
            assert {"id", "en"} <= variable.label.keys()
            assert all(label.get("id") and label.get("en") for label in variable.codes.values())
        assert len({variable.name for variable in book.variables}) == len(book.variables)

    def test_can_t_judge_is_a_missing_value_and_no_level(self, closed: Survey) -> None:
        rating = next(v for v in codebook_of(closed).variables if v.key == "driver-01")
        assert sorted(rating.codes) == [0, 1, 2, 3]
        assert set(rating.missing) == {0, NOT_ASKED}

    def test_who_was_not_asked_is_told_from_who_was_silent(
        self, survey: Survey, version: SurveyVersion, budi: User
    ) -> None:
        """A condition: the second driver is asked only of those who gave the first one a 1."""
        definition = version.definition
        questions = [q for section in definition["sections"] for q in section["questions"]]
        by_key = {q["key"]: q for q in questions}
        by_key["driver-02"]["shown_if"] = {"key": "driver-01", "codes": [1]}
        SurveyVersion.objects.filter(pk=version.pk).update(definition=definition, frozen_at=LATER)
        slots = [by_key[key]["slots"][""] for key in ("driver-01", "driver-02")]
        width = definition["slots"]
        for first, second in ((1, 3), (1, None), (2, None), (None, None)):
            answers: list[int | None] = [None] * width
            answers[slots[0]], answers[slots[1]] = first, second
            sheets(SurveyVersion.objects.get(pk=version.pk), [("media", None)], answers)
        survey = close(survey, budi)
        rows = read(wide_lines(survey, codebook_of(survey)))
        seen = Counter((row["driver_01"], row["driver_02"]) for row in rows)
        assert seen == Counter([("1", "3"), ("1", ""), ("2", "-8"), ("", "-8")])


class TestSyntax:
    def test_spss_and_r_name_every_variable_and_code(
        self, client: Client, closed: Survey, budi: User
    ) -> None:
        client.force_login(budi)
        url = f"/en/kerja/survei/{closed.slug}/ekspor/unduh/"
        sps = client.post(url, {"kind": "sps"}).content.decode()
        script = client.post(url, {"kind": "r"}).content.decode()
        for variable in codebook_of(closed).variables:
            assert f"VALUE LABELS {variable.name} " in sps
            assert f"answers${variable.name} <- factor(" in script
        assert "MISSING VALUES driver_01 (-8, 0)." in sps
        assert "answers$driver_01[answers$driver_01 == 0] <- NA" in script
        assert all(line.count("'") % 2 == 0 for line in sps.splitlines() if "/QUALIFIER" not in line)

    def test_a_quotation_mark_in_a_label_breaks_nothing(self) -> None:
        from assessment.exports.syntax import _r, _spss

        assert _spss("Apa kata 'warga'\nhari ini?", 250) == "'Apa kata ''warga'' hari ini?'"
        assert _spss("é" * 100, 119).encode() == b"'" + ("é" * 59).encode() + b"'"
        assert _r('Kata "warga" \\ hari\nini') == r'"Kata \"warga\" \\ hari ini"'


class TestPages:
    def test_files_are_taken_away_and_written_down(self, client: Client, closed: Survey, budi: User) -> None:
        OpenAnswer.objects.update(status="kept")
        hidden = OpenAnswer.objects.order_by("pk")[0]
        OpenAnswer.objects.filter(pk=hidden.pk).update(status="hidden", text="RAHASIA")
        client.force_login(budi)
        url = f"/id/kerja/survei/{closed.slug}/ekspor/"
        assert client.get(url).status_code == 200
        answer = client.post(f"{url}unduh/", {"kind": "xlsx"})
        book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
        data, codes, words = (book.get_sheet_by_index(n).to_python() for n in range(3))
        assert (len(data), len(words)) == (13, 12)
        assert len(codes) > 20
        assert "RAHASIA" not in str(words)
        assert "no-store" in answer["Cache-Control"]
        for kind in ("csv", "long", "words", "codebook"):
            answer = client.post(f"{url}unduh/", {"kind": kind})
            assert answer.status_code == 200
            assert b"".join(answer.streaming_content)
        assert Activity.objects.filter(verb="export_responses", actor=budi).count() == 5

    @pytest.mark.parametrize("language", ["id", "en"])
    def test_rows_of_an_open_survey_stay(
        self, client: Client, survey: Survey, budi: User, language: str
    ) -> None:
        client.force_login(budi)
        url = f"/{language}/kerja/survei/{survey.slug}/ekspor/"
        assert client.get(url).status_code == 200
        answer = client.post(f"{url}unduh/", {"kind": "csv"})
        assert answer.status_code == 409
        assert client.post(f"{url}unduh/", {"kind": "codebook"}).status_code == 200
        assert client.post(f"{url}unduh/", {"kind": "passwords"}).status_code == 404

    def test_leadership_reads_results_and_no_rows(self, client: Client, closed: Survey, wali: User) -> None:
        client.force_login(wali)
        url = f"/id/kerja/survei/{closed.slug}/ekspor/"
        assert client.get(url).status_code == 403
        assert client.post(f"{url}unduh/", {"kind": "csv"}).status_code == 403
        assert client.post(f"{url}unduh/", {"kind": "x"}).status_code == 403

    def test_what_people_wrote_is_no_formula(self, client: Client, closed: Survey, budi: User) -> None:
        OpenAnswer.objects.update(status="kept", text='=HYPERLINK("http://jahat")')
        client.force_login(budi)
        answer = client.post(f"/id/kerja/survei/{closed.slug}/ekspor/unduh/", {"kind": "words"})
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        assert "'=HYPERLINK" in text
        assert ",=" not in text
        assert ',"=' not in text
