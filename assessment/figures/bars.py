"""Bars: how answers spread over the levels, how often options were chosen, how many answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from assessment.questionnaire import FUTURE, NOW
from assessment.results import ChoiceResult, DriverResult, Group, HazardResult, Rating, SurveyResults
from assessment.results.differences import part_label
from semarang_resilience.core.figures import ACCENT, Figure, FigureTable
from semarang_resilience.core.templatetags.formats import day as day_words
from semarang_resilience.core.templatetags.formats import number

from .canvas import SOFT, WIDTH, Canvas, fit, text_width
from .words import LEVEL_NAMES, ON_LEVEL, aside, color_of, legend, mean_words, n_words, share_words

LABEL, BAR, GAP = 18, 20, 12
FUTURE_COLOR, NOW_COLOR = ACCENT, "#8fb5bc"
SMALLEST_LABELLED = 0.09


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar: its label, its length as a share, and the words at its end."""

    label: str
    share: float
    words: str
    color: str = ACCENT


def bar_chart(bars: Sequence[Bar]) -> Canvas:
    """Horizontal bars with their labels above them."""
    rows = [(bar, fit(bar.label, WIDTH - 4, lines=2)) for bar in bars]
    canvas = Canvas(height=sum(len(lines) * 15 + BAR + GAP for _bar, lines in rows) or 1)
    most = max((bar.share for bar in bars), default=0) or 1
    y = 0.0
    for bar, lines in rows:
        canvas.lines(0, y + 8, lines)
        y += len(lines) * 15 + 2
        room = WIDTH - 12 - max(text_width(each.words) for each in bars)
        width = room * bar.share / most
        canvas.rect(0, y, WIDTH, BAR - 4, "#f2f5f5")
        canvas.rect(0, y, max(width, 1), BAR - 4, bar.color)
        canvas.text(width + 6, y + (BAR - 4) / 2, bar.words, bold=True)
        y += BAR + GAP - 2
    return canvas


def driver_distribution(results: SurveyResults, *, permalink: str = "") -> Figure:
    """For each driver the share of each level among those who could judge it."""
    shown = [driver for driver in results.drivers if not driver.rating.is_hidden]
    canvas = Canvas(height=28 + len(shown) * (LABEL + BAR + GAP))
    legend(canvas, 8)
    y = 28.0
    for driver in shown:
        canvas.text(0, y + 6, f"{driver.number}. {driver.short}")
        canvas.text(WIDTH, y + 6, f"n = {number(driver.rating.n)}", size=11, align="right", color=SOFT)
        _stack(canvas, y + LABEL, driver.rating.shares)
        y += LABEL + BAR + GAP
    return Figure(
        key="distribution",
        title=_("How answers spread over the three levels"),
        description=_describe_distribution(shown, results),
        spec=canvas.spec(),
        table=FigureTable(
            headers=[_("Driver"), *map(str, LEVEL_NAMES.values()), "n", _("Can't judge"), _("Blank")],
            rows=[
                [
                    f"{driver.number}. {driver.name}",
                    *map(share_words, driver.rating.shares),
                    number(driver.rating.n),
                    number(driver.rating.cannot_judge),
                    number(driver.rating.blank),
                ]
                for driver in shown
            ],
        ),
        permalink=permalink,
    )


def _describe_distribution(shown: Sequence[DriverResult], results: SurveyResults) -> str:
    if not shown:
        return _("Too few people answered so far.")
    worst = max(shown, key=lambda driver: (driver.rating.shares[0], -driver.number))
    best = max(shown, key=lambda driver: (driver.rating.shares[2], -driver.number))
    message = _(
        "%(worst_share)s say that “%(worst)s” needs to get better; %(best_share)s call “%(best)s” a strength."
    )
    return message % {
        "worst": worst.short,
        "worst_share": share_words(worst.rating.shares[0]),
        "best": best.short,
        "best_share": share_words(best.rating.shares[2]),
    }


