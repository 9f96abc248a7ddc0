"""Rounds over time: a small line for each question, cut where answers stop being comparable."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from assessment.results import level_of
from assessment.results.rounds import Point, Series
from semarang_resilience.core.figures import ACCENT, Figure, FigureTable
from semarang_resilience.core.templatetags.formats import DASH, number

from .canvas import LINE, SOFT, WIDTH, Canvas, fit
from .groups import DRIVER_TOP, value_words
from .words import color_of

ROW, LABEL, PLOT = 74, 20, 26
LEFT, RIGHT = 24, WIDTH - 24


def series_over_time(rows: Sequence[Series], *, title: str, key: str, permalink: str = "") -> Figure:
    """A line for each series from round to round; two strokes stand where it breaks."""
    canvas = Canvas(height=max(len(rows) * ROW, 1))
    for place, row in enumerate(rows):
        _line(canvas, place * ROW, row)
    return Figure(
        key=key,
        title=title,
        description=_describe(rows),
        spec=canvas.spec(),
        table=_table(rows),
        note=_(
            "Two strokes mark a break: the wording, the levels or the options changed, so the points do not "
            "compare. Who answered differs from round to round; the table has the mean balanced between "
            "sectors, too."
        ),
        permalink=permalink,
    )


def _line(canvas: Canvas, top: float, row: Series) -> None:
    canvas.text(0, top + 6, fit(row.name, WIDTH - 4)[0], bold=True)
    base = top + LABEL + PLOT
    canvas.rule(LEFT, base + 6, RIGHT, base + 6, color=LINE)
    places = [
        (_x(place, len(row.points)), _y(point, row.top, base)) for place, point in enumerate(row.points)
    ]
    for (x, y), (x2, y2), point in zip(places, places[1:], row.points[1:], strict=False):
        if point.breaks:
            middle = (x + x2) / 2
            for shift in (-3, 3):
                canvas.rule(middle + shift - 3, base + 4, middle + shift + 3, base - PLOT + 4, color=SOFT)
        elif y is not None and y2 is not None:
            canvas.rule(x, y, x2, y2, color=ACCENT, width=2)
    for (x, y), point in zip(places, row.points, strict=True):
        canvas.text(x, base + 16, str(point.round.year), size=10, align="center", color=SOFT)
        if y is None:
            canvas.text(x, base, DASH, size=11, align="center", color=SOFT)
            continue
        fill = color_of(level_of(point.value)) if row.top == DRIVER_TOP else ACCENT
        canvas.dot(x, y, size=95, fill=fill)
        canvas.text(x, y - 11, value_words(point.value, row.top), size=11, bold=True, align="center")


def _x(place: int, count: int) -> float:
    return (LEFT + RIGHT) / 2 if count == 1 else LEFT + 8 + (RIGHT - LEFT - 16) * place / (count - 1)


def _y(point: Point, top: int, base: float) -> float | None:
    if point.value is None:
        return None
    share = (point.value - 1) / (top - 1) if top else point.value
    return base - (PLOT - 8) * share


def _describe(rows: Sequence[Series]) -> str:
    moved = [row for row in rows if row.change is not None]
    if not moved:
        return _("There is nothing to compare yet: one round, or a break between the rounds.")
    most = max(moved, key=lambda row: abs(row.change or 0))
    before, now = most.points[-2], most.points[-1]
    words = _("The largest change: “%(name)s”, from %(before)s (%(then)s) to %(now)s (%(year)s).")
    return words % {
        "name": most.name,
        "before": value_words(before.value, most.top),
        "then": before.round.year,
        "now": value_words(now.value, most.top),
        "year": now.round.year,
    }


def _table(rows: Sequence[Series]) -> FigureTable:
    cells = []
    for row in rows:
        for point in row.points:
            cells.append(
                [
                    row.name,
                    str(point.round.year),
                    value_words(point.value, row.top),
                    value_words(point.balanced, row.top),
                    _("hidden") if point.n is None else number(point.n),
                    point.breaks or DASH,
                ]
            )
    headers = [_("Question"), _("Round"), _("Result"), _("Balanced between sectors"), "n", _("Break")]
    return FigureTable(headers=headers, rows=cells)
