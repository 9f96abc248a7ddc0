"""Coefficients of agreement against published examples and against the definitions, reckoned another way."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.agreement import cohen_kappa, krippendorff_alpha

PAIRS = st.lists(st.tuples(st.booleans(), st.booleans()), max_size=30)
UNITS = st.lists(st.lists(st.sampled_from("abc"), max_size=4), max_size=12)


def test_kappa_of_a_textbook_example() -> None:
    """Two people judge 50 proposals: both yes 20, both no 15, 5 and 10 apart: kappa 0.40."""
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert cohen_kappa(pairs) == pytest.approx(0.4)


def test_alpha_of_krippendorffs_own_example() -> None:
    """Section C of the source: four observers, twelve units, missing values; nominal alpha 0.743."""
    observers = [
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    ]
    columns = zip(*(line.split() for line in observers), strict=True)
    units = [[value for value in column if value != "."] for column in columns]
    assert krippendorff_alpha(units) == pytest.approx(0.743, abs=0.0005)


def test_alpha_of_two_observers_and_two_values() -> None:
    """Section A of the source: ten units, alpha 0.095."""
    first, second = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert krippendorff_alpha(list(zip(first, second, strict=True))) == pytest.approx(0.095, abs=0.0005)


def brute_kappa(pairs: Sequence[tuple[bool, bool]]) -> Fraction | None:
    """Observed agreement against that of all pairs of decisions drawn from the two lists."""
    n = len(pairs)
    if not n:
        return None
    observed = Fraction(sum(a == b for a, b in pairs), n)
    expected = Fraction(sum(a == b for a, _ in pairs for _, b in pairs), n * n)
    return None if expected == 1 else (observed - expected) / (1 - expected)


def brute_alpha(units: Sequence[Sequence[str]]) -> Fraction | None:
    """By the matrix of coincidences, pair by pair."""
    coded = [unit for unit in units if len(unit) > 1]
    values = [value for unit in coded for value in unit]
    n = len(values)
    different = sum(a != b for a, b in permutations(values, 2))
    if not different:
        return None
    observed = sum(Fraction(sum(a != b for a, b in permutations(unit, 2)), len(unit) - 1) for unit in coded)
    return 1 - observed * (n - 1) / different


@given(PAIRS)
def test_kappa_is_what_the_definition_says(pairs: list[tuple[bool, bool]]) -> None:
    found, expected = cohen_kappa(pairs), brute_kappa(pairs)
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert found == pytest.approx(float(expected))
        assert found <= 1
        assert found == pytest.approx(cohen_kappa([(b, a) for a, b in pairs]))


@given(UNITS)
def test_alpha_is_what_the_definition_says(units: list[list[str]]) -> None:
    found, expected = krippendorff_alpha(units), brute_alpha(units)
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert found == pytest.approx(float(expected))


@pytest.mark.parametrize("units", [[], [["a"]], [["a", "a"], ["a", "a"]]])
def test_nothing_to_compare_is_no_number(units: list[list[str]]) -> None:
    assert krippendorff_alpha(units) is None


@pytest.mark.parametrize("pairs", [[], [(True, True)] * 3])
def test_kappa_of_nothing_is_no_number(pairs: list[tuple[bool, bool]]) -> None:
    assert cohen_kappa(pairs) is None
