"""How pages show a thread: one line of steps in a panel, and a sentence that sums it up."""

from __future__ import annotations

from typing import Any

from django.utils.translation import ngettext

from semarang_resilience.thread import Link, Node, Stage, Thread

_CHAIN: list[Stage] = [stage for stage in Stage if stage is not Stage.DOCUMENT]


def panel_nodes(thread: Thread, *, more_url: str) -> list[dict[str, Any]]:
    """One step for each stage of the chain, the first node of it shown, the others counted.

    The nearest stage without a node shows as a gap; what would lie behind a gap is left out.
    """
    here = _CHAIN.index(thread.start.stage)
    before: list[dict[str, Any]] = []
    for stage in reversed(_CHAIN[:here]):
        before.append(_panel_node(thread, stage, more_url))
        if not before[-1]["title"]:
            break
    after: list[dict[str, Any]] = []
    for stage in _CHAIN[here + 1 :]:
        after.append(_panel_node(thread, stage, more_url))
        if not after[-1]["title"]:
            break
    if documents := thread.at(Stage.DOCUMENT):
        own = [node for node in documents if node in thread.documents_of(thread.start.key)]
        after.append(_document_node((own or documents)[0], len(documents) - 1, more_url))
    current = _shown(thread.start) | {"current": True}
    return [*reversed(before), current, *after]


def _panel_node(thread: Thread, stage: Stage, more_url: str) -> dict[str, Any]:
    found = thread.at(stage)
    if not found:
        return {"kind": stage.value, "kind_label": stage.label, "title": ""}
    more = len(found) - 1
    return _shown(found[0]) | {
        "reason": _reason(thread, found[0]),
        "more": more,
        "more_url": f"{more_url}#{found[1].key}" if more else "",
    }


def _document_node(node: Node, more: int, more_url: str) -> dict[str, Any]:
    """The edition that holds the start itself, where there is one; the others are counted."""
    return _shown(node) | {"reason": node.meta, "more": more, "more_url": f"{more_url}#dokumen"}


def _shown(node: Node) -> dict[str, Any]:
    return {
        "kind": node.icon or node.stage.value,
        "kind_label": node.kind_label,
        "title": f"{node.code} {node.title}" if node.code and node.stage is not Stage.SURVEY else node.title,
        "url": node.url,
    }


def _reason(thread: Thread, node: Node) -> str:
    """Why the step belongs here: the words of the link that leads towards the start."""
    is_before = node.stage.rank < thread.start.stage.rank
    links = thread.effects(node.key) if is_before else thread.causes(node.key)
    return next((link_words(link) for link in links if link_words(link)), "")


def link_words(link: Link) -> str:
    """Reason and detail of a link as one line."""
    return " – ".join(part for part in (link.detail, link.reason) if part)


def summary(thread: Thread) -> list[str]:
    """What the thread holds, counted by stage, in words."""
    counts = {stage: len(thread.at(stage)) for stage in Stage if stage is not thread.start.stage}
    return [text for stage in Stage if (text := _counted(stage, counts.get(stage, 0)))]


def _counted(stage: Stage, n: int) -> str:
    if not n:
        return ""
    texts = {
        Stage.SURVEY: ngettext("%(n)s question or source", "%(n)s questions or sources", n),
        Stage.FINDING: ngettext("%(n)s finding", "%(n)s findings", n),
        Stage.FOCUS_AREA: ngettext("%(n)s focus area", "%(n)s focus areas", n),
        Stage.INITIATIVE: ngettext("%(n)s initiative", "%(n)s initiatives", n),
        Stage.ACTION: ngettext("%(n)s action", "%(n)s actions", n),
        Stage.PARTNER: ngettext("%(n)s organisation", "%(n)s organisations", n),
        Stage.DOCUMENT: ngettext("%(n)s document edition", "%(n)s document editions", n),
    }
    return texts[stage] % {"n": n}
