"""The action plan: quoted activities, attested work of partners, and a few examples."""

from datetime import date
from typing import Any

from actions.models import Action
from actions.operations.actions import add_partner, finish_action, plan_action, publish_action, start_action
from semarang_resilience.demo.cast import LEAD, STAFF, actor
from semarang_resilience.demo.data import table
from semarang_resilience.demo.story import (
    LANGUAGES,
    Chapter,
    Row,
    moment,
    origin,
    pick,
    texts,
    the_cycle,
)
from stakeholders.models import Organization
from strategy.models import Initiative


def is_played() -> bool:
    return Action.objects.filter(cycle=the_cycle()).exists()


def play() -> None:
    organizations = {organization.code: organization for organization in Organization.objects.all()}
    initiatives = {
        initiative.code: initiative
        for initiative in Initiative.objects.filter(strategy__pillar__cycle=the_cycle()).select_related(
            "strategy__pillar"
        )
    }
    for row in table("actions")["actions"]:
        action = _plan(row, organizations, initiatives)
        for partner in row.get("partners", ()):
            _join(action, row, partner, organizations)
        _happen(action, row)
        if not row.get("draft"):
            publish_action(action=action, by=actor(LEAD), at=moment(_published_on(row)))


def _plan(row: Row, organizations: dict[str, Organization], initiatives: dict[str, Initiative]) -> Action:
    return plan_action(
        cycle=the_cycle(),
        initiative=initiatives[row["initiative"]] if "initiative" in row else None,
        lead=organizations[row["lead"]] if "lead" in row else None,
        schedule_is_example=row.get("example_schedule", False),
        by=actor(STAFF),
        at=moment(_planned_on(row)),
        **pick(row, "code", "planned_start", "planned_end"),
        **texts(row, "name", "theme"),
        **_description(row),
        **origin(row),
    )


def _description(row: Row) -> dict[str, Any]:
    """What the source does not say (who leads, when) is named as an example."""
    data = table("actions")
    words = {}
    for code in LANGUAGES:
        parts = [
            row.get(f"description_{code}", ""),
            data[f"ours_{code}"] if row.get("lead_is_example") else "",
        ]
        words[f"description_{code}"] = " ".join(part for part in parts if part)
    return words


def _join(action: Action, row: Row, partner: Row, organizations: dict[str, Organization]) -> None:
    """A partnership comes from the source of its action unless it names its own."""
    inherited = pick(row, "source")
    add_partner(
        action=action,
        organization=organizations[partner["organization"]],
        role=partner["role"],
        by=actor(STAFF),
        at=moment(_planned_on(row), hour=10),
        **texts(partner, "commitment"),
        **origin({**inherited, **partner}),
    )


def _happen(action: Action, row: Row) -> None:
    if "actual_start" in row:
        day = row["actual_start"]
        start_action(action=action, on=day, by=actor(STAFF), at=moment(day, hour=13))
    if "actual_end" in row:
        day = row["actual_end"]
        finish_action(action=action, on=day, by=actor(STAFF), at=moment(day, hour=16))


def _planned_on(row: Row) -> date:
    """Entered when the plan was made; later work of partners on the day when it began or became known."""
    day: date = row.get("entered_on", table("actions")["planned_on"])
    return max(day, row["actual_start"]) if "planned_start" not in row and "actual_start" in row else day


def _published_on(row: Row) -> date:
    return max(table("actions")["published_on"], _planned_on(row))


CHAPTER = Chapter("action plan", is_played, play)
