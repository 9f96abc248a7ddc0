"""The plan in numbers: how many actions of each pillar and year have which status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext as _

from semarang_resilience.core.models import Cycle

from .figures import ORDER, StatusRow
from .models import Action, ActionStatus


def by_status(actions: Iterable[Action]) -> dict[ActionStatus, int]:
    """Every status with its number of actions, zero included; what has run stands first."""
    counts = Counter(action.status for action in actions)
    return {status: counts[status] for status in ORDER}


def by_pillar(actions: Iterable[Action]) -> list[StatusRow]:
    """A row for each pillar that has actions, in order; last, those that belong to no initiative."""
    counts: dict[tuple[int, str], Counter[str]] = {}
    for action in actions:
        pillar = action.initiative.strategy.pillar if action.initiative else None
        key = (pillar.number, str(pillar)) if pillar else (1000, _("Without an initiative"))
        counts.setdefault(key, Counter())[action.status] += 1
    return [StatusRow(label=label, counts=dict(found)) for (_n, label), found in sorted(counts.items())]


def by_year(actions: Iterable[Action], cycle: Cycle) -> list[StatusRow]:
    """A row for each year of the plan in which actions start; before the launch and undated ones apart."""
    counts: dict[int, Counter[str]] = {}
    for action in actions:
        counts.setdefault(_year_key(action, cycle), Counter())[action.status] += 1
    return [StatusRow(label=_year_label(key), counts=dict(found)) for key, found in sorted(counts.items())]


UNDATED = 1000


def _year_key(action: Action, cycle: Cycle) -> int:
    if action.starts_on is None:
        return UNDATED
    return cycle.year_of(action.starts_on) or 0


def _year_label(key: int) -> str:
    if key == UNDATED:
        return _("No date yet")
    return _("Year %(year)s") % {"year": key} if key else _("Before the launch")
