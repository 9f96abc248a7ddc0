"""Compiling a version into the frozen questionnaire that all the rest reads (assessment/questionnaire.py)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from django.conf import settings
from django.db import models
from modeltranslation.utils import build_localized_fieldname

from assessment.models import Driver, Option, Question, QuestionKind, Section, SurveyVersion
from assessment.models.surveys import HAZARD_LEVELS, RATING_LEVELS
from assessment.questionnaire import FUTURE, NOW
from semarang_resilience.places.models import District

SCHEMA = 1


def compile_definition(version: SurveyVersion) -> dict[str, Any]:
    """Everything that was asked, in both languages, with the slot of each answer.

    Districts are part of it: the form then needs no further query, and what could be chosen is kept.
    """
    slots = count()
    numbers = _driver_numbers(version)
    sections = [
        {
            "title": _words(section, "title"),
            "introduction": _words(section, "introduction"),
            "questions": [_question(question, slots, numbers) for question in section.questions.all()],
        }
        for section in _sections(version)
    ]
    districts = District.objects.for_list().values_list("code", "name")
    return {
        "schema": SCHEMA,
        "sections": sections,
        "slots": next(slots),
        "framework": str(version.framework or ""),
        "districts": [{"code": code, "name": name} for code, name in districts],
        "text_max_length": settings.SURVEY_TEXT_MAX_LENGTH,
    }


def _sections(version: SurveyVersion) -> models.QuerySet[Section]:
    questions = (
        Question.objects.select_related("driver__dimension", "hazard")
        .prefetch_related(models.Prefetch("options", Option.objects.order_by("position")))
        .order_by("position")
    )
    return version.sections.order_by("position").prefetch_related(models.Prefetch("questions", questions))


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
    own: dict[str, int] = {}
    levels = 0
    match kind:
        case QuestionKind.DRIVER_RATING:
            own, levels = {"": next(slots)}, RATING_LEVELS
        case QuestionKind.HAZARD_RATING:
            own, levels = {NOW: next(slots), FUTURE: next(slots)}, HAZARD_LEVELS
        case QuestionKind.SINGLE:
            own, levels = {"": next(slots)}, len(options)
        case QuestionKind.MULTIPLE:
            levels = 1
    return {
        "key": question.key,
        "kind": kind.value,
        "text": _words(question, "text"),
        "help": _words(question, "help_text"),
        "required": question.is_required,
        "slots": own,
        "levels": levels,
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
                "slot": next(slots) if kind == QuestionKind.MULTIPLE else None,
            }
            for option in options
        ],
    }


def _driver(driver: Driver, numbers: dict[int, int]) -> dict[str, Any]:
    return {
        "number": numbers.get(driver.pk, driver.position),
        "name": _words(driver, "name"),
        "short": _words(driver, "short_name"),
        "description": _words(driver, "description"),
        "dimension": _words(driver.dimension, "name"),
        "dimension_number": driver.dimension.position,
    }
