"""The action plan (Rencana Tindak Lanjut): what has run, is running and will run, with whom.

Published actions only; the number of partners is counted from them, never typed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch

from actions.models import Action, ActionStatus, Partnership, PartnershipRole
from semarang_resilience.core.models import Cycle

from .base import Gap, Origin, Reader, Term, Words, sources_of, untranslated
from .shared import (
    CityFacts,
    CycleFacts,
    Head,
    OrganizationFacts,
    city_facts,
    cycle_facts,
    head_of,
    organization_facts,
    public_code,
)


@dataclass(frozen=True, kw_only=True)
class PartnerFacts:
    """An organisation in an action."""

    organization: str
    role: Term
    commitment: Words
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class InitiativeRef:
    """The initiative that an action carries out, with its pillar."""

    code: str
    name: Words
    pillar_number: int
    pillar_name: Words


@dataclass(frozen=True, kw_only=True)
class PlanActionFacts:
    """An action of the plan. `lead` and partners are codes of `ActionPlanSnapshot.organizations`."""

    code: str
    name: Words
    description: Words
    theme: Words
    status: Term
    initiative: InitiativeRef | None
    lead: str
    planned_start: date | None
    planned_end: date | None
    actual_start: date | None
    actual_end: date | None
    year: int | None
    schedule_is_example: bool
    partners: tuple[PartnerFacts, ...]
    origin: Origin

    @property
    def start(self) -> date | None:
        """The actual start, else the planned one."""
        return self.actual_start or self.planned_start

    @property
    def end(self) -> date | None:
        """The actual end, else the planned one."""
        return self.actual_end or self.planned_end


@dataclass(frozen=True, kw_only=True)
class ActionPlanSnapshot:
    """Everything an action plan says."""

    head: Head
    cycle: CycleFacts
    city: CityFacts | None
    actions: tuple[PlanActionFacts, ...]
    organizations: tuple[OrganizationFacts, ...]
    drafts: int
    sources: tuple[str, ...]

    @property
    def by_code(self) -> dict[str, OrganizationFacts]:
        """Organisations by code."""
        return {one.code: one for one in self.organizations}

    @property
    def partners(self) -> list[OrganizationFacts]:
        """The organisations that take part in an action as partners, by name."""
        codes = {partner.organization for action in self.actions for partner in action.partners}
        return [one for one in self.organizations if one.code in codes]


def take(*, cycle: Cycle, number: int, reader: Reader, at: datetime) -> ActionPlanSnapshot:
    """Read the action plan of `cycle`; the number of queries does not depend on the number of rows."""
    rows = list(_actions(cycle))
    organizations = {one.pk: one for row in rows for one in _organizations(row)}
    snapshot = ActionPlanSnapshot(
        head=head_of(kind="action_plan", number=number, language=reader.language, at=at),
        cycle=cycle_facts(cycle, reader),
        city=city_facts(),
        actions=tuple(_action(one, cycle, reader) for one in rows),
        organizations=tuple(
            organization_facts(one, reader)
            for one in sorted(organizations.values(), key=lambda one: (one.name.casefold(), one.pk))
        ),
        drafts=Action.objects.filter(cycle=cycle, is_published=False).count(),
        sources=(),
    )
    return replace(snapshot, sources=sources_of(snapshot))


def _actions(cycle: Cycle) -> Any:
    partnerships = Partnership.objects.select_related("organization").order_by("organization__name", "pk")
    return (
        Action.objects.published()
        .filter(cycle=cycle)
        .select_related("lead", "initiative__strategy__pillar")
        .prefetch_related(Prefetch("partnerships", partnerships))
        .order_by("code", "pk")
    )


def _organizations(action: Action) -> Iterable[Any]:
    if action.lead:
        yield action.lead
    for partnership in action.partnerships.all():
        yield partnership.organization


def _action(action: Action, cycle: Cycle, reader: Reader) -> PlanActionFacts:
    start = action.actual_start or action.planned_start
    return PlanActionFacts(
        code=action.code,
        name=reader.words(action, "name"),
        description=reader.words(action, "description"),
        theme=reader.words(action, "theme"),
        status=reader.term(ActionStatus(action.status)),
        initiative=_initiative(action, reader),
        lead=public_code(action.lead) if action.lead else "",
        planned_start=action.planned_start,
        planned_end=action.planned_end,
        actual_start=action.actual_start,
        actual_end=action.actual_end,
        year=None if start is None else (cycle.year_of(start) or 0),
        schedule_is_example=action.schedule_is_example,
        partners=tuple(
            PartnerFacts(
                organization=public_code(one.organization),
                role=reader.term(PartnershipRole(one.role)),
                commitment=reader.words(one, "commitment"),
                origin=reader.origin(one),
            )
            for one in action.partnerships.all()
        ),
        origin=reader.origin(action),
    )


def _initiative(action: Action, reader: Reader) -> InitiativeRef | None:
    if action.initiative is None:
        return None
    pillar = action.initiative.strategy.pillar
    return InitiativeRef(
        code=action.initiative.code,
        name=reader.words(action.initiative, "name"),
        pillar_number=pillar.number,
        pillar_name=reader.words(pillar, "name"),
    )


def gaps(snapshot: ActionPlanSnapshot) -> Iterable[Gap]:
    """What a reader of this edition would miss, counted."""
    if snapshot.cycle.launched_on is None:
        yield Gap(key="no_launch", count=1)
    if not snapshot.actions:
        yield Gap(key="no_actions", count=1)
    if snapshot.drafts:
        yield Gap(key="actions_draft", count=snapshot.drafts)
    for key, codes in (
        ("actions_without_lead", [one.code for one in snapshot.actions if not one.lead]),
        ("actions_without_date", [one.code for one in snapshot.actions if one.start is None]),
        ("actions_without_initiative", [one.code for one in snapshot.actions if one.initiative is None]),
    ):
        if codes:
            yield Gap(key=key, count=len(codes), examples=tuple(codes[:3]))
    foreign = untranslated(snapshot, snapshot.head.language)
    if foreign:
        yield Gap(key="untranslated", count=len(foreign), examples=tuple(foreign[:3]))
