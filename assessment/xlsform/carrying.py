"""Taking a plan from the preview to the confirmation: signed, so that nothing is kept or written between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from assessment.models import Driver, Hazard, QuestionKind
from assessment.operations.survey_specs import (
    BothLanguages,
    ConditionSpec,
    OptionSpec,
    QuestionSpec,
    SectionSpec,
)
from semarang_resilience.core.errors import Refused

SALT = "assessment.xlsform"
VALID_SECONDS = 24 * 60 * 60


def carried(sections: Sequence[SectionSpec], *, survey: int, user: int) -> str:
    """The questions as a signed text for a hidden field, good for a day, one person and one survey."""
    content = {"survey": survey, "user": user, "sections": [_section(section) for section in sections]}
    return signing.dumps(content, salt=SALT, compress=True)


def carried_here(text: str, *, survey: int, user: int) -> list[SectionSpec]:
    """The inverse of `carried`. Refuses what is too old, tampered with, or meant for something else."""
    try:
        content = signing.loads(text, salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature as error:
        raise Refused(
            _("The preview is too old or incomplete. Upload the file again."), code="stale"
        ) from error
    if content["survey"] != survey or content["user"] != user:
        raise Refused(_("The preview belongs to something else. Upload the file again."), code="stale")
    questions = [question for section in content["sections"] for question in section["questions"]]
    drivers = Driver.objects.for_list().in_bulk(
        [question["driver"] for question in questions if question["driver"]]
    )
    hazards = Hazard.objects.in_bulk([question["hazard"] for question in questions if question["hazard"]])
    return [
        SectionSpec(
            title=BothLanguages(**section["title"]),
            introduction=BothLanguages(**section["introduction"]),
            questions=tuple(_question_of(data, drivers, hazards) for data in section["questions"]),
        )
        for section in content["sections"]
    ]


def _section(section: SectionSpec) -> dict[str, Any]:
    return {
        "title": _words(section.title),
        "introduction": _words(section.introduction),
        "questions": [_question(question) for question in section.questions],
    }


def _words(text: BothLanguages) -> dict[str, str]:
    return {"id": text.id, "en": text.en}


def _question(question: QuestionSpec) -> dict[str, Any]:
    condition = question.condition
    return {
        "key": question.key,
        "kind": question.kind.value,
        "text": _words(question.text),
        "help": _words(question.help),
        "required": question.required,
        "driver": question.driver and question.driver.pk,
        "hazard": question.hazard and question.hazard.pk,
        "aspects": question.aspects,
        "options": [[option.code, _words(option.label)] for option in question.options],
        "levels": question.levels,
        "low": _words(question.low),
        "high": _words(question.high),
        "max_choices": question.max_choices,
        "condition": condition and [condition.key, sorted(condition.codes)],
    }


def _question_of(
    data: dict[str, Any], drivers: dict[int, Driver], hazards: dict[int, Hazard]
) -> QuestionSpec:
    condition = data["condition"]
    return QuestionSpec(
        key=data["key"],
        kind=QuestionKind(data["kind"]),
        text=BothLanguages(**data["text"]),
        help=BothLanguages(**data["help"]),
        required=data["required"],
        driver=drivers.get(data["driver"]),
        hazard=hazards.get(data["hazard"]),
        aspects=data["aspects"],
        options=tuple(OptionSpec(label=BothLanguages(**label), code=code) for code, label in data["options"]),
        levels=data["levels"],
        low=BothLanguages(**data["low"]),
        high=BothLanguages(**data["high"]),
        max_choices=data["max_choices"],
        condition=condition and ConditionSpec(key=condition[0], codes=frozenset(condition[1])),
    )
