"""A CSV of 100,000 sheets: speed against PostgreSQL's COPY of the same rows, memory against a tenth."""

from __future__ import annotations

import io
import tracemalloc

from django.db import connection

from assessment.exports.codebook import codebook_of
from assessment.exports.sheets import wide_lines
from assessment.models import Survey, SurveyVersion
from assessment.operations import surveys
from tests.benchmarks.filling import fill
from tests.benchmarks.measuring import Row, median_seconds
from tests.benchmarks.world import World, open_survey_like

SMALL, LARGE = 10_000, 100_000


class _Counting(io.RawIOBase):
    """Takes what COPY writes, and forgets it."""

    size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        length = len(data)  # type: ignore[arg-type]
        self.size += length
        return length


def run(world: World) -> list[Row]:
    """Seconds and peak memory of the file that statistics programs read."""
    filled = {size: _survey(world, size) for size in (SMALL, LARGE)}
    survey = filled[LARGE]
    ours = median_seconds(lambda: export(survey))
    limit = median_seconds(lambda: copy(survey))
    peaks = {size: peak(filled[size]) for size in filled}
    return [
        Row(
            name=f"CSV of {LARGE:,} sheets vs COPY",
            measured=LARGE / ours,
            unit="rows/s",
            reference=LARGE / limit,
            reference_name="COPY",
            target=">= 0.50",
        ),
        Row(
            name=f"memory: {LARGE:,} vs {SMALL:,} sheets",
            measured=peaks[LARGE] / 1e6,
            unit="MB",
            reference=peaks[SMALL] / 1e6,
            reference_name=f"{SMALL:,}",
            target="<= 1.1",
        ),
    ]


def _survey(world: World, size: int) -> Survey:
    survey = open_survey_like(world.survey, slug=f"patokan-ekspor-{size}")
    version: SurveyVersion | None = survey.current_version
    assert version
    fill(version, world.questionnaire, size)
    surveys.fold_all_responses()
    return survey


def export(survey: Survey) -> int:
    """The whole file; how many characters."""
    return sum(len(piece) for piece in wide_lines(survey, codebook_of(survey)))


def copy(survey: Survey) -> int:
    """The same columns of the same rows as PostgreSQL writes them by itself."""
    book = codebook_of(survey)
    slots = [place.slot + 1 for variable in book.variables for place in variable.places.values()]
    columns = ", ".join(f"answers[{slot}]" for slot in slots)
    target = _Counting()
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(
            f"COPY (SELECT row_number() OVER (ORDER BY id), version_id, sector, district_id, {columns} "  # noqa: S608
            f"FROM assessment_response WHERE version_id = {next(iter(book.versions))} AND is_folded) "
            "TO STDOUT WITH (FORMAT csv)",
            target,
        )
    return target.size


def peak(survey: Survey) -> float:
    """Bytes that Python holds at most while the file goes out."""
    tracemalloc.start()
    try:
        export(survey)
        return float(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()
