"""From tables to results, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from assessment.models import QuestionKind, Response, Survey, SurveyStatus, SurveyVersion
from assessment.questionnaire import FUTURE, IMPACT, LIKELIHOOD, NOW, Question
from stakeholders.models import Sector

from .shapes import (
    NOT_RATED,
    Apart,
    ChoiceResult,
    DriverResult,
    Group,
    GroupCounts,
    GroupMean,
    HazardResult,
    OptionResult,
    Rating,
    Result,
    ScaleResult,
    SurveyResults,
)
from .tables import Answers, SurveyTables, tables_of

ASPECTS = (NOW, FUTURE, LIKELIHOOD, IMPACT)


def results_of(survey: Survey, *, threshold: int | None = None) -> SurveyResults:
    """What a survey says as counted now, over all its versions; it must have been opened once.

    Three queries whatever the number of answers and questions, and one more for each version that this
    process has not read yet.
    """
    return results_from(tables_of([survey], threshold=threshold)[survey.pk])


def survey_results(version: SurveyVersion, *, threshold: int | None = None) -> SurveyResults:
    """The results of the survey to which a version belongs.

    Never of the version alone: who knew both could subtract one from the other.
    """
    return results_of(version.survey, threshold=threshold)


def results_from(tables: SurveyTables) -> SurveyResults:
    """The results of a survey whose tables were read; one query, for the answers that still wait."""
    survey, questionnaire = tables.survey, tables.questionnaire
    districts = {district.code: district.name for district in questionnaire.districts}
    found = [result for question in questionnaire if (result := result_of(question, tables))]
    choices = [row for row in found if isinstance(row, ChoiceResult)]
    return SurveyResults(
        survey=survey.slug,
        title=survey.title,
        version_id=survey.current_version_id or 0,
        framework=questionnaire.framework,
        threshold=tables.threshold,
        n=tables.n,
        pending=Response.objects.filter(version__survey=survey, is_folded=False).count(),
        sectors=tuple(
            Group(code=code, label=str(label), n=tables.sheets_of(sector=code))
            for code, label in Sector.choices
        ),
        districts=tuple(
            Group(code=code, label=label, n=tables.sheets_of(district=code))
            for code, label in (districts | {"": ""}).items()
        ),
        drivers=tuple(row for row in found if isinstance(row, DriverResult)),
        hazards=tuple(row for row in found if isinstance(row, HazardResult)),
        choices=tuple(row for row in choices if row.kind != QuestionKind.PRIORITY_VOTE),
        votes=tuple(row for row in choices if row.kind == QuestionKind.PRIORITY_VOTE),
        scales=tuple(row for row in found if isinstance(row, ScaleResult)),
        versions=tuple(version.number for version in tables.versions),
        apart=tuple(row for question in questionnaire for row in _apart(question, tables)),
        is_open=survey.status == SurveyStatus.OPEN,
    )


def result_of(question: Question, tables: SurveyTables) -> Result | None:
    """The result of one question; None for those that are answered in words."""
    if question.is_open:
        return None
    if question.kind == QuestionKind.DRIVER_RATING:
        return _driver(question, tables)
    if question.kind == QuestionKind.HAZARD_RATING:
        return _hazard(question, tables)
    if question.kind == QuestionKind.SCALE:
        return ScaleResult(
            key=question.key,
            text=str(question.text),
            low=str(question.low),
            high=str(question.high),
            levels=question.levels,
            rating=rating_of(tables.answers(question)),
        )
    return _choice(question, tables.answers(question))


def _driver(question: Question, tables: SurveyTables) -> DriverResult:
    driver = question.driver
    assert driver is not None  # noqa: S101  held by the constraint question_driver_iff_driver_rating
    return DriverResult(
        key=question.key,
        number=driver.number,
        name=str(driver.name),
        short=str(driver.short) or str(driver.name),
        dimension=str(driver.dimension),
        dimension_number=driver.dimension_number,
        rating=rating_of(tables.answers(question)),
    )


def _hazard(question: Question, tables: SurveyTables) -> HazardResult:
    hazard = question.hazard
    assert hazard is not None  # noqa: S101  held by the constraint question_hazard_iff_hazard_rating
    parts = tuple(part for part in ASPECTS if part in question.slots)
    ratings = {part: rating_of(tables.answers(question, part)) for part in parts}
    return HazardResult(
        key=question.key,
        slug=hazard.slug,
        kind=hazard.kind,
        name=str(hazard.name),
        now=ratings.get(NOW, NOT_RATED),
        future=ratings.get(FUTURE, NOT_RATED),
        parts=parts,
        likelihood=ratings.get(LIKELIHOOD),
        impact=ratings.get(IMPACT),
    )


def rating_of(answers: Answers) -> Rating:
    """Answers on a scale; the balanced mean rests on the sectors that are shown alone."""
    numbers = answers.of()
    by_sector = tuple(_sector_mean(answers, code, str(label)) for code, label in Sector.choices)
    if numbers is None:
        return Rating(
            n=None,
            cannot_judge=None,
            blank=None,
            is_hidden=True,
            counts=(),
            mean=None,
            balanced_mean=None,
            by_sector=by_sector,
            not_asked=None,
        )
    return Rating(
        n=numbers.n,
        cannot_judge=numbers.cannot_judge,
        blank=numbers.blank,
        is_hidden=False,
        counts=numbers.counts,
        mean=numbers.mean,
        balanced_mean=balanced_mean(by_sector),
        by_sector=by_sector,
        not_asked=numbers.not_asked,
    )


def balanced_mean(groups: Sequence[GroupMean]) -> float | None:
    """The mean of the groups' means: each that is shown has one voice, whatever its size."""
    means = [group.mean for group in groups if group.mean is not None]
    return sum(means) / len(means) if means else None


