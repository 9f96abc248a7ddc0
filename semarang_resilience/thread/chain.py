"""What a thread is: nodes in stages, links with reasons, and the walks along them. Knows no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

LONG = 40  # nodes


class Stage(TextChoices):
    """The steps of the chain, in its order."""

    SURVEY = "survey", _("Survey question")
    FINDING = "finding", _("Finding")
    FOCUS_AREA = "focus_area", _("Focus area")
    INITIATIVE = "initiative", _("Initiative")
    ACTION = "action", _("Action")
    PARTNER = "partner", _("Organisation")
    DOCUMENT = "document", _("Document")

    @property
    def rank(self) -> int:
        """Where the stage lies in the chain, from the survey (0) on."""
        return list(Stage).index(self)


@dataclass(frozen=True, kw_only=True)
class Node:
    """One thing in the chain.

    `ident` tells it from others of its stage; `mark` is its state, where it has one; `is_draft` says
    that only the office sees it; `thread_path` is the address of its own thread, where it has one.
    """

    stage: Stage
    ident: str
    title: str
    url: str = ""
    code: str = ""
    kind: str = ""
    icon: str = ""
    meta: str = ""
    mark: Any = None
    is_draft: bool = False
    is_example: bool = False
    thread_path: tuple[str, str] | None = None

    @property
    def key(self) -> str:
        """The node's name in links and its anchor on the page."""
        return f"{self.stage.value}-{self.ident}"

    @property
    def kind_label(self) -> str:
        """What it is, in words."""
        return self.kind or str(self.stage.label)


@dataclass(frozen=True, kw_only=True)
class Link:
    """`cause` led to `effect`, because of `reason`; `detail` says how it was measured or in which role."""

    cause: str
    effect: str
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A node as it is met on a walk, with the links by which it was reached and what lies behind it.

    Where two ways lead to the same node it is opened once: the second time it `is_known`, and `is_cut`
    where something lies behind it that was shown the first time.
    """

    node: Node
    links: tuple[Link, ...] = ()
    children: tuple[Step, ...] = ()
    is_known: bool = False
    is_cut: bool = False


@dataclass(kw_only=True)
class Thread:
    """Everything that led to `start`, and everything that came of it.

    `quotations` say which published edition holds which node; they end the chain and are not walked.
    """

    start: Node
    nodes: dict[str, Node] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    quotations: list[Link] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._keep_reachable()
        self._into = _grouped(self.links, "effect")
        self._out_of = _grouped(self.links, "cause")
        self._quoted = _grouped(self.quotations, "cause")

    def _keep_reachable(self) -> None:
        """Keep what a walk from the start meets: a link that is hidden hides whatever lies behind it."""
        self.nodes = {self.start.key: self.start} | self.nodes
        known = [link for link in self.links if link.cause in self.nodes and link.effect in self.nodes]
        back = _walk(self.start.key, [(link.effect, link.cause) for link in known])
        forth = _walk(self.start.key, [(link.cause, link.effect) for link in known])
        self.links = [link for link in known if link.effect in back or link.cause in forth]
        kept = back | forth
        self.quotations = [link for link in self.quotations if link.cause in kept]
        kept |= {link.effect for link in self.quotations}
        self.nodes = {key: node for key, node in self.nodes.items() if key in kept}

    def at(self, stage: Stage) -> list[Node]:
        """The nodes of one stage, in the order in which they were loaded."""
        return [node for node in self.nodes.values() if node.stage is stage]

    def causes(self, key: str) -> list[Link]:
        """The links that lead to a node."""
        return self._into.get(key, [])

    def effects(self, key: str) -> list[Link]:
        """The links that leave a node."""
        return self._out_of.get(key, [])

    def documents_of(self, key: str) -> list[Node]:
        """The published editions that hold a node."""
        return [self.nodes[link.effect] for link in self._quoted.get(key, [])]

    def quoted_by(self, document: Node) -> list[Node]:
        """The nodes of this thread that an edition holds."""
        return [self.nodes[link.cause] for link in self.quotations if link.effect == document.key]

    @property
    def is_long(self) -> bool:
        """Whether its ends should be folded, so that a reader keeps the overview."""
        return len(self.nodes) > LONG

    @property
    def backwards(self) -> tuple[Step, ...]:
        """Why is this done? The steps that led here, nearest first, each opened once."""
        return self._steps(self.start.key, self._into, "cause", {self.start.key})

    @property
    def forwards(self) -> tuple[Step, ...]:
        """What came of it? The steps that follow, nearest first, each opened once."""
        return self._steps(self.start.key, self._out_of, "effect", {self.start.key})

    def _steps(self, key: str, links: dict[str, list[Link]], end: str, opened: set[str]) -> tuple[Step, ...]:
        here = self.nodes[key].stage.rank
        found = sorted(
            _grouped(links.get(key, []), end).items(),
            key=lambda row: abs(self.nodes[row[0]].stage.rank - here),
        )
        steps = []
        for target, ways in found:
            is_known = target in opened
            opened.add(target)
            steps.append(
                Step(
                    node=self.nodes[target],
                    links=tuple(ways),
                    children=() if is_known else self._steps(target, links, end, opened),
                    is_known=is_known,
                    is_cut=is_known and target in links,
                )
            )
        return tuple(steps)


def _grouped(links: Iterable[Link], end: str) -> dict[str, list[Link]]:
    """The links by one of their ends, in their order."""
    groups: dict[str, list[Link]] = {}
    for link in links:
        groups.setdefault(getattr(link, end), []).append(link)
    return groups


def _walk(start: str, arrows: Iterable[tuple[str, str]]) -> set[str]:
    """Every node that can be reached from `start` along `arrows`."""
    following: dict[str, list[str]] = {}
    for tail, head in arrows:
        following.setdefault(tail, []).append(head)
    seen, waiting = {start}, [start]
    while waiting:
        for head in following.get(waiting.pop(), ()):
            if head not in seen:
                seen.add(head)
                waiting.append(head)
    return seen
