"""Could a difference between groups be chance? Tests for ordered answers and for choices, from histograms.

Respondents were not drawn by lot, so a test says one thing only: how often a difference this large would come
about if the same answers were dealt to the groups at random. Small groups are dealt out indeed (a permutation
test); for large ones the known limits of the distributions serve.

Sources: Kruskal & Wallis 1952 (ranks of several groups; with two groups the same as Mann & Whitney 1947, with
the correction for ties); Pearson 1900 (chi-square), Cochran 1954 (when its limit serves); Phipson & Smyth
2010 (a permutation test never gives 0); Benjamini & Hochberg 1995 (many questions at once); Cliff 1993 with
the words of Romano et al. 2006 (size between two groups of ordered answers); Cramér 1946 with the words of
Cohen 1988 (size for choices); Leik 1966 (how divided ordered answers are). docs/adr/0017 says why these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

Histogram = Sequence[int]
Counts = NDArray[np.int64]
SMALL = 20  # from this size of its smallest group on, the limit of a distribution serves
DEALS = 4_999  # how often answers are dealt out at random
SEED = 1952
LEAST_EXPECTED, SHARE_BELOW = 1, 0.2  # Cochran: no expected count below 1, at most a fifth of them below 5
SELDOM = 5


class Size(Enum):
    """How large a difference is, in words."""

    NONE = 0
    SMALL = 1
    MEDIUM = 2
    LARGE = 3


class Chance(Enum):
    """What a p value says, in words."""

    LIKELY = "likely"  # could well be chance
    DOUBTFUL = "doubtful"  # may be chance
    UNLIKELY = "unlikely"  # hardly chance

    @classmethod
    def of(cls, p: float) -> Chance:
        """The word for a p value: below 0.05 hardly chance, below 0.1 it may be chance."""
        return cls.UNLIKELY if p < 0.05 else cls.DOUBTFUL if p < 0.1 else cls.LIKELY


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The answers of several groups compared.

    `p`: how often a difference at least this large comes about by chance. `is_dealt`: by a permutation test.
    """

    statistic: float
    p: float
    n: int
    groups: int
    is_dealt: bool


def compare_ordered(groups: Sequence[Histogram]) -> Comparison | None:
    """Do groups differ in ordered answers? Kruskal-Wallis with correction for ties, from histograms by level.

    None with fewer than two groups that answered, or where everybody gave the same answer.
    """
    return _compare(_table(groups), is_ordered=True)


def compare_choices(groups: Sequence[Histogram]) -> Comparison | None:
    """Do groups choose differently? Pearson's chi-square, from how often each group chose each option.

    Each person counts once; None as above.
    """
    return _compare(_table(groups), is_ordered=False)


def compare_several(groups: Sequence[tuple[int, Histogram]]) -> Comparison | None:
    """Do groups choose differently where several options may be chosen? (n, how often each option) each.

    Each option is compared on its own (chosen or not); the least p counts, times the number of options
    (Bonferroni), because one person's choices are not independent.
    """
    answered = [(n, counts) for n, counts in groups if n]
    columns = zip(*(counts for _n, counts in answered), strict=True) if answered else ()
    sizes = [n for n, _counts in answered]
    pairs = ([(chosen, n - chosen) for chosen, n in zip(column, sizes, strict=True)] for column in columns)
    found = [comparison for pair in pairs if (comparison := compare_choices(pair))]
    if not found:
        return None
    best = min(found, key=lambda comparison: comparison.p)
    return replace(best, p=min(1.0, best.p * len(found)))


_Rows = tuple[tuple[int, ...], ...]


def _table(groups: Sequence[Histogram]) -> _Rows:
    """Groups that answered, levels that were chosen."""
    rows = [list(group) for group in groups if sum(group)]
    used = [column for column in range(max(map(len, rows), default=0)) if any(row[column] for row in rows)]
    return tuple(tuple(row[column] for column in used) for row in rows)


@lru_cache(maxsize=4096)
def _compare(rows: _Rows, *, is_ordered: bool) -> Comparison | None:
    if len(rows) < 2 or len(rows[0]) < 2:
        return None
    table = np.array(rows, dtype=np.int64)
    measure = _kruskal_wallis if is_ordered else _chi_square
    statistic = float(measure(table[np.newaxis])[0])
    if is_ordered:
        freedom, is_dealt = len(rows) - 1, bool(table.sum(axis=1).min() < SMALL)
    else:
        freedom, is_dealt = (len(rows) - 1) * (len(rows[0]) - 1), not _allows_limit(table)
    if is_dealt:
        dealt = measure(deals(table, DEALS, seed=SEED))
        # Equal up to rounding counts as "at least as large".
        p = (1 + int((dealt >= statistic * (1 - 1e-9)).sum())) / (DEALS + 1)
    else:
        p = float(chdtrc(freedom, statistic))
    return Comparison(statistic=statistic, p=p, n=int(table.sum()), groups=len(rows), is_dealt=is_dealt)


