"""The strategy tree: pillars, strategies and initiatives, linked to the focus areas that they answer."""

from typing import Any

from assessment.models import FocusArea
from semarang_resilience.demo.cast import LEAD, STAFF, actor
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
from stakeholders.models import Organization
from strategy.models import Initiative, Pillar, Strategy
from strategy.operations.tree import (
    add_initiative,
    add_pillar,
    add_strategy,
    link_focus_area,
    publish_initiative,
)

from .inventory import drivers, hazards


def is_played() -> bool:
    return Pillar.objects.filter(cycle=the_cycle()).exists()


def play() -> None:
    at = moment(table("strategy")["drafted_on"])
    for row in table("strategy")["pillars"]:
        pillar = add_pillar(
            cycle=the_cycle(),
            by=actor(STAFF),
            at=at,
            **pick(row, "number", "icon"),
            **texts(row, "name", "summary"),
            **origin(row),
        )
        for branch in row["strategies"]:
            strategy = add_strategy(
                pillar=pillar,
                by=actor(STAFF),
                at=at,
                **pick(branch, "number"),
                **texts(branch, "name", "summary"),
                **origin(branch),
            )
            for leaf in branch["initiatives"]:
                _play_initiative(strategy, leaf)


def _play_initiative(strategy: Strategy, row: Row) -> Initiative:
    data, staff = table("strategy"), actor(STAFF)
    initiative = add_initiative(
        strategy=strategy,
        lead=Organization.objects.get(code=row["lead"]),
        drivers=chosen(drivers(), row["drivers"]),
        hazards=chosen(hazards(the_cycle()), row["hazards"]),
        by=staff,
        at=moment(data["drafted_on"], hour=11),
        **pick(row, "number", "time_frame"),
        **texts(row, "name"),
        **_summary(row),
        **origin(row),
    )
    for slug, reason_id, reason_en in row["focus_areas"]:
        link_focus_area(
            initiative=initiative,
            focus_area=FocusArea.objects.get(cycle=the_cycle(), slug=slug),
            reason_id=reason_id,
            reason_en=reason_en,
            by=staff,
            at=moment(data["linked_on"]),
        )
    if not row.get("draft"):
        publish_initiative(initiative=initiative, by=actor(LEAD), at=moment(data["published_on"]))
    return initiative


def _summary(row: Row) -> dict[str, Any]:
    """Only the name of a quoted initiative is quoted; its summary says so."""
    data = table("strategy")
    ours = {code: data[f"ours_{code}"] if "source" in row else "" for code in LANGUAGES}
    return {f"summary_{code}": f"{row[f'summary_{code}']} {ours[code]}".strip() for code in LANGUAGES}


CHAPTER = Chapter("strategy", is_played, play)
