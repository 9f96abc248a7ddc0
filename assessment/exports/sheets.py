"""Answer sheets row by row, with sector and district only where the published tables could show them.

A row tells which sheet belongs to which group, so the rows of a file are a cross table in themselves. Sector
and district of a row are written as far as `Disclosure.shows` allows it for its cell, in all versions
together and in the row's own version, whose columns betray it: then every set of rows with the same marks
is empty or at least as large as the threshold (assessment/suppression.py says why: it can be worked out from
what a table shows). Neither day nor channel are written, and rows come in the order of their random ids.

PostgreSQL writes the lines itself and a cursor on the server hands them over in pieces: memory does not
grow with the number of sheets, and the speed is near that of COPY (tests/benchmarks/exports.py).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from psycopg2 import sql

from assessment.models import Survey, SurveyStatus, Tally
from assessment.suppression import Cell, Disclosure, disclosure_of
from semarang_resilience.core.sheets.writing import BOM

from .codebook import NOT_ASKED, CodeBook, Place

PIECE = 4_000  # rows that are handed over at a time
GROUP_COLUMNS = ("respondent", "version", "sector", "district")
LONG_COLUMNS = (*GROUP_COLUMNS, "variable", "code")
# Counted sheets only, in an order that says nothing about when they came.
_ROWS = """
    WITH shown (version_id, sector, district, says_sector, says_district) AS (VALUES {groups})
    SELECT {columns} FROM (
        SELECT row_number() OVER (ORDER BY response.id) AS respondent, response.version_id, response.answers,
            coalesce(shown.says_sector, '') AS sector, coalesce(shown.says_district, '') AS district
        FROM assessment_response AS response
        LEFT JOIN shown ON shown.version_id = response.version_id AND shown.sector = response.sector
            AND shown.district = coalesce(response.district_id, '')
        WHERE response.version_id IN ({versions}) AND response.is_folded
    ) AS sheet {more}
