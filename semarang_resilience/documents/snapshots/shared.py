"""Facts that more than one document tells: which edition this is, the cycle, the city, organisations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count
from django.utils import translation
from django.utils.translation import gettext as _

from assessment.models import Driver, Framework
from semarang_resilience.core.models import Cycle
from semarang_resilience.places.models import City, District
from stakeholders.models import ForumMembership, Level, Organization, Sector

from .base import SCHEMA, Origin, Reader, Term, Words

Numbers = dict[int, int]


@dataclass(frozen=True, kw_only=True)
class Head:
    """What this is an edition of. Number 0 is a draft that is not kept."""

    schema: int
    kind: str
    number: int
    language: str
    frozen_at: datetime


@dataclass(frozen=True, kw_only=True)
class PhaseFacts:
    """A stage of the programme."""

    position: int
    name: Words
    summary: Words
    planned_start: date | None
    planned_end: date | None
    actual_start: date | None
    actual_end: date | None
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class CycleFacts:
    """The run of the programme that the document belongs to."""

    name: Words
    planned_start: date
    planned_end: date
    actual_start: date | None
    launched_on: date | None
    phases: tuple[PhaseFacts, ...]
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class DistrictFacts:
    """A kecamatan with its outline (GeoJSON geometry)."""

    code: str
    name: str
    area_km2: float | None
    ward_count: int
    geometry: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class CityFacts:
    """The city and its districts."""

    code: str
    name: str
    districts: tuple[DistrictFacts, ...]


@dataclass(frozen=True, kw_only=True)
class DriverFacts:
    """A driver of the framework with its dimension; `number` is its place on the wheel."""

    number: int
    name: Words
    short_name: Words
    dimension: int


@dataclass(frozen=True, kw_only=True)
class DimensionFacts:
    """A dimension of the framework."""

    position: int
    name: Words


@dataclass(frozen=True, kw_only=True)
class FrameworkFacts:
    """The framework that the assessment was made with."""

    name: str
    version: str
    source: str
    dimensions: tuple[DimensionFacts, ...]
    drivers: tuple[DriverFacts, ...]


@dataclass(frozen=True, kw_only=True)
class OrganizationFacts:
    """An organisation as documents name it."""

    code: str
    name: str
    acronym: str
    sector: Term
    level: Term
    origin: Origin

    @property
    def short(self) -> str:
        """What the city calls it."""
        return self.acronym or self.name


@dataclass(frozen=True, kw_only=True)
class SectorFacts:
    """How many organisations and people a sector sends to the forum."""

    sector: Term
    organizations: int
    members: int


def head_of(*, kind: str, number: int, language: str, at: datetime) -> Head:
    """The head of a snapshot taken now."""
    return Head(schema=SCHEMA, kind=kind, number=number, language=language, frozen_at=at)


def cycle_facts(cycle: Cycle, reader: Reader) -> CycleFacts:
    """One query."""
    return CycleFacts(
        name=reader.words(cycle, "name"),
        planned_start=cycle.planned_start,
        planned_end=cycle.planned_end,
        actual_start=cycle.actual_start,
        launched_on=cycle.launched_on,
        phases=tuple(
            PhaseFacts(
                position=phase.position,
                name=reader.words(phase, "name"),
                summary=reader.words(phase, "summary"),
                planned_start=phase.planned_start,
                planned_end=phase.planned_end,
                actual_start=phase.actual_start,
                actual_end=phase.actual_end,
                origin=reader.origin(phase),
            )
            for phase in cycle.phases.order_by("position", "pk")
        ),
        origin=reader.origin(cycle),
    )


def city_facts() -> CityFacts | None:
    """Two queries."""
    city = City.objects.defer("geometry").order_by("code").first()
    if city is None:
        return None
    districts = District.objects.filter(city=city).annotate(ward_count=Count("wards")).order_by("code")
    return CityFacts(
        code=city.code,
        name=city.name,
        districts=tuple(
            DistrictFacts(
                code=district.code,
                name=district.name,
                area_km2=None if district.area_km2 is None else float(district.area_km2),
                ward_count=district.ward_count,
                geometry=district.geometry,
            )
            for district in districts
        ),
    )


def framework_facts(framework: Framework | None, reader: Reader) -> tuple[FrameworkFacts | None, Numbers]:
    """The framework, and the number on the wheel of each of its drivers by primary key: two queries."""
    if framework is None:
        return None, {}
    drivers = list(Driver.objects.filter(dimension__framework=framework).for_list())
    facts = FrameworkFacts(
        name=framework.name,
        version=framework.version,
        source=framework.source,
        dimensions=tuple(
            DimensionFacts(position=one.position, name=reader.words(one, "name"))
            for one in framework.dimensions.order_by("position", "pk")
        ),
        drivers=tuple(
            DriverFacts(
                number=number,
                name=reader.words(driver, "name"),
                short_name=reader.words(driver, "short_name"),
                dimension=driver.dimension.position,
            )
            for number, driver in enumerate(drivers, start=1)
        ),
    )
    return facts, {driver.pk: number for number, driver in enumerate(drivers, start=1)}


def framework_of(cycle: Cycle) -> Framework | None:
    """The framework of the cycle's newest survey, else the first one there is."""
    asked = Framework.objects.filter(survey_versions__survey__cycle=cycle)
    return asked.order_by("-survey_versions__pk").first() or Framework.objects.order_by("pk").first()


def driver_numbers(drivers: Iterable[Driver], numbers: Numbers) -> tuple[int, ...]:
    """The numbers of those drivers that belong to the framework."""
    return tuple(sorted(numbers[one.pk] for one in drivers if one.pk in numbers))


def organization_facts(organization: Organization, reader: Reader) -> OrganizationFacts:
    """No query. A document is public: it names an organisation only where that has a public page."""
    is_public = organization.is_published
    with translation.override(reader.language):
        hidden = _("an organisation without a public page")
    return OrganizationFacts(
        code=public_code(organization),
        name=organization.name if is_public else hidden,
        acronym=organization.acronym if is_public else "",
        sector=reader.term(Sector(organization.sector)),
        level=reader.term(Level(organization.level)),
        origin=reader.origin(organization),
    )


def public_code(organization: Organization) -> str:
    """The key of an organisation inside a document; the code of a hidden one would tell its name."""
    return organization.code if organization.is_published else f"organization-{organization.pk}"


def forum_facts(cycle: Cycle, reader: Reader) -> tuple[SectorFacts, ...]:
    """One query."""
    return tuple(
        SectorFacts(
            sector=reader.term(Sector(str(row["sector"]))),
            organizations=int(str(row["organizations"])),
            members=int(str(row["members"])),
        )
        for row in ForumMembership.objects.in_cycle(cycle.pk).composition()
    )
