"""What of a survey's counts may be shown so that nobody can work out a small group, however they subtract.

Everything that the portal says about a survey rests on counts of people in *cells*: sector x district. Shown
are sums of cells: all, each sector, each district, single cells. A *group* is any set of cells. A group with
people in it, but fewer than the threshold, must not follow from what is shown; nor from any combination of
everything shown, all tables at once.

**One pattern for a survey.** `disclose` decides from the counts of sheets what may be shown: a `Disclosure`.
Questions have counts of their own (who left it blank is missing), so `Disclosure.extended` may hide more for a
question, and never shows what the survey hides. Histograms, means, "I can't judge" and blanks of a question
are shown for exactly the groups of its pattern.

**Why it holds.** In the graph with a node for each row and each column, an edge from row to column for each
hidden cell, and hidden totals as edges in both directions, the sums of hidden cells that can be worked out
exactly are the directed cuts (Kao 1996, "Data security equals graph connectivity"; Gusfield 1988, "A graph
theoretic approach to statistical data security", for single entries: bridges). The matrix of these equations
is totally unimodular, so by the duality of linear programmes the most that one hidden cell can hold, given
all that is shown and that no count is negative, equals the smallest directed cut through it. Hence three
statements are one: no small group can be worked out; no group that has people can even be bounded below the
threshold; *every small cell could as well hold `threshold` people*. `suppression_search` brings about the
last one.

**Nobody.** A sector or district that nobody chose shows 0: it says nothing about anybody who answered. An
empty cell is hidden like a small one, which costs no information ("fewer than 5") and makes the table safer.
In a question, a group that has sheets but no answers is treated as small: "nobody in A answered, all but two
in B did" would say that A and B share at most two people.

Not covered, and why: within a group that may be shown, single levels may have been chosen by one person or
by all. That is what a histogram is for; it says something about a group of at least the threshold.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from .suppression_search import Table

Cell = tuple[str, str]  # sector, district code
Counts = Mapping[Cell, int]


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """What may be shown: the total, totals of sectors and districts, cells of the cross table.

    `sectors` and `districts` hold the codes whose totals may be shown; whoever is not in `peopled` has 0 and
    may always be shown. A cell is shown only where both its totals are.
    """

    threshold: int
    total: bool
    sectors: frozenset[str]
    districts: frozenset[str]
    cells: frozenset[Cell]
    peopled: frozenset[Cell]
    """The cells in which there is anybody at all: for `extended`, never to be shown."""
    by_group: bool = True
    """Whether groups are shown at all."""

    def shows_sector(self, code: str) -> bool:
        """Whether numbers about a sector (all its districts) may be shown; 0 may, unless all is hidden."""
        return code in self.sectors or (self._shows_zeros and code not in self._peopled_sectors)

    def shows_district(self, code: str) -> bool:
        """Whether numbers about a district (all its sectors) may be shown; "" is those who named none."""
        return code in self.districts or (self._shows_zeros and code not in self._peopled_districts)

    def shows_cell(self, sector: str, district: str) -> bool:
        """Whether numbers about a sector in a district may be shown; never 0, except where a total says so."""
        if not self.shows_sector(sector) or not self.shows_district(district):
            return False
        return (sector, district) in self.cells or sector not in self.sectors or district not in self.districts

    def shows(self, *, sector: str | None = None, district: str | None = None) -> bool:
        """Whether numbers about a group may be shown; None stands for all sectors or all districts."""
        if sector is None:
            return self.total if district is None else self.shows_district(district)
        return self.shows_sector(sector) if district is None else self.shows_cell(sector, district)

    @property
    def _shows_zeros(self) -> bool:
        return self.total and self.by_group

    @cached_property
    def _peopled_sectors(self) -> frozenset[str]:
        return frozenset(sector for sector, _ in self.peopled)

    @cached_property
    def _peopled_districts(self) -> frozenset[str]:
        return frozenset(district for _, district in self.peopled)

    def extended(self, counts: Counts) -> Disclosure:
        """What may be shown of a question that `counts` of these people answered: the same or less."""
        return _extended(self, _key(counts))

    def without_groups(self) -> Disclosure:
        """The total alone: while a survey is open, groups would tell a newcomer from those before."""
        none: frozenset[Any] = frozenset()
        return replace(self, sectors=none, districts=none, cells=none, by_group=False)


def disclose(counts: Counts, *, threshold: int) -> Disclosure:
    """What may be shown of a survey with `counts` sheets by (sector, district code); pure, and remembered.

    With fewer sheets than the threshold nothing may be shown.
    """
    return _disclosed(_key(counts), threshold)


def _key(counts: Counts) -> tuple[tuple[Cell, int], ...]:
    return tuple(sorted((cell, count) for cell, count in counts.items() if count))


_Counted = tuple[tuple[Cell, int], ...]


@lru_cache(maxsize=64)
def _disclosed(counted: _Counted, threshold: int) -> Disclosure:
    counts = dict(counted)
    return _pattern(counts, threshold=threshold, peopled=frozenset(counts))


@lru_cache(maxsize=2048)
def _extended(base: Disclosure, counted: _Counted) -> Disclosure:
    counts = {cell: count for cell, count in counted if cell in base.peopled}
    return _pattern(counts, threshold=base.threshold, peopled=base.peopled, base=base)


def _pattern(
    counts: Counts, *, threshold: int, peopled: frozenset[Cell], base: Disclosure | None = None
) -> Disclosure:
    enough = sum(counts.values()) >= threshold and (base is None or base.total)
    rows, columns = _codes(sector for sector, _ in peopled), _codes(district for _, district in peopled)
    table = _table(counts, rows, columns, peopled, threshold) if enough else None
    if table is None:
        shown_rows, shown_columns, cells = [], [], []
    else:
        if base is not None:
            _hide_what_base_hides(table, rows, columns, base)
        table.fix()
        table.protect()
        shown_rows = [row for row in range(len(rows)) if not table.is_hidden(row, table.source)]
        shown_columns = [
            column for column in range(len(columns)) if not table.is_hidden(len(rows) + column, table.sink)
        ]
        cells = [
            (rows[row], columns[column])
            for row in shown_rows
            for column in shown_columns
            if not table.is_hidden(row, len(rows) + column)
        ]
    return Disclosure(
        threshold=threshold,
        total=enough,
        sectors=frozenset(rows[row] for row in shown_rows),
        districts=frozenset(columns[column] for column in shown_columns),
        cells=frozenset(cells),
        peopled=peopled,
        by_group=base is None or base.by_group,
    )


def _codes(codes: Iterable[str]) -> list[str]:
    return sorted(set(codes))


def _table(
    counts: Counts, rows: list[str], columns: list[str], peopled: Collection[Cell], threshold: int
) -> Table:
    """The table with its small totals and small cells hidden."""
    matrix = [[counts.get((row, column), 0) for column in columns] for row in rows]
    endangered = [
        (i, j)
        for i, row in enumerate(rows)
        for j, column in enumerate(columns)
        if matrix[i][j] < threshold and (row, column) in peopled
    ]
    table = Table(matrix, threshold=threshold, endangered=endangered)
    for i, line in enumerate(matrix):
        if sum(line) < threshold:
            table.hide(i, table.source)
    for j, line in enumerate(zip(*matrix, strict=True)):
        if sum(line) < threshold:
            table.hide(len(rows) + j, table.sink)
    for i, line in enumerate(matrix):
        for j, count in enumerate(line):
            if count < threshold:
                table.hide(i, len(rows) + j)
    return table


def _hide_what_base_hides(table: Table, rows: list[str], columns: list[str], base: Disclosure) -> None:
    for i, row in enumerate(rows):
        if row not in base.sectors:
            table.hide(i, table.source)
        for j, column in enumerate(columns):
            if (row, column) not in base.cells:
                table.hide(i, len(rows) + j)
    for j, column in enumerate(columns):
        if column not in base.districts:
            table.hide(len(rows) + j, table.sink)
