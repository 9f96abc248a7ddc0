"""The Preliminary Resilience Assessment (PRA): what the city found out about itself in stage 1.

Approved matter only: accepted findings, decided focus areas; whether each has its own public page already
does not matter, because the lead publishes the edition as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from assessment.models import (
    Asset,
    AssetKind,
    ExposureLevel,
    Finding,
    FindingStatus,
    FocusArea,
    FocusAreaStatus,
    Hazard,
    HazardKind,
    Programme,
    ProgrammeStatus,
)
from semarang_resilience.core.models import Cycle

from .base import Gap, Origin, Reader, Term, Words, sources_of, untranslated
from .findings import FindingFacts, FocusAreaFacts, finding_facts, focus_area_facts
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
    undecided = FocusArea.objects.filter(cycle=cycle, status=FocusAreaStatus.PROPOSED)
    waiting = Finding.objects.filter(cycle=cycle, status=FindingStatus.SUBMITTED)
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
        findings=finding_facts(cycle, reader, numbers),
        focus_areas=focus_area_facts(cycle, reader),
        undecided=undecided.count(),
        waiting=waiting.count(),
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
        place=asset.place,
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
