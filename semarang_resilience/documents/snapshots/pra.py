"""The Preliminary Resilience Assessment (PRA): what the city found out about itself in stage 1.

Approved matter only: accepted findings, decided focus areas; whether each has its own public page already
does not matter, because the lead publishes the edition as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from assessment.models import (
    Asset,
    AssetKind,
    EvidenceLevel,
    ExposureLevel,
    Finding,
    FindingKind,
    FindingStatus,
    FocusArea,
    FocusAreaStatus,
    Hazard,
    HazardKind,
    Programme,
    ProgrammeStatus,
)
from assessment.models.findings import EvidenceKind
from semarang_resilience.core.models import Cycle

from .base import Gap, Origin, Reader, Term, Words, sources_of, untranslated
from .perceptions import PerceptionFacts, perception_facts, survey_of
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
class HazardFacts:
    """A shock or stress of the city's list."""

    slug: str
    kind: Term
    position: int
    name: Words
    description: Words
    standard_term: str
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class ExposureFacts:
    """How a hazard reaches an asset."""

    hazard: str
    exposure: int
    consequence: int
    score: int
    note: str
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class AssetFacts:
    """A critical asset."""

    code: str
    name: Words
    kind: Term
    place: str
    owner: OrganizationFacts | None
    capacity: str
    criticality: Term
    reason: Words
    note: Words
    exposures: tuple[ExposureFacts, ...]
    origin: Origin

    @property
    def worst(self) -> ExposureFacts | None:
        """The pair with the highest score: a sum would hide it."""
        return max(self.exposures, key=lambda one: one.score, default=None)


@dataclass(frozen=True, kw_only=True)
class ProgrammeFacts:
    """An existing programme."""

    code: str
    name: Words
    description: Words
    owner: OrganizationFacts | None
    status: Term
    year_from: int | None
    year_to: int | None
    direct: tuple[int, ...]
    indirect: tuple[int, ...]
    hazards: tuple[str, ...]
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class EvidenceFacts:
    """What a finding rests on."""

    kind: Term
    summary: Words
    survey: Words | None
    question: str
    n: int | None
    source: str
    url: str
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class FindingFacts:
    """An accepted finding."""

    code: str
    kind: Term
    title: Words
    statement: Words
    drivers: tuple[int, ...]
    hazards: tuple[str, ...]
    assets: tuple[str, ...]
    evidence_level: Term
    evidence: tuple[EvidenceFacts, ...]
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class FocusFindingFacts:
    """A finding that speaks for a focus area, and why."""

    code: str
    title: Words
    reason: Words


@dataclass(frozen=True, kw_only=True)
class FocusAreaFacts:
    """A focus area, chosen or not, with the reason."""

    slug: str
    position: int
    name: Words
    theme: Words
    rationale: Words
    is_chosen: bool
    status: Term
    decided_on: date | None
    decision_reason: Words
    findings: tuple[FocusFindingFacts, ...]
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class PraSnapshot:
    """Everything a PRA says."""

    head: Head
    cycle: CycleFacts
    city: CityFacts | None
    forum: tuple[SectorFacts, ...]
    framework: FrameworkFacts | None
    perceptions: PerceptionFacts | None
    hazards: tuple[HazardFacts, ...]
    assets: tuple[AssetFacts, ...]
    programmes: tuple[ProgrammeFacts, ...]
    findings: tuple[FindingFacts, ...]
    focus_areas: tuple[FocusAreaFacts, ...]
    undecided: int
    waiting: int
    sources: tuple[str, ...]


def take(*, cycle: Cycle, number: int, reader: Reader, at: datetime) -> PraSnapshot:
    """Read the assessment of `cycle`; the number of queries does not depend on the number of rows."""
    framework, numbers = framework_facts(framework_of(cycle), reader)
    hazards = tuple(_hazard(one, reader) for one in Hazard.objects.filter(cycle=cycle).for_list())
    assets = tuple(_asset(one, reader) for one in Asset.objects.filter(cycle=cycle).for_list())
    programmes = Programme.objects.filter(cycle=cycle).for_list()
    found = Finding.objects.filter(cycle=cycle)
    focus = FocusArea.objects.filter(cycle=cycle)
    decided = focus.exclude(status=FocusAreaStatus.PROPOSED).for_detail().order_by("position", "pk")
    snapshot = PraSnapshot(
        head=head_of(kind="pra", number=number, language=reader.language, at=at),
        cycle=cycle_facts(cycle, reader),
        city=city_facts(),
        forum=forum_facts(cycle, reader),
        framework=framework,
        perceptions=perception_facts(survey_of(cycle), reader),
        hazards=hazards,
        assets=assets,
        programmes=tuple(_programme(one, reader, numbers) for one in programmes),
        findings=tuple(
            _finding(one, reader, numbers) for one in found.accepted().for_detail().order_by("code", "pk")
        ),
        focus_areas=tuple(_focus_area(one, reader) for one in decided),
        undecided=focus.filter(status=FocusAreaStatus.PROPOSED).count(),
        waiting=found.filter(status=FindingStatus.SUBMITTED).count(),
        sources=(),
    )
    return replace(snapshot, sources=sources_of(snapshot))


