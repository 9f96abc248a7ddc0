"""The perception wheel: all drivers at one glance."""

from __future__ import annotations

from itertools import groupby
from math import cos, pi, sin

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.results import DriverResult, SurveyResults, level_of
from semarang_resilience.core.figures import Figure, FigureTable
from semarang_resilience.core.templatetags.formats import number

from .canvas import INK, LINE, PAPER, SOFT, WIDTH, Canvas, fit
from .words import LEVEL_NAMES, ON_LEVEL, color_of, legend, mean_words, names, net_words

CENTRE, HUB, RIM, RING = WIDTH / 2, 34, 128, 12
_NOTE = gettext_lazy(
    "Longer segments mean better ratings (mean from 1 to 3). The number beside a driver is its mean; the "
    "band outside shows the mean of the dimension."
)
TOP = 28  # room above the wheel for the names of two dimensions
SCALE = (1, 3)
ROW, DIMENSION_GAP = 21, 26


Means = dict[str, float | None]  # by key of the driver


def perception_wheel(
    results: SurveyResults, *, permalink: str = "", with_key: bool = True, is_balanced: bool = False
) -> Figure:
    """A segment for each driver, by dimension; the longer and greener, the better it is seen to work.

    `is_balanced` gives each sector one voice. The band outside shows the mean of each dimension. The key
    names the numbered drivers; leave it away only where they are named beside the wheel.
    """
    means = {
        driver.key: driver.rating.balanced_mean if is_balanced else driver.rating.mean
        for driver in results.drivers
    }
    middle = TOP + RIM + RING
    key_top = middle + RIM + RING + TOP + 16
    dimensions = [list(group) for _number, group in groupby(results.drivers, key=_dimension_number)]
    key_height = sum(DIMENSION_GAP + len(drivers) * ROW for drivers in dimensions) if with_key else 0
    canvas = Canvas(height=key_top + 24 + key_height)
    _rings(canvas, middle)
    step = 2 * pi / max(len(results.drivers), 1)
    for place, driver in enumerate(results.drivers):
        _segment(canvas, driver, means[driver.key], middle, start=place * step, end=(place + 1) * step)
    bands = [row.balanced_mean if is_balanced else row.mean for row in results.dimensions]
    _dimensions(canvas, dimensions, bands, middle, step)
    canvas.text(CENTRE, middle - 7, number(results.n), size=20, bold=True, align="center")
    canvas.text(CENTRE, middle + 11, _("answers"), size=11, align="center", color=SOFT)
    legend(canvas, key_top)
    if with_key:
        _key(canvas, key_top + 24, dimensions, means)
    balanced = _("Balanced: the mean of the sectors' means, so that no large sector outweighs the others.")
    return Figure(
        key="wheel",
        title=_("How the drivers of resilience are perceived"),
        description=describe(results),
        spec=canvas.spec(),
        table=_table(results),
        note=f"{_NOTE} {balanced}" if is_balanced else str(_NOTE),
        permalink=permalink,
    )


def describe(results: SurveyResults) -> str:
    """The main message in words."""
    ranked = results.rated_drivers
    if not ranked:
        return _("Fewer than %(threshold)s people answered so far; results stay hidden until then.") % {
            "threshold": results.threshold
        }
    counts = {level: sum(1 for driver in ranked if driver.level == level) for level in (1, 2, 3)}
    message = _(
        "%(n)s people answered. They see the greatest strengths in %(best)s and the greatest weaknesses in "
        "%(worst)s. Of %(total)s drivers, %(strong)s are rated as a strength, %(fair)s as fair and %(weak)s "
        "as in need of improvement."
    )
    return message % {
        "n": number(results.n),
        "best": names(ranked[:2]),
        "worst": names(ranked[:-3:-1]),
        "total": len(ranked),
        "strong": counts[3],
        "fair": counts[2],
        "weak": counts[1],
    }


def _rings(canvas: Canvas, middle: float) -> None:
    """The empty wheel: a pale ground with a line at each whole level."""
    for level in (3, 2, 1):
        canvas.arc(
            CENTRE, middle, start=0, end=2 * pi, inner=HUB, outer=_radius(level), fill="#f2f5f5", stroke=LINE
        )


