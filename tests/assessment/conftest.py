"""The same few people and things in all stories about the assessment."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, Protocol

import pytest

from assessment.models import (
    Asset,
    Dimension,
    Driver,
    EvidenceKind,
    Finding,
    FindingKind,
    FocusArea,
    Framework,
    Hazard,
    Survey,
    SurveyVersion,
)
from assessment.operations import findings, focus_areas, inventory, surveys
from semarang_resilience.accounts.models import Role, User
from semarang_resilience.core.models import Cycle

AT = datetime(2015, 10, 7, 2, 0, tzinfo=UTC)


def make_user(name: str, *roles: Role) -> User:
    return User.objects.create_user(f"{name.lower()}@contoh.semarang", name=name, roles=list(roles))


@pytest.fixture
def sari(db: None) -> User:
    """CRO staff: writes findings."""
    return make_user("Sari", Role.CRO_STAFF)


@pytest.fixture
def tono(db: None) -> User:
    """CRO staff too: did not write Sari's findings."""
    return make_user("Tono", Role.CRO_STAFF)


@pytest.fixture
def lestari(db: None) -> User:
    """CRO lead: decides."""
    return make_user("Lestari", Role.CRO_LEAD)


@pytest.fixture
def wahyu(db: None) -> User:
    """A second CRO lead, for races."""
    return make_user("Wahyu", Role.CRO_LEAD)


@pytest.fixture
def bagas(db: None) -> User:
    """Leadership: reads everything, edits nothing."""
    return make_user("Bagas", Role.LEADERSHIP)


@pytest.fixture
def mitra(db: None) -> User:
    """A forum member: sees what the public sees."""
    return make_user("Mitra", Role.FORUM_MEMBER)


@pytest.fixture
def cycle(db: None) -> Cycle:
    return Cycle.objects.create(
        slug="2015", name="Siklus 2015", planned_start=date(2015, 5, 1), planned_end=date(2016, 1, 31)
    )


@pytest.fixture
def other_cycle(db: None) -> Cycle:
    """An older run, so that pages keep showing the first one."""
    return Cycle.objects.create(
        slug="2009", name="Siklus 2009", planned_start=date(2009, 1, 1), planned_end=date(2010, 1, 1)
    )


@pytest.fixture
def drivers(db: None) -> list[Driver]:
    """Two dimensions with two drivers each."""
    framework = Framework.objects.create(slug="crf-uji", name="Kerangka uji", version="1")
    rows = []
    for dimension_number, (dimension_name, names) in enumerate(
        {
            "Kesehatan": ("Kebutuhan dasar", "Penghidupan"),
            "Lingkungan": ("Aset alam", "Layanan penting"),
        }.items(),
        1,
    ):
        dimension = Dimension.objects.create(
            framework=framework,
            position=dimension_number,
            name=dimension_name,
            name_en=f"{dimension_name} (en)",
        )
        rows += [
            Driver.objects.create(
                dimension=dimension,
                position=position,
                name=name,
                name_en=f"{name} (en)",
                short_name=name,
            )
            for position, name in enumerate(names, 1)
        ]
    return rows


@pytest.fixture
def rob(cycle: Cycle, sari: User) -> Hazard:
    """Tidal flooding, a stress."""
    return inventory.register_hazard(
        cycle=cycle,
        slug="rob",
        kind="stress",
        position=1,
        name_id="Rob",
        name_en="Tidal flooding",
        by=sari,
        at=AT,
    )


@pytest.fixture
def banjir(cycle: Cycle, sari: User) -> Hazard:
    """Flood, a shock."""
    return inventory.register_hazard(
        cycle=cycle,
        slug="banjir",
        kind="shock",
        position=1,
        name_id="Banjir",
        name_en="Flood",
        by=sari,
        at=AT,
    )


@pytest.fixture
def polder(cycle: Cycle, sari: User) -> Asset:
    return inventory.register_asset(
        cycle=cycle,
        code="polder-tawang",
        kind="drainage",
        name_id="Polder Tawang",
        name_en="Tawang polder",
        criticality=3,
        by=sari,
        at=AT,
    )


class MakeFinding(Protocol):
    def __call__(self, status: str = ..., **facts: Any) -> Finding: ...


