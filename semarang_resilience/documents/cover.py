"""The picture on the cover: the outlines of the city's districts, drawn from the snapshot."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from math import cos, radians
from typing import Any

from .snapshots.shared import CityFacts

WIDTH = 1000.0
Ring = list[tuple[float, float]]


def cover_style(city: CityFacts | None) -> str:
    """A style sheet (as a `data:` address) that puts the outlines behind the title, or nothing."""
    rings = [ring for district in city.districts for ring in rings_of(district.geometry)] if city else []
    if not rings:
        return ""
    picture = b64encode(_picture(rings).encode()).decode()
    style = f".cover {{ background-image: url(data:image/svg+xml;base64,{picture}) }}"
    return f"data:text/css;base64,{b64encode(style.encode()).decode()}"


def rings_of(geometry: dict[str, Any]) -> Iterator[Ring]:
    """The rings of a GeoJSON polygon or multipolygon."""
    polygons = geometry.get("coordinates", [])
    for polygon in [polygons] if geometry.get("type") == "Polygon" else polygons:
        for ring in polygon:
            yield [(float(x), float(y)) for x, y, *_height in ring]


def _picture(rings: list[Ring]) -> str:
    """White hairlines; a degree of longitude is shorter than one of latitude, so the shape stays true."""
    points = [point for ring in rings for point in ring]
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    shrink = cos(radians((south + north) / 2))
    scale = WIDTH / ((east - west) * shrink)
    height = (north - south) * scale

    def place(x: float, y: float) -> str:
        return f"{(x - west) * shrink * scale:.1f} {(north - y) * scale:.1f}"

    paths = "".join(f"M{'L'.join(place(x, y) for x, y in ring)}Z" for ring in rings)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 {WIDTH + 8:.0f} {height + 8:.0f}" '
        f'width="{WIDTH + 8:.0f}" height="{height + 8:.0f}">'
        f'<path d="{paths}" fill="#fff" fill-opacity=".07" stroke="#fff" stroke-opacity=".55" '
        f'stroke-width="2.2" stroke-linejoin="round"/></svg>'
    )
