"""Hiding small groups, together with whatever would let somebody work them out by subtraction."""

from collections.abc import Mapping


def hidden_groups(counts: Mapping[str, int], *, threshold: int) -> frozenset[str]:
    """The groups that must not be shown, given how many answered in each.

    Groups below `threshold` are hidden. As the total is public, the hidden ones must also be at least two and
    together reach the threshold, so the next smallest is hidden with them until they do. Empty groups hide
    nobody and stay.
    """
    smallest_first = sorted(
        (name for name, n in counts.items() if n > 0), key=lambda name: (counts[name], name)
    )
    hidden = [name for name in smallest_first if counts[name] < threshold]
    if not hidden:
        return frozenset()
    for name in smallest_first[len(hidden) :]:
        if len(hidden) >= 2 and sum(counts[each] for each in hidden) >= threshold:
            break
        hidden.append(name)
    return frozenset(hidden)
