"""The City Resilience Strategy (CRS): what the city wants to do, and why.

Published initiatives only: an initiative that is still a draft is counted as a gap and stays out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch

from actions.models import Action, ActionStatus
from assessment.models import Hazard
from semarang_resilience.core.models import Cycle
from strategy.models import (
    GroupRole,
    Initiative,
    InitiativeFocusArea,
    InitiativeStatus,
    OpenQuestion,
    OpenQuestionStatus,
    Pillar,
    Strategy,
    TimeFrame,
    WorkingGroup,
    WorkingGroupMember,
)

from .base import Gap, Origin, Reader, Term, Words, sources_of, untranslated
from .findings import FindingFacts, FocusAreaFacts, finding_facts, focus_area_facts
from .shared import (
    CityFacts,
    CycleFacts,
    FrameworkFacts,
    Head,
    Numbers,
    OrganizationFacts,
    SectorFacts,
    city_facts,
    cycle_facts,
    driver_numbers,
    forum_facts,
    framework_facts,
    framework_of,
    head_of,
    organization_facts,
)


@dataclass(frozen=True, kw_only=True)
class MemberFacts:
    """A member of a working group: the organisation; the person only where he or she agreed to be named."""

    organization: OrganizationFacts
    person: str
    role: Term


@dataclass(frozen=True, kw_only=True)
class QuestionFacts:
    """What a working group wanted to know, and what it found."""

    position: int
    text: Words
    status: Term
    answer: Words
    answer_source: str
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class GroupFacts:
    """The working group of a focus area."""

    focus_area: str
    name: Words
    purpose: Words
    formed_on: date | None
    members: tuple[MemberFacts, ...]
    questions: tuple[QuestionFacts, ...]
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class ReasonFacts:
    """Why an initiative answers a focus area."""

    slug: str
    reason: Words


@dataclass(frozen=True, kw_only=True)
class ActionRef:
    """An action that carries an initiative out."""

    code: str
    name: Words
    status: Term


@dataclass(frozen=True, kw_only=True)
class InitiativeFacts:
    """An initiative."""

    code: str
    name: Words
    summary: Words
    lead: OrganizationFacts | None
    time_frame: Term | None
    drivers: tuple[int, ...]
    hazards: tuple[str, ...]
    focus_areas: tuple[ReasonFacts, ...]
    actions: tuple[ActionRef, ...]
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class StrategyFacts:
    """A strategy with its initiatives."""

    code: str
    name: Words
    summary: Words
    initiatives: tuple[InitiativeFacts, ...]
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class PillarFacts:
    """A pillar with its strategies."""

    number: int
    name: Words
    summary: Words
    strategies: tuple[StrategyFacts, ...]
    origin: Origin

    @property
    def initiatives(self) -> list[InitiativeFacts]:
        """All initiatives of the pillar, in order."""
        return [one for strategy in self.strategies for one in strategy.initiatives]


@dataclass(frozen=True, kw_only=True)
class HazardName:
    """A shock or stress by name."""

    slug: str
    name: Words


@dataclass(frozen=True, kw_only=True)
class CrsSnapshot:
    """Everything a CRS says."""

    head: Head
    cycle: CycleFacts
    city: CityFacts | None
    forum: tuple[SectorFacts, ...]
    framework: FrameworkFacts | None
    hazards: tuple[HazardName, ...]
    findings: tuple[FindingFacts, ...]
    focus_areas: tuple[FocusAreaFacts, ...]
    groups: tuple[GroupFacts, ...]
    pillars: tuple[PillarFacts, ...]
    drafts: int
    sources: tuple[str, ...]

    @property
    def strategies(self) -> list[StrategyFacts]:
        """All strategies, in order."""
        return [one for pillar in self.pillars for one in pillar.strategies]

    @property
    def initiatives(self) -> list[InitiativeFacts]:
        """All initiatives, in order."""
        return [one for pillar in self.pillars for one in pillar.initiatives]

    @property
    def chosen(self) -> list[FocusAreaFacts]:
        """The focus areas that the strategy rests on."""
        return [one for one in self.focus_areas if one.is_chosen]


def take(*, cycle: Cycle, number: int, reader: Reader, at: datetime) -> CrsSnapshot:
    """Read the strategy of `cycle`; the number of queries does not depend on the number of rows."""
    framework, numbers = framework_facts(framework_of(cycle), reader)
    hazards = Hazard.objects.filter(cycle=cycle).for_list()
    drafts = Initiative.objects.filter(strategy__pillar__cycle=cycle, status=InitiativeStatus.DRAFT)
    snapshot = CrsSnapshot(
        head=head_of(kind="crs", number=number, language=reader.language, at=at),
        cycle=cycle_facts(cycle, reader),
        city=city_facts(),
        forum=forum_facts(cycle, reader),
        framework=framework,
        hazards=tuple(HazardName(slug=one.slug, name=reader.words(one, "name")) for one in hazards),
        findings=finding_facts(cycle, reader, numbers),
        focus_areas=focus_area_facts(cycle, reader),
        groups=tuple(_group(one, reader) for one in _groups(cycle)),
        pillars=tuple(_pillar(one, reader, numbers) for one in _pillars(cycle)),
        drafts=drafts.count(),
        sources=(),
    )
    return replace(snapshot, sources=sources_of(snapshot))


def _groups(cycle: Cycle) -> Any:
    members = WorkingGroupMember.objects.select_related("membership__organization", "membership__person")
    return (
        WorkingGroup.objects.filter(focus_area__cycle=cycle)
        .select_related("focus_area")
        .prefetch_related(
            Prefetch("members", members.order_by("role", "membership__organization__name", "pk")),
            Prefetch("questions", OpenQuestion.objects.order_by("position", "pk")),
        )
        .order_by("focus_area__position", "pk")
    )


def _pillars(cycle: Cycle) -> Any:
    links = InitiativeFocusArea.objects.select_related("focus_area").order_by("focus_area__position", "pk")
    initiatives = (
        Initiative.objects.published()
        .select_related("lead")
        .prefetch_related(
            "drivers",
            "hazards",
            Prefetch("focus_area_links", links),
            Prefetch("actions", Action.objects.filter(is_published=True).order_by("code", "pk")),
        )
        .order_by("number", "pk")
    )
    strategies = Strategy.objects.order_by("number", "pk")
    return (
        Pillar.objects.filter(cycle=cycle)
        .prefetch_related(
            Prefetch("strategies", strategies.prefetch_related(Prefetch("initiatives", initiatives)))
        )
        .order_by("number", "pk")
    )


def _group(group: WorkingGroup, reader: Reader) -> GroupFacts:
    return GroupFacts(
        focus_area=group.focus_area.slug,
        name=reader.words(group, "name"),
        purpose=reader.words(group, "purpose"),
        formed_on=group.formed_on,
        members=tuple(_member(one, reader) for one in group.members.all()),
        questions=tuple(
            QuestionFacts(
                position=one.position,
                text=reader.words(one, "text"),
                status=reader.term(OpenQuestionStatus(one.status)),
                answer=reader.words(one, "answer"),
                answer_source=one.answer_source,
                origin=reader.origin(one),
            )
            for one in group.questions.all()
        ),
        origin=reader.origin(group),
    )


def _member(member: WorkingGroupMember, reader: Reader) -> MemberFacts:
    person = member.membership.person
    return MemberFacts(
        organization=organization_facts(member.membership.organization, reader),
        person=person.name if person and person.agreed_to_be_named else "",
        role=reader.term(GroupRole(member.role)),
    )


def _pillar(pillar: Pillar, reader: Reader, numbers: Numbers) -> PillarFacts:
    return PillarFacts(
        number=pillar.number,
        name=reader.words(pillar, "name"),
        summary=reader.words(pillar, "summary"),
        strategies=tuple(
            StrategyFacts(
                code=strategy.code,
                name=reader.words(strategy, "name"),
                summary=reader.words(strategy, "summary"),
                initiatives=tuple(_initiative(one, reader, numbers) for one in strategy.initiatives.all()),
                origin=reader.origin(strategy),
            )
            for strategy in pillar.strategies.all()
        ),
        origin=reader.origin(pillar),
    )


def _initiative(initiative: Initiative, reader: Reader, numbers: Numbers) -> InitiativeFacts:
    return InitiativeFacts(
        code=initiative.code,
        name=reader.words(initiative, "name"),
        summary=reader.words(initiative, "summary"),
        lead=organization_facts(initiative.lead, reader) if initiative.lead else None,
        time_frame=reader.term(TimeFrame(initiative.time_frame)) if initiative.time_frame else None,
        drivers=driver_numbers(initiative.drivers.all(), numbers),
        hazards=tuple(sorted(one.slug for one in initiative.hazards.all())),
        focus_areas=tuple(
            ReasonFacts(slug=link.focus_area.slug, reason=reader.words(link, "reason"))
            for link in initiative.focus_area_links.all()
        ),
        actions=tuple(
            ActionRef(
                code=one.code,
                name=reader.words(one, "name"),
                status=reader.term(ActionStatus(one.status)),
            )
            for one in initiative.actions.all()
        ),
        origin=reader.origin(initiative),
    )


def gaps(snapshot: CrsSnapshot) -> Iterable[Gap]:
    """What a reader of this edition would miss, counted."""
    if not snapshot.pillars:
        yield Gap(key="no_pillars", count=1)
    if not snapshot.chosen:
        yield Gap(key="no_focus_areas", count=1)
    if snapshot.drafts:
        yield Gap(key="initiatives_draft", count=snapshot.drafts)
    for key, codes in (
        ("initiatives_without_focus_area", [one.code for one in snapshot.initiatives if not one.focus_areas]),
        ("initiatives_without_lead", [one.code for one in snapshot.initiatives if one.lead is None]),
    ):
        if codes:
            yield Gap(key=key, count=len(codes), examples=tuple(codes[:3]))
    grouped = {group.focus_area for group in snapshot.groups}
    alone = [str(one.name) for one in snapshot.chosen if one.slug not in grouped]
    if alone:
        yield Gap(key="focus_areas_without_group", count=len(alone), examples=tuple(alone[:3]))
    foreign = untranslated(snapshot, snapshot.head.language)
    if foreign:
        yield Gap(key="untranslated", count=len(foreign), examples=tuple(foreign[:3]))
