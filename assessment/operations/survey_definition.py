"""Compiling a version into the frozen questionnaire that all the rest reads (assessment/questionnaire.py)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from django.conf import settings
from django.db import models
from modeltranslation.utils import build_localized_fieldname

from assessment.models import Driver, HazardAspects, Question, QuestionKind, Section, SurveyVersion
from assessment.models.surveys import HAZARD_LEVELS, RATING_LEVELS
from assessment.questionnaire import FUTURE, IMPACT, LIKELIHOOD, NOW
from semarang_resilience.places.models import District, Ward

SCHEMA = 2
ASPECT_PARTS: dict[str, tuple[str, ...]] = {
    HazardAspects.NOW_FUTURE: (NOW, FUTURE),
    HazardAspects.LIKELIHOOD_IMPACT: (LIKELIHOOD, IMPACT),
    HazardAspects.ALL: (NOW, FUTURE, LIKELIHOOD, IMPACT),
}


def compile_definition(version: SurveyVersion) -> dict[str, Any]:
    """Everything that was asked, in both languages, with the slot of each answer.

    Districts (and wards, where assets are nominated) are part of it: the form then needs no further query,
    and what could be chosen is kept. One query for each table, whatever the size of the questionnaire.
    """
    slots = count()
    numbers = _driver_numbers(version)
    rows = list(Section.objects.filter(version=version).for_questionnaire())
    sections = [
        {
            "title": _words(section, "title"),
            "introduction": _words(section, "introduction"),
            "questions": [_question(question, slots, numbers) for question in section.questions.all()],
        }
        for section in rows
    ]
    kinds = {question.kind for section in rows for question in section.questions.all()}
    districts = District.objects.for_list().values_list("code", "name")
    return {
        "schema": SCHEMA,
        "version": version.number,
        "sections": sections,
        "slots": next(slots),
        "framework": str(version.framework or ""),
        "districts": [{"code": code, "name": name} for code, name in districts],
        "wards": _wards() if QuestionKind.ASSET_NOMINATION in kinds else [],
        "text_max_length": settings.SURVEY_TEXT_MAX_LENGTH,
    }


def _wards() -> list[dict[str, str]]:
    """Wards to choose from, with their district; only a survey that asks for assets holds them."""
    wards = Ward.objects.for_list().values_list("code", "name", "district_id")
    return [{"code": code, "name": name, "district": district} for code, name, district in wards]


def _driver_numbers(version: SurveyVersion) -> dict[int, int]:
    """Drivers are numbered around the wheel (CRF 2014: 1 to 12), whatever their place in a dimension."""
    if version.framework_id is None:
        return {}
    drivers = Driver.objects.for_list().filter(dimension__framework=version.framework_id)
    return {driver.pk: number for number, driver in enumerate(drivers, start=1)}


def _words(row: models.Model, name: str) -> dict[str, str]:
    return {
        code: getattr(row, build_localized_fieldname(name, code)) or "" for code, _label in settings.LANGUAGES
    }


def _question(question: Question, slots: Iterator[int], numbers: dict[int, int]) -> dict[str, Any]:
    kind = QuestionKind(question.kind)
    options = list(question.options.all())
    parts, levels = _parts(question, max((option.position for option in options), default=0))
    has_slot_for_each = kind in (QuestionKind.MULTIPLE, QuestionKind.PRIORITY_VOTE)
    return {
        "key": question.key,
        "kind": kind.value,
        "text": _words(question, "text"),
        "help": _words(question, "help_text"),
        "required": question.is_required,
        "slots": {part: next(slots) for part in parts},
        "levels": levels,
        "low": _words(question, "low_label"),
        "high": _words(question, "high_label"),
        "max_choices": question.max_choices,
        "shown_if": question.shown_if
        and {"key": question.shown_if.key, "codes": sorted(question.shown_if_codes)},
        "breaks_series": question.breaks_series,
        "driver": question.driver and _driver(question.driver, numbers),
        "hazard": question.hazard
        and {
            "slug": question.hazard.slug,
            "kind": question.hazard.kind,
            "name": _words(question.hazard, "name"),
        },
        "options": [
            {
                "code": option.position,
                "label": _words(option, "label"),
                "slot": next(slots) if has_slot_for_each else None,
            }
            for option in options
        ],
    }


def _parts(question: Question, highest: int) -> tuple[tuple[str, ...], int]:
    """The parts that have a slot of their own, and the highest code in each slot.

    `highest` is the highest code of an option: options that were taken away leave holes below it.
    """
    match QuestionKind(question.kind):
        case QuestionKind.DRIVER_RATING:
            return ("",), RATING_LEVELS
        case QuestionKind.HAZARD_RATING:
            return ASPECT_PARTS[question.aspects or HazardAspects.NOW_FUTURE], HAZARD_LEVELS
        case QuestionKind.SCALE:
            return ("",), question.levels or 0
        case QuestionKind.SINGLE:
            return ("",), highest
        case QuestionKind.MULTIPLE | QuestionKind.PRIORITY_VOTE:
            return (), 1
        case _:
            return (), 0


def _driver(driver: Driver, numbers: dict[int, int]) -> dict[str, Any]:
    return {
        "number": numbers.get(driver.pk, driver.position),
        "name": _words(driver, "name"),
        "short": _words(driver, "short_name"),
        "description": _words(driver, "description"),
        "dimension": _words(driver.dimension, "name"),
        "dimension_number": driver.dimension.position,
    }
