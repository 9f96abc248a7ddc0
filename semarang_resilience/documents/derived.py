"""What follows from a snapshot: who is strongest, what is covered, what is worst, what belongs together.

Computed when a document is composed, so it can never disagree with the snapshot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from actions.figures import StatusRow
from assessment.inventory_figures import CoverageRow
from assessment.models import RiskBand
from assessment.results import DriverResult, HazardResult, SurveyResults

from .snapshots.action_plan import ActionPlanSnapshot, PlanActionFacts
from .snapshots.crs import CrsSnapshot, InitiativeFacts
from .snapshots.findings import CitedFacts, FindingFacts, FocusAreaFacts, by_code
from .snapshots.pra import AssetFacts, HazardFacts, PraSnapshot

HIGHLIGHTS = 3
KINDS = ("strength", "weakness", "gap", "opportunity")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One pair of the exposure matrix; `band` is a word for its colour."""

    score: int | None
    band: str


@dataclass(frozen=True, kw_only=True)
class MatrixRow:
    """One asset against all hazards that reach any asset."""

    asset: AssetFacts
    cells: tuple[Cell, ...]
    worst: int | None


@dataclass(frozen=True, kw_only=True)
class ThreadRow:
    """A focus area, the initiatives that answer it, the findings it rests on and the questions behind."""

    focus_area: FocusAreaFacts
    initiatives: tuple[InitiativeFacts, ...]
    findings: tuple[FindingFacts, ...]
    questions: tuple[CitedFacts, ...]


def derive(snapshot: Any) -> dict[str, Any]:
    """Derived facts by name, for the templates of the snapshot's kind."""
    if isinstance(snapshot, PraSnapshot):
        return _of_pra(snapshot)
    if isinstance(snapshot, CrsSnapshot):
        return _of_crs(snapshot)
    return _of_action_plan(snapshot)


# -- assessment ------------------------------------------------------------------------------------------


def _of_pra(snapshot: PraSnapshot) -> dict[str, Any]:
    results = snapshot.perceptions.results if snapshot.perceptions else None
    rows = coverage(snapshot)
    return {
        "ward_count": sum(one.ward_count for one in snapshot.city.districts) if snapshot.city else 0,
        "coverage": rows,
        "uncovered": [row for row in rows if not row.direct],
        "matrix_hazards": matrix_hazards(snapshot),
        "matrix": matrix(snapshot),
        "findings_by_kind": [
            (found[0].kind, found)
            for kind in KINDS
            if (found := [one for one in snapshot.findings if one.kind.value == kind])
        ],
        "chosen": [one for one in snapshot.focus_areas if one.is_chosen],
        "not_chosen": [one for one in snapshot.focus_areas if not one.is_chosen],
        "results": results,
        **(_of_results(results) if results and results.is_enough else {}),
    }


def _of_results(results: SurveyResults) -> dict[str, Any]:
    rated = results.rated_drivers
    now = sorted((one for one in results.hazards if one.now.mean is not None), key=_severity, reverse=True)
    rising = sorted((one for one in results.hazards if one.change is not None), key=_rise, reverse=True)
    answered = {group.code for group in results.sectors if group.n != 0}
    shown = {
        group.code for one in results.drivers for group in one.rating.by_sector if group.mean is not None
    }
    return {
        "strongest": rated[:HIGHLIGHTS],
        "weakest": list(reversed(rated[-HIGHLIGHTS:])),
        "worst_now": now[:HIGHLIGHTS],
        "rising": [one for one in rising if (one.change or 0) > 0][:HIGHLIGHTS],
        "hazards_by_severity": now,
        "sectors": [group for group in results.sectors if group.code in shown],
        "sectors_hidden": [group for group in results.sectors if group.code in answered - shown],
        "drivers_by_sector": [_sector_row(driver, shown) for driver in results.drivers],
        "choices": [one for one in results.choices if not one.is_hidden],
        "votes": [one for one in results.votes if not one.is_hidden],
        "respondents": _respondents(results, answered),
        "no_district": next((group.n for group in results.districts if not group.code), 0),
    }