def _sector_mean(answers: Answers, code: str, label: str) -> GroupMean:
    found = answers.of(sector=code)
    if found is None:
        return GroupMean(code=code, label=label, n=None, mean=None)
    return GroupMean(
        code=code, label=label, n=found.n, mean=found.mean, counts=found.counts if found.n else ()
    )


def _choice(question: Question, answers: Answers) -> ChoiceResult:
    numbers = answers.of()
    return ChoiceResult(
        key=question.key,
        kind=question.kind.value,
        is_multiple=question.has_slot_for_each_option,
        text=str(question.text),
        max_choices=question.max_choices,
        n=numbers.n if numbers else None,
        blank=numbers.blank if numbers else None,
        not_asked=numbers.not_asked if numbers else None,
        is_hidden=numbers is None,
        options=tuple(
            OptionResult(code=option.code, label=str(option.label), count=count, share=count / numbers.n)
            for option, count in zip(question.options, numbers.counts if numbers else (), strict=False)
            if numbers
        ),
        by_sector=tuple(_sector_counts(answers, code, str(label)) for code, label in Sector.choices),
    )


def _sector_counts(answers: Answers, code: str, label: str) -> GroupCounts:
    found = answers.of(sector=code)
    if found is None:
        return GroupCounts(code=code, label=label, n=None, counts=())
    return GroupCounts(code=code, label=label, n=found.n, counts=found.counts if found.n else ())


def _apart(question: Question, tables: SurveyTables) -> list[Apart]:
    """Answers to wordings of a question that do not compare with the newest."""
    parts = [part for part in ("", *ASPECTS) if part in question.slots] or [""]
    rows = []
    for part in parts:
        for segment in tables.segments(question.key, part)[:-1]:
            numbers = segment.answers.of()
            rows.append(
                Apart(
                    key=question.key,
                    part=part,
                    versions=segment.answers.versions,
                    n=numbers.n if numbers else None,
                )
            )
    return rows
