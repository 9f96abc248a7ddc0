"""The thread as plain data, for machines: the page's JSON twin and the API give the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .chain import Link, Node, Thread


def as_data(thread: Thread, absolute: Callable[[str], str]) -> dict[str, Any]:
    """Start, nodes by stage in the order of the chain, links with their reasons, and what editions hold."""
    return {
        "start": thread.start.key,
        "nodes": [_node(node, absolute) for node in thread.nodes.values()],
        "links": [_link(link) for link in thread.links],
        "quoted_in": [{"node": link.cause, "document": link.effect} for link in thread.quotations],
    }


def _node(node: Node, absolute: Callable[[str], str]) -> dict[str, Any]:
    return {
        "key": node.key,
        "stage": node.stage.value,
        "kind": node.kind_label,
        "code": node.code,
        "title": node.title,
        "note": node.meta,
        "status": str(getattr(node.mark, "value", "") or ""),
        "is_example": node.is_example,
        "url": absolute(node.url) if node.url else "",
    }


def _link(link: Link) -> dict[str, str]:
    return {"cause": link.cause, "effect": link.effect, "reason": link.reason, "detail": link.detail}
