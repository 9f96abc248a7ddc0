"""Small groups stay hidden whatever is subtracted from whatever: against an exact oracle on random tables."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from assessment.suppression import Cell, Counts, Disclosure, disclosure_of

SECTORS, DISTRICTS = ("gov", "com", "med", "don"), ("01", "02", "03", "")


class Portal:
    """Everything shown of a survey and its questions, as equations over unknown cells.

    Unknowns: for each table (sheets; judgements, "can't judge" and blanks of each question) each cell.
    """

    def __init__(self, sheets: Counts, questions: Sequence[Counts], threshold: int) -> None:
        self.threshold = threshold
        self.cells: list[Cell] = list(product(SECTORS, DISTRICTS))
        self.base = disclosure_of(sheets, threshold=threshold)
        self.patterns = [self.base.extended(judged) for judged in questions]
        self.tables: list[Counts] = [sheets]
        self.equations: list[list[int]] = []
        self._show(self.base, 0)
        for judged, pattern in zip(questions, self.patterns, strict=True):
            rest = {cell: sheets[cell] - judged[cell] for cell in sheets}
            unsure = {cell: count // 2 for cell, count in rest.items()}
            blank = {cell: rest[cell] - unsure[cell] for cell in rest}
            for table in (judged, unsure, blank):
                self._show(pattern, len(self.tables))
                self.tables.append(table)
        self.equations += self._sums()

    @property
    def width(self) -> int:
        return len(self.tables_expected) * len(self.cells)

    @property
    def tables_expected(self) -> range:
        return range(1 + 3 * len(self.patterns))

    def _show(self, pattern: Disclosure, table: int) -> None:
        for sector, district in product((None, *SECTORS), (None, *DISTRICTS)):
            if pattern.shows(sector=sector, district=district):
                group = [
                    cell for cell in self.cells if sector in (None, cell[0]) and district in (None, cell[1])
                ]
                self.equations.append(self.indicator(table, group))

    def _sums(self) -> Iterator[list[int]]:
        """In each cell: judged + could not judge + blank - sheets = 0, for each question."""
        for question, cell in product(range(len(self.patterns)), self.cells):
            row = self.indicator(0, [cell])
            for part in (1, 2, 3):
                other = self.indicator(3 * question + part, [cell])
                row = [a - b for a, b in zip(row, other, strict=True)]
            yield row

    def indicator(self, table: int, group: Sequence[Cell]) -> list[int]:
        """The sum of a table over a group, as coefficients of the unknowns."""
        row = [0] * self.width
        for cell in group:
            row[table * len(self.cells) + self.cells.index(cell)] = 1
        return row

    def judged_tables(self) -> list[int]:
        """The tables whose groups are people: sheets, and judgements of each question."""
        return [0, *range(1, len(self.tables), 3)]

    def small_groups_worked_out(self) -> list[tuple[int, list[Cell]]]:
        """Every group below the threshold, of any table, whose size follows from what is shown: exact.

        A sum follows exactly if it is orthogonal to everything that can vary, the equations' null space.
        """
        free = null_space(self.equations, self.width)
        found = []
        for table in self.judged_tables():
            inside = [
                i for i, cell in enumerate(self.cells) if self.tables[table][cell] < self.threshold
            ]  # a group with a large cell is large
            choices = np.array(list(product((0, 1), repeat=len(inside))), dtype=np.int64)
            counts = np.array([self.tables[table][self.cells[i]] for i in inside], dtype=np.int64)
            sizes = choices @ counts
            part = free[[table * len(self.cells) + i for i in inside], :]
            follows = ~np.any(choices @ part, axis=1)
            for choice in choices[follows & (sizes > 0) & (sizes < self.threshold)]:
                found.append(
                    (table, [self.cells[i] for i, is_in in zip(inside, choice, strict=True) if is_in])
                )
        return found


def null_space(equations: Sequence[Sequence[int]], width: int) -> np.ndarray:
    """A basis of what the equations leave free, in whole numbers; columns are vectors."""
    rows = [[Fraction(value) for value in row] for row in equations]
    pivots: list[int] = []
    for column in range(width):
        rank = len(pivots)
        pivot = next((i for i in range(rank, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        rows[rank] = [value / rows[rank][column] for value in rows[rank]]
        for i in range(len(rows)):
            if i != rank and rows[i][column]:
                factor = rows[i][column]
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[rank], strict=True)]
        pivots.append(column)
    vectors = []
    for column in sorted(set(range(width)) - set(pivots)):
        vector = [Fraction(0)] * width
        vector[column] = Fraction(1)
        for row, pivot in zip(rows, pivots, strict=False):
            vector[pivot] = -row[column]
        scale = np.lcm.reduce([value.denominator for value in vector])
        vectors.append([int(value * int(scale)) for value in vector])
    return np.array(vectors, dtype=np.int64).reshape(len(vectors), width).T


FEW = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 8, 12])


@st.composite
def surveys_with_questions(draw: st.DrawFn) -> tuple[Counts, list[Counts]]:
    """Sheets in up to 4 x 4 cells, and up to two questions that some of them answered."""
    sectors = draw(st.integers(1, 4))
    districts = draw(st.integers(1, 4))
    sheets: dict[Cell, int] = dict.fromkeys(product(SECTORS, DISTRICTS), 0)
    for cell in product(SECTORS[:sectors], DISTRICTS[:districts]):
        sheets[cell] = draw(FEW)
    questions: list[Counts] = []
    for _ in range(draw(st.integers(0, 2))):
        blanks = draw(st.integers(0, 3))
        questions.append({cell: max(0, n - (draw(FEW) if blanks else 0)) for cell, n in sheets.items()})
    return sheets, questions


@settings(max_examples=150, deadline=None)
@given(surveys_with_questions(), st.integers(2, 6))
def test_no_combination_of_everything_shown_yields_a_small_group(
    data: tuple[Counts, list[Counts]], threshold: int
) -> None:
    portal = Portal(*data, threshold)
    assert portal.small_groups_worked_out() == []


@settings(max_examples=100, deadline=None)
@given(surveys_with_questions(), st.integers(2, 6))
def test_a_small_group_cannot_even_be_bounded(data: tuple[Counts, list[Counts]], threshold: int) -> None:
    """Counts are not negative: still each small cell could hold as many as the threshold."""
    sheets, questions = data
    base = disclosure_of(sheets, threshold=threshold)
    for pattern, table in [(base, sheets), *((base.extended(each), each) for each in questions)]:
        for cell in table:
            if 0 < table[cell] < threshold and pattern.total:
                assert most_in(cell, table, pattern) >= threshold


def most_in(cell: Cell, table: Counts, pattern: Disclosure) -> float:
    """The largest count of a cell that fits everything shown of its table: a linear programme."""
    cells = list(table)
    shown, sums = [], []
    for sector, district in product((None, *SECTORS), (None, *DISTRICTS)):
        if pattern.shows(sector=sector, district=district):
            row = [sector in (None, each[0]) and district in (None, each[1]) for each in cells]
            shown.append(row)
            sums.append(sum(table[each] for each, is_in in zip(cells, row, strict=True) if is_in))
    objective = [-float(each == cell) for each in cells]
    solved = linprog(objective, A_eq=np.array(shown, dtype=float), b_eq=sums)
    return float("inf") if solved.status == 3 else round(-solved.fun, 6)


def test_the_oracle_finds_what_a_careless_table_gives_away() -> None:
    """Hiding only the small cell is not enough: the test above must be able to fail."""
    sheets = table({("gov", "01"): 9, ("gov", "02"): 3, ("com", "01"): 8, ("com", "02"): 7})
    portal = Portal(sheets, [], 5)
    careless = Disclosure(
        threshold=5,
        total=True,
        sectors=frozenset({"gov", "com"}),
        districts=frozenset({"01", "02"}),
        cells=frozenset(cell for cell, n in sheets.items() if n >= 5),
        counted=(),
    )
    portal.equations = []
    portal._show(careless, 0)
    assert (0, [("gov", "02")]) in portal.small_groups_worked_out()


@settings(max_examples=100, deadline=None)
@given(surveys_with_questions(), st.integers(2, 6))
def test_nothing_is_hidden_that_could_be_shown(data: tuple[Counts, list[Counts]], threshold: int) -> None:
    """Whichever further cell were shown, some small group could be worked out or bounded."""
    sheets, _questions = data
    base = disclosure_of(sheets, threshold=threshold)
    for cell in sheets:
        sector, district = cell
        could = base.shows(sector=sector) and base.shows(district=district) and sheets[cell] >= threshold
        if could and not base.shows(sector=sector, district=district):
            more = Disclosure(
                threshold=threshold,
                total=True,
                sectors=base.sectors,
                districts=base.districts,
                cells=base.cells | {cell},
                counted=base.counted,
            )
            small = [each for each, n in sheets.items() if 0 < n < threshold]
            assert any(most_in(each, sheets, more) < threshold for each in small)


@settings(max_examples=100, deadline=None)
@given(surveys_with_questions(), st.integers(2, 6))
def test_a_question_shows_no_more_than_its_survey(data: tuple[Counts, list[Counts]], threshold: int) -> None:
    sheets, questions = data
    base = disclosure_of(sheets, threshold=threshold)
    for judged in questions:
        pattern = base.extended(judged)
        assert pattern.sectors <= base.sectors
        assert pattern.districts <= base.districts
        assert pattern.cells <= base.cells
        for sector, district in pattern.cells:
            assert judged[sector, district] >= threshold
            assert pattern.shows(sector=sector)
            assert pattern.shows(district=district)


def table(counts: Mapping[Cell, int]) -> dict[Cell, int]:
    """A table of all cells, 0 where nothing is said."""
    return {cell: counts.get(cell, 0) for cell in product(SECTORS, DISTRICTS)}


def test_with_fewer_sheets_than_the_threshold_nothing_is_shown() -> None:
    pattern = disclosure_of({("gov", "01"): 4}, threshold=5)
    assert not pattern.shows()
    assert not pattern.shows(sector="gov")
    assert not pattern.shows(sector="med")


def test_an_empty_sector_shows_that_nobody_answered() -> None:
    pattern = disclosure_of({("gov", "01"): 9, ("com", "01"): 9}, threshold=5)
    assert pattern.shows(sector="med")
    assert pattern.shows(sector="med", district="01")
    assert pattern.shows(sector="gov", district="")
    assert pattern.shows(district="")


def test_an_empty_cell_hides_like_a_small_one() -> None:
    pattern = disclosure_of({("gov", "01"): 9, ("com", "02"): 9, ("com", "01"): 9}, threshold=5)
    assert not pattern.shows(sector="gov", district="02")


def test_a_small_sector_takes_the_cheapest_other_with_it() -> None:
    pattern = disclosure_of(
        {("gov", "01"): 30, ("com", "01"): 12, ("don", "01"): 7, ("med", "01"): 2}, threshold=5
    )
    assert pattern.sectors == {"gov", "com"}
    assert pattern.shows(district="01")


def test_a_question_that_a_shown_group_did_not_answer_does_not_say_so() -> None:
    sheets = {("gov", "01"): 20, ("com", "01"): 20, ("med", "01"): 20}
    pattern = disclosure_of(sheets, threshold=5).extended({("com", "01"): 20, ("med", "01"): 18})
    assert not pattern.shows(sector="gov")


def test_while_a_survey_is_open_only_the_total_is_shown() -> None:
    pattern = disclosure_of({("gov", "01"): 30, ("com", "01"): 12}, threshold=5).without_groups()
    assert pattern.shows()
    assert not pattern.shows(sector="gov")
    assert not pattern.shows(sector="med")
    assert not pattern.extended({("gov", "01"): 30}).shows(sector="gov")


@pytest.mark.parametrize("sheets", [100, 400, 3_000, 100_000])
def test_a_city_of_twenty_districts_takes_a_few_milliseconds(sheets: int) -> None:
    """Processor time, best of three: the machine is shared."""
    draw = random.Random(sheets)
    cells = [(sector, f"{district:02}") for sector in "abcdefg" for district in range(20)]
    weights = [1 / (1 + "abcdefg".index(sector)) / (1 + int(district) / 3) for sector, district in cells]
    times = []
    for _ in range(3):
        counts: dict[Cell, int] = {}
        for cell in draw.choices(cells, weights, k=sheets):
            counts[cell] = counts.get(cell, 0) + 1
        begin = time.process_time()
        pattern = disclosure_of(counts, threshold=5)
        times.append(time.process_time() - begin)
    assert min(times) < 0.03
    if sheets >= 400:
        large = [cell for cell, n in counts.items() if n >= 5]
        assert len(pattern.cells) >= 0.8 * len(large), "nearly everything that is large can be seen"
