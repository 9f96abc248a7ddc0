"""One figure, three places: a Vega-Lite specification becomes the SVG of the page and of the PDF.

Every figure carries a title, a description in words and a data table, because a picture alone
tells nothing to a screen reader or to somebody who wants the numbers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

import vl_convert
from django.utils.safestring import SafeString, mark_safe

VEGA_LITE = "v5.20"
FONT = "Plus Jakarta Sans Variable, Plus Jakarta Sans, DejaVu Sans, sans-serif"
# Colour-blind-safe and readable in print; meanings stay fixed over the whole portal.
LEVELS = ("#b3432b", "#e3b04b", "#1f7a6d")  # need to do better / can improve / strength
UNKNOWN = "#c9cfd3"
ACCENT = "#0b5563"
CONFIG: dict[str, Any] = {
    "background": None,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {"labelColor": "#2b3a42", "titleColor": "#2b3a42", "gridColor": "#e4e8ea", "labelFontSize": 11},
    "legend": {"labelColor": "#2b3a42", "titleColor": "#2b3a42", "labelFontSize": 11},
    "header": {"labelColor": "#2b3a42"},
}


@dataclass(frozen=True, kw_only=True)
class FigureTable:
    """The numbers behind a figure, as ready-formatted cells; the first column labels the row."""

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure ready to be placed. `spec` is a Vega-Lite specification with inline data only.

    `permalink` is where it can be cited, `csv` where its numbers can be taken away.
    """

    key: str
    title: str
    description: str
    spec: dict[str, Any]
    table: FigureTable
    note: str = ""
    permalink: str = ""
    csv: str = ""

    @property
    def svg(self) -> SafeString:
        """The SVG; its parts are hidden from assistive technology, the figure names itself."""
        return render_svg(self.spec, title=self.title, description=self.description)


def render_svg(spec: dict[str, Any], *, title: str, description: str) -> SafeString:
    """Render a specification to an SVG string without scripts, styles or links to outside.

    The result is cached in process by the content of the specification. vl-convert reads no file
    and no address as long as the specification holds its data inline, which this function demands.
    """
    if "url" in spec.get("data", {}):
        raise ValueError("A figure must hold its data inline.")
    return _render(json.dumps(spec, sort_keys=True, ensure_ascii=False, default=str), title, description)


@lru_cache(maxsize=512)
def _render(spec_json: str, title: str, description: str) -> SafeString:
    spec = json.loads(spec_json)
    spec["config"] = CONFIG | spec.get("config", {})
    svg = vl_convert.vegalite_to_svg(json.dumps(spec), vl_version=VEGA_LITE)
    svg = re.sub(r' (?:aria-(?:label|hidden|roledescription)|role)="[^"]*"', "", svg)
    head, body = svg.split(">", 1)
    width, height = re.search(r'width="([\d.]+)"', head), re.search(r'height="([\d.]+)"', head)
    size = f' viewBox="0 0 {width[1]} {height[1]}"' if width and height else ""
    opening = (
        '<svg xmlns="http://www.w3.org/2000/svg" class="figure-svg" role="img"'
        f'{size} width="{width[1] if width else ""}" height="{height[1] if height else ""}">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    )
    return mark_safe(opening + body)  # noqa: S308  our own renderer's output; labels are escaped by it
