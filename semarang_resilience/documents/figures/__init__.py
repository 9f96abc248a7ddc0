"""Figures of the documents: the builders of the domain apps, fed from the snapshot instead of from rows.

Each is drawn with the fonts that the document embeds, so that measured and printed text agree and the
bytes do not depend on the machine.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from actions.figures import status_by_pillar, status_by_year
from assessment.figures import (
    choice_answers,
    driver_distribution,
    hazards_now_and_future,
    likelihood_and_impact,
    perception_wheel,
    responses_by_district,
    responses_by_sector,
    vote_ranking,
)
from assessment.inventory_figures import coverage_figure
from assessment.results import SurveyResults
from semarang_resilience.core.figures import Figure
from stakeholders.figures import SectorShare, forum_composition

from ..snapshots.action_plan import ActionPlanSnapshot
from ..snapshots.pra import PraSnapshot
from .drawing import draw
from .places import district_map

__all__ = ["draw", "figures_of"]


def figures_of(snapshot: Any, derived: dict[str, Any]) -> dict[str, Figure]:
    """All figures of a document by key, in the language that is active."""
    figures: dict[str, Figure] = {}
    if snapshot.city and any(one.geometry for one in snapshot.city.districts):
        figures["districts"] = district_map(snapshot.city)
    if isinstance(snapshot, PraSnapshot):
        figures |= _of_pra(snapshot, derived)
    elif isinstance(snapshot, ActionPlanSnapshot) and snapshot.actions:
        figures["by_year"] = status_by_year(derived["by_year"])
        figures["by_pillar"] = status_by_pillar(derived["by_pillar"])
    return figures


def _of_pra(snapshot: PraSnapshot, derived: dict[str, Any]) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    if snapshot.forum:
        figures["forum"] = forum_composition(
            [
                SectorShare(sector=one.sector.value, organizations=one.organizations, members=one.members)
                for one in snapshot.forum
            ]
        )
    if snapshot.programmes and derived["coverage"]:
        figures["coverage"] = coverage_figure(derived["coverage"])
    if snapshot.perceptions and snapshot.perceptions.results.is_enough:
        figures |= _of_results(snapshot.perceptions.results, snapshot)
    return figures


def _of_results(results: SurveyResults, snapshot: PraSnapshot) -> dict[str, Figure]:
    geometries = {one.code: one.geometry for one in snapshot.city.districts} if snapshot.city else {}
    figures = {
        "wheel": replace(
            perception_wheel(results, with_key=False),  # the distribution beside it names the drivers
            note=_("The longer and greener a segment, the better the driver is seen to work."),
        ),
        "distribution": driver_distribution(results),
        "sectors": responses_by_sector(results),
    }
    if any(geometries.values()):
        figures["respondents"] = responses_by_district(results, geometries)
    for kind in ("shock", "stress"):
        if any(one.kind == kind and one.now.mean is not None for one in results.hazards):
            figures[f"hazards_{kind}"] = hazards_now_and_future(results, kind)
    if any(one.risk is not None for one in results.risks):
        figures["risk"] = likelihood_and_impact(results)
    for place, vote in enumerate(one for one in results.votes if not one.is_hidden):
        figures[f"vote_{place}"] = vote_ranking(vote)
    for place, choice in enumerate(one for one in results.choices if not one.is_hidden):
        figures[f"choice_{place}"] = choice_answers(choice)
    return figures
