"""One question by district: small multiples with the sectors in each, and a map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from assessment.results import level_of
from assessment.results.crosstab import Crosstab, GroupValue
from semarang_resilience.core.figures import ACCENT, UNKNOWN, Figure, FigureTable
from semarang_resilience.core.templatetags.formats import DASH, number

from .canvas import LINE, SOFT, WIDTH, Canvas, fit
from .map import INK_ON, STEPS, centre_of, map_spec, thinned
from .words import LEVEL_COLORS, ON_LEVEL, color_of, mean_words, share_words

PANEL, GAP, HEAD, LINE_HEIGHT = 156, 16, 18, 14
TRACK = 18, 120  # from, to: where in a panel the scale runs
DRIVER_TOP = 3


def value_words(value: float | None, top: int) -> str:
    """A mean with one decimal, or a share in per cent."""
    return mean_words(value) if top else (DASH if value is None else share_words(value))


def by_district_and_sector(table: Crosstab, *, title: str = "", permalink: str = "") -> Figure:
    """A panel for each district: a dot for all and for each sector that may be shown there."""
    shown = _shown_sectors(table)
    panels = [
        (district, row)
        for district, row in zip(table.districts, table.cells, strict=True)
        if district.value is not None
    ]
    legend = _legend_lines(table, shown)
    top = 20 + len(legend) * 15
    height = HEAD + (1 + len(shown)) * LINE_HEIGHT + 12
    lines = (len(panels) + 1) // 2
    canvas = Canvas(height=max(top + lines * height, 1))
    canvas.lines(0, 8, legend, size=11, color=SOFT)
    for place, (district, row) in enumerate(panels):
        x = (place % 2) * (PANEL + GAP)
        values = [district, *(row[column] for column in shown)]
        _panel(canvas, x, top + place // 2 * height, values, table, shown)
    return Figure(
        key=f"{table.key}-by-district",
        title=title or _("By sector and district"),
        description=_describe(table),
        spec=canvas.spec(),
        table=_table(table),
        note=_(
            "● is everybody in the district, the numbers are sectors; the grey line is the mean of all. A "
            "dash means hidden: a small group, or one from which a small group could be worked out."
        ),
        permalink=permalink,
    )


def _shown_sectors(table: Crosstab) -> list[int]:
    """The places of the sectors that may be shown in at least one district."""
    places = range(len(table.sectors))
    return [place for place in places if any(row[place].value is not None for row in table.cells)]


def _legend_lines(table: Crosstab, shown: list[int]) -> list[str]:
    words = " · ".join(f"{place + 1} {table.sectors[place].label}" for place in shown)
    return fit(words, WIDTH, size=11, lines=4) if words else []


def _panel(
    canvas: Canvas, x: float, y: float, values: list[GroupValue], table: Crosstab, shown: list[int]
) -> None:
    district = values[0]
    canvas.text(x, y + 6, fit(district.label or _("not given"), PANEL - 50, size=11)[0], size=11, bold=True)
    canvas.text(x + PANEL, y + 6, f"n = {number(district.n)}", size=10, align="right", color=SOFT)
    start, end = TRACK
    bottom = y + HEAD + len(values) * LINE_HEIGHT - 2
    if table.total.value is not None:
        middle = x + _at(table.total.value, table.top)
        canvas.rule(middle, y + HEAD - 3, middle, bottom, color="#9aa7ad", width=1.2)
    for line, value in enumerate(values):
        at = y + HEAD + line * LINE_HEIGHT + 3
        label = "●" if not line else str(shown[line - 1] + 1)
        canvas.text(x, at, label, size=10, color=SOFT)
        canvas.rule(x + start, at, x + end, at, color=LINE)
        canvas.text(x + PANEL, at, value_words(value.value, table.top), size=10, align="right", bold=not line)
        if value.value is not None:
            fill = color_of(level_of(value.value)) if table.top == DRIVER_TOP else ACCENT
            size = 90 if not line else 55
            canvas.dot(x + _at(value.value, table.top), at, size=size, fill=fill)


def _at(value: float, top: int) -> float:
    start, end = TRACK
    return start + (end - start) * ((value - 1) / (top - 1) if top else value)


def _describe(table: Crosstab) -> str:
    known = [one for one in table.districts if one.code and one.value is not None and one.n]
    if len(known) < 2:
        return _("Too few people answered in each district to compare them.")
    high = max(known, key=lambda one: one.value or 0)
    low = min(known, key=lambda one: one.value or 0)
    words = _(
        "Highest in %(high)s (%(high_value)s, n = %(high_n)s), lowest in %(low)s (%(low_value)s, "
        "n = %(low_n)s)."
    )
    return words % {
        "high": high.label,
        "high_value": value_words(high.value, table.top),
        "high_n": number(high.n),
        "low": low.label,
        "low_value": value_words(low.value, table.top),
        "low_n": number(low.n),
    }


def _table(table: Crosstab) -> FigureTable:
    def cell(value: GroupValue) -> str:
        if value.n is None:
            return _("hidden")
        return f"{value_words(value.value, table.top)} (n = {number(value.n)})" if value.n else DASH

    rows = [
        [district.label or _("not given"), cell(district), *map(cell, row)]
        for district, row in zip(table.districts, table.cells, strict=True)
    ]
    total = [_("All districts"), cell(table.total), *map(cell, table.sectors)]
    headers = [_("District"), _("All sectors"), *(sector.label for sector in table.sectors)]
    return FigureTable(headers=headers, rows=[total, *rows])


def map_of_values(table: Crosstab, geometries: Mapping[str, Any], *, permalink: str = "") -> Figure:
    """Districts shaded by their mean (or share); `geometries` are GeoJSON geometries by district code."""
    drawn = [one for one in table.districts if one.code and geometries.get(one.code)]
    shapes = [
        {
            "type": "Feature",
            "geometry": thinned(geometries[one.code]),
            "properties": {"fill": _fill(one, table.top)[0]},
        }
        for one in drawn
    ]
    words = []
    for one in drawn:
        lon, lat = centre_of(geometries[one.code])
        ink = _fill(one, table.top)[1]
        words.append({"lon": lon, "lat": lat, "words": value_words(one.value, table.top), "ink": ink})
    return Figure(
        key=f"{table.key}-map",
        title=_("On the map"),
        description=_describe(table),
        spec=map_spec(shapes, words),
        table=FigureTable(
            headers=[_("District"), _("Mean") if table.top else _("Share"), "n"],
            rows=[
                [
                    one.label or _("not given"),
                    value_words(one.value, table.top),
                    _("hidden") if one.n is None else number(one.n),
                ]
                for one in table.districts
            ],
        ),
        note=_("A dash means hidden: a small group, or one from which a small group could be worked out."),
        permalink=permalink,
    )


def _fill(one: GroupValue, top: int) -> tuple[str, str]:
    """Drivers in the colours of their levels; anything else the darker, the higher."""
    if one.value is None:
        return UNKNOWN, INK_ON[0]
    if top == DRIVER_TOP:
        level = level_of(one.value) or 1
        return LEVEL_COLORS[level], ON_LEVEL[level]
    share = (one.value - 1) / (top - 1) if top else one.value
    step = min(int(share * len(STEPS)), len(STEPS) - 1)
    return STEPS[step], INK_ON[step]
