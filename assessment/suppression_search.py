"""Searching the entries of a two-way table that must be hidden besides the small ones.

The table is a flow: it leaves a source, passes through rows (their totals), cells and columns (their totals)
and ends in a sink. Whoever knows the visible entries can shift people along any closed way through hidden
ones; a hidden cell may hold as many as can be shifted into it. Here each endangered cell gets ways enough to
hold `threshold` people; where hidden entries do not offer them, the cheapest visible ones are hidden as well
(the shortest-path heuristic of Cox 1980 and of the U.S. Census Bureau, see Massell 2001), and what turned
out to be superfluous is shown again. See `suppression.py` for why this suffices.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush

Matrix = list[list[int]]
Cell = tuple[int, int]
Arc = tuple[int, int]  # from node to node; nodes: rows, then columns, then source and sink
MARGIN_WEIGHT = 4  # what a total is worth, compared with a cell of the same size


class Table:
    """Counts of a table with nothing empty in its margins, and what of it is hidden.

    An entry is a pair of nodes: (row, column), (row, source) for a row's total, (column, sink) for a column's.
    """

    def __init__(self, counts: Matrix, *, threshold: int, endangered: Iterable[Cell]) -> None:
        self.counts, self.threshold = counts, threshold
        self.rows, self.columns = len(counts), len(counts[0])
        self.source, self.sink = self.rows + self.columns, self.rows + self.columns + 1
        self.endangered = sorted(endangered, key=lambda cell: (counts[cell[0]][cell[1]], cell))
        self.hidden: list[set[int]] = [set() for _ in range(self.sink + 1)]  # neighbours by hidden entries
        self.fixed: set[Arc] = set()
        self._sums = [sum(row) for row in counts] + [sum(column) for column in zip(*counts, strict=True)]
        self._ways: dict[Cell, set[Arc]] = {}
        total = sum(self._sums[: self.rows])
        self._typical = total // (self.rows * self.columns) + 1

    def entry(self, one: int, other: int) -> Arc:
        """The entry between two nodes, by its lower and its higher node."""
        return (one, other) if one < other else (other, one)

    def is_hidden(self, one: int, other: int) -> bool:
        """Whether the entry between two nodes is hidden."""
        return other in self.hidden[one]

    def hide(self, one: int, other: int) -> None:
        """Hide an entry; with a total go all cells under it, which would be of no use alone."""
        self.hidden[one].add(other)
        self.hidden[other].add(one)
        if max(one, other) >= self.source:
            line = min(one, other)
            across = range(self.rows, self.source) if line < self.rows else range(self.rows)
            for node in across:
                self.hidden[line].add(node)
                self.hidden[node].add(line)

    def _show(self, one: int, other: int) -> None:
        self.hidden[one].discard(other)
        self.hidden[other].discard(one)

    def fix(self) -> None:
        """What is hidden by now stays so."""
        self.fixed = {self.entry(one, other) for one, near in enumerate(self.hidden) for other in near}

    def protect(self) -> None:
        """Hide more until every endangered cell could hold `threshold` people, then show what may be seen."""
        for cell in reversed(self.endangered):
            ways = self._widen(cell, may_hide=True)
            assert ways is not None  # noqa: S101  with everything hidden, the cell could hold all people
            self._ways[cell] = ways
        for one, other in sorted(self._secondary(), key=lambda entry: (-self._cost(*entry), entry)):
            if not self._lies_under_hidden_total(one, other):
                self._try_to_show(one, other)

    def _secondary(self) -> set[Arc]:
        now = {self.entry(one, other) for one, near in enumerate(self.hidden) for other in near}
        return now - self.fixed

    def _lies_under_hidden_total(self, one: int, other: int) -> bool:
        if max(one, other) >= self.source:
            return False
        return self.is_hidden(one, self.source) or self.is_hidden(other, self.sink)

    def _try_to_show(self, one: int, other: int) -> None:
        """Show an entry if every cell that was protected by it finds another way."""
        self._show(one, other)
        found: dict[Cell, set[Arc]] = {}
        for cell, ways in self._ways.items():
            if (one, other) in ways:
                other_ways = self._widen(cell, may_hide=False)
                if other_ways is None:
                    self.hidden[one].add(other)
                    self.hidden[other].add(one)
                    return
                found[cell] = other_ways
        self._ways |= found

    def _widen(self, cell: Cell, *, may_hide: bool) -> set[Arc] | None:
        """The entries through which people can be shifted until `cell` holds enough; None if there are none."""
        row, column = cell[0], self.rows + cell[1]
        people = [list(line) for line in self.counts]
        lacking = self.threshold - people[row][cell[1]]
        used: set[Arc] = set()
        while lacking > 0:
            way = self._free_way(people, row, column)
            if way is None and may_hide:
                way = self._cheapest_way(people, row, column)
            if way is None:
                return None
            lacking -= self._shift(people, cell, way, lacking, used)
        return used

    def _shift(self, people: Matrix, cell: Cell, way: Sequence[int], most: int, used: set[Arc]) -> int:
        """Move people along a way that leads from the cell's column to its row; returns how many."""
        taken, given = [], [cell]
        for one, other in zip(way, way[1:], strict=False):
            used.add(self.entry(one, other))
            if not self.is_hidden(one, other):
                self.hide(one, other)
            if self.rows <= one < self.source and other < self.rows:
                taken.append((other, one - self.rows))
            elif one < self.rows and self.rows <= other < self.source:
                given.append((one, other - self.rows))
        amount = min(most, *(people[row][column] for row, column in taken))
        for row, column in taken:
            people[row][column] -= amount
        for row, column in given:
            people[row][column] += amount
        return amount

    def _free_way(self, people: Matrix, row: int, column: int) -> list[int] | None:
        """A shortest way from column to row through hidden entries: breadth first.

        People leave a column through a cell that has some, or through its hidden total.
        """
        came: dict[int, int] = {column: column}
        queue = [column]
        rows, source, hidden = self.rows, self.source, self.hidden
        for node in queue:
            takes = rows <= node < source
            for near in hidden[node]:
                if near in came or (takes and near < rows and not people[near][node - rows]):
                    continue
                if near == row:
                    if node == column:
                        continue  # the cell itself
                    return _back(came, node, near)
                came[near] = node
                queue.append(near)
        return None

    def _cheapest_way(self, people: Matrix, row: int, column: int) -> list[int] | None:
        """As `_free_way`, through any entries, losing as little as possible of what is shown: Dijkstra."""
        came: dict[int, int] = {}
        heap = [(0, column, column)]
        while heap:
            so_far, node, before = heappop(heap)
            if node in came:
                continue
            came[node] = before
            if node == row:
                return _back(came, before, node)
            takes = self.rows <= node < self.source
            for near in self._neighbours(node):
                if near in came or (takes and near < self.rows and not people[near][node - self.rows]):
                    continue
                if node == column and near == row:
                    continue
                price = 0 if near in self.hidden[node] else self._cost(*self.entry(node, near))
                heappush(heap, (so_far + price, near, node))
        return None

    def _neighbours(self, node: int) -> Iterable[int]:
        if node < self.rows:
            return (*range(self.rows, self.source), self.source)
        if node < self.source:
            return (*range(self.rows), self.sink)
        return range(self.rows) if node == self.source else range(self.rows, self.source)

    def _cost(self, low: int, high: int) -> int:
        """What a reader loses with an entry: its people and, for a total, the cells under it."""
        if high < self.source:
            return self.counts[low][high - self.rows] + self._typical
        across = range(self.rows, self.source) if low < self.rows else range(self.rows)
        under = sum(self._cost(*self.entry(low, node)) for node in across if node not in self.hidden[low])
        return MARGIN_WEIGHT * (self._sums[low] + self._typical) + under


def _back(came: dict[int, int], node: int, last: int) -> list[int]:
    way = [last, node]
    while came[node] != node:
        node = came[node]
        way.append(node)
    way.reverse()
    return way
