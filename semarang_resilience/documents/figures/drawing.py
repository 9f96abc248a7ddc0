"""Drawing a figure with the document's own fonts."""

from __future__ import annotations

import io
import re
import tempfile
from functools import lru_cache
from pathlib import Path

import vl_convert
from fontTools.ttLib import woff2

from semarang_resilience.core.figures import Figure, render_svg

from .. import assets

MEASURED = "Plus Jakarta Sans"  # the family's name inside the files that `Edition Sans` is made of
PRINTED = "Edition Sans, Edition Sans Extended, Edition Fallback"
FILES = ("plus-jakarta-sans-latin-400-normal.woff2", "plus-jakarta-sans-latin-600-normal.woff2")
_FAMILY = re.compile(r'font-family="[^"]*"')


def draw(figure: Figure) -> str:
    """The SVG of a figure; its title says it all, since it becomes the alternative text in the PDF."""
    _know_the_fonts()
    spec = figure.spec | {"config": figure.spec.get("config", {}) | {"font": MEASURED}}
    said = f"{figure.title}. {figure.description}".strip()
    svg = render_svg(spec, title=said, description="")
    return _FAMILY.sub(f'font-family="{PRINTED}"', svg)


@lru_cache(maxsize=1)
def _know_the_fonts() -> None:
    """Show Vega the fonts once in a process; it measures only files of its own kind, so they are unpacked."""
    folder = Path(tempfile.mkdtemp(prefix="edition-fonts-"))
    for name in FILES:
        packed, _media_type = assets.read(f"{assets.SCHEME}fonts/{name}")
        unpacked = io.BytesIO()
        woff2.decompress(io.BytesIO(packed), unpacked)
        (folder / name).with_suffix(".ttf").write_bytes(unpacked.getvalue())
    vl_convert.register_font_directory(str(folder))
