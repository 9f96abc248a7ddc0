"""Changes to the action plan: planning, starting and finishing actions, partners, publication."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actions.models import Action, Partnership, PartnershipRole
from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import apply_changes, content_fields, create, lock, save
from semarang_resilience.core.choices import Provenance
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.permissions import ensure
from stakeholders.models import Organization
from strategy.models import Initiative

CODE = re.compile(r"RTL-(\d+)")
# These words are addresses of pages below the same path.
RESERVED_CODES = frozenset({"baru", "mitra"})
EDITABLE = (
    "initiative",
    "lead",
    "planned_start",
    "planned_end",
    "schedule_is_example",
    "provenance",
    "source",
)


@transaction.atomic
def plan_action(
    *,
    cycle: Cycle,
    by: Any,
    at: datetime,
    code: str | None = None,
    initiative: Initiative | None = None,
    lead: Organization | None = None,
    planned_start: date | None = None,
    planned_end: date | None = None,
    schedule_is_example: bool = False,
    provenance: str = Provenance.OFFICE,
    source: str = "",
    **content: str,
) -> Action:
    """Put an action into the plan; `content` is name, description and theme in both languages.

    Without `code` it gets the next free one ("RTL-28"). The cycle's row is held while the number is
    found, so two who plan at the same moment get two codes.
    """
    ensure(by, "actions.edit_actions")
    if code in RESERVED_CODES:
        raise Refused(_("This code is reserved. Choose another one."), code="reserved_code")
    lock(cycle)
    _refuse_other_cycle(cycle, initiative)
    action = create(
        Action(
            cycle=cycle,
            code=code or next_code(cycle),
            initiative=initiative,
            lead=lead,
            planned_start=planned_start,
            planned_end=planned_end,
            schedule_is_example=schedule_is_example,
            provenance=provenance,
            source=source,
            **content_fields(Action, content),
        )
    )
    action.refresh_from_db(fields=["status"])  # the database derives it
    record(verb="plan_action", target=action, by=by, at=at)
    return action


def next_code(cycle: Cycle) -> str:
    """The code after the highest one: gaps are not filled, so an old code never means a new action."""
    codes = Action.objects.filter(cycle=cycle, code__startswith="RTL-").values_list("code", flat=True)
    numbers = [int(match[1]) for code in codes if (match := CODE.fullmatch(code))]
    return f"RTL-{max(numbers, default=0) + 1:02d}"


@transaction.atomic
def update_action(*, action: Action, changes: Mapping[str, Any], by: Any, at: datetime) -> Action:
    """Change what differs in the plan; what really happened is written by start, finish and correct."""
    ensure(by, "actions.edit_actions", action)
    lock(action)
    _refuse_other_cycle(action.cycle, changes.get("initiative"))
    if changed := apply_changes(action, changes, allowed=EDITABLE):
        record(verb="update_action", target=action, by=by, at=at, changed=changed)
    return action


@transaction.atomic
def start_action(*, action: Action, on: date, by: Any, at: datetime) -> Action:
    """The action began on a day; from then on it is running."""
    ensure(by, "actions.edit_actions", action)
    lock(action)
    if action.actual_start is not None:
        raise Refused(_("This action has started already."), code="started_already")
    _refuse_future(on, at)
    return _save_dates(action, verb="start_action", by=by, at=at, actual_start=on)


@transaction.atomic
def finish_action(*, action: Action, on: date, by: Any, at: datetime) -> Action:
    """The action ended on a day; from then on it is done."""
    ensure(by, "actions.edit_actions", action)
    lock(action)
    if action.actual_end is not None:
        raise Refused(_("This action is done already."), code="finished_already")
    if action.actual_start is None:
        raise Refused(_("An action that has not started cannot be finished."), code="not_started")
    if on < action.actual_start:
        raise Refused(_("The actual end must not lie before the actual start."), code="ends_before_start")
    _refuse_future(on, at)
    return _save_dates(action, verb="finish_action", by=by, at=at, actual_end=on)


@transaction.atomic
def correct_dates(
    *,
    action: Action,
    actual_start: date | None,
    actual_end: date | None,
    reason: str,
    by: Any,
    at: datetime,
) -> Action:
    """Put right what was entered by mistake; the log keeps the former dates and the reason."""
    ensure(by, "actions.edit_actions", action)
    lock(action)
    if not reason.strip():
        raise Refused(_("Say why the dates are corrected."), code="no_reason")
    if actual_end is not None and (actual_start is None or actual_end < actual_start):
        raise Refused(_("The actual end must not lie before the actual start."), code="ends_before_start")
    for day in (actual_start, actual_end):
        if day is not None:
            _refuse_future(day, at)
    before = [day and day.isoformat() for day in (action.actual_start, action.actual_end)]
    return _save_dates(
        action,
        verb="correct_dates",
        by=by,
        at=at,
        data={"before": before, "reason": reason.strip()},
        actual_start=actual_start,
        actual_end=actual_end,
    )


@transaction.atomic
def publish_action(*, action: Action, by: Any, at: datetime) -> Action:
    """Show an action to everybody, once nothing is missing (see `Action.publication_gaps`)."""
    ensure(by, "actions.publish_action", action)
    lock(action)
    if action.is_published:
        raise Refused(_("This action is published already."), code="published_already")
    if gaps := action.publication_gaps():
        raise Refused(" ".join(str(gap) for gap in gaps), code=gaps[0].code)
    action.is_published = True
    save(action)
    record(verb="publish_action", target=action, by=by, at=at)
    return action


@transaction.atomic
def add_partner(
    *,
    action: Action,
    organization: Organization,
    by: Any,
    at: datetime,
    role: str = PartnershipRole.IMPLEMENTER,
    provenance: str = Provenance.OFFICE,
    source: str = "",
    **content: str,
) -> Partnership:
    """An organisation takes part; `content` is what it committed (`commitment_id`, `commitment_en`)."""
    ensure(by, "actions.edit_actions", action)
    partnership = create(
        Partnership(
            action=action,
            organization=organization,
            role=role,
            provenance=provenance,
            source=source,
            **content_fields(Partnership, content),
        )
    )
    record(verb="add_partner", target=action, by=by, at=at, organization=organization.code, role=role)
    return partnership


@transaction.atomic
def remove_partner(*, partnership: Partnership, by: Any, at: datetime) -> Action:
    """The organisation takes part no longer; the log keeps that it did."""
    action = partnership.action
    ensure(by, "actions.edit_actions", action)
    record(
        verb="remove_partner",
        target=action,
        by=by,
        at=at,
        organization=partnership.organization.code,
        role=partnership.role,
    )
    partnership.delete()
    return action


def _save_dates(
    action: Action,
    *,
    verb: str,
    by: Any,
    at: datetime,
    data: dict[str, Any] | None = None,
    **dates: date | None,
) -> Action:
    """Save actual dates, read back the status that the database derives from them, and log them."""
    apply_changes(action, dates, allowed=("actual_start", "actual_end"))
    action.refresh_from_db(fields=["status"])
    days = {name: day and day.isoformat() for name, day in dates.items()}
    record(verb=verb, target=action, by=by, at=at, **days, **(data or {}))
    return action


def _refuse_future(on: date, at: datetime) -> None:
    """What has happened cannot lie after today, as the clock of the city says."""
    if on > timezone.localtime(at).date():
        raise Refused(_("An actual date cannot lie in the future."), code="in_the_future")


def _refuse_other_cycle(cycle: Cycle, initiative: Initiative | None) -> None:
    if initiative is not None and initiative.strategy.pillar.cycle_id != cycle.pk:
        raise Refused(_("This initiative belongs to another cycle."), code="other_cycle")