"""

NOTHING = sql.SQL("")

Marks = dict[tuple[int, str, str], Cell]


def marks_of(survey: Survey, book: CodeBook) -> Marks:
    """What a sheet may say about itself: (version, sector, district code) -> sector and district to write."""
    counts: defaultdict[int, Counter[Cell]] = defaultdict(Counter)
    tallies = Tally.objects.filter(version__in=list(book.versions), slot=Tally.RESPONSES)
    for version, _slot, cell, histogram in tallies.histograms():
        counts[version][cell] += histogram[0]
    together: Counter[Cell] = sum(counts.values(), Counter())
    threshold = settings.SMALL_GROUP_THRESHOLD
    whole = _closed(survey, disclosure_of(together, threshold=threshold))
    each = {pk: _closed(survey, disclosure_of(cells, threshold=threshold)) for pk, cells in counts.items()}
    return {(pk, *cell): _mark(cell, (whole, each[pk])) for pk, cells in counts.items() for cell in cells}


def _closed(survey: Survey, disclosure: Disclosure) -> Disclosure:
    return disclosure.without_groups() if survey.status == SurveyStatus.OPEN else disclosure


def _mark(cell: Cell, disclosures: Sequence[Disclosure]) -> Cell:
    """Both, or the sector alone, or nothing. (The district alone would overlap with sectors shown alone.)"""
    sector, district = cell
    if all(each.shows(sector=sector, district=district) for each in disclosures):
        return cell
    return (sector, "") if all(each.shows(sector=sector) for each in disclosures) else ("", "")


def wide_lines(survey: Survey, book: CodeBook) -> Iterator[str]:
    """A CSV with one line for each sheet and one column for each variable."""
    yield BOM + ",".join([*GROUP_COLUMNS, *(variable.name for variable in book.variables)]) + "\r\n"
    columns = [sql.SQL("respondent::text"), _number(book), sql.SQL("sector"), sql.SQL("district")]
    if book.variables:
        columns.append(sql.SQL("array_to_string({}, ',', '')").format(_row_of_codes(book)))
    yield from _lines(survey, book, columns)


def long_lines(survey: Survey, book: CodeBook) -> Iterator[str]:
    """A CSV with one line for each answer that was given."""
    yield BOM + ",".join(LONG_COLUMNS) + "\r\n"
    names = sql.SQL(", ").join(sql.Literal(variable.name) for variable in book.variables)
    values = sql.SQL(", ").join(sql.SQL("({})::text").format(value) for value in _values(book))
    more = sql.SQL(
        "CROSS JOIN LATERAL unnest(ARRAY[{names}]::text[], ARRAY[{values}]::text[]) "
        "AS given (variable, code) WHERE code IS NOT NULL AND code <> {not_asked}"
    ).format(names=names, values=values, not_asked=sql.Literal(str(NOT_ASKED)))
    columns = ["respondent::text", _number(book), "sector", "district", "variable", "code"]
    yield from _lines(survey, book, [sql.SQL(c) if isinstance(c, str) else c for c in columns], more)


def wide_rows(survey: Survey, book: CodeBook) -> Iterator[list[Any]]:
    """The same rows as values, for a workbook."""
    columns = [sql.SQL("respondent"), _number(book, as_text=False), sql.SQL("sector"), sql.SQL("district")]
    columns += _values(book)
    for rows in _pieces(survey, book, sql.SQL(", ").join(columns)):
        for row in rows:
            yield list(row)


def _lines(
    survey: Survey, book: CodeBook, columns: Sequence[sql.Composable], more: sql.Composable = NOTHING
) -> Iterator[str]:
    """Every value is a number, a code of ours or empty, so that a line needs neither quotes nor guards."""
    line = sql.SQL(" || ',' || ").join(columns)
    for rows in _pieces(survey, book, line, more):
        yield "\r\n".join([row[0] for row in rows]) + "\r\n"


def _pieces(
    survey: Survey, book: CodeBook, columns: sql.Composable, more: sql.Composable = NOTHING
) -> Iterator[list[tuple[Any, ...]]]:
    marks = marks_of(survey, book)
    if not marks:
        return
    groups = sql.SQL(", ").join(
        sql.SQL("({})").format(sql.SQL(", ").join(map(sql.Literal, (*group, *mark))))
        for group, mark in marks.items()
    )
    versions = sql.SQL(", ").join(map(sql.Literal, book.versions))
    query = sql.SQL(_ROWS).format(groups=groups, columns=columns, versions=versions, more=more)
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(query.as_string(connection.connection))
        while rows := cursor.fetchmany(PIECE):
            yield rows


def _row_of_codes(book: CodeBook) -> sql.Composable:
    """The codes of a sheet as one array; the stored one as it is where it has just these columns."""
    if len(book.versions) == 1:
        places = [place for variable in book.variables for place in variable.places.values()]
        slots = [place.slot for place in places if place.condition_slot is None]
        if len(slots) == len(places) and slots == list(range(slots[0], slots[0] + len(slots))):
            return sql.SQL("answers[{}:{}]").format(
                sql.Literal(slots[0] + 1), sql.Literal(slots[0] + len(slots))
            )
    return sql.SQL("ARRAY[{}]::smallint[]").format(sql.SQL(", ").join(_values(book)))


def _number(book: CodeBook, *, as_text: bool = True) -> sql.Composable:
    """The number of the version that was answered."""
    cases = [
        sql.SQL("WHEN {} THEN {}").format(sql.Literal(pk), sql.Literal(str(number) if as_text else number))
        for pk, number in book.versions.items()
    ]
    return sql.SQL("CASE version_id {} END").format(sql.SQL(" ").join(cases))


def _values(book: CodeBook) -> list[sql.Composable]:
    """For each variable the code of a sheet: NULL without an answer, `NOT_ASKED` where nobody asked."""
    return [_value(book, variable.places) for variable in book.variables]


def _value(book: CodeBook, places: dict[int, Place]) -> sql.Composable:
    cases = [
        sql.SQL("WHEN {} THEN {}").format(sql.Literal(pk), _answer(places.get(pk))) for pk in book.versions
    ]
    if len(cases) == 1:
        return _answer(places[next(iter(book.versions))])
    return sql.SQL("CASE version_id {} END").format(sql.SQL(" ").join(cases))


def _answer(place: Place | None) -> sql.Composable:
    if place is None:
        return sql.Literal(NOT_ASKED)
    answer = sql.SQL("answers[{}]").format(sql.Literal(place.slot + 1))
    if place.condition_slot is None:
        return answer
    return sql.SQL("CASE WHEN answers[{}] IN ({}) THEN {} ELSE {} END").format(
        sql.Literal(place.condition_slot + 1),
        sql.SQL(", ").join(map(sql.Literal, place.condition_codes)),
        answer,
        sql.Literal(NOT_ASKED),
    )
