"""A draft survey with two sections, built question by question."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from assessment.models import Framework, Question, QuestionKind, Section, Survey, SurveyVersion
from assessment.operations import surveys
from assessment.operations.survey_editing import fingerprint, fingerprint_of_all
from assessment.operations.surveys import BothLanguages, OptionSpec, QuestionSpec
from semarang_resilience.accounts.models import User
from semarang_resilience.core.models import Cycle
from semarang_resilience.places.models import District, Ward
from tests.assessment.surveys.conftest import (
    AT,
    budi,
    cycle,
    districts,
    framework,
    hazards,
    sari,
    wali,
)

__all__ = ["AT", "budi", "cycle", "districts", "framework", "hazards", "sari", "wali"]

OPENS, CLOSES = datetime(2026, 3, 1, tzinfo=UTC), datetime(2036, 4, 1, tzinfo=UTC)


def both(indonesian: str, english: str = "") -> BothLanguages:
    return BothLanguages(id=indonesian, en=english or f"{indonesian} (en)")


def asks(text: str, kind: QuestionKind = QuestionKind.TEXT, **facts: Any) -> QuestionSpec:
    """A question; choices get three options unless they bring their own."""
    if kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.PRIORITY_VOTE):
        labels = facts.pop("labels", ("Satu", "Dua", "Tiga"))
        facts.setdefault("options", tuple(OptionSpec(label=both(label)) for label in labels))
    return QuestionSpec(kind=kind, text=both(text), **facts)


def seen(row: Any) -> str:
    """The fingerprint of a row as it stands in the database now."""
    fresh = type(row).objects.get(pk=row.pk)
    return fingerprint(fresh)


def all_seen(version: SurveyVersion | None, only: Section | None = None) -> str:
    """The fingerprint of all questions of a version, or of one section, as they stand now."""
    rows = Section.objects.filter(version=version).for_questionnaire()
    return fingerprint_of_all(rows.filter(pk=only.pk) if only else rows)


@pytest.fixture
def empty(budi: User, cycle: Cycle, framework: Framework, districts: list[District]) -> Survey:
    """A draft without questions."""
    return surveys.create_survey(
        cycle=cycle, slug="baru-dibuat", title_id="Survei", title_en="Survey",
        opens_at=OPENS, closes_at=CLOSES, by=budi, at=AT,
    )  # fmt: skip


@pytest.fixture
def wards(districts: list[District]) -> list[Ward]:
    return [
        Ward.objects.create(code="33.74.01.1001", district=districts[0], name="Kauman"),
        Ward.objects.create(code="33.74.02.1001", district=districts[1], name="Bandarharjo"),
    ]


@pytest.fixture
def sections(empty: Survey, budi: User) -> list[Section]:
    """Two empty sections."""
    return [
        surveys.add_section(survey=empty, title=both(title), by=budi, at=AT)
        for title in ("Bagian satu", "Bagian dua")
    ]


@pytest.fixture
def version(sections: list[Section]) -> SurveyVersion:
    return sections[0].version


class Builder:
    """Short words for what the tests do again and again."""

    def __init__(self, by: User, sections: list[Section]) -> None:
        self.by, self.sections = by, sections

    def add(self, spec: QuestionSpec, place: int = 0) -> Question:
        return surveys.add_question(section=self.sections[place], spec=spec, by=self.by, at=AT)

    def edit(self, question: Question, spec: QuestionSpec, **facts: Any) -> Question:
        facts.setdefault("seen", seen(question))
        return surveys.edit_question(question=question, spec=spec, by=self.by, at=AT, **facts)

    def depend(self, question: Question, asked: Question, *codes: int) -> Question:
        condition = surveys.ConditionSpec(key=asked.key, codes=frozenset(codes))
        return surveys.set_condition(
            question=question, condition=condition, seen=seen(question), by=self.by, at=AT
        )

    def move(self, question: Question, step: int) -> Question:
        return surveys.move_question(question=question, step=step, by=self.by, at=AT)

    def remove(self, question: Question) -> None:
        surveys.remove_question(question=question, seen=seen(question), by=self.by, at=AT)

    def order(self) -> list[list[str]]:
        return [
            list(section.questions.order_by("position").values_list("key", flat=True))
            for section in Section.objects.filter(version=self.sections[0].version).order_by("position")
        ]


@pytest.fixture
def builder(budi: User, sections: list[Section]) -> Builder:
    return Builder(budi, sections)