def _radius(mean: float) -> float:
    """Where a mean ends on the way from hub to rim; even the lowest mean leaves something to see."""
    low, high = SCALE
    return HUB + (RIM - HUB) * (0.25 + 0.75 * (mean - low) / (high - low))


def _segment(
    canvas: Canvas, driver: DriverResult, mean: float | None, middle: float, *, start: float, end: float
) -> None:
    level = level_of(mean)
    outer = _radius(mean) if mean is not None else _radius(SCALE[0])
    canvas.arc(
        CENTRE, middle, start=start, end=end, inner=HUB, outer=outer, fill=color_of(level), stroke=PAPER
    )
    angle = (start + end) / 2
    distance = (HUB + outer) / 2 + 3
    canvas.text(
        CENTRE + distance * sin(angle),
        middle - distance * cos(angle),
        str(driver.number),
        size=13,
        bold=True,
        align="center",
        color=ON_LEVEL.get(level or 0, INK),
    )


def _dimensions(
    canvas: Canvas,
    dimensions: list[list[DriverResult]],
    means: list[float | None],
    middle: float,
    step: float,
) -> None:
    """A band around the drivers of each dimension in the colour of its mean, with its name outside."""
    place = 0
    for group, mean in zip(dimensions, means, strict=True):
        start, end = place * step + 0.02, (place + len(group)) * step - 0.02
        fill = color_of(level_of(mean))
        canvas.arc(
            CENTRE, middle, start=start, end=end, inner=RIM + 4, outer=RIM + RING, fill=fill, stroke=""
        )
        angle = (start + end) / 2
        right, up = sin(angle) > 0, cos(angle) > 0
        lines = fit(f"{group[0].dimension} {mean_words(mean)}", 126, size=11.5, lines=2)
        y = 10 if up else 2 * middle - 10 - 14 * (len(lines) - 1) - (10 if len(lines) == 1 else 0)
        canvas.lines(
            WIDTH if right else 0,
            y,
            lines,
            leading=14,
            size=11.5,
            bold=True,
            align="right" if right else "left",
        )
        place += len(group)


def _dimension_number(driver: DriverResult) -> int:
    return driver.dimension_number


def _key(canvas: Canvas, y: float, dimensions: list[list[DriverResult]], means: Means) -> None:
    """What the numbers stand for, with the means."""
    for drivers in dimensions:
        canvas.text(0, y + DIMENSION_GAP / 2 + 3, drivers[0].dimension, size=11, bold=True, color=SOFT)
        y += DIMENSION_GAP
        for driver in drivers:
            middle = y + ROW / 2
            level = level_of(means[driver.key])
            ink = ON_LEVEL.get(level or 0, INK)
            canvas.rect(0, y + 1, 24, ROW - 2, color_of(level))
            canvas.text(12, middle, str(driver.number), bold=True, align="center", color=ink)
            canvas.text(32, middle, fit(driver.short, WIDTH - 80)[0])
            canvas.text(WIDTH, middle, mean_words(means[driver.key]), bold=True, align="right")
            y += ROW


def _table(results: SurveyResults) -> FigureTable:
    """Drivers with all their numbers, then the dimensions; these have means alone."""
    none = [""] * 2
    dimensions = [
        [row.name, "", mean_words(row.mean), mean_words(row.balanced_mean), *none, number(row.n)]
        for row in results.dimensions
    ]
    return FigureTable(
        headers=[
            _("Driver"),
            _("Dimension"),
            _("Mean (1–3)"),
            _("Balanced between sectors"),
            _("Net"),
            _("Level"),
            "n",
        ],
        rows=[
            [
                f"{driver.number}. {driver.name}",
                driver.dimension,
                mean_words(driver.rating.mean),
                mean_words(driver.rating.balanced_mean),
                net_words(driver.net),
                str(LEVEL_NAMES[driver.level]) if driver.level else _("hidden"),
                number(driver.rating.n),
            ]
            for driver in results.drivers
        ]
        + dimensions,
    )
