"""Counting answers and reading results at 1,000 to 1,000,000 responses, against SQL over the responses."""

from __future__ import annotations

import gc

from django.db import connection

from assessment.models import Response, SurveyVersion
from assessment.operations import surveys
from assessment.results import survey_results
from tests.benchmarks.filling import fill
from tests.benchmarks.measuring import Row, median_seconds
from tests.benchmarks.world import World, open_survey_like

SIZES = (1_000, 10_000, 100_000, 1_000_000)
ROUNDS = 9


def run(world: World) -> list[Row]:
    """How reading results and counting grow with the number of responses: one survey for each size.

    Reading is measured right after the last batch was counted, before anybody has tidied up, in turns.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '300s'")  # as the worker has it
    versions = {size: _version(world, size) for size in SIZES}
    fold_seconds: dict[int, float] = {}
    for size, version in versions.items():
        fill(version, world.questionnaire, size)
        fold_seconds[size] = median_seconds(surveys.fold_all_responses, rounds=1)
        assert not Response.objects.filter(version=version, is_folded=False).exists()
    reading: dict[int, list[float]] = {size: [] for size in SIZES}
    for version in versions.values():
        assert survey_results(version).n  # the questionnaire is parsed once in each process
    gc.collect()
    for _ in range(ROUNDS):
        for size, version in versions.items():
            reading[size].append(median_seconds(lambda version=version: survey_results(version), rounds=1))
    middle = {size: sorted(times)[ROUNDS // 2] for size, times in reading.items()}
    rows = [_against_plain_sql(size, versions[size], world, middle[size]) for size in SIZES]
    small, large = SIZES[0], SIZES[-1]
    return [
        *rows,
        _row(f"results: {large:,} vs {small:,}", middle[large], middle[small], f"{small:,}", "<= 1.5 (A1)"),
        Row(
            name=f"counting, each of {large:,}, vs 100,000",
            measured=fold_seconds[large] / large * 1e6,
            unit="µs",
            reference=fold_seconds[100_000] / 100_000 * 1e6,
            reference_name="100,000",
            target="<= 30 µs (A2)",
        ),
    ]


def _version(world: World, size: int) -> SurveyVersion:
    survey = open_survey_like(world.survey, slug=f"patokan-{size}")
    version = survey.current_version
    assert version
    version.survey = survey
    return version


def _against_plain_sql(size: int, version: SurveyVersion, world: World, measured: float) -> Row:
    plain = median_seconds(lambda: _plain_sql(version, world), rounds=3 if size < 1_000_000 else 1)
    return _row(f"results of {size:,} responses vs plain SQL", measured, plain, "plain SQL", "")


def _row(name: str, measured: float, reference: float, against: str, target: str) -> Row:
    return Row(
        name=name,
        measured=measured * 1000,
        unit="ms",
        reference=reference * 1000,
        reference_name=against,
        target=target,
    )


def _plain_sql(version: SurveyVersion, world: World) -> None:
    """Mean and n of every slot by sector, in one pass over the responses."""
    columns = ", ".join(
        f"avg(answers[{slot + 1}]), count(answers[{slot + 1}])" for slot in range(world.questionnaire.slots)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT sector, {columns} FROM assessment_response WHERE version_id = %s GROUP BY sector",  # noqa: S608
            [version.pk],
        )
        cursor.fetchall()
