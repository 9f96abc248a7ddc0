"""Folding answers into tallies: exact under any concurrency, and read in a time that does not grow with n.

Each fold claims rows that are not yet counted, skipping those that another folder holds, adds their codes up
and adds the sums to the tallies in the same transaction. So a row is counted exactly once or not at all, and
a folder that dies takes nothing with it. Rows are taken in the order of their ids, which says nothing.

What people wrote in their own words is taken out of the sheets on the same occasion, into `OpenAnswer` rows
without any link to the sheet: whoever reads a text cannot see what else the same person answered.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from random import SystemRandom
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from assessment.answers import ward_key
from assessment.models import OpenAnswer, Response, Survey, SurveyStatus, SurveyVersion, Tally
from assessment.suppression import disclosure_of
from semarang_resilience.core.batches import in_batches
from semarang_resilience.places.models import Ward

Answers = Sequence[int | None]
Cell = tuple[int, int, str, str]  # version, slot, sector, district code
Cells = dict[Cell, Counter[int]]

BATCH = 20_000
# Folders share it, a rebuild holds it alone: nothing may be in the air while tallies are made anew.
_LOCK = 0x5E3A_0001

# The ids are derived with a key, or drawn, so their order has nothing to do with the order of arrival.
_CLAIM = """
    SELECT id, version_id, sector, coalesce(district_id, ''), answers, nullif(texts, '{}')
    FROM assessment_response WHERE NOT is_folded AND version_id = %s
    ORDER BY version_id, id LIMIT %s FOR UPDATE SKIP LOCKED
"""
# The sub-select keeps the planner from reading the whole table when the list of ids is long.
_MARK = """
    UPDATE assessment_response SET is_folded = true, texts = '{}'
    WHERE id = ANY(ARRAY(SELECT unnest(%s::uuid[])))
"""
# While a survey is open, `least` sheets are counted together or none: somebody who looks at the results
# before and after one arrival must not be able to subtract. Sheets of other surveys are all counted.
# No more than `least` are looked at: the question must not take longer the more sheets wait.
_DUE = """
    SELECT version.id FROM assessment_surveyversion AS version
    JOIN assessment_survey AS survey ON survey.id = version.survey_id
    CROSS JOIN LATERAL (
        SELECT count(*) FROM (
            SELECT FROM assessment_response AS response
            WHERE NOT response.is_folded AND response.version_id = version.id LIMIT %(least)s
        ) AS a_few
    ) AS waiting (sheets)
    WHERE version.frozen_at IS NOT NULL AND waiting.sheets > 0
        AND (waiting.sheets >= %(least)s OR survey.status <> 'open')
    ORDER BY version.id
"""
# Sorted: two folders that meet in the same cells wait for each other in one order, never in a circle.
_ADD = """
    INSERT INTO assessment_tally AS tally (version_id, slot, sector, district_code, counts)
    SELECT version_id, slot, sector, district_code, counts
    FROM jsonb_to_recordset(%s::jsonb)
        AS new (version_id bigint, slot smallint, sector text, district_code text, counts integer[])
    ORDER BY version_id, slot, sector, district_code
    ON CONFLICT (version_id, slot, sector, district_code) DO UPDATE SET counts = (
        SELECT array_agg(coalesce(had, 0) + coalesce(came, 0) ORDER BY place)
        FROM unnest(tally.counts, excluded.counts) WITH ORDINALITY AS pairs (had, came, place)
    )
"""


@transaction.atomic
def fold_responses(*, limit: int = BATCH, least: int = 1, versions: Collection[int] | None = None) -> int:
    """Count up to `limit` sheets (of `versions`) that are not counted yet; returns how many.

    Any number may run at once. Of a survey that is still open, at least `least` sheets are counted at a time,
    or none.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_LOCK])
        cursor.execute(_DUE, {"least": least})
        due = [version for (version,) in cursor.fetchall() if versions is None or version in versions]
        claimed: list[Any] = []
        for version in due:
            if not claimed or limit - len(claimed) >= least:
                cursor.execute(_CLAIM, [version, limit - len(claimed)])
                claimed += cursor.fetchall()
        if not claimed:
            return 0
        if least > 1 and _is_too_few(Counter(row[1] for row in claimed), least):
            transaction.set_rollback(True)  # another folder holds the others: leave these to the next round
            return 0
        cursor.execute(_MARK, [[str(row[0]) for row in claimed]])
    _add(count_answers(row[1:5] for row in claimed))
    _take_out_texts([(row[1], row[2], json.loads(row[5])) for row in claimed if row[5]])
    return len(claimed)


