"""Where answers came from: a map of the districts."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from assessment.results import Group, SurveyResults
from semarang_resilience.core.figures import UNKNOWN, Figure, FigureTable
from semarang_resilience.core.templatetags.formats import number

from .canvas import WIDTH
from .words import n_words

STEPS = ("#d6e6e8", "#9cc4c9", "#5a9aa3", "#0b5563")
INK_ON = ("#14262d", "#14262d", "#14262d", "#ffffff")
HEIGHT = 260
NEAR = 0.0012  # degrees; a city 25 km wide has about 1,300 pixels to the degree


def responses_by_district(results: SurveyResults, geometries: Mapping[str, Any]) -> Figure:
    """Districts shaded by the number of answers; `geometries` are GeoJSON geometries by district code."""
    groups = [group for group in results.districts if group.code]
    limits = _limits([group.n for group in groups if group.n])
    shapes = [
        {
            "type": "Feature",
            "geometry": thinned(geometries[group.code]),
            "properties": {"fill": _fill(group, limits)[0]},
        }
        for group in groups
        if geometries.get(group.code)
    ]
    words = [
        {
            "lon": lon,
            "lat": lat,
            "words": "–" if group.n is None else number(group.n),
            "ink": _fill(group, limits)[1],
        }
        for group in groups
        if geometries.get(group.code)
        for lon, lat in [centre_of(geometries[group.code])]
    ]
    return Figure(
        key="districts",
        title=_("Where the answers came from"),
        description=_describe(groups, results),
        spec=map_spec(shapes, words),
        table=FigureTable(
            headers=[_("District"), _("Answers")],
            rows=[[group.label or _("not given"), n_words(group)] for group in results.districts],
        ),
        note=_("Number of answers in each district. A dash means hidden: a small group."),
    )


def map_spec(shapes: list[dict[str, Any]], words: list[dict[str, Any]]) -> dict[str, Any]:
    """A map of shapes with words on them."""
    literal = {"type": "nominal", "scale": None}
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "padding": 0,
        "autosize": {"type": "none"},
        # Flat coordinates: on the scale of a city the globe does not matter, and rings may turn either way.
        "projection": {"type": "identity", "reflectY": True},
        "layer": [
            {
                "data": {"values": shapes},
                "mark": {"type": "geoshape", "stroke": "#ffffff", "strokeWidth": 1.5},
                "encoding": {"fill": {"field": "properties.fill", **literal}},
            },
            {
                "data": {"values": words},
                "mark": {"type": "text", "fontSize": 11, "fontWeight": 700},
                "encoding": {
                    "longitude": {"field": "lon", "type": "quantitative"},
                    "latitude": {"field": "lat", "type": "quantitative"},
                    "text": {"field": "words"},
                    "color": {"field": "ink", **literal},
                },
            },
        ],
    }


def _limits(counts: list[int]) -> list[float]:
    """Three limits between four equal classes, from nothing to the largest number."""
    most = max(counts, default=1)
    return [most * step / len(STEPS) for step in range(1, len(STEPS))]


def _fill(group: Group, limits: list[float]) -> tuple[str, str]:
    if not group.n:
        return (UNKNOWN if group.n is None else "#f2f5f5", INK_ON[0])
    step = sum(group.n > limit for limit in limits)
    return STEPS[step], INK_ON[step]


def thinned(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """The geometry without points that lie closer together than a pixel of the map."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return {
        "type": "MultiPolygon",
        "coordinates": [[_thin_ring(ring) for ring in polygon] for polygon in polygons],
    }


def _thin_ring(ring: list[list[float]]) -> list[list[float]]:
    kept = [ring[0]]
    for point in ring[1:-1]:
        if max(abs(point[0] - kept[-1][0]), abs(point[1] - kept[-1][1])) >= NEAR:
            kept.append(point)
    return [[round(x, 4), round(y, 4)] for x, y, *_rest in [*kept, ring[-1]]]


def centre_of(geometry: Mapping[str, Any]) -> tuple[float, float]:
    """The centroid of the largest ring: where the number stands."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    ring = max((polygon[0] for polygon in polygons), key=lambda ring: abs(_area(ring)))
    area = _area(ring)
    if not area:
        return ring[0][0], ring[0][1]
    x = y = 0.0
    for a, b in pairwise(ring):
        cross = a[0] * b[1] - b[0] * a[1]
        x += (a[0] + b[0]) * cross
        y += (a[1] + b[1]) * cross
    return x / (6 * area), y / (6 * area)


def _area(ring: list[list[float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


def _describe(groups: list[Group], results: SurveyResults) -> str:
    shown = sorted((group for group in groups if group.n), key=lambda group: (-(group.n or 0), group.label))
    if not shown:
        return _("Too few people answered in each district to show where they live or work.")
    silent = [group.label for group in groups if group.n == 0]
    words = _("Answers came from %(count)s of %(total)s districts; most from %(first)s (%(n)s).") % {
        "count": sum(1 for group in groups if group.n is None or group.n),
        "total": len(groups),
        "first": shown[0].label,
        "n": number(shown[0].n),
    }
    if silent:
        words += " " + _("None came from %(districts)s.") % {"districts": ", ".join(silent)}
    return words