def _respondents(results: SurveyResults, answered: set[str]) -> list[tuple[Any, Any, Any]]:
    """Sectors beside districts, these in two columns, so that the table is as short as it can be."""
    sectors = [group for group in results.sectors if group.code in answered]
    districts = [group for group in results.districts if group.code]
    half = (len(districts) + 1) // 2
    return list(zip_longest(sectors, districts[:half], districts[half:]))


def _severity(hazard: HazardResult) -> tuple[float, str]:
    return (hazard.now.mean or 0, hazard.name)


def _rise(hazard: HazardResult) -> tuple[float, str]:
    return (hazard.change or 0, hazard.name)


def _sector_row(driver: DriverResult, shown: set[str]) -> tuple[DriverResult, list[tuple[Any, int]]]:
    """A driver with the mean of each sector that can be shown, and the level (1 to 3) that colours it."""
    means = [group for group in driver.rating.by_sector if group.code in shown]
    return driver, [(group, level_of(group.mean)) for group in means]


def level_of(mean: float | None) -> int:
    """The level that a mean on the scale of drivers falls into; 0 without one."""
    if mean is None:
        return 0
    return 1 if mean < 5 / 3 else 2 if mean < 7 / 3 else 3


def coverage(snapshot: PraSnapshot) -> list[CoverageRow]:
    """How many programmes address each driver."""
    if snapshot.framework is None:
        return []
    direct = Counter(number for one in snapshot.programmes for number in one.direct)
    indirect = Counter(number for one in snapshot.programmes for number in one.indirect)
    dimensions = {one.position: one.name for one in snapshot.framework.dimensions}
    return [
        CoverageRow(
            driver_id=driver.number,
            number=driver.number,
            name=driver.name.text,
            short=driver.short_name.text or driver.name.text,
            dimension=dimensions[driver.dimension].text,
            direct=direct[driver.number],
            indirect=indirect[driver.number],
        )
        for driver in snapshot.framework.drivers
    ]


def matrix_hazards(snapshot: PraSnapshot) -> list[HazardFacts]:
    """The shocks and stresses that reach at least one asset: the columns of the matrix."""
    rated = {one.hazard for asset in snapshot.assets for one in asset.exposures}
    return [hazard for hazard in snapshot.hazards if hazard.slug in rated]


def matrix(snapshot: PraSnapshot) -> list[MatrixRow]:
    """Assets against shocks and stresses, most threatened first."""
    columns = [hazard.slug for hazard in matrix_hazards(snapshot)]
    rows = []
    for asset in sorted(snapshot.assets, key=_threat):
        scores = {one.hazard: one.score for one in asset.exposures}
        cells = tuple(_cell(scores.get(slug)) for slug in columns)
        rows.append(MatrixRow(asset=asset, cells=cells, worst=max(scores.values(), default=None)))
    return rows


def _threat(asset: AssetFacts) -> tuple[int, int, str]:
    scores = [one.score for one in asset.exposures]
    return (-max(scores, default=0), -sum(scores), asset.code)


def _cell(score: int | None) -> Cell:
    return Cell(score=score, band="" if score is None else RiskBand.of(score).value)


# -- strategy ----------------------------------------------------------------------------------------------


def _of_crs(snapshot: CrsSnapshot) -> dict[str, Any]:
    drivers = snapshot.framework.drivers if snapshot.framework else ()
    return {
        "thread": thread(snapshot),
        "unconnected": [one for one in snapshot.initiatives if not one.focus_areas],
        "initiatives_by_driver": [
            (driver, [one.code for one in snapshot.initiatives if driver.number in one.drivers])
            for driver in drivers
        ],
        "initiatives_of": _initiatives_of(snapshot),
    }