@pytest.fixture
def make_finding(cycle: Cycle, sari: User, lestari: User) -> MakeFinding:
    """A finding by Sari in the status one asks for, brought there by the operations."""
    decide = {
        "accepted": findings.accept_finding,
        "returned": findings.return_finding,
        "rejected": findings.reject_finding,
    }
    numbers = count(1)

    def make(status: str = "draft", **facts: Any) -> Finding:
        number = next(numbers)
        texts = {
            "title_id": f"Temuan {number}",
            "title_en": f"Finding {number}",
            "statement_id": "Rob masuk ke jalan.",
            "statement_en": "Tidal water enters the road.",
        }
        facts = {"cycle": cycle, "kind": FindingKind.WEAKNESS, "by": sari, "at": AT} | texts | facts
        finding = findings.create_finding(**facts)
        if status == "draft":
            return finding
        findings.add_evidence(
            finding=finding,
            kind=EvidenceKind.DOCUMENT,
            summary_id="Data pasang",
            summary_en="Tide data",
            by=facts["by"],
            at=AT,
        )
        findings.submit_finding(finding=finding, by=facts["by"], at=AT)
        if status in decide:
            decide[status](finding=finding, reason="Cukup jelas.", by=lestari, at=AT)
        if status == "published":
            findings.accept_finding(finding=finding, reason="Cukup jelas.", by=lestari, at=AT)
            findings.publish_finding(finding=finding, by=lestari, at=AT)
        return finding

    return make


class MakeFocusArea(Protocol):
    def __call__(self, status: str = ..., **facts: Any) -> FocusArea: ...


@pytest.fixture
def make_focus_area(cycle: Cycle, sari: User, lestari: User, make_finding: MakeFinding) -> MakeFocusArea:
    """A focus area with one published finding, in the status one asks for."""
    numbers = count(1)

    def make(status: str = "proposed", **facts: Any) -> FocusArea:
        number = next(numbers)
        texts = {
            "name_id": f"Fokus {number}",
            "name_en": f"Focus {number}",
            "rationale_id": "Perlu data lebih dalam.",
            "rationale_en": "Needs deeper data.",
        }
        facts = {"cycle": cycle, "slug": f"fokus-{number}", "by": sari, "at": AT} | texts | facts
        focus_area = focus_areas.propose_focus_area(**facts)
        focus_areas.attach_finding(
            focus_area=focus_area,
            finding=make_finding("published"),
            reason="Menunjuk ke sana.",
            by=sari,
            at=AT,
        )
        if status in {"selected", "published"}:
            focus_areas.select_focus_area(
                focus_area=focus_area, reason_id="Penting.", reason_en="Important.", by=lestari, at=AT
            )
        if status == "dropped":
            focus_areas.drop_focus_area(focus_area=focus_area, reason="Sudah ada program.", by=lestari, at=AT)
        if status == "published":
            focus_areas.publish_focus_area(focus_area=focus_area, by=lestari, at=AT)
        return focus_area

    return make


@pytest.fixture
def cited_version(cycle: Cycle) -> SurveyVersion:
    """A version of a survey that something may cite."""
    survey = Survey.objects.create(
        cycle=cycle, slug="persepsi", title="Persepsi", opens_at=AT, closes_at=AT + timedelta(days=30)
    )
    return SurveyVersion.objects.create(survey=survey, number=1)


@pytest.fixture
def survey(cycle: Cycle, drivers: list[Driver], rob: Hazard, banjir: Hazard, sari: User) -> Survey:
    """A closed perception survey: 12 officials, 8 of a community, 2 journalists have answered.

    Everybody rates driver-01 as weak except four officials; nobody but the officials rates driver-02;
    rob is 4 now and 5 in future; everybody chooses the first dimension; nobody rates driver-04.
    """
    survey = surveys.create_survey(
        cycle=cycle,
        slug="persepsi-2015",
        title_id="Persepsi 2015",
        title_en="Perception 2015",
        introduction_id="Bagaimana kota kita?",
        introduction_en="How is our city?",
        opens_at=AT,
        closes_at=AT + timedelta(days=30),
        by=sari,
        at=AT,
    )
    framework = drivers[0].dimension.framework
    surveys.add_version(
        survey=survey,
        framework=framework,
        sections=surveys.standard_sections(framework=framework, cycle=cycle),
        by=sari,
        at=AT,
    )
    survey = surveys.open_survey(survey=survey, by=sari, at=AT)
    both = {"hazard-rob": (4, 5), "priority-dimension": 1}
    rows = [
        {"sector": "government", "answers": both | {"driver-01": 3 if n < 4 else 1, "driver-02": 2}}
        for n in range(12)
    ]
    rows += [{"sector": "community", "answers": both | {"driver-01": 1}} for _ in range(8)]
    rows += [{"sector": "media", "answers": both | {"driver-01": 1}} for _ in range(2)]
    surveys.load_responses(version=survey.current_version, rows=rows, by=sari, at=AT)
    return surveys.close_survey(survey=survey, by=sari, at=AT)
