"""Where a survey contradicts itself: each rule in words, with n and the charts that show it.

A contradiction is no mistake: it is something to talk about. Rules look only at results that are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.models import Survey
from assessment.models.programmes import ProgrammeDriver
from assessment.statistics import Chance, is_divided
from semarang_resilience.core.choices import ToneChoices
from semarang_resilience.core.templatetags.formats import number

from .differences import differences_of, name_of, part_label, ratings_of
from .shapes import STRONG, WEAK, ChoiceResult, GroupMean, HazardResult, SurveyResults, level_of

MOST_SEVERE = 3


class Rule(ToneChoices):
    """The kinds of contradiction, in the order in which they are listed."""

    OPPOSITE = "opposite", "warning", "git-compare", gettext_lazy("Sectors see opposite things")
    SEVERE = "severe", "warning", "triangle-alert", gettext_lazy("A strength, and yet the threat is severe")
    CHOICE = "choice", "warning", "vote", gettext_lazy("Chosen first, but rated otherwise")
    DIVIDED = "divided", "info", "users", gettext_lazy("Divided within a group")
    WEIGHT = "weight", "info", "scale", gettext_lazy("One large sector decides")


RULES: dict[Rule, str | Promise] = {
    Rule.OPPOSITE: gettext_lazy(
        "One sector rates a driver as a strength (mean of 2.33 or more), another as in need of improvement "
        "(below 1.67), and the difference is hardly chance."
    ),
    Rule.SEVERE: gettext_lazy(
        "A shock or stress is among the three most severe, while a driver that programmes against it address "
        "directly is rated as a strength."
    ),
    Rule.CHOICE: gettext_lazy(
        "What is chosen most often as a priority is rated as a strength, or is a shock or stress in the "
        "milder half."
    ),
    Rule.DIVIDED: gettext_lazy(
        "Within one group the answers are more divided than if all levels had been chosen equally often "
        "(dispersion after Leik 1966)."
    ),
    Rule.WEIGHT: gettext_lazy(
        "The mean of all answers and the mean balanced between sectors fall on different levels."
    ),
}


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart that shows one side of a contradiction."""

    key: str
    label: str
    sector: str = ""


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """One contradiction as a sentence; `n` is of the smaller side."""

    rule: Rule
    sentence: str
    n: int
    charts: tuple[Chart, ...]


@dataclass(frozen=True, kw_only=True)
class Served:
    """Programmes against a hazard that address a driver directly."""

    hazard: str
    driver_key: str
    programmes: int


def served_by(survey: Survey) -> list[Served]:
    """Which drivers the city's existing programmes against each hazard address directly: one query."""
    rows = (
        ProgrammeDriver.objects.filter(
            is_direct=True,
            programme__cycle=survey.cycle_id,
            programme__hazards__isnull=False,
            driver__questions__section__version=survey.current_version_id,
        )
        .values_list("programme__hazards__slug", "driver__questions__key")
        .annotate(n=Count("programme", distinct=True))
        .order_by("programme__hazards__slug", "driver__questions__key")
    )
    return [Served(hazard=slug, driver_key=key, programmes=n) for slug, key, n in rows]


def contradictions_of(results: SurveyResults, served: Iterable[Served] = ()) -> list[Contradiction]:
    """All contradictions, rule by rule."""
    return [
        *_opposite(results),
        *_severe(results, served),
        *_choice(results),
        *_divided(results),
        *_weight(results),
    ]


def _opposite(results: SurveyResults) -> Iterator[Contradiction]:
    real = {row.key for row in differences_of(results) if row.chance is Chance.UNLIKELY}
    for driver in results.drivers:
        groups = [group for group in driver.rating.by_sector if group.mean is not None]
        if driver.key not in real or not groups:
            continue
        high, low = max(groups, key=_mean), min(groups, key=_mean)
        if (level_of(high.mean), level_of(low.mean)) != (STRONG, WEAK):
            continue
        words = _(
            "“%(driver)s”: %(high)s see a strength (mean %(high_mean)s, n = %(high_n)s), %(low)s see a need "
            "to get better (mean %(low_mean)s, n = %(low_n)s)."
        )
        facts = {"driver": driver.short} | _side("high", high) | _side("low", low)
        yield Contradiction(
            rule=Rule.OPPOSITE,
            sentence=words % facts,
            n=min(high.n or 0, low.n or 0),
            charts=(Chart(key=driver.key, label=driver.short),),
        )


def _side(name: str, group: GroupMean) -> dict[str, str]:
    return {name: group.label, f"{name}_mean": number(group.mean, 1), f"{name}_n": number(group.n)}


def _mean(group: GroupMean) -> float:
    return group.mean or 0


def by_severity(results: SurveyResults) -> list[HazardResult]:
    """Hazards with a result, the most severe first: by severity now, else by likelihood x impact."""
    known = [(_severity(hazard), hazard) for hazard in results.hazards]
    rows = [(severity, hazard) for severity, hazard in known if severity is not None]
    return [hazard for _value, hazard in sorted(rows, key=lambda row: (-row[0], row[1].key))]


def _severity(hazard: HazardResult) -> float | None:
    """From 1 to 5: the mean now or, where only these were asked, the root of likelihood x impact."""
    if hazard.now.mean is not None:
        return hazard.now.mean
    return None if hazard.risk is None else hazard.risk**0.5