def _initiatives_of(snapshot: CrsSnapshot) -> dict[str, list[InitiativeFacts]]:
    """Initiatives by the focus area that they answer."""
    found: dict[str, list[InitiativeFacts]] = {}
    for initiative in snapshot.initiatives:
        for link in initiative.focus_areas:
            found.setdefault(link.slug, []).append(initiative)
    return found


def thread(snapshot: CrsSnapshot) -> list[ThreadRow]:
    """From the initiatives back to the survey, focus area by focus area."""
    findings = by_code(snapshot.findings)
    answers = _initiatives_of(snapshot)
    rows = []
    for area in snapshot.focus_areas:
        if area.slug in answers:
            found = tuple(findings[one.code] for one in area.findings if one.code in findings)
            rows.append(
                ThreadRow(
                    focus_area=area,
                    initiatives=tuple(answers[area.slug]),
                    findings=found,
                    questions=_questions(found),
                )
            )
    return rows


def _questions(findings: Iterable[FindingFacts]) -> tuple[CitedFacts, ...]:
    """The survey questions that findings cite, each once."""
    return tuple({cited.key: cited for finding in findings for cited in finding.cited}.values())


# -- action plan ---------------------------------------------------------------------------------------------


def _of_action_plan(snapshot: ActionPlanSnapshot) -> dict[str, Any]:
    statuses = Counter(one.status.value for one in snapshot.actions)
    return {
        "statuses": statuses,
        "by_year": _status_rows(snapshot.actions, _year_key),
        "by_pillar": _status_rows(snapshot.actions, _pillar_key),
        "groups": _groups(snapshot),
        "register": _register(snapshot),
        "without_lead": sum(not one.lead for one in snapshot.actions),
        "example_schedules": sum(one.schedule_is_example for one in snapshot.actions),
    }


LAST = 1000


def _year_key(action: PlanActionFacts) -> tuple[int, str]:
    if action.year is None:
        return LAST, _("No date yet")
    return action.year, _("Year %(year)s") % {"year": action.year} if action.year else _("Before the launch")


def _pillar_key(action: PlanActionFacts) -> tuple[int, str]:
    if action.initiative is None:
        return LAST, _("Without an initiative")
    number, name = action.initiative.pillar_number, action.initiative.pillar_name
    return number, f"{number}. {name}"


def _pillar_heading(action: PlanActionFacts) -> tuple[int, str]:
    """As the key, with the word: headings carry numbers of their own."""
    place, label = _pillar_key(action)
    if action.initiative is None:
        return place, label
    named = {"number": place, "name": action.initiative.pillar_name}
    return place, _("Pillar %(number)s: %(name)s") % named


def _status_rows(actions: Iterable[PlanActionFacts], key: Any) -> list[StatusRow]:
    counts: dict[tuple[int, str], Counter[str]] = {}
    for action in actions:
        counts.setdefault(key(action), Counter())[action.status.value] += 1
    return [StatusRow(label=label, counts=dict(found)) for (_n, label), found in sorted(counts.items())]


def _groups(snapshot: ActionPlanSnapshot) -> list[tuple[str, list[tuple[str, list[PlanActionFacts]]]]]:
    """Actions by pillar, and within it by theme."""
    pillars: dict[tuple[int, str], dict[str, list[PlanActionFacts]]] = {}
    for action in snapshot.actions:
        pillars.setdefault(_pillar_heading(action), {}).setdefault(action.theme.text, []).append(action)
    return [(label, list(themes.items())) for (_n, label), themes in sorted(pillars.items())]


def _register(snapshot: ActionPlanSnapshot) -> Sequence[tuple[Any, list[tuple[PlanActionFacts, Any]]]]:
    """Partners by sector and name, each with the actions that it takes part in and its role there."""
    taking_part: dict[str, list[tuple[PlanActionFacts, Any]]] = {}
    for action in snapshot.actions:
        for partner in action.partners:
            taking_part.setdefault(partner.organization, []).append((action, partner))
    return [(one, taking_part[one.code]) for one in snapshot.partners]
