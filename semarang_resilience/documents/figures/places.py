"""The map of the districts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from semarang_resilience.core.figures import Figure, FigureTable
from semarang_resilience.core.templatetags.formats import number

from ..cover import rings_of
from ..snapshots.shared import CityFacts, DistrictFacts

ROOMY = 0.0011  # square degrees that a name needs on the map
TINTS = ["#d9e7ea", "#e8eff0", "#c8dce0", "#eef3f1", "#d3e2dd"]


def district_map(city: CityFacts) -> Figure:
    """Outlines of the districts with their numbers; the table beside it says the rest."""
    drawn = [one for one in city.districts if one.geometry]
    return Figure(
        key="districts",
        title=_("The districts of %(city)s") % {"city": city.name},
        description=ngettext(
            "Map of %(count)s district: %(names)s.", "Map of %(count)s districts: %(names)s.", len(drawn)
        )
        % {"count": len(drawn), "names": ", ".join(one.name for one in drawn)},
        spec=_spec(drawn),
        table=FigureTable(
            headers=[_("District"), _("Area (km²)"), _("Wards")],
            rows=[[one.name, number(one.area_km2, 2), str(one.ward_count)] for one in city.districts],
        ),
    )


def _spec(drawn: list[DistrictFacts]) -> dict[str, Any]:
    """Flat coordinates: on the scale of a city the globe does not matter, and rings may turn either way."""
    shapes = [
        {"type": "Feature", "geometry": one.geometry, "properties": {"tint": TINTS[place % len(TINTS)]}}
        for place, one in enumerate(drawn)
    ]
    outlines = {
        "data": {"values": shapes},
        "mark": {"type": "geoshape", "stroke": "#6b8790", "strokeWidth": 0.8},
        "encoding": {"fill": {"field": "properties.tint", "type": "nominal", "scale": None}},
    }
    names = {
        "data": {"values": [_label(place, one) for place, one in enumerate(drawn, start=1)]},
        "mark": {"type": "text", "fontSize": 9.5, "fontWeight": 600, "color": "#1d2a31"},
        "encoding": {
            "longitude": {"field": "x", "type": "quantitative"},
            "latitude": {"field": "y", "type": "quantitative"},
            "text": {"field": "lines"},
        },
    }
    projection = {"type": "identity", "reflectY": True}
    return {"width": 470, "height": 360, "projection": projection, "layer": [outlines, names]}


def _label(place: int, district: DistrictFacts) -> dict[str, Any]:
    """The number of a district, and its name where there is room, at the centre of its largest ring."""
    ring = max(rings_of(district.geometry), key=lambda one: abs(_area(one)))
    area = _area(ring) or 1e-12
    x = y = 0.0
    for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
        cross = x0 * y1 - x1 * y0
        x, y = x + (x0 + x1) * cross, y + (y0 + y1) * cross
    name = district.name.split(" ") if abs(area) > ROOMY else []
    return {"x": x / (6 * area), "y": y / (6 * area), "lines": [str(place), *name]}


def _area(ring: list[tuple[float, float]]) -> float:
    """By the shoelace formula; the sign tells the direction."""
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs) / 2