def _stack(canvas: Canvas, y: float, shares: Sequence[float]) -> None:
    x = 0.0
    for level, share in enumerate(shares, start=1):
        width = WIDTH * share
        canvas.rect(x, y, width, BAR, color_of(level))
        if share >= SMALLEST_LABELLED:
            canvas.text(
                x + width / 2, y + BAR / 2 + 0.5, share_words(share), size=11, bold=True, align="center",
                color=ON_LEVEL[level],
            )  # fmt: skip
        x += width


def driver_answers(driver: DriverResult, *, permalink: str = "") -> Figure:
    """The answers to one driver, with those who could not judge and the blanks apart."""
    rating = driver.rating
    bars = [
        Bar(
            label=str(name),
            share=share,
            words=f"{share_words(share)} ({number(count)})",
            color=color_of(level),
        )
        for (level, name), share, count in zip(
            LEVEL_NAMES.items(), rating.shares, rating.counts, strict=False
        )
    ]
    message = _(
        "%(level)s: the mean is %(mean)s of 3 (n = %(n)s; balanced between sectors %(balanced)s)."
    ) % {
        "level": LEVEL_NAMES[driver.level] if driver.level else "",
        "mean": mean_words(rating.mean),
        "n": number(rating.n),
        "balanced": mean_words(rating.balanced_mean),
    }
    return Figure(
        key=driver.key,
        title=driver.name,
        description=_hidden_or(rating, message),
        spec=bar_chart(bars).spec(),
        table=_answer_table(list(map(str, LEVEL_NAMES.values())), [("", rating)]),
        note=aside(rating),
        permalink=permalink,
    )


def hazard_answers(
    hazard: HazardResult, *, parts: tuple[str, str] = (NOW, FUTURE), permalink: str = ""
) -> Figure:
    """The answers to two aspects of one hazard (now and in future, or likelihood and impact), by level."""
    one, other = (hazard.rating_of(part) for part in parts)
    levels = max(len(one.shares), len(other.shares))
    if parts == (NOW, FUTURE):
        message = _(
            "Mean severity %(now)s now and %(future)s in ten years, on a scale from 1 to 5 (n = %(n)s)."
        ) % {"now": mean_words(one.mean), "future": mean_words(other.mean), "n": number(one.n)}
    else:
        message = _("Mean likelihood %(likelihood)s and mean impact %(impact)s of 5 (n = %(n)s).") % {
            "likelihood": mean_words(one.mean),
            "impact": mean_words(other.mean),
            "n": number(one.n),
        }
    names = [part_label(part) for part in parts]
    return Figure(
        key=hazard.key if parts == (NOW, FUTURE) else f"{hazard.key}-{parts[0]}",
        title=hazard.name,
        description=_hidden_or(one, message),
        spec=_paired_bars(one.shares, other.shares, levels, names).spec(),
        table=_answer_table(
            [str(level) for level in range(1, levels + 1)], list(zip(names, (one, other), strict=True))
        ),
        note=aside(one),
        permalink=permalink,
    )


def _paired_bars(now: Sequence[float], future: Sequence[float], levels: int, names: Sequence[str]) -> Canvas:
    """Two bars for each level, one under the other."""
    canvas = Canvas(height=26 + levels * 56)
    for x, color, name in zip((0, 110), (NOW_COLOR, FUTURE_COLOR), names, strict=True):
        canvas.rect(x, 3, 11, 11, color)
        canvas.text(x + 16, 9, name, size=11)
    most = max((*now, *future), default=0) or 1
    for level in range(levels):
        y = 28.0 + level * 56
        canvas.text(0, y + 20, str(level + 1), size=14, bold=True)
        for row, (shares, color) in enumerate(((now, NOW_COLOR), (future, FUTURE_COLOR))):
            width = (WIDTH - 70) * shares[level] / most if shares else 0
            words = share_words(shares[level]) if shares else _("hidden")
            canvas.rect(22, y + row * 21, max(width, 1), 18, color)
            canvas.text(28 + width, y + row * 21 + 9, words, size=11, bold=True)
    return canvas


def _answer_table(levels: Sequence[str], ratings: Sequence[tuple[str, Rating]]) -> FigureTable:
    return FigureTable(
        headers=["", *levels, "n", _("Mean"), _("Balanced between sectors"), _("Can't judge"), _("Blank")],
        rows=[
            [
                name or _("Answers"),
                *(map(number, rating.counts) if rating.counts else [_("hidden")] * len(levels)),
                number(rating.n),
                mean_words(rating.mean),
                mean_words(rating.balanced_mean),
                number(rating.cannot_judge),
                number(rating.blank),
            ]
            for name, rating in ratings
        ],
    )


