"""Votes, scales and what people wrote."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessment.results import ChoiceResult, GroupCounts, ScaleResult
from assessment.results.open_answers import OpenResult
from semarang_resilience.core.figures import Figure, FigureTable
from semarang_resilience.core.templatetags.formats import DASH, number

from .bars import Bar, bar_chart
from .canvas import WIDTH, Canvas, fit
from .map import INK_ON, STEPS
from .words import aside, mean_words, share_words


def vote_ranking(vote: ChoiceResult, *, permalink: str = "") -> Figure:
    """Options as often as they were voted for; equal ones share a place, and one sees it."""
    ranking = vote.ranking
    rows = [(f"{row.place}{'=' if row.is_tied else ''}", row.option) for row in ranking]
    bars = [
        Bar(
            label=f"{place}. {option.label}",
            share=option.share,
            words=f"{share_words(option.share)} ({number(option.count)})",
        )
        for place, option in rows
    ]
    limit = ngettext(
        "Everybody could choose up to %(most)s option, so the shares may add up to more than 100%%.",
        "Everybody could choose up to %(most)s options, so the shares may add up to more than 100%%.",
        vote.max_choices or 1,
    ) % {"most": vote.max_choices or 1}
    ties = _("An equals sign marks options that were chosen equally often.")
    return Figure(
        key=vote.key,
        title=vote.text,
        description=_describe_vote(vote),
        spec=bar_chart(bars).spec(),
        table=FigureTable(
            headers=[_("Place"), _("Answer"), _("Chosen"), _("Share")],
            rows=[[place, one.label, number(one.count), share_words(one.share)] for place, one in rows],
        ),
        note=f"{limit} {ties}" if any(row.is_tied for row in ranking) else limit,
        permalink=permalink,
    )


def _describe_vote(vote: ChoiceResult) -> str:
    first = [row.option for row in vote.ranking if row.place == 1]
    if not first:
        return _("Too few people answered so far.")
    facts = {"share": share_words(first[0].share), "n": number(vote.n)}
    if len(first) == 1:
        message = _("“%(first)s” is in first place: %(share)s of those who voted chose it (n = %(n)s).")
        return message % (facts | {"first": first[0].label})
    names = ", ".join(f"“{option.label}”" for option in first)
    message = _("First place is shared by %(names)s: %(share)s each (n = %(n)s).")
    return message % (facts | {"names": names})


def options_by_sector(choice: ChoiceResult) -> Figure:
    """A field for each option and sector, the darker the larger the share, with the share in it."""
    sectors = [group for group in choice.by_sector if group.n]
    head, label, row = 104.0, 150.0, 30.0
    cell = min(44.0, (WIDTH - label) / max(len(sectors), 1))
    canvas = Canvas(height=head + len(choice.options) * row if sectors else 1)
    for column, sector in enumerate(sectors):
        words = fit(sector.label, 100, size=11)[0]
        canvas.text(label + (column + 0.5) * cell, head - 6, words, size=11, angle=270)
    for line, option in enumerate(choice.options if sectors else ()):
        y = head + line * row
        name = fit(option.label, label - 10, size=11, lines=2)
        canvas.lines(0, y + row / 2 - 6 * (len(name) - 1), name, leading=12, size=11)
        for column, sector in enumerate(sectors):
            share = sector.shares[line]
            step = min(int(share * len(STEPS)), len(STEPS) - 1)
            canvas.rect(label + column * cell, y, cell - 2, row - 2, STEPS[step])
            canvas.text(
                label + (column + 0.5) * cell - 1, y + row / 2, share_words(share), size=10.5, align="center",
                color=INK_ON[step],
            )  # fmt: skip
    rows = [
        [option.label, *(_share_and_n(group, line) for group in choice.by_sector)]
        for line, option in enumerate(choice.options)
    ]
    return Figure(
        key=f"{choice.key}-by-sector",
        title=_("By sector"),
        description=_describe_sectors(choice),
        spec=canvas.spec(),
        table=FigureTable(
            headers=[_("Answer"), *(group.label for group in choice.by_sector)],
            rows=rows or [[DASH] * (len(choice.by_sector) + 1)],
        ),
        note=_("The darker, the larger the share in that sector. Small groups are left out."),
    )


def _share_and_n(group: GroupCounts, place: int) -> str:
    if group.n is None:
        return _("hidden")
    return f"{share_words(group.shares[place])} (n = {number(group.n)})" if group.n else DASH


def _describe_sectors(choice: ChoiceResult) -> str:
    """The option on which the sectors that are shown are furthest apart."""
    shown = [group for group in choice.by_sector if group.n]
    if len(shown) < 2:
        return _("Too few people answered in each sector to compare them.")
    spans = []
    for place, option in enumerate(choice.options):
        high = max(shown, key=lambda group: group.shares[place])
        low = min(shown, key=lambda group: group.shares[place])
        spans.append((high.shares[place] - low.shares[place], -place, option, high, low))
    _span, place, option, high, low = max(spans, key=lambda row: row[:2])
    message = _("Sectors differ most about “%(option)s”: %(high)s %(high_share)s, %(low)s %(low_share)s.")
    return message % {
        "option": option.label,
        "high": high.label,
        "high_share": share_words(high.shares[-place]),
        "low": low.label,
        "low_share": share_words(low.shares[-place]),
    }


def scale_answers(scale: ScaleResult, *, permalink: str = "") -> Figure:
    """How often each level of a scale was chosen, with the words at its ends."""
    rating = scale.rating
    labels = [str(level) for level in range(1, scale.levels + 1)]
    labels[0] = f"{labels[0]} {scale.low}".strip()
    labels[-1] = f"{labels[-1]} {scale.high}".strip()
    bars = [
        Bar(label=label, share=share, words=f"{share_words(share)} ({number(count)})")
        for label, share, count in zip(labels, rating.shares, rating.counts, strict=False)
    ]
    message = _("The mean is %(mean)s of %(top)s (n = %(n)s; balanced between sectors %(balanced)s).") % {
        "mean": mean_words(rating.mean),
        "top": scale.levels,
        "n": number(rating.n),
        "balanced": mean_words(rating.balanced_mean),
    }
    return Figure(
        key=scale.key,
        title=scale.text,
        description=_("Too few people answered so far.") if rating.is_hidden else message,
        spec=bar_chart(bars).spec(),
        table=_scale_table(scale, labels),
        note=aside(rating),
        permalink=permalink,
    )


def _scale_table(scale: ScaleResult, labels: list[str]) -> FigureTable:
    rating = scale.rating
    counts = [number(count) for count in rating.counts] or [_("hidden")] * scale.levels
    numbers = [number(count) for count in (rating.n, rating.cannot_judge, rating.blank)]
    means = [mean_words(rating.mean), mean_words(rating.balanced_mean)]
    return FigureTable(
        headers=["", *labels, "n", _("Can't judge"), _("Blank"), _("Mean"), _("Balanced between sectors")],
        rows=[[_("Answers"), *counts, *numbers, *means]],
    )


def theme_counts(result: OpenResult) -> Figure:
    """How many answers in words belong to each theme."""
    rows = result.shown
    bars = [Bar(label=one.name, share=(one.n or 0) / (result.n or 1), words=number(one.n)) for one in rows]
    if rows:
        message = _("“%(theme)s” comes up most often: in %(count)s of %(n)s answers that were read.") % {
            "theme": rows[0].name,
            "count": number(rows[0].n),
            "n": number(result.n),
        }
    else:
        message = _("No theme was mentioned often enough to be shown.")
    return Figure(
        key=result.key,
        title=result.text,
        description=message,
        spec=bar_chart(bars).spec(),
        table=FigureTable(
            headers=[_("Theme"), _("Answers")],
            rows=[[one.name, number(one.n)] for one in rows]
            + [[one.name, _("hidden")] for one in result.hidden]
            or [[DASH, DASH]],
        ),
        note=_("An answer may belong to several themes. Themes that few people mentioned are hidden."),
    )


def named_places(result: OpenResult) -> Figure:
    """How often people named each place."""
    bars = [Bar(label=one.name, share=one.n / (result.n or 1), words=number(one.n)) for one in result.places]
    if result.places:
        message = _("“%(name)s” is named most often: by %(count)s of %(n)s people who named one.") % {
            "name": result.places[0].name,
            "count": number(result.places[0].n),
            "n": number(result.n),
        }
    else:
        message = _("No place was named often enough to be shown.")
    return Figure(
        key=result.key,
        title=result.text,
        description=message,
        spec=bar_chart(bars).spec(),
        table=FigureTable(
            headers=[_("Place"), _("Answers")],
            rows=[[one.name, number(one.n)] for one in result.places] or [[DASH, DASH]],
        ),
        note=_("Places that few people named are hidden; together they were named %(count)s times.")
        % {"count": number(result.other_places)},
    )
