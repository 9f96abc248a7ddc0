"""A survey with every kind of question; open now, since pages read the real clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.urls import reverse
from django.utils import timezone, translation

from assessment.models import Framework, Hazard, HazardAspects, Question, QuestionKind, Survey, SurveyVersion
from assessment.operations import surveys
from assessment.operations.survey_specs import ConditionSpec
from assessment.operations.survey_versions import publish_version, start_version
from assessment.operations.surveys import BothLanguages, OptionSpec, QuestionSpec, SectionSpec
from semarang_resilience.places.models import District, Ward

from .conftest import Link


def words(id: str, en: str) -> BothLanguages:
    """A text in both languages."""
    return BothLanguages(id=id, en=en)


def options(*labels: str) -> list[OptionSpec]:
    """Choices whose label is the same in both languages but for a mark."""
    return [OptionSpec(label=words(label, f"{label} (en)")) for label in labels]


def every_kind(framework: Framework, hazard: Hazard) -> list[SectionSpec]:
    """Two sections: ratings first, then choices, conditions and words."""
    driver = framework.dimensions.order_by("position")[0].drivers.order_by("position")[0]
    ratings = [
        QuestionSpec(
            key="driver-01",
            kind=QuestionKind.DRIVER_RATING,
            text=words("Kebutuhan dasar", "Basic needs"),
            driver=driver,
            options=options("Banyak yang kurang", "Sebagian cukup", "Semua terpenuhi"),
        ),
        QuestionSpec(
            key="hazard-rob",
            kind=QuestionKind.HAZARD_RATING,
            text=words("Rob", "Tidal flood"),
            hazard=hazard,
            aspects=HazardAspects.ALL,
        ),
        QuestionSpec(
            key="trust",
            kind=QuestionKind.SCALE,
            text=words("Seberapa percaya Anda?", "How much do you trust?"),
            levels=10,
            low=words("sama sekali tidak", "not at all"),
            high=words("sepenuhnya", "fully"),
        ),
    ]
    choices = [
        QuestionSpec(
            key="measures",
            kind=QuestionKind.PRIORITY_VOTE,
            text=words("Mana yang didahulukan?", "What comes first?"),
            options=options("Pompa", "Tanggul", "Drainase", "Taman"),
            max_choices=2,
        ),
        QuestionSpec(
            key="flooded",
            kind=QuestionKind.SINGLE,
            text=words("Pernah kebanjiran?", "Ever flooded?"),
            options=options("Ya", "Tidak"),
            required=True,
        ),
        QuestionSpec(
            key="help",
            kind=QuestionKind.MULTIPLE,
            text=words("Siapa yang membantu?", "Who helped?"),
            options=options("Tetangga", "Kelurahan"),
            condition=ConditionSpec(key="flooded", codes=frozenset({1})),
            required=True,
        ),
        QuestionSpec(
            key="place",
            kind=QuestionKind.ASSET_NOMINATION,
            text=words("Tempat mana yang penting?", "Which place matters?"),
        ),
        QuestionSpec(key="words", kind=QuestionKind.TEXT, text=words("Apa lagi?", "What else?")),
    ]
    return [
        SectionSpec(title=words("Penilaian", "Ratings"), questions=ratings),
        SectionSpec(title=words("Pilihan", "Choices"), questions=choices),
    ]


def open_now(draft: Survey, by: Any, sections: list[SectionSpec] | None = None) -> Survey:
    """Open a draft, with other questions if they are given."""
    now = timezone.now()
    draft.opens_at, draft.closes_at = now - timedelta(days=1), now + timedelta(days=1)
    draft.save()
    if sections:
        framework = Framework.objects.get()
        surveys.add_version(survey=draft, framework=framework, sections=sections, by=by, at=now)
    return surveys.open_survey(survey=draft, by=by, at=now)


def reword(survey: Survey, by: Any, key: str = "trust") -> SurveyVersion:
    """Publish a further version of an open survey, in which one question is worded otherwise."""
    now = timezone.now()
    version = start_version(survey=survey, by=by, at=now)
    Question.objects.filter(section__version=version, key=key).update(
        text_ind="Seberapa yakin Anda?", text_en="How confident are you?"
    )
    SurveyVersion.objects.filter(pk=version.pk).update(change_note_ind="Ejaan", change_note_en="Spelling")
    version.refresh_from_db()
    publish_version(version=version, by=by, at=now)
    survey.refresh_from_db()
    assert survey.current_version_id == version.pk
    return version


def make_wards() -> list[Ward]:
    """One ward in each district."""
    return [
        Ward.objects.create(
            code=f"{district.code}.1001", district=district, name=f"Kelurahan {district.name}"
        )
        for district in District.objects.order_by("code")
    ]


def link_to(survey: Survey, by: Any, kind: str = "open") -> Link:
    """A link to an open survey."""
    return Link(*surveys.issue_link(survey=survey, kind=kind, label=kind, by=by, at=timezone.now()))


def address(link: Link, language: str = "id") -> str:
    """Where the form of a link stands."""
    with translation.override(language):
        return reverse("assessment:survey_form", args=["persepsi", link.token])


def whole(**changes: Any) -> dict[str, list[str]]:
    """Every question answered, as a form sends it; `changes` replaces fields, None leaves one out."""
    form: dict[str, list[str] | None] = {
        "submission": [str(uuid4())],
        "sector": ["community"],
        "district": ["33.74.01"],
        "q_driver-01": ["2"],
        "q_hazard-rob_now": ["4"],
        "q_hazard-rob_future": ["5"],
        "q_hazard-rob_likelihood": ["3"],
        "q_hazard-rob_impact": ["0"],
        "q_trust": ["9"],
        "q_measures": ["1", "3"],
        "q_flooded": ["1"],
        "q_help": ["2"],
        "q_place": ["Pasar Johar"],
        "q_place_ward": ["33.74.02.1001"],
        "q_words": ["Perbaiki <saluran>."],
    }
    return {name: values for name, values in (form | changes).items() if values is not None}


ANSWERS: dict[str, Any] = {
    "driver-01": 2,
    "hazard-rob": {"now": 4, "future": 5, "likelihood": 3, "impact": 0},
    "trust": 9,
    "measures": [1, 3],
    "flooded": 1,
    "help": [2],
    "place": {"name": "Pasar Johar", "ward": "33.74.02.1001"},
    "words": "Perbaiki <saluran>.",
}
