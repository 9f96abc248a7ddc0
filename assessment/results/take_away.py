"""Results as rows to take away: one for each level or option of each group, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from assessment.models import QuestionKind
from assessment.questionnaire import Question
from stakeholders.models import Sector

from .crosstab import GroupRow, group_rows
from .differences import part_label
from .tables import RATED, SurveyTables

DRIVER_LEVELS = ("Needs to get better", "Fair, could be better", "A strength")


def headings() -> list[str]:
    """The first line of the table."""
    return [
        _("Key"),
        _("Question"),
        _("Aspect"),
        _("Sector"),
        _("District"),
        _("State"),
        "n",
        _("Mean"),
        _("Can't judge"),
        _("Blank"),
        _("Not asked"),
        _("Code"),
        _("Answer"),
        _("Count"),
        _("Share"),
    ]


def rows_of(tables: SurveyTables, question: Question, *, with_cells: bool = True) -> Iterator[list[Any]]:
    """All groups of a question (`with_cells`: sectors in districts, too); a hidden one is one row."""
    if question.is_open:
        return
    names = {one.code: one.name for one in tables.questionnaire.districts} | {"": _("not given")}
    labels = _labels(question)
    subject = question.driver or question.hazard
    text = str(subject.name if subject else question.text)
    for row in group_rows(tables, question):
        if not with_cells and row.sector is not None and row.district is not None:
            continue
        sector = _("All") if row.sector is None else str(Sector(row.sector).label)
        district = _("All") if row.district is None else names[row.district]
        head = [question.key, text, part_label(row.part), sector, district]
        yield from _rows(head, row, labels, is_rated=question.kind in RATED)


def _rows(
    head: list[str], row: GroupRow, labels: list[tuple[int, str]], *, is_rated: bool
) -> Iterator[list[Any]]:
    found = row.numbers
    if found is None:
        yield [*head, _("hidden"), *[None] * 9]
        return
    if not found.n:
        yield [*head, _("nobody"), 0, None, found.cannot_judge, found.blank, found.not_asked, *[None] * 4]
        return
    mean = round(found.mean, 4) if is_rated and found.mean is not None else None
    numbers = [found.n, mean, found.cannot_judge, found.blank, found.not_asked]
    for (code, label), count in zip(labels, found.counts, strict=True):
        yield [*head, _("shown"), *numbers, code, label, count, round(count / found.n, 4)]


def _labels(question: Question) -> list[tuple[int, str]]:
    if question.kind not in RATED:
        return [(option.code, str(option.label)) for option in question.options]
    levels = range(1, question.levels + 1)
    if question.kind == QuestionKind.DRIVER_RATING:
        return [(level, _(DRIVER_LEVELS[level - 1])) for level in levels]
    return [(level, str(level)) for level in levels]
