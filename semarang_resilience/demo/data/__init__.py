"""The declarative half of the example city: one TOML file for each chapter, polygons as GeoJSON.

TOML because it is in the standard library, keeps long sentences in two languages readable, and allows
comments that say where a fact comes from. SOURCES.md lists the origin of every file.
"""

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def table(name: str) -> dict[str, Any]:
    """The contents of `<name>.toml`."""
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def features(name: str) -> list[dict[str, Any]]:
    """The features of `places/<name>.geojson`."""
    collection: dict[str, Any] = json.loads((FOLDER / "places" / f"{name}.geojson").read_text("utf-8"))
    found: list[dict[str, Any]] = collection["features"]
    return found
