"""Critical assets with their exposure, and existing programmes."""

from typing import Any

from assessment.models import Asset, Driver, Hazard, Programme
from assessment.operations.inventory import rate_exposure, register_asset, register_programme
from semarang_resilience.core.models import Cycle
from semarang_resilience.demo.cast import STAFF, actor
from semarang_resilience.demo.data import table
from semarang_resilience.demo.story import (
    LANGUAGES,
    Chapter,
    Row,
    chosen,
    moment,
    origin,
    pick,
    texts,
    the_cycle,
)
from semarang_resilience.places.models import Ward
from stakeholders.models import Organization

OURS = "kaitan dengan penggerak dan bahaya: penggolongan kami"


def is_played() -> bool:
    return Programme.objects.filter(cycle=the_cycle()).exists()


def play() -> None:
    cycle = the_cycle()
    for row in table("assets")["assets"]:
        _register_asset(cycle, row)
    for row in table("programmes")["programmes"]:
        _register_programme(cycle, row)


def hazards(cycle: Cycle) -> dict[str, Hazard]:
    """The city's shocks and stresses by slug."""
    return {hazard.slug: hazard for hazard in Hazard.objects.filter(cycle=cycle)}


def drivers() -> dict[int, Driver]:
    """The drivers of the framework by number."""
    found = Driver.objects.filter(dimension__framework__slug=table("framework")["slug"])
    return {driver.position: driver for driver in found}


def _register_asset(cycle: Cycle, row: Row) -> Asset:
    day = table("inventory")["assets_on"]
    asset = register_asset(
        cycle=cycle,
        by=actor(STAFF),
        at=moment(day),
        ward=_ward(row["ward"]) if "ward" in row else None,
        owner=_owner(row),
        **pick(row, "code", "kind", "capacity", "criticality"),
        **texts(row, "name", "reason"),
        **_notes(row),
        **origin(row),
    )
    known = hazards(cycle)
    for slug, exposure, consequence in row["exposures"]:
        rate_exposure(
            asset=asset,
            hazard=known[slug],
            exposure=exposure,
            consequence=consequence,
            by=actor(STAFF),
            at=moment(day, hour=14),
            **origin({}),
        )
    return asset


def _notes(row: Row) -> dict[str, Any]:
    """The note on the source, and for quoted assets a word on what is not quoted."""
    shared = table("assets")["notes"]
    words: dict[str, str] = {}
    for code in LANGUAGES:
        parts = [
            row.get(f"note_{code}", ""),
            shared[row["note"]][code] if "note" in row else "",
            shared["example-levels"][code] if "source" in row else "",
        ]
        words[f"note_{code}"] = " ".join(part for part in parts if part)
    return words


def _ward(place: str) -> Ward:
    """`district code/name`, because a name alone is no key."""
    district, name = place.split("/")
    return Ward.objects.get(district_id=district, name=name)


def _owner(row: Row) -> Organization | None:
    return Organization.objects.get(code=row["owner"]) if "owner" in row else None


def _register_programme(cycle: Cycle, row: Row) -> Programme:
    return register_programme(
        cycle=cycle,
        by=actor(STAFF),
        at=moment(table("inventory")["programmes_on"]),
        owner=_owner(row),
        direct=chosen(drivers(), row["direct"]),
        indirect=chosen(drivers(), row["indirect"]),
        hazards=chosen(hazards(cycle), row["hazards"]),
        **pick(row, "code", "status", "year_from", "year_to"),
        **texts(row, "name", "description"),
        **origin({**row, "source_note": OURS}),
    )


CHAPTER = Chapter("assets and programmes", is_played, play)
