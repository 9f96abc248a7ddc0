"""Figures of the forum, shared by page and documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from semarang_resilience.core.figures import ACCENT, Figure, FigureTable

from .composition import Group, MatrixRow, groups_of, names_of, seats
from .models import ForumMembership, Sector, TargetDimension

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


# -- one dimension, with its targets -----------------------------------------------------------------------
TARGET_COLOUR = "#b3432b"
TITLES: dict[str, str | Promise] = {
    TargetDimension.SECTOR: gettext_lazy("Members by sector"),
    TargetDimension.LEVEL: gettext_lazy("Members by level"),
    TargetDimension.DISTRICT: gettext_lazy("Members by district of the organisation"),
    TargetDimension.GENDER: gettext_lazy("Members by gender, where given"),
    TargetDimension.EXPERTISE: gettext_lazy("Members by field of expertise"),
}


def level_bars(members: QuerySet[ForumMembership]) -> Figure | None:
    """The level on which the organisations of members work, for everybody: without targets, one query."""
    found = seats(members)
    groups = groups_of(found, TargetDimension.LEVEL, names_of(TargetDimension.LEVEL, ()))
    return group_bars(TargetDimension.LEVEL, groups) if found else None


def group_bars(dimension: str, groups: Sequence[Group]) -> Figure:
    """Bars of the members of each group; a line marks the target where there is one."""
    # Of many districts only those that say something are drawn; the table beside has them all.
    shown = [each for each in groups if dimension != TargetDimension.DISTRICT or each.members or each.wanted]
    values = [{"group": each.label, "members": each.members, "wanted": each.wanted or None} for each in shown]
    has_targets = any(each.wanted for each in groups)
    headers = [_("Group"), _("Members"), _("Organisations"), *([_("Wanted")] if has_targets else [])]
    return Figure(
        key=f"forum-{dimension}",
        title=str(TITLES[dimension]),
        description=_said_of(groups),
        spec={
            "data": {"values": values},
            "width": 300,
            "height": {"step": 22},
            "encoding": {
                "y": {
                    "field": "group",
                    "type": "nominal",
                    "sort": [each.label for each in shown],
                    "title": None,
                    "axis": {"labelLimit": 200},
                },
            },
            "layer": _bars(has_targets, most=max((max(row.members, row.wanted) for row in shown), default=0)),
        },
        table=FigureTable(
            headers=headers,
            rows=[
                (
                    each.label,
                    str(each.members),
                    str(each.organizations),
                    *([str(each.wanted or "–")] if has_targets else []),
                )
                for each in groups
            ],
        ),
        note=_("The line marks how many members the office wants.") if has_targets else "",
    )


def _bars(has_targets: bool, *, most: int) -> list[dict[str, Any]]:
    axis: dict[str, Any] = {"tickMinStep": 1, "format": "d"}
    if most <= 5:  # else half steps would be written as the same whole number twice
        axis["values"] = list(range(most + 1))
    x = {"field": "members", "type": "quantitative", "title": None, "axis": axis}
    layers: list[dict[str, Any]] = [
        {"mark": {"type": "bar", "cornerRadiusEnd": 2, "color": ACCENT, "height": 14}, "encoding": {"x": x}},
        {
            "mark": {"type": "text", "align": "left", "dx": 5, "color": "#2b3a42", "fontSize": 11},
            "encoding": {"x": x, "text": {"field": "members", "type": "quantitative"}},
        },
    ]
    if has_targets:
        layers.append(
            {
                "transform": [{"filter": "isValid(datum.wanted)"}],
                "mark": {"type": "tick", "color": TARGET_COLOUR, "thickness": 3, "size": 18},
                "encoding": {"x": {"field": "wanted", "type": "quantitative"}},
            }
        )
    return layers


def _said_of(groups: Sequence[Group]) -> str:
    """The largest group, and which have nobody, in words."""
    filled = [each for each in groups if each.members]
    if not filled:
        return _("Nothing is known about it yet.")
    largest = max(filled, key=lambda each: each.members)
    words = _("The largest group is %(group)s with %(count)s.") % {
        "group": largest.label,
        "count": largest.members,
    }
    empty = [each.label for each in groups if not each.members]
    if empty and len(empty) <= 4:
        words += " " + _("Nobody: %(groups)s.") % {"groups": ", ".join(empty)}
    return words


def expertise_matrix(rows: Sequence[MatrixRow]) -> Figure:
    """Fields of expertise by sector: how many members of a sector know a field; empty cells stay pale."""
    sectors = [str(sector.label) for sector in Sector]
    values = [
        {
            "field": _field_label(row),
            "sector": sector,
            "members": cell.members,
            "lacks": cell.members < cell.wanted,
        }
        for row in rows
        for sector, cell in zip(sectors, row.cells, strict=True)
    ]
    empty = sum(cell.members == 0 for row in rows for cell in row.cells)
    return Figure(
        key="forum-expertise",
        title=_("Who knows what: members by field of expertise and sector"),
        description=_("In %(empty)s of %(all)s pairs of field and sector nobody is a member.")
        % {"empty": empty, "all": len(values)},
        spec={
            "data": {"values": values},
            "width": {"step": 62},
            "height": {"step": 26},
            "encoding": _matrix_places([_field_label(row) for row in rows], sectors),
            "layer": _cells(),
        },
        table=FigureTable(
            headers=(_("Field of expertise"), *sectors, _("Members")),
            rows=[
                (_field_label(row), *(str(cell.members) for cell in row.cells), str(row.total))
                for row in rows
            ],
        ),
        note=_("A frame marks a pair in which the office wants more members than there are."),
    )


def _matrix_places(fields: list[str], sectors: list[str]) -> dict[str, Any]:
    """Fields under one another, sectors side by side with slanted names above."""
    return {
        "y": {
            "field": "field",
            "type": "nominal",
            "sort": fields,
            "title": None,
            "axis": {"labelLimit": 260},
        },
        "x": {
            "field": "sector",
            "type": "nominal",
            "sort": sectors,
            "title": None,
            "axis": {"orient": "top", "labelAngle": -35, "labelLimit": 160},
        },
    }


def _field_label(row: MatrixRow) -> str:
    return f"{row.field.code}. {row.field.short_name}"


def _cells() -> list[dict[str, Any]]:
    dark = {"condition": {"test": "datum.members > 2", "value": "#ffffff"}, "value": "#2b3a42"}
    shade = {"range": ["#eef2f3", ACCENT], "domain": [0, 4], "clamp": True}
    return [
        {
            "mark": {"type": "rect", "stroke": "#ffffff", "strokeWidth": 2},
            "encoding": {
                "color": {"field": "members", "type": "quantitative", "legend": None, "scale": shade}
            },
        },
        {
            "mark": {"type": "text", "fontSize": 11},
            "encoding": {"text": {"field": "members", "type": "quantitative"}, "color": dark},
        },
        {  # above its neighbours, so that the frame is whole
            "transform": [{"filter": "datum.lacks"}],
            "mark": {"type": "rect", "filled": False, "stroke": TARGET_COLOUR, "strokeWidth": 2.5},
        },
    ]
