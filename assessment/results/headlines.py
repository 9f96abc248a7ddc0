"""What stands out, in a few sentences: what a reader should know before any chart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessment.statistics import Chance
from semarang_resilience.core.templatetags.formats import number, percent

from .contradictions import by_severity
from .differences import Difference
from .shapes import SurveyResults

SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class Headline:
    """One sentence: what it is about, and what was said. `anchor` leads to the charts behind it."""

    label: str
    text: str
    anchor: str


def headlines_of(results: SurveyResults, differences: Sequence[Difference]) -> list[Headline]:
    """At most seven, in the order of the page."""
    if not results.is_enough:
        return []
    return [*_drivers(results), *_hazards(results), *_choices(results), *_sectors(differences)]


def _drivers(results: SurveyResults) -> Iterator[Headline]:
    ranked = results.rated_drivers
    if len(ranked) < 2:
        return
    count = min(SHOWN, len(ranked) // 2)
    weakest = ", ".join(f"{row.short} ({number(row.rating.mean, 1)})" for row in ranked[: -count - 1 : -1])
    strongest = ", ".join(f"{row.short} ({number(row.rating.mean, 1)})" for row in ranked[:count])
    yield Headline(label=_("Seen as weakest (mean, of 3)"), text=weakest, anchor="penggerak")
    yield Headline(label=_("Seen as strongest (mean, of 3)"), text=strongest, anchor="penggerak")


def _hazards(results: SurveyResults) -> Iterator[Headline]:
    now = [row for row in results.hazards if row.now.mean is not None]
    if now:
        worst = by_severity(results)[:SHOWN]
        names = ", ".join(
            f"{row.name} ({number(row.now.mean, 1)})" for row in worst if row.now.mean is not None
        )
        yield Headline(
            label=_("Most severe now (mean, of 5)"),
            text=names,
            anchor="guncangan-tekanan",
        )
        growing = max(now, key=lambda row: row.change or 0)
        if (growing.change or 0) > 0:
            words = _("%(name)s: from %(now)s now to %(later)s in ten years") % {
                "name": growing.name,
                "now": number(growing.now.mean, 1),
                "later": number(growing.future.mean, 1),
            }
            yield Headline(label=_("Expected to grow most"), text=words, anchor="guncangan-tekanan")
    risks = [row for row in results.risks if row.risk is not None]
    if risks:
        first = max(risks, key=lambda row: row.risk or 0)
        words = _("%(name)s (likelihood × impact %(risk)s of 25)") % {
            "name": first.name,
            "risk": number(first.risk, 1),
        }
        yield Headline(label=_("Greatest risk"), text=words, anchor="risiko")


def _choices(results: SurveyResults) -> Iterator[Headline]:
    for choice in (*results.votes, *results.choices)[:1]:
        first = [row.option for row in choice.ranking if row.place == 1]
        if first:
            names = ", ".join(option.label for option in first)
            words = _("%(names)s (%(share)s, n = %(n)s)") % {
                "names": names,
                "share": percent(first[0].share),
                "n": number(choice.n),
            }
            yield Headline(label=_("Chosen first"), text=words, anchor="pilihan")


def _sectors(differences: Sequence[Difference]) -> Iterator[Headline]:
    """The largest difference between sectors that is hardly chance."""
    real = [row for row in differences if row.chance is Chance.UNLIKELY and row.high and row.low]
    if not real:
        return
    most = max(real, key=lambda row: (abs(row.effect), row.key))
    assert most.high is not None  # noqa: S101  chosen for it
    assert most.low is not None  # noqa: S101
    words = _("%(name)s: %(high)s %(high_mean)s, %(low)s %(low_mean)s") % {
        "name": most.name,
        "high": most.high.label,
        "high_mean": number(most.high.mean, 1),
        "low": most.low.label,
        "low_mean": number(most.low.mean, 1),
    }
    yield Headline(label=_("Sectors differ most"), text=words, anchor="kelompok")
