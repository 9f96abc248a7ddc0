"""The small city of the survey tests, with paper on the table and phones in the room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assessment.models import Survey, Workshop, WorkshopParticipant
from assessment.operations import survey_workshop, survey_workshop_room
from semarang_resilience.accounts.models import User
from tests.assessment.surveys.conftest import (
    AT,
    budi,
    cycle,
    districts,
    draft,
    framework,
    hazards,
    open_link,
    sari,
    survey,
    version,
    wali,
)

__all__ = [
    "AT",
    "budi",
    "cycle",
    "districts",
    "draft",
    "framework",
    "hazards",
    "open_link",
    "sari",
    "survey",
    "version",
    "wali",
]


@pytest.fixture
def tono(db: None) -> User:
    """CRO staff too: makes second entries."""
    return User.objects.create_user(
        "tono@contoh.semarang", "sandi-contoh-1", name="Tono", roles=["cro_staff"]
    )


@pytest.fixture
def workshop(survey: Survey, budi: User) -> Workshop:
    """A room in which nobody is yet."""
    return survey_workshop.create_workshop(
        survey=survey, name="Lokakarya uji", held_on=AT.date(), by=budi, at=AT, code="ABC234"
    )


Phones = Callable[..., list[WorkshopParticipant]]


@pytest.fixture
def phones(workshop: Workshop) -> Phones:
    """`phones(12)`: that many people of one sector with their phones."""

    def join(count: int, *, sector: str = "community", district: str = "") -> list[WorkshopParticipant]:
        return [
            survey_workshop_room.join_workshop(workshop=workshop, sector=sector, district=district, at=AT)
            for _ in range(count)
        ]

    return join


@pytest.fixture
def reply(workshop: Workshop) -> Callable[..., None]:
    """`reply(phone, "driver-01", 3)`: what a phone sends for a question."""

    def send(participant: WorkshopParticipant, key: str, *codes: Any, **fields: Any) -> None:
        data = {f"q_{key}": [str(code) for code in codes]} if codes else {}
        data |= {f"q_{key}_{part}": [str(code)] for part, code in fields.items()}
        survey_workshop_room.answer_question(
            workshop=workshop, participant=participant, key=key, data=data, at=AT
        )

    return send
