"""A small city with one survey: four drivers in two dimensions, a shock, a stress, choices and a text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from assessment.models import (
    Dimension,
    Driver,
    Framework,
    Hazard,
    Invitation,
    OpenAnswer,
    OpenAnswerStatus,
    Survey,
    SurveyVersion,
)
from assessment.operations import surveys
from assessment.operations.open_answers import read_answer
from semarang_resilience.accounts.models import User
from semarang_resilience.core.models import Cycle
from semarang_resilience.places.models import City, District

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OPENS, CLOSES = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
LATER = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def budi(db: None) -> User:
    """CRO staff: makes and opens surveys, closes them, hands out links."""
    return User.objects.create_user(
        "budi@contoh.semarang", "sandi-contoh-1", name="Budi", roles=["cro_staff"]
    )


@pytest.fixture
def sari(db: None) -> User:
    """CRO lead: publishes results."""
    return User.objects.create_user("sari@contoh.semarang", "sandi-contoh-1", name="Sari", roles=["cro_lead"])


@pytest.fixture
def wali(db: None) -> User:
    """Leadership: reads everything, changes nothing."""
    return User.objects.create_user(
        "wali@contoh.semarang", "sandi-contoh-1", name="Wali", roles=["leadership"]
    )


@pytest.fixture
def cycle(db: None) -> Cycle:
    """The run of the programme."""
    return Cycle.objects.create(
        slug="2026",
        name_ind="Siklus 2026",
        name_en="Cycle 2026",
        planned_start=date(2026, 1, 1),
        planned_end=date(2026, 9, 30),
    )


@pytest.fixture
def framework(db: None) -> Framework:
    """Two dimensions, two drivers each."""
    framework = Framework.objects.create(slug="kerangka", name="Kerangka", version="1")
    number = 0
    for position, (name, english) in enumerate((("Kesehatan", "Health"), ("Ekonomi", "Economy")), start=1):
        dimension = Dimension.objects.create(
            framework=framework, position=position, name_ind=name, name_en=english
        )
        for _ in range(2):
            number += 1
            Driver.objects.create(
                dimension=dimension,
                position=number,
                name_ind=f"Penggerak {number}",
                name_en=f"Driver {number}",
                short_name_ind=f"P{number}",
                short_name_en=f"D{number}",
            )
    return framework


@pytest.fixture
def hazards(cycle: Cycle) -> list[Hazard]:
    """A shock and a stress."""
    return [
        Hazard.objects.create(
            cycle=cycle, slug="banjir", kind="shock", position=1, name_ind="Banjir", name_en="Flood"
        ),
        Hazard.objects.create(
            cycle=cycle, slug="rob", kind="stress", position=1, name_ind="Rob", name_en="Tidal flood"
        ),
    ]


@pytest.fixture
def districts(db: None) -> list[District]:
    """Two districts with square borders."""
    city = City.objects.create(code="33.74", name="Semarang")
    square = {
        "type": "Polygon",
        "coordinates": [[[110.4, -7.0], [110.5, -7.0], [110.5, -6.9], [110.4, -6.9], [110.4, -7.0]]],
    }
    return [
        District.objects.create(code="33.74.01", city=city, name="Semarang Tengah", geometry=square),
        District.objects.create(code="33.74.02", city=city, name="Semarang Utara", geometry=square),
    ]


@pytest.fixture
def draft(
    budi: User, cycle: Cycle, framework: Framework, hazards: list[Hazard], districts: list[District]
) -> Survey:
    """A survey with the standard questions, not open yet."""
    survey = surveys.create_survey(
        cycle=cycle,
        slug="persepsi",
        title_id="Persepsi warga",
        title_en="Residents' perception",
        introduction_id="Bagaimana ketahanan kota kita?",
        introduction_en="How resilient is our city?",
        opens_at=OPENS,
        closes_at=CLOSES,
        by=budi,
        at=AT,
    )
    sections = surveys.standard_sections(framework=framework, cycle=cycle)
    surveys.add_version(survey=survey, framework=framework, sections=sections, by=budi, at=AT)
    return survey


@pytest.fixture
def survey(draft: Survey, budi: User) -> Survey:
    """The survey, open."""
    return surveys.open_survey(survey=draft, by=budi, at=AT)


@pytest.fixture
def version(survey: Survey) -> SurveyVersion:
    """Its frozen questions."""
    assert survey.current_version
    return survey.current_version


@dataclass(frozen=True)
class Link:
    """An invitation with the token that only its holder knows."""

    invitation: Invitation
    token: str


@pytest.fixture
def open_link(survey: Survey, budi: User) -> Link:
    """A link for everybody."""
    return Link(*surveys.issue_link(survey=survey, kind="open", label="Poster", by=budi, at=AT))


@pytest.fixture
def personal_link(survey: Survey, budi: User) -> Link:
    """A link for one person."""
    return Link(*surveys.issue_link(survey=survey, kind="personal", label="Undangan 1", by=budi, at=AT))


def filled(**changes: list[str] | None) -> dict[str, list[str]]:
    """A form as somebody would send it; `changes` replaces fields, None leaves one out."""
    form: dict[str, list[str] | None] = {
        "sector": ["community"],
        "district": ["33.74.01"],
        "q_driver-01": ["1"],
        "q_driver-02": ["3"],
        "q_driver-03": ["0"],
        "q_hazard-banjir_now": ["4"],
        "q_hazard-banjir_future": ["5"],
        "q_hazard-rob_now": ["2"],
        "q_priority-dimension": ["2"],
        "q_helpful-measures": ["1", "3"],
        "q_suggestion": ["Perbaiki saluran."],
    }
    return {name: value for name, value in (form | changes).items() if value is not None}


@pytest.fixture
def answer(open_link: Link) -> Callable[..., surveys.Submitted]:
    """Send a form through the open link: `answer(sector="media", **{"q_driver-01": ["3"]})`."""

    def send(*, sector: str = "community", **changes: Any) -> surveys.Submitted:
        return surveys.submit_response(
            token=open_link.token, submission_id=uuid4(), data=filled(sector=[sector], **changes), at=AT
        )

    return send


def read_everything(survey: Survey, by: User) -> None:
    """Count what is there and keep every answer in words, as the office does before results are published."""
    surveys.fold_all_responses()
    answers = OpenAnswer.objects.filter(version__survey=survey, status=OpenAnswerStatus.NEW)
    for answer in answers.order_by("pk"):
        read_answer(answer=answer, decision=OpenAnswerStatus.KEPT, by=by, at=AT)
