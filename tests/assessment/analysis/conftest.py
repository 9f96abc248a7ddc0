"""A survey with a question of every kind, whose answers and sheets are drawn by lot."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from assessment.models import (
    Driver,
    Framework,
    Hazard,
    Option,
    Question,
    QuestionKind,
    Response,
    Section,
    Survey,
    SurveyVersion,
)
from assessment.operations import surveys
from semarang_resilience.accounts.models import User
from semarang_resilience.core.models import Cycle
from semarang_resilience.places.models import District

from ..surveys.conftest import (  # noqa: F401  the same people and places
    AT,
    CLOSES,
    OPENS,
    budi,
    cycle,
    districts,
    framework,
    hazards,
    sari,
    wali,
)

SECTORS = ["government", "private", "academia", "community", "media"]
Rows = list[tuple[str, str, dict[str, Any]]]  # sector, district, answers by question key


@dataclass
class World:
    """A survey that is closed, with the sheets that were taken in by version number."""

    survey: Survey
    budi: User
    sheets: dict[int, Rows] = field(default_factory=dict)

    def version(self, number: int) -> SurveyVersion:
        return self.survey.versions.get(number=number)

    def take(self, rows: Rows, number: int = 1) -> None:
        """Count sheets for a version."""
        loaded = [{"sector": s, "district": d, "answers": a} for s, d, a in rows]
        if loaded:
            surveys.load_responses(version=self.version(number), rows=loaded, by=self.budi, at=AT)
        self.sheets.setdefault(number, []).extend(rows)
        while surveys.fold_responses():
            pass

    def all_rows(self, numbers: Iterable[int] | None = None) -> Rows:
        wanted = self.sheets.keys() if numbers is None else numbers
        return [row for number in wanted for row in self.sheets.get(number, [])]


Build = Callable[..., World]


def add_questions(
    version: SurveyVersion, drivers: list[Driver], threats: list[Hazard], **changes: Any
) -> None:
    """One question of each kind; `changes` alters columns of the question with that key."""
    section = Section.objects.create(version=version, position=1, title_ind="Bagian", title_en="Part")
    made: dict[str, Question] = {}

    def add(key: str, kind: QuestionKind, *, options: int = 0, **facts: Any) -> None:
        facts = {"text_ind": f"Soal {key}", "text_en": f"Question {key}"} | facts | changes.get(key, {})
        options = facts.pop("options", options)
        made[key] = Question.objects.create(
            section=section, position=len(made) + 1, key=key, kind=kind, **facts
        )
        for place in range(1, options + 1):
            Option.objects.create(
                question=made[key], position=place, label_ind=f"{key} {place}", label_en=f"{key} {place} en"
            )

    add("driver-01", QuestionKind.DRIVER_RATING, driver=drivers[0])
    add("driver-02", QuestionKind.DRIVER_RATING, driver=drivers[1])
    add("hazard-rob", QuestionKind.HAZARD_RATING, hazard=threats[1], aspects="all")
    add("hazard-banjir", QuestionKind.HAZARD_RATING, hazard=threats[0], aspects="likelihood_impact")
    add("trust", QuestionKind.SCALE, levels=7)
    add("one", QuestionKind.SINGLE, options=3)
    add("follow", QuestionKind.SCALE, levels=4, shown_if=made["one"], shown_if_codes=[1, 3])
    add("deeper", QuestionKind.MULTIPLE, options=2, shown_if=made["follow"], shown_if_codes=[3, 4])
    add("many", QuestionKind.MULTIPLE, options=4)
    add("vote", QuestionKind.PRIORITY_VOTE, options=5, max_choices=2)
    add("words", QuestionKind.TEXT)
    add("place", QuestionKind.ASSET_NOMINATION)


def freeze(version: SurveyVersion) -> None:
    """As opening a further version does."""
    version.definition = surveys.compile_definition(version)
    version.frozen_at = AT + timedelta(seconds=version.number)
    version.save()
    Survey.objects.filter(pk=version.survey_id).update(current_version=version)


@pytest.fixture
def build(
    budi: User,  # noqa: F811
    cycle: Cycle,  # noqa: F811
    framework: Framework,  # noqa: F811
    hazards: list[Hazard],  # noqa: F811
    districts: list[District],  # noqa: F811
) -> Build:
    """`build(versions=[{}, {"trust": {"breaks_series": True}}])`: a survey with versions, closed."""

    def make(
        *,
        slug: str = "analisis",
        versions: Iterable[dict[str, Any]] = ({},),
        status: str = "closed",
        **facts: Any,
    ) -> World:
        survey = Survey.objects.create(
            cycle=cycle,
            slug=slug,
            title_ind=f"Survei {slug}",
            title_en=f"Survey {slug}",
            opens_at=OPENS,
            closes_at=CLOSES,
            **facts,
        )
        drivers = list(Driver.objects.order_by("pk"))
        for number, changes in enumerate(versions, start=1):
            version = SurveyVersion.objects.create(survey=survey, number=number, framework=framework)
            add_questions(version, drivers, hazards, **changes)
            freeze(version)
        dates = {"opened_at": AT, "closed_at": AT} | ({"published_at": AT} if status == "published" else {})
        Survey.objects.filter(pk=survey.pk).update(status=status, **dates)
        return World(Survey.objects.for_detail().get(pk=survey.pk), budi)

    return make


def draw_rows(count: int, seed: int, *, sectors: Iterable[str] = SECTORS) -> Rows:
    """Sheets drawn by lot: blanks, "can't judge", conditions that hold or not, several choices."""
    lot = Random(seed)
    rows = []
    for _ in range(count):
        answers = _answers(lot)
        answers = {key: value for key, value in answers.items() if lot.random() > 0.15}
        answers.setdefault("driver-02", 2)
        district = lot.choices(["33.74.01", "33.74.02", ""], [5, 4, 1])[0]
        rows.append((lot.choice(list(sectors)), district, answers))
    return rows


def _answers(lot: Random) -> dict[str, Any]:
    def level(top: int) -> int:
        return lot.randint(0, top)

    return {
        "driver-01": level(3),
        "driver-02": level(3),
        "hazard-rob": [lot.choice([None, level(5)]) for _ in range(4)],
        "hazard-banjir": [level(5), level(5)],
        "trust": level(7),
        "one": lot.randint(1, 3),
        "follow": level(4),
        "deeper": lot.sample([1, 2], lot.randint(0, 2)),
        "many": lot.sample([1, 2, 3, 4], lot.randint(0, 4)),
        "vote": lot.sample([1, 2, 3, 4, 5], lot.randint(0, 2)),
    }


@pytest.fixture
def no_sheets() -> None:
    """Proof that results never read sheets: take them away after counting."""
    Response.objects.all().delete()
