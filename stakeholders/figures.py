"""Figures of the forum, shared by page and documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from semarang_resilience.core.figures import ACCENT, Figure, FigureTable

from .models import Sector

PEOPLE_COLOUR = "#8fb8bf"


@dataclass(frozen=True, kw_only=True)
class SectorShare:
    """How many organisations and people one sector sends into the forum."""

    sector: str
    organizations: int
    members: int

    @property
    def label(self) -> str:
        """The sector in words."""
        return str(Sector(self.sector).label)


def shares(rows: Sequence[dict[str, object]]) -> list[SectorShare]:
    """`ForumMembership.objects.composition()` as shares, in the order in which sectors are always listed."""
    order = {sector: place for place, sector in enumerate(Sector.values)}
    found = [SectorShare(**row) for row in rows]  # type: ignore[arg-type]
    return sorted(found, key=lambda share: order[share.sector])


def forum_composition(rows: Sequence[SectorShare]) -> Figure:
    """Bars of organisations and people by sector."""
    kinds = [_("Organisations"), _("People")]
    values = [
        {"sector": row.label, "kind": kind, "count": count}
        for row in rows
        for kind, count in zip(kinds, (row.organizations, row.members), strict=True)
    ]
    return Figure(
        key="forum-composition",
        title=_("Composition of the forum by sector"),
        description=_description(rows),
        spec={
            "data": {"values": values},
            "width": 300,
            "height": {"step": 14},
            "encoding": _places([row.label for row in rows], kinds),
            "layer": [
                {"mark": {"type": "bar", "cornerRadiusEnd": 2}, "encoding": {"color": _colour(kinds)}},
                {
                    "mark": {"type": "text", "align": "left", "dx": 4, "color": "#2b3a42", "fontSize": 11},
                    "encoding": {"text": {"field": "count", "type": "quantitative"}},
                },
            ],
        },
        table=FigureTable(
            headers=(_("Sector"), *kinds),
            rows=[(row.label, str(row.organizations), str(row.members)) for row in rows],
        ),
    )


def _places(labels: list[str], kinds: list[str]) -> dict[str, Any]:
    """Sectors under one another, organisations above people, whole numbers to the right."""
    axis = {"tickMinStep": 1, "format": "d"}
    return {
        "y": {"field": "sector", "type": "nominal", "sort": labels, "title": None},
        "yOffset": {"field": "kind", "type": "nominal", "sort": kinds},
        "x": {"field": "count", "type": "quantitative", "title": None, "axis": axis},
    }


def _colour(kinds: list[str]) -> dict[str, Any]:
    return {
        "field": "kind",
        "type": "nominal",
        "title": None,
        "sort": kinds,
        "scale": {"domain": kinds, "range": [ACCENT, PEOPLE_COLOUR]},
        "legend": {"orient": "top"},
    }


def _description(rows: Sequence[SectorShare]) -> str:
    """What the picture says, in one sentence."""
    if not rows:
        return _("The forum has no members yet.")
    total = sum(row.organizations for row in rows)
    largest = max(rows, key=lambda row: row.organizations)
    return ngettext(
        "%(total)s organisation; the largest sector is %(sector)s with %(count)s.",
        "%(total)s organisations; the largest sector is %(sector)s with %(count)s.",
        total,
    ) % {"total": total, "sector": largest.label, "count": largest.organizations}
