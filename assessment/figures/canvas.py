"""A sheet on which figures are set: bars, dots, lines and words at exact places, as a Vega-Lite spec.

A phone shows 328 pixels beside the margins of the page, and a chart that is wider moves sideways there. So
these figures are that wide and set their labels above the bars, where Vega-Lite's own axes would take half
of the width. Positions are pixels from the top left corner.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Any

WIDTH = 328
INK, SOFT, LINE, PAPER = "#14262d", "#4a5b63", "#dfe5e7", "#ffffff"
SIZE = 12
# A letter of the portal's typeface is about this wide, as a share of its size.
LETTER = 0.52


@dataclass
class Canvas:
    """Collects marks; neighbours that look alike become one layer."""

    height: float
    width: float = WIDTH
    layers: list[dict[str, Any]] = field(default_factory=list)

    def rect(self, x: float, y: float, width: float, height: float, fill: str, *, stroke: str = "") -> None:
        """A filled rectangle."""
        mark = {"type": "rect", "stroke": stroke or None, "strokeWidth": 1 if stroke else 0}
        place = {"x": x, "x2": x + width, "y": y, "y2": y + height}
        self._add(mark, place | {"fill": fill}, ("x", "x2", "y", "y2"), "fill")

    def rule(self, x: float, y: float, x2: float, y2: float, *, color: str = LINE, width: float = 1) -> None:
        """A straight line."""
        mark = {"type": "rule", "strokeWidth": width}
        self._add(
            mark, {"x": x, "x2": x2, "y": y, "y2": y2, "stroke": color}, ("x", "x2", "y", "y2"), "stroke"
        )

    def dot(
        self,
        x: float,
        y: float,
        *,
        size: float = 80,
        fill: str = INK,
        stroke: str = PAPER,
        shape: str = "circle",
    ) -> None:
        """A dot, or another of Vega's point shapes."""
        mark = {"type": "point", "filled": True, "shape": shape, "size": size, "stroke": stroke, "opacity": 1}
        self._add(mark | {"strokeWidth": 1.5}, {"x": x, "y": y, "fill": fill}, ("x", "y"), "fill")

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = SIZE,
        bold: bool = False,
        align: str = "left",
        color: str = INK,
        angle: float = 0,
    ) -> None:
        """One line of words; `y` is its middle."""
        mark = {"type": "text", "fontSize": size, "align": align, "baseline": "middle", "angle": angle}
        mark["fontWeight"] = 700 if bold else 400
        self._add(mark, {"x": x, "y": y, "words": words, "fill": color}, ("x", "y"), "fill")

    def arc(
        self,
        x: float,
        y: float,
        *,
        start: float,
        end: float,
        inner: float,
        outer: float,
        fill: str,
        stroke: str,
    ) -> None:
        """A segment of a ring around (x, y); angles in radians, clockwise from the top."""
        mark = {"type": "arc", "x": x, "y": y, "stroke": stroke, "strokeWidth": 1.5 if stroke else 0}
        row = {"start": start, "end": end, "inner": inner, "outer": outer, "fill": fill}
        encoding = {
            "theta": _pixel("start"),
            "theta2": {"field": "end"},
            "radius": _pixel("outer"),
            "radius2": {"field": "inner"},
            "fill": _literal("fill"),
        }
        self._append(mark, row, encoding)

    def lines(self, x: float, y: float, lines: Iterable[str], *, leading: float = 15, **style: Any) -> None:
        """Several lines, the first at `y`."""
        for number, words in enumerate(lines):
            self.text(x, y + number * leading, words, **style)

    def spec(self) -> dict[str, Any]:
        """The Vega-Lite specification."""
        size = {"width": self.width, "height": max(self.height, 1)}
        return size | {"padding": 0, "autosize": {"type": "none"}, "layer": self.layers}

    def _add(self, mark: dict[str, Any], row: dict[str, Any], places: tuple[str, ...], color: str) -> None:
        encoding: dict[str, Any] = {
            name: {"field": name} if name.endswith("2") else _pixel(name) for name in places
        }
        encoding[color] = _literal(color)
        if "words" in row:
            encoding["text"] = {"field": "words"}
        self._append(mark, row, encoding)

    def _append(self, mark: dict[str, Any], row: dict[str, Any], encoding: dict[str, Any]) -> None:
        if self.layers and self.layers[-1]["mark"] == mark:
            self.layers[-1]["data"]["values"].append(row)
        else:
            self.layers.append({"data": {"values": [row]}, "mark": mark, "encoding": encoding})


def _pixel(name: str) -> dict[str, Any]:
    """A field that is a place already."""
    return {
        "field": name,
        "type": "quantitative",
        "scale": None,
        **({"axis": None} if name in ("x", "y") else {}),
    }


def _literal(name: str) -> dict[str, Any]:
    """A field that is a colour already."""
    return {"field": name, "type": "nominal", "scale": None}


def text_width(words: str, *, size: float = SIZE) -> float:
    """About how wide a line will be."""
    return len(words) * size * LETTER


def fit(words: str, width: float, *, size: float = SIZE, lines: int = 1) -> list[str]:
    """`words` in at most `lines` lines of `width` pixels; what does not fit ends in an ellipsis."""
    room = max(4, int(width / (size * LETTER)))
    parts = wrap(words, room, break_long_words=False) or [""]
    if len(parts) > lines:
        parts = [*parts[: lines - 1], " ".join(parts[lines - 1 :])[: room - 1].rstrip() + "…"]
    return parts
