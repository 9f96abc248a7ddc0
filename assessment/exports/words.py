"""What people wrote, as it was reviewed: never what was hidden or not read, never with a group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Case, CharField, F, When

from assessment.models import OpenAnswer, OpenAnswerStatus, Survey

WORD_COLUMNS = ("question", "answer", "ward", "themes")


def word_rows(survey: Survey) -> Iterator[list[Any]]:
    """(question key, text to show, name of the ward, themes); the order is that of random ids."""
    kept = (OpenAnswerStatus.KEPT, OpenAnswerStatus.REDACTED)
    shown = Case(
        When(status=OpenAnswerStatus.REDACTED, then=F("redacted_text")),
        default=F("text"),
        output_field=CharField(),
    )
    themes = StringAgg("readings__themes__name", delimiter="; ", distinct=True, default="")
    rows = (
        OpenAnswer.objects.filter(version__survey=survey, status__in=kept)
        .annotate(shown=shown, said=themes)
        .order_by("question_key", "pk")
        .values_list("question_key", "shown", "ward__name", "said")
    )
    for row in rows.iterator(chunk_size=2000):
        yield list(row)
