"""Changes to the strategy tree: pillars, strategies, initiatives and why they exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assessment.models import Driver, FocusArea, FocusAreaStatus, Hazard
from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import apply_changes, content_fields, create, lock, save
from semarang_resilience.core.choices import Provenance
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.permissions import ensure
from stakeholders.models import Organization
from strategy.models import Initiative, InitiativeFocusArea, InitiativeStatus, Pillar, Strategy

ORIGIN = ("provenance", "source")
INITIATIVE_FIELDS = ("lead", "time_frame", *ORIGIN)


@transaction.atomic
def add_pillar(
    *,
    cycle: Cycle,
    number: int,
    by: Any,
    at: datetime,
    icon: str = "",
    provenance: str = Provenance.OFFICE,
    source: str = "",
    **content: str,
) -> Pillar:
    """Add a pillar to the strategy of a cycle; `content` is name and summary in both languages."""
    ensure(by, "strategy.edit_tree")
    pillar = create(
        Pillar(
            cycle=cycle,
            number=number,
            icon=icon,
            provenance=provenance,
            source=source,
            **content_fields(Pillar, content),
        )
    )
    record(verb="add_pillar", target=pillar, by=by, at=at)
    return pillar


@transaction.atomic
def update_pillar(*, pillar: Pillar, changes: Mapping[str, Any], by: Any, at: datetime) -> Pillar:
    """Change what differs; the number stays, because codes and addresses are made of it."""
    ensure(by, "strategy.edit_tree", pillar)
    lock(pillar)
    if changed := apply_changes(pillar, changes, allowed=("icon", *ORIGIN)):
        record(verb="update_pillar", target=pillar, by=by, at=at, changed=changed)
    return pillar


@transaction.atomic
def add_strategy(
    *,
    pillar: Pillar,
    number: int,
    by: Any,
    at: datetime,
    provenance: str = Provenance.OFFICE,
    source: str = "",
    **content: str,
) -> Strategy:
    """Add a strategy under a pillar; its code is pillar.strategy ("3.2")."""
    ensure(by, "strategy.edit_tree")
    strategy = create(
        Strategy(
            pillar=pillar,
            number=number,
            code=f"{pillar.number}.{number}",
            provenance=provenance,
            source=source,
            **content_fields(Strategy, content),
        )
    )
    record(verb="add_strategy", target=strategy, by=by, at=at)
    return strategy


@transaction.atomic
def update_strategy(*, strategy: Strategy, changes: Mapping[str, Any], by: Any, at: datetime) -> Strategy:
    """Change what differs; the number stays."""
    ensure(by, "strategy.edit_tree", strategy)
    lock(strategy)
    if changed := apply_changes(strategy, changes, allowed=ORIGIN):
        record(verb="update_strategy", target=strategy, by=by, at=at, changed=changed)
    return strategy


@transaction.atomic
def add_initiative(
    *,
    strategy: Strategy,
    number: int,
    by: Any,
    at: datetime,
    lead: Organization | None = None,
    time_frame: str = "",
    drivers: Iterable[Driver] = (),
    hazards: Iterable[Hazard] = (),
    provenance: str = Provenance.OFFICE,
    source: str = "",
    **content: str,
) -> Initiative:
    """Add an initiative under a strategy; its code is pillar.strategy.initiative ("3.2.1")."""
    ensure(by, "strategy.edit_tree")
    initiative = create(
        Initiative(
            strategy=strategy,
            number=number,
            code=f"{strategy.code}.{number}",
            lead=lead,
            time_frame=time_frame,
            provenance=provenance,
            source=source,
            **content_fields(Initiative, content),
        )
    )
    initiative.drivers.set(drivers)
    initiative.hazards.set(_of_this_cycle(initiative, hazards))
    record(verb="add_initiative", target=initiative, by=by, at=at)
    return initiative


@transaction.atomic
def update_initiative(
    *,
    initiative: Initiative,
    changes: Mapping[str, Any],
    by: Any,
    at: datetime,
    drivers: Iterable[Driver] | None = None,
    hazards: Iterable[Hazard] | None = None,
) -> Initiative:
    """Change what differs; drivers and hazards only where they are given. The number stays."""
    ensure(by, "strategy.edit_tree", initiative)
    lock(initiative)
    changed = apply_changes(initiative, changes, allowed=INITIATIVE_FIELDS)
    if drivers is not None and _replace(initiative.drivers, drivers):
        changed.append("drivers")
    if hazards is not None and _replace(initiative.hazards, _of_this_cycle(initiative, hazards)):
        changed.append("hazards")
    if changed:
        record(verb="update_initiative", target=initiative, by=by, at=at, changed=sorted(changed))
    return initiative


@transaction.atomic
def link_focus_area(
    *, initiative: Initiative, focus_area: FocusArea, by: Any, at: datetime, **content: str
) -> InitiativeFocusArea:
    """Say why an initiative answers a chosen focus area; `content` is the reason in both languages."""
    ensure(by, "strategy.edit_tree", initiative)
    if focus_area.cycle_id != initiative.strategy.pillar.cycle_id:
        raise Refused(_("This focus area belongs to another cycle."), code="other_cycle")
    if focus_area.status != FocusAreaStatus.SELECTED:
        raise Refused(_("An initiative can only answer a chosen focus area."), code="not_selected")
    texts = content_fields(InitiativeFocusArea, content)
    if not any(text.strip() for text in texts.values()):
        raise Refused(_("Say why it answers this focus area."), code="no_reason")
    link = create(InitiativeFocusArea(initiative=initiative, focus_area=focus_area, **texts))
    record(verb="link_focus_area", target=initiative, by=by, at=at, focus_area=focus_area.slug)
    return link


@transaction.atomic
def unlink_focus_area(*, link: InitiativeFocusArea, by: Any, at: datetime) -> Initiative:
    """Take a link away; the log keeps its reason."""
    initiative = link.initiative
    ensure(by, "strategy.edit_tree", initiative)
    record(
        verb="unlink_focus_area",
        target=initiative,
        by=by,
        at=at,
        focus_area=link.focus_area.slug,
        reason=link.reason,
    )
    link.delete()
    return initiative


@transaction.atomic
def publish_initiative(*, initiative: Initiative, by: Any, at: datetime) -> Initiative:
    """Show an initiative to everybody, once nothing is missing (see `Initiative.publication_gaps`)."""
    ensure(by, "strategy.publish_initiative", initiative)
    lock(initiative)
    if initiative.status != InitiativeStatus.DRAFT:
        raise Refused(_("This initiative is published already."), code="published_already")
    if gaps := initiative.publication_gaps():
        raise Refused(" ".join(str(gap) for gap in gaps), code=gaps[0].code)
    initiative.publish()
    save(initiative)
    record(verb="publish_initiative", target=initiative, by=by, at=at)
    return initiative


def _of_this_cycle(initiative: Initiative, hazards: Iterable[Hazard]) -> list[Hazard]:
    """Refuse shocks and stresses of another cycle's list."""
    rows = list(hazards)
    if any(hazard.cycle_id != initiative.strategy.pillar.cycle_id for hazard in rows):
        raise Refused(_("This shock or stress belongs to the list of another cycle."), code="other_cycle")
    return rows


def _replace(relation: Any, rows: Iterable[Any]) -> bool:
    """Set a many-to-many relation and say whether that changed anything."""
    wanted = {row.pk for row in rows}
    if wanted == set(relation.values_list("pk", flat=True)):
        return False
    relation.set(wanted)
    return True
