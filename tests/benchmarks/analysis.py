"""Reading results at 10,000 and 100,000 responses, against plain SQL over the responses."""

from __future__ import annotations

from django.db import connection

from assessment.models import Response, Tally
from assessment.operations import surveys
from assessment.results import survey_results
from stakeholders.models import Sector
from tests.benchmarks.measuring import Row, median_seconds
from tests.benchmarks.world import World

SIZES = (1_000, 10_000, 100_000)

_FILL = """
INSERT INTO assessment_response
  (id, version_id, channel, sector, district_id, answers, texts, receipt, received_on, is_folded)
SELECT gen_random_uuid(), %(version)s, 'web',
  (%(sectors)s::text[])[1 + floor(random() * %(sector_count)s)::int],
  (%(districts)s::text[])[1 + floor(random() * %(district_count)s)::int],
  array(SELECT CASE WHEN random() < 0.1 THEN NULL ELSE floor(random() * 2)::int END + n * 0
        FROM generate_series(1, %(slots)s))::smallint[],
  '{}'::jsonb, substr(md5(n::text || random()), 1, 14), current_date, false
FROM generate_series(1, %(count)s) AS n
"""


def run(world: World) -> list[Row]:
    """How reading results and folding grow with the number of responses."""
    rows = []
    reading: dict[int, float] = {}
    for size in SIZES:
        _fill(world, size)
        pending = Response.objects.filter(version=world.version, is_folded=False).count()
        fold = median_seconds(surveys.fold_all_responses, rounds=1)
        reading[size] = median_seconds(lambda: survey_results(world.version), rounds=7)
        plain = median_seconds(lambda: _plain_sql(world), rounds=3)
        _row(rows, f"results of {size:,} responses vs plain SQL", reading[size], plain, "plain SQL", "")
        insert = pending and fold / pending
        if insert:
            print(f"   folded {pending:,} in {fold:.2f} s: {insert * 1e6:.0f} µs a response")
    _row(rows, "results: 100,000 vs 1,000", reading[SIZES[-1]], reading[SIZES[0]], "1,000", "<= 1.5 (A1)")
    return rows


def _row(rows: list[Row], name: str, measured: float, reference: float, against: str, target: str) -> None:
    rows.append(
        Row(
            name=name,
            measured=measured * 1000,
            unit="ms",
            reference=reference * 1000,
            reference_name=against,
            target=target,
        )
    )


def _fill(world: World, size: int) -> None:
    """Exactly `size` responses, none of them counted yet."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM assessment_response WHERE version_id = %s", [world.version.pk])
        Tally.objects.filter(version=world.version).delete()
        cursor.execute(
            _FILL,
            {
                "version": world.version.pk,
                "sectors": list(Sector.values),
                "sector_count": len(Sector.values),
                "districts": world.districts,
                "district_count": len(world.districts),
                "slots": world.questionnaire.slots,
                "count": size,
            },
        )
        cursor.execute("ANALYZE assessment_response")


def _plain_sql(world: World) -> None:
    """Mean and n of every slot by sector, in one pass over the responses."""
    columns = ", ".join(
        f"avg(answers[{slot + 1}]), count(answers[{slot + 1}])" for slot in range(world.questionnaire.slots)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT sector, {columns} FROM assessment_response WHERE version_id = %s GROUP BY sector",  # noqa: S608
            [world.version.pk],
        )
        cursor.fetchall()
