"""A small city of our own, made through the models: enough of everything that a document says."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from assessment.models import (
    Asset,
    Dimension,
    Driver,
    Evidence,
    Exposure,
    Finding,
    FindingStatus,
    FocusArea,
    FocusAreaFinding,
    FocusAreaStatus,
    Framework,
    Hazard,
    Programme,
    ProgrammeDriver,
)
from semarang_resilience.accounts.models import Role, User
from semarang_resilience.core.models import Cycle, Phase
from semarang_resilience.places.models import City, District, Ward
from stakeholders.models import ForumMembership, Organization

AT = datetime(2016, 5, 24, 2, 0, tzinfo=UTC)
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[110.40, -6.98], [110.44, -6.98], [110.44, -7.02], [110.40, -7.02], [110.40, -6.98]]],
}
EXAMPLE = {"provenance": "example"}
QUOTED = {"provenance": "quoted", "source": "100rcsemarang.org/challenges-shocks-and-stresses"}


@dataclass
class People:
    """One person for each role that matters here."""

    administrator: User
    lead: User
    staff: User
    leadership: User
    member: User


def make_people() -> People:
    """Five users."""

    def user(name: str, role: str) -> User:
        return User.objects.create_user(f"{name}@contoh.semarang", "rahasia-sekali", name=name, roles=[role])

    return People(
        administrator=user("administrator", Role.ADMINISTRATOR),
        lead=user("lead", Role.CRO_LEAD),
        staff=user("staff", Role.CRO_STAFF),
        leadership=user("leadership", Role.LEADERSHIP),
        member=user("member", Role.FORUM_MEMBER),
    )


def make_city(author: User, decider: User, *, rows: int = 2) -> Cycle:
    """A cycle with `rows` of everything, part of it without English."""
    cycle = Cycle.objects.create(
        slug="siklus-1",
        name_ind="Siklus 2015–2016",
        name_en="Cycle 2015–2016",
        planned_start=date(2015, 5, 1),
        planned_end=date(2016, 1, 31),
        actual_start=date(2015, 5, 1),
        launched_on=date(2016, 5, 23),
    )
    Phase.objects.create(cycle=cycle, position=1, name_ind="Tahap 1", name_en="Stage 1")
    place = City.objects.create(code="33.74", name="Kota Semarang")
    district = District.objects.create(
        code="33.74.01", city=place, name="Semarang Tengah", area_km2="6.140", geometry=SQUARE
    )
    ward = Ward.objects.create(code="33.74.01.1001", district=district, name="Miroto")
    framework = Framework.objects.create(slug="crf-2014", name="City Resilience Framework", version="2014")
    dimension = Dimension.objects.create(
        framework=framework, position=1, name_ind="Kesehatan", name_en="Health"
    )
    owner = Organization.objects.create(
        code="bpbd", name="Badan Penanggulangan", acronym="BPBD", sector="government"
    )
    ForumMembership.objects.create(cycle=cycle, organization=owner, since=date(2015, 6, 1))
    for i in range(1, rows + 1):
        _row(i, cycle=cycle, ward=ward, dimension=dimension, owner=owner, author=author, decider=decider)
    return cycle


def _row(
    i: int,
    *,
    cycle: Cycle,
    ward: Ward,
    dimension: Dimension,
    owner: Organization,
    author: User,
    decider: User,
) -> None:
    driver = Driver.objects.create(
        dimension=dimension,
        position=i,
        name_ind=f"Penggerak {i}",
        name_en=f"Driver {i}",
        short_name_ind=f"P{i}",
    )
    hazard = Hazard.objects.create(
        cycle=cycle,
        slug=f"rob-{i}",
        kind="stress",
        position=i,
        name_ind=f"Rob {i}",
        name_en=f"Tidal flood {i}",
        **QUOTED,
    )
    asset = Asset.objects.create(
        cycle=cycle,
        code=f"polder-{i}",
        name_ind=f"Polder {i}",
        kind="drainage",
        ward=ward,
        owner=owner,
        **EXAMPLE,
    )
    Exposure.objects.create(asset=asset, hazard=hazard, exposure=3, consequence=2)
    programme = Programme.objects.create(
        cycle=cycle, code=f"program-{i}", name_ind=f"Bank sampah {i}", owner=owner
    )
    ProgrammeDriver.objects.create(programme=programme, driver=driver)
    finding = Finding.objects.create(
        cycle=cycle,
        code=f"T-{i:03}",
        kind="weakness",
        title_ind=f"Air bersih belum merata {i}",
        title_en=f"Clean water is uneven {i}",
        statement_ind="Sebagian warga **belum** tersambung.",
        author=author,
        created_at=AT,
        submitted_at=AT,
        status=FindingStatus.ACCEPTED,
        decided_by=decider,
        decided_at=AT,
        decision_reason="Didukung data.",
    )
    finding.drivers.add(driver)
    finding.hazards.add(hazard)
    Evidence.objects.create(
        finding=finding,
        kind="document",
        summary_ind="RISPAM 2018",
        source="Review RISPAM 2018",
        provenance="quoted",
    )
    area = FocusArea.objects.create(
        cycle=cycle,
        slug=f"fokus-{i}",
        position=i,
        name_ind=f"Kebutuhan dasar {i}",
        name_en=f"Basic needs {i}",
        rationale_ind="Air, pangan, energi.",
        status=FocusAreaStatus.SELECTED if i % 2 else FocusAreaStatus.DROPPED,
        decided_by=decider,
        decided_at=AT,
        decision_reason_ind="Paling mendesak.",
    )
    FocusAreaFinding.objects.create(focus_area=area, finding=finding, reason_ind="Menunjukkan kekurangan.")


@pytest.fixture
def people(db: None) -> People:
    """One person for each role."""
    return make_people()


@pytest.fixture
def city(people: People) -> Cycle:
    """The small city."""
    return make_city(people.staff, people.lead)


@pytest.fixture
def at() -> datetime:
    """The day after the launch, nine in the morning in Semarang."""
    return AT