def _severe(results: SurveyResults, served: Iterable[Served]) -> Iterator[Contradiction]:
    worst = {hazard.slug: hazard for hazard in by_severity(results)[:MOST_SEVERE]}
    drivers = {driver.key: driver for driver in results.drivers if driver.level == STRONG}
    for link in served:
        hazard, driver = worst.get(link.hazard), drivers.get(link.driver_key)
        if hazard is None or driver is None:
            continue
        words = _(
            "“%(hazard)s” is among the most severe (%(severity)s of 5), yet “%(driver)s” is rated as a "
            "strength (%(mean)s of 3). Programmes that address both: %(count)s."
        )
        yield Contradiction(
            rule=Rule.SEVERE,
            sentence=words
            % {
                "hazard": hazard.name,
                "severity": number(_severity(hazard), 1),
                "driver": driver.short,
                "count": link.programmes,
                "mean": number(driver.rating.mean, 1),
            },
            n=min(hazard.first.n or 0, driver.rating.n or 0),
            charts=(Chart(key=hazard.key, label=hazard.name), Chart(key=driver.key, label=driver.short)),
        )


def _choice(results: SurveyResults) -> Iterator[Contradiction]:
    for choice in (*results.votes, *results.choices):
        first = [row.option.label for row in choice.ranking if row.place == 1 and not row.is_tied]
        if not first:
            continue
        yield from _chosen_strength(results, choice, first[0])
        yield from _chosen_mild(results, choice, first[0])


def _chosen_strength(results: SurveyResults, choice: ChoiceResult, label: str) -> Iterator[Contradiction]:
    for name, mean, n, charts in _rated_as(results, label):
        if level_of(mean) == STRONG:
            words = _(
                "“%(label)s” is chosen most often in “%(question)s” (n = %(n)s), and yet it is rated as a "
                "strength (%(mean)s of 3)."
            )
            facts = {"label": name, "question": choice.text, "n": number(choice.n), "mean": number(mean, 1)}
            yield Contradiction(
                rule=Rule.CHOICE,
                sentence=words % facts,
                n=min(choice.n or 0, n),
                charts=(Chart(key=choice.key, label=choice.text), *charts),
            )


def _rated_as(
    results: SurveyResults, label: str
) -> Iterator[tuple[str, float | None, int, tuple[Chart, ...]]]:
    """The dimension or driver that an option names, with its mean, n and charts."""
    for dimension in results.dimensions:
        if _same(label, dimension.name):
            members = [row for row in results.drivers if row.dimension_number == dimension.number]
            charts = tuple(Chart(key=row.key, label=row.short) for row in members)
            yield dimension.name, dimension.mean, dimension.n or 0, charts
    for driver in results.drivers:
        if _same(label, driver.name) or _same(label, driver.short):
            chart = Chart(key=driver.key, label=driver.short)
            yield driver.short, driver.rating.mean, driver.rating.n or 0, (chart,)


def _chosen_mild(results: SurveyResults, choice: ChoiceResult, label: str) -> Iterator[Contradiction]:
    order = by_severity(results)
    for place, hazard in enumerate(order, start=1):
        if _same(label, hazard.name) and place > len(order) / 2 and len(order) > 1:
            words = _(
                "“%(label)s” is chosen most often in “%(question)s” (n = %(n)s), but by its severity it "
                "comes only in place %(place)s of %(total)s."
            )
            facts = {"label": hazard.name, "question": choice.text, "n": number(choice.n)}
            yield Contradiction(
                rule=Rule.CHOICE,
                sentence=words % (facts | {"place": place, "total": len(order)}),
                n=min(choice.n or 0, hazard.first.n or 0),
                charts=(
                    Chart(key=choice.key, label=choice.text),
                    Chart(key=hazard.key, label=hazard.name),
                ),
            )


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _divided(results: SurveyResults) -> Iterator[Contradiction]:
    """All respondents together, else the sectors one by one."""
    for result in results.all:
        if isinstance(result, ChoiceResult):
            continue
        for part, rating, _top in ratings_of(result):
            name = " · ".join(word for word in (name_of(result), part_label(part)) if word)
            if rating.counts and is_divided(rating.counts):
                yield _is_divided(result.key, name, _("all respondents"), "", rating.counts)
                continue
            for group in rating.by_sector:
                if group.counts and is_divided(group.counts):
                    yield _is_divided(result.key, name, group.label, group.code, group.counts)


def _is_divided(key: str, name: str, who: str, sector: str, counts: Sequence[int]) -> Contradiction:
    n = sum(counts)
    words = _(
        "%(who)s are divided about “%(name)s”: %(low)s chose the lowest level and %(high)s the highest "
        "(n = %(n)s)."
    )
    facts = {"who": capfirst(who), "name": name, "low": number(counts[0]), "high": number(counts[-1])}
    return Contradiction(
        rule=Rule.DIVIDED,
        sentence=words % (facts | {"n": number(n)}),
        n=n,
        charts=(Chart(key=key, label=name, sector=sector),),
    )


def _weight(results: SurveyResults) -> Iterator[Contradiction]:
    for driver in results.drivers:
        if driver.level is None or driver.balanced_level is None or driver.level == driver.balanced_level:
            continue
        largest = max((g for g in driver.rating.by_sector if g.n), key=lambda g: g.n or 0)
        words = _(
            "“%(driver)s”: mean %(mean)s, but %(balanced)s when each sector has one voice. %(sector)s alone "
            "give %(share)s of %(n)s answers."
        )
        facts = {
            "driver": driver.short,
            "mean": number(driver.rating.mean, 2),
            "balanced": number(driver.rating.balanced_mean, 2),
            "sector": largest.label,
            "share": number(largest.n),
            "n": number(driver.rating.n),
        }
        yield Contradiction(
            rule=Rule.WEIGHT,
            sentence=words % facts,
            n=driver.rating.n or 0,
            charts=(Chart(key=driver.key, label=driver.short),),
        )
