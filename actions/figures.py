"""Figures of the action plan, shared by pages and documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from semarang_resilience.core.figures import Figure, FigureTable

from .models import ActionStatus

# Colour-blind-safe, dark to light with progress, so that they also differ in grey print.
COLOURS = {ActionStatus.DONE: "#1f7a6d", ActionStatus.ONGOING: "#4a86b8", ActionStatus.PLANNED: "#c2ccd2"}
# What has run stands first: progress reads from left to right.
ORDER = (ActionStatus.DONE, ActionStatus.ONGOING, ActionStatus.PLANNED)


@dataclass(frozen=True, kw_only=True)
class StatusRow:
    """How many actions of one group (a pillar, a year) have which status."""

    label: str
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All actions of the group."""
        return sum(self.counts.values())


def status_by_pillar(rows: Sequence[StatusRow]) -> Figure:
    """Status of the actions, pillar by pillar."""
    return _stacked(
        rows, key="status-by-pillar", title=_("Status of the actions by pillar"), first=_("Pillar")
    )


def status_by_year(rows: Sequence[StatusRow]) -> Figure:
    """Status of the actions, year by year of the plan."""
    return _stacked(
        rows, key="status-by-year", title=_("Status of the actions by year of the plan"), first=_("Year")
    )


def _stacked(rows: Sequence[StatusRow], *, key: str, title: str, first: str) -> Figure:
    labels = [str(status.label) for status in ORDER]
    return Figure(
        key=key,
        title=title,
        description=_description(rows),
        spec={
            "data": {"values": _values(rows)},
            "width": 420,
            "height": {"step": 30},
            "mark": {"type": "bar", "height": 18},
            "encoding": _encoding([row.label for row in rows], labels),
        },
        table=FigureTable(
            headers=(first, *labels, _("All")),
            rows=[
                (row.label, *(str(row.counts.get(status, 0)) for status in ORDER), str(row.total))
                for row in rows
            ],
        ),
    )


def _values(rows: Sequence[StatusRow]) -> list[dict[str, str | int]]:
    """One value for each part of a bar; empty parts are left out."""
    return [
        {"group": row.label, "status": str(status.label), "order": place, "count": count}
        for row in rows
        for place, status in enumerate(ORDER)
        if (count := row.counts.get(status, 0))
    ]


def _encoding(groups: list[str], labels: list[str]) -> dict[str, Any]:
    """Groups under one another, statuses along the bar, always in the same order and colours."""
    colours = {"domain": labels, "range": [COLOURS[status] for status in ORDER]}
    return {
        "y": {
            "field": "group",
            "type": "nominal",
            "sort": groups,
            "title": None,
            "axis": {"labelLimit": 300},
        },
        "x": {
            "field": "count",
            "type": "quantitative",
            "stack": "zero",
            "title": None,
            "axis": {"tickMinStep": 1, "format": "d"},
        },
        "order": {"field": "order", "type": "quantitative"},
        "color": {
            "field": "status",
            "type": "nominal",
            "title": None,
            "scale": colours,
            "legend": {"orient": "top"},
        },
    }


def _description(rows: Sequence[StatusRow]) -> str:
    """What the picture says, in one sentence."""
    total = sum(row.total for row in rows)
    count = {status: sum(row.counts.get(status, 0) for row in rows) for status in ORDER}
    return ngettext(
        "%(total)s action: %(done)s done, %(ongoing)s ongoing, %(planned)s planned.",
        "%(total)s actions: %(done)s done, %(ongoing)s ongoing, %(planned)s planned.",
        total,
    ) % {
        "total": total,
        "done": count[ActionStatus.DONE],
        "ongoing": count[ActionStatus.ONGOING],
        "planned": count[ActionStatus.PLANNED],
    }
