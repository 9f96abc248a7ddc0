"""Comparisons: now and in future, and between sectors."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from assessment.models.hazards import HazardKind
from assessment.results import DriverResult, GroupMean, HazardResult, Rating, SurveyResults, level_of
from semarang_resilience.core.figures import ACCENT, Figure, FigureTable
from semarang_resilience.core.templatetags.formats import number

from .canvas import LINE, PAPER, SOFT, WIDTH, Canvas, fit
from .words import ON_LEVEL, color_of, mean_words, n_words

NOW_COLOR = "#8fb5bc"
LEFT, RIGHT = 8, WIDTH - 8
HAZARD_TOP = 5
ROW = 42


def hazards_now_and_future(results: SurveyResults, kind: str, *, permalink: str = "") -> Figure:
    """For each shock (or stress) an arrow from its severity now to its severity in ten years."""
    rated = [hazard for hazard in results.hazards if hazard.kind == kind and hazard.now.mean is not None]
    rated.sort(key=lambda hazard: (-(hazard.future.mean or 0), -(hazard.now.mean or 0), hazard.key))
    canvas = Canvas(height=58 + len(rated) * ROW)
    _arrow_legend(canvas)
    _scale(canvas, top=44, bottom=canvas.height, low=1, high=HAZARD_TOP)
    for row, hazard in enumerate(rated):
        y = 56.0 + row * ROW
        canvas.text(0, y + 6, fit(hazard.name, WIDTH - 70)[0])
        canvas.text(WIDTH, y + 6, f"n = {number(hazard.now.n)}", size=11, align="right", color=SOFT)
        _arrow(canvas, y + 24, hazard)
    is_shock = kind == HazardKind.SHOCK
    return Figure(
        key=f"{kind}-now-future",
        title=_("Shocks: how severe now and in ten years") if is_shock
        else _("Stresses: how severe now and in ten years"),
        description=_describe_hazards(rated),
        spec=canvas.spec(),
        table=FigureTable(
            headers=[
                _("Shock") if is_shock else _("Stress"), _("Now"), _("In ten years"), _("Change"),
                _("n (now)"), _("n (in ten years)"),
            ],
            rows=[
                [
                    hazard.name,
                    mean_words(hazard.now.mean),
                    mean_words(hazard.future.mean),
                    _signed(hazard.change),
                    number(hazard.now.n),
                    number(hazard.future.n),
                ]
                for hazard in rated
            ],
        ),
        note=_("Mean of the ratings from 1 (hardly felt) to 5 (very severe)."),
        permalink=permalink,
    )  # fmt: skip


def _describe_hazards(rated: Sequence[HazardResult]) -> str:
    if not rated:
        return _("Too few people answered so far.")
    worst_now = max(rated, key=lambda hazard: hazard.now.mean or 0)
    worst_later = max(rated, key=lambda hazard: hazard.future.mean or 0)
    growing = max(rated, key=lambda hazard: hazard.change or 0)
    message = _(
        "Seen as most severe now: %(now)s (%(now_mean)s of 5); in ten years: %(later)s (%(later_mean)s)."
    )
    words = message % {
        "now": worst_now.name,
        "now_mean": mean_words(worst_now.now.mean),
        "later": worst_later.name,
        "later_mean": mean_words(worst_later.future.mean),
    }
    if (growing.change or 0) > 0:
        words += " " + _("The largest increase is expected for %(name)s (%(change)s).") % {
            "name": growing.name,
            "change": _signed(growing.change),
        }
    return words


def _signed(change: float | None) -> str:
    if change is None:
        return mean_words(None)
    return f"{'+' if change >= 0 else '−'}{number(abs(change), 1)}"


def _x(value: float, low: float, high: float) -> float:
    return LEFT + (RIGHT - LEFT) * (value - low) / (high - low)


def _scale(canvas: Canvas, *, top: float, bottom: float, low: int, high: int) -> None:
    for level in range(low, high + 1):
        x = _x(level, low, high)
        canvas.rule(x, top, x, bottom)
    for level in range(low, high + 1):
        canvas.text(_x(level, low, high), top - 8, str(level), size=11, align="center", color=SOFT)


def _arrow_legend(canvas: Canvas) -> None:
    canvas.dot(8, 10, size=70, fill=NOW_COLOR)
    canvas.text(18, 10, _("Now"), size=11)
    canvas.dot(98, 10, size=110, fill=ACCENT, shape="triangle-right")
    canvas.text(108, 10, _("In ten years"), size=11)


def _arrow(canvas: Canvas, y: float, hazard: HazardResult) -> None:
    now, later = hazard.now.mean, hazard.future.mean
    assert now is not None  # noqa: S101  only hazards with a result are drawn
    start = _x(now, 1, HAZARD_TOP)
    if later is not None:
        end = _x(later, 1, HAZARD_TOP)
        if abs(end - start) > 12:
            tip = end - 7 if end > start else end + 7
            canvas.rule(start, y, tip, y, color=ACCENT, width=2.5)
        after = end >= start
        canvas.dot(end, y, size=120, fill=ACCENT, shape="triangle-right" if after else "triangle-left")
        canvas.text(
            end + 9 if after else end - 9, y, mean_words(later), size=11, bold=True,
            align="left" if after else "right",
        )  # fmt: skip
    canvas.dot(start, y, size=70, fill=NOW_COLOR)
    before = later is None or later >= now
    canvas.text(
        start - 8 if before else start + 8, y, mean_words(now), size=11,
        align="right" if before else "left", color=SOFT,
    )  # fmt: skip


def drivers_by_sector(results: SurveyResults, *, permalink: str = "") -> Figure:
    """A field for each driver and sector, coloured by level, with the mean in it."""
    drivers = [driver for driver in results.drivers if not driver.rating.is_hidden]
    codes = {group.code for driver in drivers for group in driver.rating.by_sector if group.mean is not None}
    sectors = [group for group in results.sectors if group.code in codes]
    head, label, row = 104.0, 134.0, 27.0
    cell = min(52.0, (WIDTH - label) / max(len(sectors), 1))
    canvas = Canvas(height=head + len(drivers) * row)
    for column, sector in enumerate(sectors):
        x = label + (column + 0.5) * cell
        lines = fit(sector.label, 96, size=11, lines=2)
        for line_number, words in enumerate(lines):
            shift = 12 * line_number - 6 * (len(lines) - 1)
            canvas.text(x + 1 + shift, head - 6, words, size=11, angle=270)
    for line, driver in enumerate(drivers):
        y = head + line * row
        name = fit(f"{driver.number}. {driver.short}", label - 14, size=11, lines=2)
        canvas.lines(0, y + row / 2 - 6 * (len(name) - 1), name, leading=12, size=11)
        means = {group.code: group for group in driver.rating.by_sector}
        for column, sector in enumerate(sectors):
            _field(canvas, label + column * cell, y, cell, row, means[sector.code])
    return Figure(
        key="by-sector",
        title=_("How sectors see the drivers"),
        description=_describe_sectors(drivers),
        spec=canvas.spec(),
        table=FigureTable(
            headers=[_("Driver"), *(group.label for group in results.sectors)],
            rows=[
                [
                    f"{driver.number}. {driver.name}",
                    *(_mean_and_n(group) for group in driver.rating.by_sector),
                ]
                for driver in drivers
            ],
        ),
        note=_("Mean from 1 (needs to get better) to 3 (a strength). A dash means hidden: a small group."),
        permalink=permalink,
    )


def _field(canvas: Canvas, x: float, y: float, width: float, height: float, group: GroupMean) -> None:
    level = level_of(group.mean)
    fill = color_of(level) if level else "#eef1f2"
    canvas.rect(x, y, width - 2, height - 2, fill)
    canvas.text(
        x + width / 2 - 1, y + height / 2, mean_words(group.mean), size=11, bold=level is not None,
        align="center", color=ON_LEVEL.get(level or 0, SOFT),
    )  # fmt: skip


def _describe_sectors(drivers: Sequence[DriverResult]) -> str:
    """Where sectors disagree most."""
    widest: tuple[float, DriverResult, GroupMean, GroupMean] | None = None
    for driver in drivers:
        shown = [group for group in driver.rating.by_sector if group.mean is not None]
        if len(shown) < 2:
            continue
        low = min(shown, key=lambda group: group.mean or 0)
        high = max(shown, key=lambda group: group.mean or 0)
        span = (high.mean or 0) - (low.mean or 0)
        if widest is None or span > widest[0]:
            widest = (span, driver, low, high)
    if widest is None:
        return _("Too few people answered in each sector to compare them.")
    _span, driver, low, high = widest
    message = _(
        "Sectors differ most about “%(driver)s”: %(high)s rate it %(high_mean)s, %(low)s %(low_mean)s of 3."
    )
    return message % {
        "driver": driver.short,
        "high": high.label,
        "high_mean": mean_words(high.mean),
        "low": low.label,
        "low_mean": mean_words(low.mean),
    }


def _mean_and_n(group: GroupMean) -> str:
    if group.n is None:
        return n_words(group)
    return f"{mean_words(group.mean)} (n = {number(group.n)})" if group.n else mean_words(None)


Series = Sequence[tuple[str, Rating]]


def question_by_sector(key: str, series: Series, *, top: int, permalink: str = "") -> Figure:
    """One question: the mean of each sector as a dot; for a hazard one for each of two aspects."""
    groups = list(zip(*(rating.by_sector for _name, rating in series), strict=True))
    shown = [rows for rows in groups if any(group.mean is not None for group in rows)]
    canvas = Canvas(height=58 + len(shown) * ROW)
    _scale(canvas, top=44, bottom=canvas.height, low=1, high=top)
    _overall(canvas, series, top)
    for line, rows in enumerate(shown):
        _sector_line(canvas, 56.0 + line * ROW, rows, top)
    return Figure(
        key=f"{key}-by-sector",
        title=_("By sector"),
        description=_describe_one(series[-1][1]),
        spec=canvas.spec(),
        table=FigureTable(
            headers=[
                _("Sector"),
                *(header for name, _rating in series for header in (name or _("Mean"), "n")),
            ],
            rows=[
                [
                    rows[0].label,
                    *(cell for group in rows for cell in (mean_words(group.mean), n_words(group))),
                ]
                for rows in groups
            ],
        ),
        permalink=permalink,
    )


def _overall(canvas: Canvas, series: Series, top: int) -> None:
    """A line at the mean of all; two series are told apart by a legend instead."""
    overall = series[-1][1].mean
    if len(series) > 1:
        _dot_legend(canvas, [name for name, _rating in series])
    if overall is None:
        return
    x = _x(overall, 1, top)
    canvas.rule(x, 44, x, canvas.height, color="#9aa7ad", width=1.5)
    if len(series) == 1:
        canvas.text(x, 10, _("all: %(mean)s") % {"mean": mean_words(overall)}, size=11, align="center")


def _dot_legend(canvas: Canvas, names: Sequence[str]) -> None:
    for x, color, name in zip((8, 118), (NOW_COLOR, ACCENT), names, strict=True):
        canvas.dot(x, 10, size=110, fill=color)
        canvas.text(x + 10, 10, name, size=11)


def _sector_line(canvas: Canvas, y: float, groups: Sequence[GroupMean], top: int) -> None:
    """One sector: a dot for each series, with the last mean in words."""
    colors = [ACCENT] if len(groups) == 1 else [NOW_COLOR, ACCENT]
    canvas.text(0, y + 6, groups[0].label)
    canvas.text(WIDTH, y + 6, f"n = {n_words(groups[0])}", size=11, align="right", color=SOFT)
    canvas.rule(LEFT, y + 24, RIGHT, y + 24, color=LINE)
    for group, color in zip(groups, colors, strict=True):
        if group.mean is not None:
            canvas.dot(_x(group.mean, 1, top), y + 24, size=110, fill=color, stroke=PAPER)
    last = groups[-1]
    if last.mean is not None:
        canvas.text(_x(last.mean, 1, top) + 9, y + 24, mean_words(last.mean), size=11, bold=True)


def _describe_one(rating: Rating) -> str:
    shown = [group for group in rating.by_sector if group.mean is not None]
    if not shown:
        return _("Too few people answered in each sector to compare them.")
    low = min(shown, key=lambda group: group.mean or 0)
    high = max(shown, key=lambda group: group.mean or 0)
    words = _("Highest mean: %(high)s (%(high_mean)s); lowest: %(low)s (%(low_mean)s).") % {
        "high": high.label,
        "high_mean": mean_words(high.mean),
        "low": low.label,
        "low_mean": mean_words(low.mean),
    }
    hidden = [group.label for group in rating.by_sector if group.n is None]
    if hidden:
        words += " " + _("Small groups are hidden: %(groups)s.") % {"groups": ", ".join(hidden)}
    return words
