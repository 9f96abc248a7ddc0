"""How far people who coded the same answers agree, beyond what chance alone would bring about.

For two coders Cohen's kappa, for more Krippendorff's alpha for nominal data; each theme is a yes-or-no
decision about an answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence


def cohen_kappa(pairs: Iterable[tuple[Hashable, Hashable]]) -> float | None:
    """Cohen's kappa of two coders: `pairs` holds the decision of each about every unit that both coded.

    (p_o - p_e) / (1 - p_e) with p_o the share of units on which they agree and p_e the agreement that two
    people who decide independently with these frequencies would reach. 1 is full agreement, 0 is chance,
    below 0 is worse. None where it is not defined: no units, or both gave one and the same answer throughout.

    Source: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological
    Measurement 20 (1960), 37-46.
    """
    seen = Counter(pairs)
    n = seen.total()
    if not n:
        return None
    first: Counter[Hashable] = Counter()
    second: Counter[Hashable] = Counter()
    for (a, b), count in seen.items():
        first[a] += count
        second[b] += count
    # In whole numbers, so that perfect and chance agreement come out exactly.
    agreed = sum(count for (a, b), count in seen.items() if a == b) * n
    expected = sum(count * second[code] for code, count in first.items())
    return None if expected == n * n else (agreed - expected) / (n * n - expected)


def krippendorff_alpha(units: Iterable[Sequence[Hashable]]) -> float | None:
    """Krippendorff's alpha for nominal data: `units` holds the decisions about each unit, any number of them.

    1 - D_o / D_e, the disagreement observed within units over the one expected between all decisions.
    Units with fewer than two decisions count for nothing. 1 is full agreement, 0 is chance. None where it is
    not defined: nothing to compare, or one and the same decision throughout.

    Source: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), University of Pennsylvania,
    section C; there the example of the tests.
    """
    totals: Counter[Hashable] = Counter()
    observed = 0.0
    for unit in units:
        if len(unit) < 2:
            continue
        counts = Counter(unit)
        totals += counts
        same = sum(count * count for count in counts.values())
        observed += (len(unit) ** 2 - same) / (len(unit) - 1)
    n = totals.total()
    different = n * n - sum(count * count for count in totals.values())
    if n < 2 or not different:
        return None
    return 1 - observed * (n - 1) / different