def _take_out_texts(sheets: Sequence[tuple[int, str, dict[str, str]]]) -> None:
    """Store what was written, one row for each text, shuffled; the ward of a nominated asset goes along."""
    if not sheets:
        return
    wards = frozenset(Ward.objects.values_list("code", flat=True))
    answers = []
    for version, sector, texts in sheets:
        for key, text in texts.items():
            if key == ward_key(key.partition(":")[0]):
                continue
            ward = texts.get(ward_key(key))
            answers.append(
                OpenAnswer(
                    version_id=version,
                    question_key=key,
                    text=text,
                    ward_id=ward if ward in wards else None,
                    sector=sector,
                )
            )
    SystemRandom().shuffle(answers)
    OpenAnswer.objects.bulk_create(answers, batch_size=1000)


def _is_too_few(claimed: Counter[int], least: int) -> bool:
    """Whether fewer than `least` sheets of an open survey were claimed."""
    small = [version for version, count in claimed.items() if count < least]
    return SurveyVersion.objects.filter(pk__in=small, survey__status=SurveyStatus.OPEN).exists()


def fold_all_responses(*, least: int = 1) -> int:
    """Fold until nothing is due that nobody else holds; each batch is a transaction of its own."""
    total = 0
    while folded := fold_responses(least=least):
        total += folded
    return total


@transaction.atomic
def rebuild_tallies(*, version: SurveyVersion) -> int:
    """Make the tallies of a version anew from its counted sheets; returns how many sheets those are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    Tally.objects.filter(version=version).delete()
    folded = Response.objects.filter(version=version, is_folded=True).values_list(
        "version_id", "sector", "district_id", "answers"
    )
    total = 0
    for rows in in_batches(folded.iterator(chunk_size=BATCH), BATCH):
        _add(
            count_answers(
                (version_id, sector, code or "", answers) for version_id, sector, code, answers in rows
            )
        )
        total += len(rows)
    return total


def count_answers(rows: Iterable[tuple[int, str, str, Answers]]) -> Cells:
    """Histograms of (version, sector, district code, answers) rows, one for each cell that has any."""
    groups: defaultdict[tuple[int, str, str], list[Answers]] = defaultdict(list)
    for version_id, sector, district_code, answers in rows:
        groups[version_id, sector, district_code].append(answers)
    cells: Cells = {}
    for (version_id, sector, district_code), sheets in groups.items():
        cells[version_id, Tally.RESPONSES, sector, district_code] = Counter({0: len(sheets)})
        for slot, column in enumerate(zip(*sheets, strict=True)):
            histogram = Counter(code for code in column if code is not None)
            if histogram:
                cells[version_id, slot, sector, district_code] = histogram
    return cells


# The rows are written anew, all by one transaction and in random order: no transaction number and no place in
# the table tells any more which sheet came with which, after which, or with which text.
_FORGET_SHEETS = """
    WITH gone AS (
        DELETE FROM assessment_response WHERE version_id = ANY(%(versions)s) AND is_folded RETURNING *
    )
    INSERT INTO assessment_response SELECT * FROM gone ORDER BY random()
"""
_FORGET_TEXTS = """
    UPDATE assessment_openanswer SET sector = CASE WHEN sector = ANY(%(shown)s) THEN sector ELSE '' END
    WHERE version_id = ANY(%(versions)s)
"""


@transaction.atomic
def forget_order(*, survey: Survey) -> None:
    """Remove the traces of the order of arrival from the sheets of a survey that takes no more of them.

    What has not been counted is counted first, so that no text stays in a sheet. A text from a sector that
    must stay hidden loses its sector, by which it would lead to the few sheets from there.
    """
    versions = list(survey.versions.values_list("pk", flat=True))
    while fold_responses(versions=versions):
        pass
    sheets: Counter[tuple[str, str]] = Counter()
    counted = Tally.objects.filter(version__in=versions, slot=Tally.RESPONSES)
    for _version, _slot, cell, counts in counted.histograms():
        sheets[cell] += counts[0]
    shown = disclosure_of(sheets, threshold=settings.SMALL_GROUP_THRESHOLD).sectors
    with connection.cursor() as cursor:
        cursor.execute(_FORGET_SHEETS, {"versions": versions})
        cursor.execute(_FORGET_TEXTS, {"versions": versions, "shown": list(shown)})


def _add(cells: Cells) -> None:
    """Add histograms to the tallies."""
    if not cells:
        return
    rows = [
        {
            "version_id": version_id,
            "slot": slot,
            "sector": sector,
            "district_code": district_code,
            "counts": [histogram[code] for code in range(max(histogram) + 1)],
        }
        for (version_id, slot, sector, district_code), histogram in cells.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [json.dumps(rows)])