def _hazard(hazard: Hazard, reader: Reader) -> HazardFacts:
    return HazardFacts(
        slug=hazard.slug,
        kind=reader.term(HazardKind(hazard.kind)),
        position=hazard.position,
        name=reader.words(hazard, "name"),
        description=reader.words(hazard, "description"),
        standard_term=hazard.standard_term,
        origin=reader.origin(hazard),
    )


def _asset(asset: Asset, reader: Reader) -> AssetFacts:
    return AssetFacts(
        code=asset.code,
        name=reader.words(asset, "name"),
        kind=reader.term(AssetKind(asset.kind)),
        place=f"{asset.ward.name}, {asset.ward.district.name}" if asset.ward else "",
        owner=organization_facts(asset.owner, reader) if asset.owner else None,
        capacity=asset.capacity,
        criticality=reader.term(ExposureLevel(asset.criticality)),
        reason=reader.words(asset, "reason"),
        note=reader.words(asset, "note"),
        exposures=tuple(
            ExposureFacts(
                hazard=one.hazard.slug,
                exposure=one.exposure,
                consequence=one.consequence,
                score=one.score,
                note=one.note,
                origin=reader.origin(one),
            )
            for one in asset.exposures.all()
        ),
        origin=reader.origin(asset),
    )


def _programme(programme: Programme, reader: Reader, numbers: Numbers) -> ProgrammeFacts:
    links = list(programme.driver_links.all())
    return ProgrammeFacts(
        code=programme.code,
        name=reader.words(programme, "name"),
        description=reader.words(programme, "description"),
        owner=organization_facts(programme.owner, reader) if programme.owner else None,
        status=reader.term(ProgrammeStatus(programme.status)),
        year_from=programme.year_from,
        year_to=programme.year_to,
        direct=driver_numbers((one.driver for one in links if one.is_direct), numbers),
        indirect=driver_numbers((one.driver for one in links if not one.is_direct), numbers),
        hazards=tuple(sorted(one.slug for one in programme.hazards.all())),
        origin=reader.origin(programme),
    )


def _finding(finding: Any, reader: Reader, numbers: Numbers) -> FindingFacts:
    return FindingFacts(
        code=finding.code,
        kind=reader.term(FindingKind(finding.kind)),
        title=reader.words(finding, "title"),
        statement=reader.words(finding, "statement"),
        drivers=driver_numbers(finding.drivers.all(), numbers),
        hazards=tuple(sorted(one.slug for one in finding.hazards.all())),
        assets=tuple(sorted(one.code for one in finding.assets.all())),
        evidence_level=reader.term(EvidenceLevel(finding.evidence_level)),
        evidence=tuple(_evidence(one, reader) for one in finding.evidence.all()),
        origin=reader.origin(finding),
    )


def _evidence(evidence: Any, reader: Reader) -> EvidenceFacts:
    version = evidence.survey_version
    return EvidenceFacts(
        kind=reader.term(EvidenceKind(evidence.kind)),
        summary=reader.words(evidence, "summary"),
        survey=reader.words(version.survey, "title") if version else None,
        question=evidence.question_key,
        n=evidence.n,
        source=evidence.source,
        url=evidence.url,
        origin=reader.origin(evidence),
    )


def _focus_area(area: FocusArea, reader: Reader) -> FocusAreaFacts:
    status = FocusAreaStatus(area.status)
    return FocusAreaFacts(
        slug=area.slug,
        position=area.position,
        name=reader.words(area, "name"),
        theme=reader.words(area, "theme"),
        rationale=reader.words(area, "rationale"),
        is_chosen=status is FocusAreaStatus.SELECTED,
        status=reader.term(status),
        decided_on=area.decided_at.date() if area.decided_at else None,
        decision_reason=reader.words(area, "decision_reason"),
        findings=tuple(
            FocusFindingFacts(
                code=link.finding.code,
                title=reader.words(link.finding, "title"),
                reason=reader.words(link, "reason"),
            )
            for link in area.finding_links.all()
        ),
        origin=reader.origin(area),
    )


def gaps(snapshot: PraSnapshot) -> Iterable[Gap]:
    """What a reader of this edition would miss, counted."""
    language = snapshot.head.language
    if snapshot.perceptions is None:
        yield Gap(key="no_survey", count=1)
    elif snapshot.perceptions.is_open:
        yield Gap(key="survey_open", count=1)
    for key, rows in (
        ("no_findings", snapshot.findings),
        ("no_focus_areas", snapshot.focus_areas),
        ("no_assets", snapshot.assets),
        ("no_hazards", snapshot.hazards),
        ("no_programmes", snapshot.programmes),
    ):
        if not rows:
            yield Gap(key=key, count=1)
    if snapshot.waiting:
        yield Gap(key="findings_waiting", count=snapshot.waiting)
    if snapshot.undecided:
        yield Gap(key="focus_areas_undecided", count=snapshot.undecided)
    bare = [one.code for one in snapshot.findings if not one.evidence]
    if bare:
        yield Gap(key="findings_without_evidence", count=len(bare), examples=tuple(bare[:3]))
    foreign = untranslated(snapshot, language)
    if foreign:
        yield Gap(key="untranslated", count=len(foreign), examples=tuple(foreign[:3]))
