"""Votes, scales and what people wrote."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessment.results import ChoiceResult, ScaleResult
from assessment.results.open_answers import OpenResult
from semarang_resilience.core.figures import Figure, FigureTable
from semarang_resilience.core.templatetags.formats import DASH, number

from .bars import Bar, bar_chart
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


def scale_answers(scale: ScaleResult, *, permalink: str = "") -> Figure:
    """How often each level of a scale was chosen, with the words at its ends."""
    rating = scale.rating
    labels = [str(level) for level in range(1, scale.levels + 1)]
    if scale.low:
        labels[0] += f" {scale.low}"
    if scale.high:
        labels[-1] += f" {scale.high}"
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
    counts = [number(count) for count in rating.counts] or [_("hidden")] * scale.levels
    numbers = (rating.n, rating.cannot_judge, rating.blank)
    return Figure(
        key=scale.key,
        title=scale.text,
        description=_("Too few people answered so far.") if rating.is_hidden else message,
        spec=bar_chart(bars).spec(),
        table=FigureTable(
            headers=[
                "",
                *labels,
                "n",
                _("Can't judge"),
                _("Blank"),
                _("Mean"),
                _("Balanced between sectors"),
            ],
            rows=[
                [
                    _("Answers"),
                    *counts,
                    *map(number, numbers),
                    mean_words(rating.mean),
                    mean_words(rating.balanced_mean),
                ]
            ],
        ),
        note=aside(rating),
        permalink=permalink,
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
