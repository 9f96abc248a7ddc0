"""Whatever the city links to whatever, the thread finds exactly what a plain walk over all rows finds."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.models import Action, Partnership
from assessment.models import Evidence, FocusArea, FocusAreaFinding
from semarang_resilience.thread import Stage, thread_of
from stakeholders.models import Organization
from strategy.models import Initiative, InitiativeFocusArea
from tests.support.network import Network, new_network


@dataclass(frozen=True)
class Plan:
    """Which rows there are, which are published, what is linked to what (by position)."""

    findings: list[bool]
    areas: list[tuple[bool, frozenset[int]]]
    initiatives: list[tuple[bool, frozenset[int]]]
    actions: list[tuple[bool, int, frozenset[int]]]
    organizations: list[bool]


def some(size: int) -> st.SearchStrategy[frozenset[int]]:
    return st.frozensets(st.integers(0, size - 1), max_size=size)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    findings = draw(st.lists(st.booleans(), min_size=1, max_size=4))
    areas = draw(st.lists(st.tuples(st.booleans(), some(len(findings))), min_size=1, max_size=4))
    initiatives = draw(st.lists(st.tuples(st.booleans(), some(len(areas))), min_size=1, max_size=4))
    organizations = draw(st.lists(st.booleans(), min_size=1, max_size=3))
    parent = st.integers(-1, len(initiatives) - 1)  # -1: an action without initiative
    actions = draw(st.lists(st.tuples(st.booleans(), parent, some(len(organizations))), max_size=5))
    return Plan(findings, areas, initiatives, actions, organizations)


def build(network: Network, plan: Plan) -> None:
    findings = [network.finding(published=published) for published in plan.findings]
    areas = [
        network.area(*(findings[i] for i in sorted(links)), published=published)
        for published, links in plan.areas
    ]
    initiatives = [
        network.initiative(*(areas[i] for i in sorted(links)), published=published)
        for published, links in plan.initiatives
    ]
    organizations = [network.organization(published=published) for published in plan.organizations]
    for published, parent, links in plan.actions:
        network.action(
            initiatives[parent] if parent >= 0 else None,
            *(organizations[i] for i in sorted(links)),
            published=published,
        )


def arrows(*, drafts: bool) -> set[tuple[str, str]]:
    """Every link of the city whose two ends a reader may see, read row by row."""
    links = [
        *((_question(row), row.finding) for row in Evidence.objects.all()),
        *((row.finding, row.focus_area) for row in FocusAreaFinding.objects.all()),
        *((row.focus_area, row.initiative) for row in InitiativeFocusArea.objects.all()),
        *((row.initiative, row) for row in Action.objects.exclude(initiative=None)),
        *((row.action, row.organization) for row in Partnership.objects.all()),
    ]
    return {
        (_key(cause), _key(effect))
        for cause, effect in links
        if drafts or (_is_shown(cause) and _is_shown(effect))
    }


def _question(row: Evidence) -> str:
    return f"survey-{row.survey_version_id}-{row.question_key}"


def _key(row: object) -> str:
    stages = {FocusArea: "focus_area", Organization: "partner"}
    return row if isinstance(row, str) else f"{stages.get(type(row), type(row).__name__.lower())}-{row.pk}"


def _is_shown(row: object) -> bool:
    if isinstance(row, str):
        return True
    return row.status == "published" if isinstance(row, Initiative) else row.is_published


def reachable(start: str, links: set[tuple[str, str]]) -> set[str]:
    """Everything before and after `start`, found by trying every link until nothing is new."""
    result = {start}
    for flip in (False, True):
        seen = {start}
        while True:
            new = {b if not flip else a for a, b in links if (a if not flip else b) in seen} - seen
            if not new:
                break
            seen |= new
        result |= seen
    return result


def starts(network: Network) -> list[object]:
    return [
        *network.cycle.findings.all(),
        *network.cycle.focus_areas.all(),
        *Initiative.objects.all(),
        *network.cycle.actions.all(),
        *{part.organization for part in Partnership.objects.all()},
    ]


@pytest.mark.slow
@pytest.mark.parametrize("drafts", [False, True], ids=["public", "office"])
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=plans())
def test_a_thread_is_what_a_walk_over_all_rows_finds(db, drafts, plan):
    with transaction.atomic():
        network = new_network()
        build(network, plan)
        links = arrows(drafts=drafts)
        reader = network.lead if drafts else AnonymousUser()
        for start in starts(network):
            if not (drafts or type(start)._default_manager.visible_to(reader).filter(pk=start.pk).exists()):
                continue
            thread = thread_of(start, reader)
            found = {key for key, node in thread.nodes.items() if node.stage is not Stage.DOCUMENT}
            assert found == reachable(thread.start.key, links)
            assert {(link.cause, link.effect) for link in thread.links} <= links
        transaction.set_rollback(True)


@pytest.mark.slow
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=plans())
def test_every_published_initiative_reaches_its_published_findings(db, plan):
    with transaction.atomic():
        network = new_network()
        build(network, plan)
        for initiative in Initiative.objects.published():
            expected = {
                f"finding-{link.finding_id}"
                for area in initiative.focus_areas.filter(is_published=True)
                for link in area.finding_links.filter(finding__is_published=True)
            }
            thread = thread_of(initiative, AnonymousUser())
            assert {node.key for node in thread.at(Stage.FINDING)} == expected
        transaction.set_rollback(True)
