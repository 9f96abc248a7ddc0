"""Open a cycle of the programme, plan its phases, date what took place, launch the strategy."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from .activity import record
from .changes import apply_changes, content_fields, create, lock
from .choices import Provenance
from .errors import Refused
from .models import Cycle, Phase
from .permissions import ensure


@transaction.atomic
def open_cycle(
    *,
    slug: str,
    planned_start: date,
    planned_end: date,
    by: Any,
    at: datetime,
    provenance: str = Provenance.OFFICE,
    source: str = "",
    **content: str,
) -> Cycle:
    """Begin a run of the programme as it was planned; `content` is the name (`name_id`, `name_en`)."""
    ensure(by, "core.open_cycle")
    cycle = create(
        Cycle(
            slug=slug,
            planned_start=planned_start,
            planned_end=planned_end,
            provenance=provenance,
            source=source,
            **content_fields(Cycle, content),
        )
    )
    record(verb="open_cycle", target=cycle, by=by, at=at)
    return cycle


@transaction.atomic
def add_phase(
    *,
    cycle: Cycle,
    position: int,
    by: Any,
    at: datetime,
    planned_start: date | None = None,
    planned_end: date | None = None,
    provenance: str = Provenance.OFFICE,
    source: str = "",
    **content: str,
) -> Phase:
    """Plan a stage of the cycle; `content` is name, summary, inputs and outputs in both languages."""
    ensure(by, "core.add_phase", cycle)
    phase = create(
        Phase(
            cycle=cycle,
            position=position,
            planned_start=planned_start,
            planned_end=planned_end,
            provenance=provenance,
            source=source,
            **content_fields(Phase, content),
        )
    )
    record(verb="add_phase", target=phase, by=by, at=at)
    return phase


@transaction.atomic
def date_phase(*, phase: Phase, started: date, ended: date | None = None, by: Any, at: datetime) -> Phase:
    """Write down when a stage really took place, beside its plan; the first stage also starts the cycle."""
    ensure(by, "core.date_phase", phase.cycle)
    apply_changes(
        phase, {"actual_start": started, "actual_end": ended}, allowed={"actual_start", "actual_end"}
    )
    cycle = phase.cycle
    if cycle.actual_start is None or started < cycle.actual_start:
        apply_changes(cycle, {"actual_start": started}, allowed={"actual_start"})
    record(verb="date_phase", target=phase, by=by, at=at, started=str(started), ended=str(ended or ""))
    return phase


@transaction.atomic
def launch_cycle(*, cycle: Cycle, on: date, by: Any, at: datetime) -> Cycle:
    """Note the launch of the strategy: year 1 of the action plan begins on this day."""
    ensure(by, "core.launch_cycle", cycle)
    lock(cycle)
    if cycle.launched_on is not None and cycle.launched_on != on:
        raise Refused(
            _("The strategy has been launched already; the years of the plan are counted from that day."),
            code="already_launched",
        )
    apply_changes(cycle, {"launched_on": on}, allowed={"launched_on"})
    record(verb="launch_cycle", target=cycle, by=by, at=at, on=str(on))
    return cycle
