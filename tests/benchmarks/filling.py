"""Answer sheets by the million, loaded by COPY, none of them counted yet."""

from __future__ import annotations

import io
import itertools
import random
import uuid
from collections.abc import Iterator

from django.db import connection

from assessment.models import Response, SurveyVersion, Tally
from assessment.questionnaire import Questionnaire
from stakeholders.models import Sector

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
DISTINCT = 5_000
CHUNK = 50_000


def fill(
    version: SurveyVersion, questionnaire: Questionnaire, count: int, *, is_folded: bool = False
) -> None:
    """Exactly `count` sheets with every slot answered or blank (one in ten), in all sectors and districts."""
    lines = _lines(version, questionnaire, count, random.Random(version.pk), "t" if is_folded else "f")
    Response.objects.filter(version=version).delete()
    Tally.objects.filter(version=version).delete()
    with connection.cursor() as cursor:
        while chunk := "".join(itertools.islice(lines, CHUNK)):
            cursor.copy_expert(
                "COPY assessment_response (id, receipt, version_id, channel, sector, district_id, answers, "
                "texts, received_on, is_folded) FROM STDIN",
                io.StringIO(chunk),
            )
        cursor.execute("ANALYZE assessment_response")


def _lines(
    version: SurveyVersion, questionnaire: Questionnaire, count: int, draw: random.Random, folded: str
) -> Iterator[str]:
    codes = _codes(questionnaire)
    places = [district.code for district in questionnaire.districts]
    sheets = [_sheet(version, codes, places, draw) for _ in range(min(DISTINCT, count))]
    for number in range(count):
        receipt = f"{_letters(number)}{draw.choice(ALPHABET)}-{version.pk}"  # differs between surveys
        sheet_id = uuid.UUID(int=draw.getrandbits(128), version=4)
        yield f"{sheet_id}\t{receipt}\t{sheets[number % len(sheets)]}\t{folded}\n"


def _letters(number: int) -> str:
    letters = ""
    for _ in range(5):
        number, place = divmod(number, len(ALPHABET))
        letters += ALPHABET[place]
    return letters


def _codes(questionnaire: Questionnaire) -> list[list[int]]:
    """The codes that each slot takes."""
    codes: list[list[int]] = [[0, 1] for _ in range(questionnaire.slots)]
    for question in questionnaire:
        for item in question.items:
            codes[item.slot] = list(item.codes.values())
    return codes


def _sheet(version: SurveyVersion, codes: list[list[int]], places: list[str], draw: random.Random) -> str:
    answers = ",".join("NULL" if draw.random() < 0.1 else str(draw.choice(slot)) for slot in codes)
    columns = [
        str(version.pk),
        "web",
        draw.choice(Sector.values),
        draw.choice(places),
        f"{{{answers}}}",
        "{}",
        "2026-11-01",
    ]
    return "\t".join(columns)
