"""What a room says, as numbers: checking one answer, adding answers up, and the bars for the projector."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .answers import InvalidAnswers, Mistake
from .models import WorkshopAnswer, WorkshopParticipant
from .models.surveys import CANNOT_JUDGE, QuestionKind
from .paper import check_sheet, fields_of
from .questionnaire import Question, Questionnaire

Data = Mapping[str, Sequence[str]]
TONES = {1: "weak", 2: "fair", 3: "strong"}


def answers_to(participant: WorkshopParticipant, answers: Iterable[WorkshopAnswer]) -> dict[str, list[str]]:
    """Everything that a phone has answered, as the web form would have sent it."""
    data = {"sector": [participant.sector], "district": [participant.district_id or ""]}
    for answer in answers:
        data |= answer.data
    return data


def codes_so_far(questionnaire: Questionnaire, data: Data) -> list[int | None]:
    """The codes of what was answered up to now; all blank where nothing was."""
    try:
        return check_sheet(questionnaire, data).answers
    except InvalidAnswers:
        return [None] * questionnaire.slots


def check_question(questionnaire: Questionnaire, question: Question, typed: Data, so_far: Data) -> Data:
    """What was sent for one question, checked as on the web; `InvalidAnswers` says what is wrong with it."""
    sent = {name: list(typed.get(name, ())) for name in question.names}
    kept = {name: [value for value in values if value] for name, values in sent.items()}
    kept = {name: values for name, values in kept.items() if values}
    if not kept:
        message = _(
            "Choose an answer first. If you would rather not answer, just wait for the next question."
        )
        raise InvalidAnswers([Mistake(question.name, message)])
    try:
        check_sheet(questionnaire, {**so_far, **kept})
    except InvalidAnswers as invalid:
        mine = [mistake for mistake in invalid.mistakes if mistake.name in question.names]
        if mine:
            raise InvalidAnswers(mine) from invalid
    return {name: sorted(values) for name, values in kept.items()}


def histograms(question: Question, answers: Iterable[Data]) -> tuple[list[int], int]:
    """(a histogram for each slot, one after the other; how many answered).

    A rating or single choice has the counts of code 0 to its highest, a choice of several has for each option
    how many did not and did choose it. Answers in words have no histogram.
    """
    rows = list(answers)
    counts: list[int] = []
    for item in question.items:
        histogram = [0] * (question.levels + 1)
        for row in rows:
            code = item.codes.get((row.get(item.name) or [""])[0])
            if code is not None:
                histogram[code] += 1
        counts += histogram
    if question.has_slot_for_each_option:
        for option in question.options:
            chosen = sum(str(option.code) in row.get(question.name, ()) for row in rows)
            counts += [len(rows) - chosen, chosen]
    return counts, len(rows)


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One answer on the screen: how many gave it, and its share in percent of the longest possible bar."""

    key: str
    label: str
    count: int
    percent: int
    tone: str = "plain"
    is_top: bool = False


@dataclass(frozen=True, kw_only=True)
class Bars:
    """The bars of one part of a question; none where fewer than the threshold answered it."""

    key: str
    title: str
    n: int
    is_hidden: bool
    bars: tuple[Bar, ...]
    low: str = ""
    high: str = ""


def bars_of(
    questionnaire: Questionnaire, question: Question, counts: Sequence[int], n: int, *, threshold: int
) -> list[Bars]:
    """What may be shown of a question, from its `counts` (see `histograms`)."""
    if question.is_open:
        return []
    fields = fields_of(questionnaire, question)
    if question.has_slot_for_each_option:
        chosen = list(counts[1::2]) or [0] * len(question.options)
        rows = [(key.value, key.label, count) for key, count in zip(fields[0].keys, chosen, strict=True)]
        return [_bars(fields[0].name, "", rows, n, threshold)]
    width, pictures = question.levels + 1, []
    for place, field in enumerate(fields):
        histogram = list(counts[place * width : (place + 1) * width]) or [0] * width
        rows = [(key.value, key.label or key.value, histogram[int(key.value)]) for key in field.keys]
        tones = TONES if question.kind == QuestionKind.DRIVER_RATING else {}
        part = _bars(field.name, field.part, rows, sum(histogram), threshold, tones)
        pictures.append(_with_ends(part, field.low, field.high))
    return pictures


def _bars(
    key: str,
    title: str,
    rows: Sequence[tuple[str, str, int]],
    n: int,
    threshold: int,
    tones: Mapping[int, str] | None = None,
) -> Bars:
    is_hidden = n < threshold
    top = max((int(value) for value, _label, _count in rows), default=0)
    bars = tuple(
        Bar(
            key=f"{key}-{value}",
            label=label,
            count=count,
            percent=round(100 * count / n),
            tone="unknown" if value == str(CANNOT_JUDGE) else (tones or {}).get(int(value), "plain"),
            is_top=int(value) == top,
        )
        for value, label, count in rows
        if not is_hidden
    )
    return Bars(key=key, title=title, n=0 if is_hidden else n, is_hidden=is_hidden, bars=bars)


def _with_ends(part: Bars, low: str, high: str) -> Bars:
    values: dict[str, Any] = {**part.__dict__, "low": low, "high": high}
    return Bars(**values)