def choice_answers(choice: ChoiceResult, *, permalink: str = "") -> Figure:
    """How often each option was chosen, most often first."""
    ranked = sorted(choice.options, key=lambda option: (-option.count, option.code))
    bars = [
        Bar(
            label=option.label,
            share=option.share,
            words=f"{share_words(option.share)} ({number(option.count)})",
        )
        for option in ranked
    ]
    if not ranked:
        message = _("Too few people answered so far.")
    else:
        message = _("“%(first)s” was chosen most often: by %(share)s of those who answered (n = %(n)s).") % {
            "first": ranked[0].label,
            "share": share_words(ranked[0].share),
            "n": number(choice.n),
        }
    several = _("People could choose several answers, so the shares add up to more than 100%.")
    return Figure(
        key=choice.key,
        title=choice.text,
        description=message,
        spec=bar_chart(bars).spec(),
        table=FigureTable(
            headers=[_("Answer"), _("Chosen"), _("Share")],
            rows=[[option.label, number(option.count), share_words(option.share)] for option in ranked],
        ),
        note=several if choice.is_multiple else "",
        permalink=permalink,
    )


def responses_by_sector(results: SurveyResults) -> Figure:
    """Who answered."""
    shown = sorted((group for group in results.sectors if group.n), key=lambda group: -(group.n or 0))
    hidden = [group for group in results.sectors if group.n is None]
    bars = [
        Bar(label=group.label, share=(group.n or 0) / results.n, words=number(group.n)) for group in shown
    ]
    return Figure(
        key="sectors",
        title=_("Who answered"),
        description=_describe_groups(shown, hidden, results.n),
        spec=bar_chart(bars).spec(),
        table=FigureTable(
            headers=[_("Sector"), _("Answers")],
            rows=[[group.label, n_words(group)] for group in results.sectors],
        ),
    )


def responses_by_day(days: Sequence[tuple[date, int]]) -> Figure:
    """How many answers arrived on each day."""
    most = max((n for _day, n in days), default=0)
    canvas = Canvas(height=150)
    if days:
        first, last = days[0][0], days[-1][0]
        span = (last - first).days + 1
        step = WIDTH / span
        canvas.rule(0, 126, WIDTH, 126, color=SOFT)
        for day, n in days:
            height = 104 * n / most
            canvas.rect((day - first).days * step, 126 - height, max(step * 0.8, 1), height, ACCENT)
        canvas.text(0, 8, _("most on one day: %(n)s") % {"n": number(most)}, size=11, color=SOFT)
        canvas.text(0, 140, day_words(first), size=11)
        if span > 1:
            canvas.text(WIDTH, 140, day_words(last), size=11, align="right")
        peak = max(days, key=lambda row: row[1])
        message = _("Answers arrived on %(days)s days; most of them on %(day)s (%(n)s).") % {
            "days": len(days),
            "day": day_words(peak[0]),
            "n": number(most),
        }
    else:
        message = _("No answer has arrived yet.")
    return Figure(
        key="days",
        title=_("Answers day by day"),
        description=message,
        spec=canvas.spec(),
        table=FigureTable(
            headers=[_("Day"), _("Answers")], rows=[[day_words(day), number(n)] for day, n in days]
        ),
    )


def _describe_groups(shown: Sequence[Group], hidden: Sequence[Group], total: int) -> str:
    if not shown:
        return _("Too few people answered so far.")
    message = _("Of %(total)s answers, most came from %(first)s (%(n)s).") % {
        "total": number(total),
        "first": shown[0].label,
        "n": number(shown[0].n),
    }
    if hidden:
        message += " " + _("Small groups are hidden: %(groups)s.") % {
            "groups": ", ".join(group.label for group in hidden)
        }
    return message


def _hidden_or(rating: Rating, message: str) -> str:
    return _("Too few people answered so far.") if rating.is_hidden else message
