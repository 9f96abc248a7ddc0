"""Searching the entries of a two-way table that must be hidden besides the small ones.

The table is a flow: it leaves a source, passes through rows (their totals), cells and columns (their totals)
and ends in a sink. Whoever knows the visible entries can shift people along any closed way through hidden
ones; a hidden cell may hold as many as can be shifted into it. Here each endangered cell gets ways enough to
hold `threshold` people; where hidden entries do not offer them, the cheapest visible ones are hidden as well
(the shortest-path heuristic of Cox 1980 and of the U.S. Census Bureau, see Massell 2001), and what turned
out to be superfluous is shown again. See `suppression.py` for why this suffices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from heapq import heappop, heappush
from itertools import pairwise

Matrix = list[list[int]]
Entry = tuple[int, int]  # two nodes, the lower one first; nodes: rows, then columns, then source and sink
MARGIN_WEIGHT = 4  # what a total is worth, compared with a cell of the same size


def with_totals(counts: Matrix) -> dict[Entry, int]:
    """The cells of a table and the totals of its rows and columns, by entry."""
    rows, columns = len(counts), len(counts[0])
    entries = {
        (row, rows + column): count for row, line in enumerate(counts) for column, count in enumerate(line)
    }
    entries |= {(row, rows + columns): sum(line) for row, line in enumerate(counts)}
    across = enumerate(zip(*counts, strict=True), start=rows)
    return entries | {(column, rows + columns + 1): sum(line) for column, line in across}


class Table:
    """Counts of a table with nothing empty in its margins, and what of it is hidden.

    An entry is a pair of nodes: row and column; row and source (its total); column and sink (its total).
    Those `endangered` that are small must be able to hold `threshold` people as far as anybody can tell.
    `limits` says of some entries how many they hold at most, because that is known from another table.
    """

    def __init__(
        self, counts: Matrix, *, threshold: int, endangered: Iterable[Entry], limits: Mapping[Entry, int]
    ) -> None:
        self.threshold, self.limits = threshold, limits
        self.rows, self.columns = len(counts), len(counts[0])
        self.source, self.sink = self.rows + self.columns, self.rows + self.columns + 1
        self.counts = with_totals(counts)
        small = (entry for entry in endangered if self.counts[entry] < threshold)
        self.endangered = sorted(small, key=lambda cell: (-self.counts[cell], cell))
        self.hidden: list[set[int]] = [set() for _ in range(self.sink + 1)]  # neighbours by hidden entries
        self.fixed: set[Entry] = set()
        self._ways: dict[Entry, set[Entry]] = {}
        self._typical = sum(map(sum, counts)) // (self.rows * self.columns) + 1

    def is_hidden(self, one: int, other: int) -> bool:
        """Whether the entry between two nodes is hidden."""
        return other in self.hidden[one]

    def hide(self, one: int, other: int) -> None:
        """Hide an entry; with a total go all cells under it, which would be of no use alone."""
        self.hidden[one].add(other)
        self.hidden[other].add(one)
        if max(one, other) >= self.source:
            line = min(one, other)
            for node in self._across(line):
                self.hidden[line].add(node)
                self.hidden[node].add(line)

    def fix(self) -> None:
        """What is hidden by now stays so."""
        self.fixed = self._hidden_entries()

    def protect(self) -> None:
        """Hide more until every endangered cell could hold `threshold` people, then show what may be seen."""
        for cell in self.endangered:
            ways = self._widen(cell, may_hide=True)
            assert ways is not None  # noqa: S101  with everything hidden, the cell could hold enough
            self._ways[cell] = ways
        secondary = sorted(self._hidden_entries() - self.fixed, key=lambda entry: (-self._cost(entry), entry))
        for entry in secondary:
            if not self._lies_under_hidden_total(entry):
                self._try_to_show(entry)

    def _across(self, line: int) -> range:
        """The nodes of the columns that cross a row, or of the rows that cross a column."""
        return range(self.rows, self.source) if line < self.rows else range(self.rows)

    def _hidden_entries(self) -> set[Entry]:
        return {_entry(one, other) for one, near in enumerate(self.hidden) for other in near}

    def _lies_under_hidden_total(self, entry: Entry) -> bool:
        row, column = entry
        if column >= self.source:
            return False
        return self.is_hidden(row, self.source) or self.is_hidden(column, self.sink)

    def _try_to_show(self, entry: Entry) -> None:
        """Show an entry if every cell that was protected by it finds another way."""
        one, other = entry
        self.hidden[one].discard(other)
        self.hidden[other].discard(one)
        found: dict[Entry, set[Entry]] = {}
        for cell, ways in self._ways.items():
            if entry in ways:
                other_ways = self._widen(cell, may_hide=False)
                if other_ways is None:
                    self.hidden[one].add(other)
                    self.hidden[other].add(one)
                    return
                found[cell] = other_ways
        self._ways |= found

    def _widen(self, cell: Entry, *, may_hide: bool) -> set[Entry] | None:
        """The entries through which people can be shifted until `cell` holds enough, if there are any."""
        people: dict[Entry, int] = {}  # entries with other numbers than they have in truth
        lacking = self.threshold - self.counts[cell]
        while lacking > 0:
            way = self._free_way(people, cell)
            if way is None and may_hide:
                way = self._cheapest_way(people, cell)
            if way is None:
                return None
            lacking -= self._shift(people, way, lacking)
        return set(people)

    def _shift(self, people: dict[Entry, int], way: Sequence[int], most: int) -> int:
        """Move people along a closed way; returns how many."""
        steps = list(pairwise(way))
        for one, other in steps:
            if not self.is_hidden(one, other):
                self.hide(one, other)
        amount = min(most, *(self._capacity(people, one, other) for one, other in steps))
        for one, other in steps:
            entry = _entry(one, other)
            sign = -1 if self._takes(one, other) else 1
            people[entry] = people.get(entry, self.counts[entry]) + sign * amount
        return amount

    def _takes(self, one: int, other: int) -> bool:
        """Whether a step goes against the flow, from column to row or from a line out of its total."""
        if one < self.rows:
            return other == self.source
        return other < self.rows if one < self.source else one == self.sink

    def _capacity(self, people: dict[Entry, int], one: int, other: int) -> int:
        """How many people a step can shift: as many as there are, or as there is room for."""
        entry = _entry(one, other)
        count = people.get(entry, self.counts[entry])
        if self._takes(one, other):
            return count
        limit = self.limits.get(entry)
        return self.threshold if limit is None else limit - count

    def _free_way(self, people: dict[Entry, int], cell: Entry) -> list[int] | None:
        """A shortest closed way through `cell` and other hidden entries: breadth first."""
        row, column = cell
        came: dict[int, int] = {column: column}
        queue = [column]
        for node in queue:
            for near in self.hidden[node]:
                if near in came or not self._capacity(people, node, near):
                    continue
                if near == row:
                    if node == column:
                        continue  # the cell itself
                    return [*_back(came, node), row, column]
                came[near] = node
                queue.append(near)
        return None

    def _cheapest_way(self, people: dict[Entry, int], cell: Entry) -> list[int] | None:
        """As `_free_way`, through any entries, losing as little as possible of what is shown: Dijkstra."""
        row, column = cell
        came: dict[int, int] = {}
        heap = [(0, column, column)]
        while heap:
            so_far, node, before = heappop(heap)
            if node in came:
                continue
            came[node] = before
            if node == row:
                return [*_back(came, row), column]
            for near in self._neighbours(node):
                if near in came or {node, near} == {row, column}:
                    continue
                if self._capacity(people, node, near):
                    price = 0 if near in self.hidden[node] else self._cost(_entry(node, near))
                    heappush(heap, (so_far + price, near, node))
        return None

    def _neighbours(self, node: int) -> Iterable[int]:
        if node >= self.source:
            return range(self.rows) if node == self.source else range(self.rows, self.source)
        return (*self._across(node), self.source if node < self.rows else self.sink)

    def _cost(self, entry: Entry) -> int:
        """What a reader loses with an entry: its people and, for a total, the cells under it."""
        line, other = entry
        if other < self.source:
            return self.counts[entry] + self._typical
        under = (node for node in self._across(line) if node not in self.hidden[line])
        return MARGIN_WEIGHT * (self.counts[entry] + self._typical) + sum(
            self.counts[_entry(line, node)] + self._typical for node in under
        )


def _entry(one: int, other: int) -> Entry:
    return (one, other) if one < other else (other, one)


def _back(came: dict[int, int], node: int) -> list[int]:
    """The way to a node, from where the search began."""
    way = [node]
    while came[node] != node:
        node = came[node]
        way.append(node)
    way.reverse()
    return way