def _kruskal_wallis(tables: Counts) -> NDArray[np.float64]:
    """H of each table (tables x groups x levels), corrected for ties."""
    levels = tables.sum(axis=1)[0].astype(float)
    n = levels.sum()
    ranks = np.cumsum(levels) - (levels - 1) / 2  # the mid-rank of each level
    sizes = tables.sum(axis=2)
    means = (tables @ ranks) / sizes
    spread = 12 / (n * (n + 1)) * (sizes * (means - (n + 1) / 2) ** 2).sum(axis=1)
    return np.asarray(spread / (1 - (levels**3 - levels).sum() / (n**3 - n)))


def _chi_square(tables: Counts) -> NDArray[np.float64]:
    """Pearson's chi-square of each table (tables x groups x options)."""
    expected = _expected(tables[0])
    return np.asarray(((tables - expected) ** 2 / expected).sum(axis=(1, 2)))


def _expected(table: Counts) -> NDArray[np.float64]:
    return np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()


def _allows_limit(table: Counts) -> bool:
    expected = _expected(table)
    return bool(expected.min() >= LEAST_EXPECTED and (expected < SELDOM).mean() <= SHARE_BELOW)


def deals(table: Counts, times: int, *, seed: int) -> Counts:
    """`times` random tables with the margins of `table`: everybody's answers dealt to the groups by lot.

    Shape: times x groups x levels. Level by level, a group draws from what the groups before it left over.
    """
    lot = np.random.default_rng(seed)
    sizes, levels = table.sum(axis=1), table.sum(axis=0)
    left = np.tile(levels, (times, 1))
    dealt = np.empty((times, *table.shape), dtype=np.int64)
    for group in range(len(sizes) - 1):
        wanted = np.full(times, sizes[group])
        others = left.sum(axis=1)
        for level in range(len(levels)):
            others = others - left[:, level]
            dealt[:, group, level] = lot.hypergeometric(left[:, level], others, wanted)
            wanted -= dealt[:, group, level]
        left -= dealt[:, group]
    dealt[:, -1] = left
    return dealt


def adjusted(ps: Sequence[float]) -> list[float]:
    """P values corrected for asking many questions at once (Benjamini & Hochberg), in the order given.

    Of the differences that then count as real at 0.05, about one in twenty is expected to be chance.
    """
    order = sorted(range(len(ps)), key=lambda place: ps[place], reverse=True)
    found, least = [0.0] * len(ps), 1.0
    for rank, place in zip(range(len(ps), 0, -1), order, strict=True):
        least = min(least, ps[place] * len(ps) / rank)
        found[place] = least
    return found


def cliffs_delta(one: Histogram, other: Histogram) -> float:
    """How often somebody of `one` answers higher than somebody of `other`, minus the opposite: -1 to 1."""
    pairs = sum(one) * sum(other)
    below = 0
    higher = lower = 0
    for mine, theirs in zip(one, other, strict=True):
        higher += mine * below
        lower += mine * (sum(other) - below - theirs)
        below += theirs
    return (higher - lower) / pairs if pairs else 0.0


def size_of_delta(delta: float) -> Size:
    """Cliff's delta in words (Romano et al. 2006: 0.147, 0.33, 0.474)."""
    return _size(abs(delta), (0.147, 0.33, 0.474))


def cramers_v(groups: Sequence[Histogram]) -> float:
    """How much the choice depends on the group: 0 (not at all) to 1 (wholly)."""
    table = np.array(_table(groups), dtype=np.int64)
    if table.ndim < 2 or min(table.shape) < 2:
        return 0.0
    chi_square = float(_chi_square(table[np.newaxis])[0])
    return float((chi_square / (table.sum() * (min(table.shape) - 1))) ** 0.5)


def size_of_v(v: float, *, least: int) -> Size:
    """Cramér's V in words (Cohen 1988: w = 0.1, 0.3, 0.5); `least`: the fewer of groups and options."""
    return _size(v * max(least - 1, 1) ** 0.5, (0.1, 0.3, 0.5))


def _size(value: float, limits: tuple[float, float, float]) -> Size:
    return Size(sum(value >= limit for limit in limits))


def dispersion(counts: Histogram) -> float:
    """How divided ordered answers are (Leik 1966): 0 if all agree, 1 if half stands at each end."""
    n, levels = sum(counts), len(counts)
    if not n or levels < 2:
        return 0.0
    below, distance = 0, 0.0
    for count in counts[:-1]:
        below += count
        share = below / n
        distance += min(share, 1 - share)
    return 2 * distance / (levels - 1)


def is_divided(counts: Histogram) -> bool:
    """Whether answers are more divided than if all levels had been chosen equally often."""
    return dispersion(counts) > dispersion([1] * len(counts)) + 1e-9
