"""Tests between groups agree with scipy, with brute force over all deals, and with hand-made cases."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from assessment import statistics
from assessment.statistics import (
    Chance,
    Size,
    adjusted,
    cliffs_delta,
    compare_choices,
    compare_ordered,
    compare_several,
    cramers_v,
    deals,
    dispersion,
    is_divided,
    size_of_delta,
    size_of_v,
)


def table(groups: int, levels: int, most: int) -> st.SearchStrategy[list[list[int]]]:
    row = st.lists(st.integers(0, most), min_size=levels, max_size=levels)
    return st.lists(row, min_size=2, max_size=groups)


def raw(histogram: list[int]) -> list[int]:
    return [level for level, count in enumerate(histogram, start=1) for _ in range(count)]


def usable(rows: list[list[int]]) -> list[list[int]]:
    rows = [row for row in rows if sum(row)]
    assume(len(rows) >= 2)
    assume(sum(1 for column in zip(*rows, strict=True) if any(column)) >= 2)
    return rows


@given(table(5, 5, 40))
def test_kruskal_wallis_is_scipy_s(rows: list[list[int]]) -> None:
    rows = usable(rows)
    found = compare_ordered(rows)
    expected = stats.kruskal(*map(raw, rows))
    assert found is not None
    assert found.statistic == pytest.approx(expected.statistic, abs=1e-9)
    if not found.is_dealt:
        # Of groups that are alike scipy's H may be -1e-15, whose p is NaN; ours is a sum of squares.
        alike = expected.statistic < 0
        assert found.p == pytest.approx(1.0 if alike else expected.pvalue)


@given(table(2, 5, 40))
def test_with_two_groups_it_is_mann_whitney(rows: list[list[int]]) -> None:
    rows = usable(rows)
    assume(min(map(sum, rows)) >= statistics.SMALL)
    found = compare_ordered(rows)
    expected = stats.mannwhitneyu(*map(raw, rows), use_continuity=False, method="asymptotic")
    assert found is not None
    assert found.p == pytest.approx(expected.pvalue)


@given(table(4, 5, 60))
def test_chi_square_and_v_are_scipy_s(rows: list[list[int]]) -> None:
    rows = usable(rows)
    used = [list(row) for row in zip(*(c for c in zip(*rows, strict=True) if any(c)), strict=True)]
    expected = stats.chi2_contingency(used, correction=False)
    found = compare_choices(rows)
    assert found is not None
    assert found.statistic == pytest.approx(expected.statistic)
    if not found.is_dealt:
        assert found.p == pytest.approx(expected.pvalue)
        assert expected.expected_freq.min() >= 1
    assert cramers_v(rows) == pytest.approx(stats.contingency.association(np.array(used)))


def every_deal(one: list[int], other: list[int]) -> Any:
    """All ways to deal the answers of two groups: (histogram, histogram) with equal chance."""
    pool = raw(one) + raw(other)
    for chosen in combinations(range(len(pool)), sum(one)):
        mine = [0] * len(one)
        for place in chosen:
            mine[pool[place] - 1] += 1
        yield mine, [a + b - c for a, b, c in zip(one, other, mine, strict=True)]


PAIRS = [([5, 1, 0], [1, 2, 4]), ([3, 2, 1], [1, 2, 3]), ([4, 2, 0], [0, 2, 4]), ([2, 3, 1], [2, 1, 3])]


@pytest.mark.parametrize(("one", "other"), PAIRS)
@pytest.mark.parametrize("compare", [compare_ordered, compare_choices])
def test_a_small_sample_is_dealt_out_and_agrees_with_all_deals(
    compare: Any, one: list[int], other: list[int]
) -> None:
    found = compare([one, other])
    assert found is not None
    assert found.is_dealt
    measure = statistics._kruskal_wallis if compare is compare_ordered else statistics._chi_square
    worths = [float(measure(np.array([[a, b]]))[0]) for a, b in every_deal(one, other)]
    exact = sum(worth >= found.statistic * (1 - 1e-9) for worth in worths) / len(worths)
    assert found.p == pytest.approx(exact, abs=4 * (exact * (1 - exact) / statistics.DEALS) ** 0.5 + 0.001)


@settings(max_examples=30)
@given(table(5, 5, 12))
def test_dealing_keeps_the_margins_and_deals_like_the_lot(rows: list[list[int]]) -> None:
    rows = usable(rows)
    found = deals(np.array(rows), 2000, seed=1)
    assert (found >= 0).all()
    assert (found.sum(axis=2) == np.array(rows).sum(axis=1)).all()
    assert (found.sum(axis=1) == np.array(rows).sum(axis=0)).all()
    expected = np.outer(np.sum(rows, axis=1), np.sum(rows, axis=0)) / np.sum(rows)
    spread = np.sqrt(expected / 2000) * 5 + 0.05
    assert (np.abs(found.mean(axis=0) - expected) <= spread).all()


def test_the_same_data_give_the_same_answer() -> None:
    rows = [[3, 2, 1], [1, 2, 3], [0, 1, 6]]
    first = compare_ordered(rows)
    statistics._compare.cache_clear()
    assert compare_ordered(rows) == first


@pytest.mark.parametrize("rows", [[], [[3, 2]], [[0, 0], [3, 1]], [[4, 0], [7, 0]]])
def test_nothing_is_compared_where_there_is_nothing_to_compare(rows: list[list[int]]) -> None:
    assert compare_ordered(rows) is None
    assert compare_choices(rows) is None


def test_chance_alone_is_called_chance_about_as_often_as_it_says() -> None:
    """Both groups drawn from the same answers: p below 0.05 in about a twentieth of all tries."""
    lot = np.random.default_rng(7)
    hits = 0
    for _ in range(300):
        rows = [list(lot.multinomial(9, [0.5, 0.3, 0.2])) for _ in range(3)]
        found = compare_ordered(rows)
        hits += found is not None and found.p < 0.05
    assert hits <= 27  # 15 expected; more than 27 in one of 500 runs


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_many_questions_are_corrected_as_scipy_does(ps: list[float]) -> None:
    assert adjusted(ps) == pytest.approx(list(stats.false_discovery_control(ps)))


@given(*[st.lists(st.integers(0, 8), min_size=4, max_size=4)] * 2)
def test_cliff_s_delta_counts_pairs(one: list[int], other: list[int]) -> None:
    assume(sum(one) and sum(other))
    pairs = [(a > b) - (a < b) for a in raw(one) for b in raw(other)]
    assert cliffs_delta(one, other) == pytest.approx(sum(pairs) / len(pairs))


def test_sizes_have_words() -> None:
    assert [size_of_delta(delta) for delta in (0.1, -0.2, 0.4, -0.6)] == list(Size)
    assert size_of_v(0.3, least=2) is Size.MEDIUM
    assert size_of_v(0.3, least=4) is Size.LARGE
    assert [Chance.of(p) for p in (0.01, 0.07, 0.5)] == [Chance.UNLIKELY, Chance.DOUBTFUL, Chance.LIKELY]


def test_several_choices_count_the_most_different_one_with_a_correction() -> None:
    groups = [(40, (30, 20, 5)), (40, (10, 20, 6))]
    found = compare_several(groups)
    alone = compare_choices([(30, 10), (10, 30)])
    assert found is not None
    assert alone is not None
    assert found.p == pytest.approx(3 * alone.p)
    assert compare_several([]) is None


def test_leik_s_dispersion_at_its_corners() -> None:
    assert dispersion([9, 0, 0]) == 0
    assert dispersion([5, 0, 5]) == 1
    assert dispersion([3, 3, 3]) == pytest.approx(2 / 3)
    assert dispersion([]) == 0
    assert is_divided([6, 2, 6])
    assert not is_divided([5, 5, 5])
    assert not is_divided([2, 9, 2])


@pytest.mark.parametrize("groups", [2, 5])
def test_groups_that_are_alike_have_nothing_to_tell(groups: int) -> None:
    found = compare_ordered([[23, 29, 18, 18]] * groups)
    assert found is not None
    assert (found.statistic, found.p) == (pytest.approx(0, abs=1e-9), pytest.approx(1))
