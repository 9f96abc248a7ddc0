"""From rows to a thread."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from actions.models import Action
from assessment.models import Finding, FocusArea
from stakeholders.models import Organization
from strategy.models import Initiative

from . import nodes
from .chain import Link, Node, Stage, Thread
from .loading import Rows, load
from .quotations import quotations

_NODE_OF: dict[type[Model], Any] = {
    Finding: nodes.finding_node,
    FocusArea: nodes.focus_area_node,
    Initiative: nodes.initiative_node,
    Action: nodes.action_node,
    Organization: nodes.organization_node,
}


def thread_of(start: Model, user: Any) -> Thread:
    """Everything that led to `start` and came of it, as far as `user` may see it; at most six queries."""
    rows = load(start, user)
    builder = _Builder(sees_drafts=bool(getattr(user, "is_office", False)))
    first = _NODE_OF[type(start)](start)
    if isinstance(start, Initiative):
        builder.initiative(start)
    builder.evidence(rows)
    builder.assessment(rows)
    builder.actions(rows, start)
    documents, quoted = quotations(rows.editions, ({first.key: first} | builder.nodes).values())
    found = builder.in_order() | {node.key: node for node in documents}
    return Thread(start=first, nodes=found, links=builder.links, quotations=quoted)


class _Builder:
    """Collects nodes and links; a node that several links name is built once."""

    def __init__(self, *, sees_drafts: bool) -> None:
        self.sees_drafts = sees_drafts
        self.nodes: dict[str, Node] = {}
        self.links: list[Link] = []

    def add(self, node: Node) -> bool:
        """Take the node in, unless it is a draft that the reader may not see."""
        if node.is_draft and not self.sees_drafts:
            return False
        self.nodes.setdefault(node.key, node)
        return True

    def evidence(self, rows: Rows) -> None:
        """Survey questions and other sources -> findings."""
        for row in rows.evidence:
            node = nodes.evidence_node(row, sees_drafts=self.sees_drafts)
            self.add(node)
            self.links.append(nodes.evidence_link(row, node.key))

    def assessment(self, rows: Rows) -> None:
        """Findings -> focus areas -> initiatives."""
        for row in rows.finding_links:
            finding, area = nodes.finding_node(row.finding), nodes.focus_area_node(row.focus_area)
            if self.add(finding) and self.add(area):
                self.links.append(Link(cause=finding.key, effect=area.key, reason=row.reason))
        for link in rows.initiative_links:
            area = nodes.focus_area_node(link.focus_area)
            if self.add(area) and (initiative := self.initiative(link.initiative)):
                self.links.append(Link(cause=area.key, effect=initiative.key, reason=link.reason))
        for led in rows.initiatives:
            self.initiative(led)

    def initiative(self, row: Initiative) -> Node | None:
        """An initiative with its lead."""
        node = nodes.initiative_node(row)
        if node.key not in self.nodes:
            if not self.add(node):
                return None
            self.lead(node, row.lead)
        return node

    def lead(self, node: Node, organization: Organization | None) -> None:
        """Initiative or action -> the organisation that leads it, where that has a public page."""
        if organization and self.add(nodes.organization_node(organization)):
            self.links.append(nodes.lead_link(node.key, organization.pk))

    def actions(self, rows: Rows, start: Model) -> None:
        """Initiatives -> actions -> organisations."""
        for row in rows.actions:
            node = nodes.action_node(row)
            if not self.add(node):
                continue
            self.lead(node, row.lead)
            if row.initiative and (initiative := self.initiative(row.initiative)):
                self.links.append(Link(cause=initiative.key, effect=node.key))
            if isinstance(start, Organization) and getattr(row, "own_role", None):
                self.links.append(nodes.own_part_link(row, start.pk))
        for partnership in rows.partnerships:
            if self.add(nodes.organization_node(partnership.organization)):
                self.links.append(nodes.partnership_link(partnership))

    def in_order(self) -> dict[str, Node]:
        """The nodes by stage, inside a stage by code or as they were loaded."""
        found = sorted(self.nodes.values(), key=lambda node: Stage(node.stage).rank)
        return {node.key: node for node in found}
