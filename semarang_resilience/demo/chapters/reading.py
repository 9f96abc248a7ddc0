"""The answers in words of a closed survey are read by two people and coded, each by their own eyes."""

from __future__ import annotations

from datetime import datetime

from assessment.models import OpenAnswer, OpenAnswerStatus, Survey, Theme
from assessment.operations.open_answers import add_theme, read_answer
from assessment.operations.surveys import fold_all_responses
from semarang_resilience.demo.cast import LEAD, STAFF, actor
from semarang_resilience.demo.data import table
from semarang_resilience.demo.story import Row, texts

QUESTION = "suggestion"


def read_open_answers(survey: Survey, *, at: datetime) -> None:
    """Count what is left, make the themes, and let both readers decide on every answer."""
    fold_all_responses()
    rows: list[Row] = table("reading")["themes"]
    themes = [
        add_theme(
            survey=survey,
            question_key=QUESTION,
            by=actor(STAFF),
            at=at,
            **texts(row, "name", "description"),
        )
        for row in rows
    ]
    answers = OpenAnswer.objects.filter(version__survey=survey).select_related("version__survey")
    for answer in answers.order_by("pk"):
        for reader, words in ((STAFF, "words"), (LEAD, "second_reader")):
            read_answer(
                answer=answer,
                decision=OpenAnswerStatus.KEPT,
                themes=_fitting(answer, rows, themes, words),
                by=actor(reader),
                at=at,
            )


def _fitting(answer: OpenAnswer, rows: list[Row], themes: list[Theme], words: str) -> list[Theme]:
    text = answer.text.lower()
    return [
        theme
        for row, theme in zip(rows, themes, strict=True)
        if theme.question_key == answer.question_key and any(word in text for word in row[words])
    ]
