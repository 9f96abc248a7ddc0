"""What all chapters share: the clock, where a row comes from, its texts in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from semarang_resilience.core.choices import Provenance
from semarang_resilience.core.models import Cycle

from .data import table

Row = Mapping[str, Any]
LANGUAGES = ("id", "en")


@dataclass(frozen=True)
class Chapter:
    """A part of the story; played in one transaction, so it is either there as a whole or not at all."""

    title: str
    is_played: Callable[[], bool]
    play: Callable[[], None]


def moment(day: date, hour: int = 9) -> datetime:
    """The working hour of a day in Semarang at which something happened."""
    return timezone.make_aware(datetime.combine(day, time(hour)))


def origin(row: Row) -> dict[str, Any]:
    """Provenance and source of a row: quoted if it names a source, otherwise an example.

    `source_note` adds what is ours in a quoted row (a classification, a place in a list).
    """
    if "source" not in row:
        return {"provenance": Provenance.EXAMPLE, "source": ""}
    words = [source(row["source"]), row.get("source_note", "")]
    return {"provenance": Provenance.QUOTED, "source": "; ".join(word for word in words if word)}


def source(key: str) -> str:
    """A source as a reader would name it."""
    words: str = table("sources")[key]["text"]
    return words


def texts(row: Row, *names: str) -> dict[str, Any]:
    """The texts of a row in both languages, by the argument names that operations take."""
    return {
        f"{name}_{code}": row[f"{name}_{code}"].strip()
        for name in names
        for code in LANGUAGES
        if f"{name}_{code}" in row
    }


def pick(row: Row, *names: str) -> dict[str, Any]:
    """Those of `names` that the row has."""
    return {name: row[name] for name in names if name in row}


def the_cycle() -> Cycle:
    """The cycle of the example city."""
    return Cycle.objects.get(slug=table("cycle")["slug"])


def chosen(rows: Mapping[Any, Any], keys: Iterable[Any]) -> list[Any]:
    """The rows with these keys; a key that the data misspells fails loudly."""
    return [rows[key] for key in keys]
