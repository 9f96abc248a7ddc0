"""What of a survey's counts may be shown so that nobody can work out a small group, however they subtract.

Everything that the portal says about a survey rests on counts of people in *cells*: sector x district. Shown
are sums of cells: all, each sector, each district, single cells. A *group* is any set of cells. A group with
people in it, but fewer than the threshold, must not follow from what is shown; nor from any combination of
everything shown, all tables at once.

**One pattern for a survey.** `disclosure_of` decides from the counts of sheets what may be shown: a
`Disclosure`. Questions have counts of their own (whoever left it blank is missing), so
`Disclosure.extended` may hide more for a question, and never shows what the survey hides. Histograms,
means, "I can't judge" and blanks of a question are shown for exactly the groups of its pattern.

**Why it holds.** Every cell with fewer people than the threshold is hidden, and enough besides that *each of
them could as well hold the threshold*: there is another table with the same visible entries and without
negative counts that has so many there. Then no group that contains such a cell can be worked out or even be
bounded below the threshold, and a group that contains none of them is large or empty. The condition is also
necessary: in the graph with a node for each row and column and an edge for each hidden entry (cells directed
from row to column, totals in both directions) the sums of hidden cells that can be worked out are the
directed cuts (Kao 1996, "Data security equals graph connectivity"; Gusfield 1988, "A graph theoretic approach
to statistical data security", for single entries: bridges), and since these equations are totally unimodular,
the most that a hidden cell can hold is the size of the smallest directed cut through it.

**Several tables at once.** The counts of different questions share no equation but "judged + could not judge
+ blank = sheets", in which all terms are shown for the same groups. So nothing new follows by subtracting
tables. They share inequalities: nobody answers a question without a sheet. Where the survey shows how many
sheets there are, a question's table takes this as known. And a group of a question that has sheets but no
answers is treated as small ("nobody in A answered, all but two in B did" would say that A and B share at most
two people).

**Nobody.** A sector or district without any sheet shows 0: it says nothing about anybody who answered. An
empty cell is hidden like a small one, which costs little ("fewer than 5") and makes the table safer.

Not covered, and why: within a group that may be shown, a level may have been chosen by one person or by all,
or one may have left the question blank. That is what a histogram is for; it speaks of a group that is large
enough, and of nobody in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

from .suppression_search import Entry, Table, with_totals

Cell = tuple[str, str]  # sector, district code ("" where none was given)
Counts = Mapping[Cell, int]
_Counted = tuple[tuple[Cell, int], ...]


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """What may be shown: the total, totals of sectors and districts, cells of the cross table.

    `sectors`, `districts` and `cells` name the groups with people in them that may be shown; ask `shows`,
    which knows about empty ones, too. A cell is shown only where both its totals are.
    """

    threshold: int
    total: bool
    sectors: frozenset[str]
    districts: frozenset[str]
    cells: frozenset[Cell]
    by_group: bool = True
    counted: _Counted = field(repr=False)
    """The counts behind it, hidden ones included: for `extended`, never to be shown."""

    def shows(self, *, sector: str | None = None, district: str | None = None) -> bool:
        """Whether numbers about a group may be shown; None stands for all sectors or all districts.

        Of an empty sector or district 0 may be shown, and of its cells.
        """
        if not self.total or not (self.by_group or (sector is None and district is None)):
            return False
        is_empty = (sector is not None and sector not in self._peopled_sectors) or (
            district is not None and district not in self._peopled_districts
        )
        shows_sector = sector is None or sector in self.sectors or sector not in self._peopled_sectors
        shows_district = (
            district is None or district in self.districts or district not in self._peopled_districts
        )
        if sector is None or district is None or is_empty:
            return shows_sector and shows_district
        return (sector, district) in self.cells

    def extended(self, counts: Counts) -> Disclosure:
        """What may be shown of a question that `counts` of these people answered: the same or less."""
        return _extended(self, _counted(counts))

    def without_groups(self) -> Disclosure:
        """The total alone: while a survey is open, groups would tell a newcomer from those before."""
        none: frozenset[Any] = frozenset()
        return replace(self, sectors=none, districts=none, cells=none, by_group=False)

    @cached_property
    def _peopled_sectors(self) -> frozenset[str]:
        return frozenset(sector for (sector, _district), _count in self.counted)

    @cached_property
    def _peopled_districts(self) -> frozenset[str]:
        return frozenset(district for (_sector, district), _count in self.counted)


def disclosure_of(counts: Counts, *, threshold: int) -> Disclosure:
    """What may be shown of a survey with `counts` sheets by (sector, district code); pure, and remembered.

    With fewer sheets than the threshold nothing may be shown. 7 sectors x 20 districts take 1 to 5 ms.
    """
    return _disclosed(_counted(counts), threshold)


def _counted(counts: Counts) -> _Counted:
    return tuple(sorted((cell, count) for cell, count in counts.items() if count))


@lru_cache(maxsize=64)
def _disclosed(counted: _Counted, threshold: int) -> Disclosure:
    everything = Disclosure(
        threshold=threshold,
        total=True,
        sectors=frozenset(sector for (sector, _district), _count in counted),
        districts=frozenset(district for (_sector, district), _count in counted),
        cells=frozenset(cell for cell, _count in counted),
        counted=counted,
    )
    return _Pattern(everything, dict(counted)).disclosure()


@lru_cache(maxsize=2048)
def _extended(base: Disclosure, counted: _Counted) -> Disclosure:
    return _Pattern(base, dict(counted), sheets=dict(base.counted)).disclosure()


class _Pattern:
    """The search for what may be shown of `counts` where no more than `base` may be shown.

    `sheets` are the counts of which `base` speaks: where it shows them, no count can be larger.
    """

    def __init__(self, base: Disclosure, counts: Counts, *, sheets: Counts | None = None) -> None:
        self.base, self.counts, self.sheets = base, counts, sheets
        self.rows = sorted({sector for (sector, _district), _count in base.counted})
        self.columns = sorted({district for (_sector, district), _count in base.counted})

    def disclosure(self) -> Disclosure:
        base = self.base
        if not base.total or sum(self.counts.values()) < base.threshold:
            return replace(base.without_groups(), total=False)
        if not base.by_group:
            return base
        table = self._table()
        table.protect()
        shown = [name for entry, name in self._names().items() if not table.is_hidden(*entry)]
        return replace(
            base,
            sectors=frozenset(
                sector for sector, district in shown if sector is not None and district is None
            ),
            districts=frozenset(
                district for sector, district in shown if sector is None and district is not None
            ),
            cells=frozenset(
                (sector, district)
                for sector, district in shown
                if sector is not None and district is not None
            ),
        )

    def _names(self) -> dict[Entry, tuple[str | None, str | None]]:
        """What each entry of the table stands for: a cell, or (with None) the total of a row or column."""
        source = len(self.rows) + len(self.columns)
        columns = list(enumerate(self.columns, start=len(self.rows)))
        names: dict[Entry, tuple[str | None, str | None]] = {}
        for row, sector in enumerate(self.rows):
            names[row, source] = (sector, None)
            for column, district in columns:
                names[row, column] = (sector, district)
        return names | {(column, source + 1): (None, district) for column, district in columns}

    def _table(self) -> Table:
        """The table with everything hidden that is small, or hidden in the base."""
        base, names = self.base, self._names()
        shown = {
            entry for entry, (sector, place) in names.items() if base.shows(sector=sector, district=place)
        }
        peopled = dict(base.counted)
        limits = {} if self.sheets is None else with_totals(self._matrix(self.sheets))
        table = Table(
            self._matrix(self.counts),
            threshold=base.threshold,
            endangered=[entry for entry, name in names.items() if name in peopled],
            limits={entry: limit for entry, limit in limits.items() if entry in shown},
        )
        for entry in names:
            if entry not in shown or table.counts[entry] < base.threshold:
                table.hide(*entry)
        table.fix()
        return table

    def _matrix(self, counts: Counts) -> list[list[int]]:
        return [[counts.get((row, column), 0) for column in self.columns] for row in self.rows]
