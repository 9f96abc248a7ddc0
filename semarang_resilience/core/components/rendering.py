"""Shared by all components: rendering one template, and reading what callers hand over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

TONES = frozenset({"neutral", "info", "success", "warning", "danger"})


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What a badge shows: a word, with a colour and an icon that repeat it."""

    label: str
    tone: str = "neutral"
    icon: str = ""


def render(name: str, **context: Any) -> SafeString:
    """Render `templates/components/<name>.html` with exactly these variables and nothing inherited."""
    return render_to_string(f"components/{name}.html", context)


def trimmed(content: str) -> SafeString:
    """A block's content without the white space around it, so that an empty block counts as nothing.

    It was rendered by the template engine, which has escaped it, and stays marked as safe.
    """
    return SafeString(content.strip())


def as_mark(status: Any) -> Mark | None:
    """Read a status that carries `label`, `tone` and `icon` (see `core.choices`); nothing gives nothing."""
    if not status:
        return None
    tone = str(getattr(status, "tone", "neutral"))
    return Mark(
        label=str(getattr(status, "label", status)),
        tone=tone if tone in TONES else "neutral",
        icon=str(getattr(status, "icon", "")),
    )


def as_links(items: Iterable[Any] | None) -> list[dict[str, Any]]:
    """Accept `("label", "url")` pairs, mappings, objects with a label and a URL, or bare words."""
    links: list[dict[str, Any]] = []
    for item in items or ():
        if isinstance(item, dict):
            links.append(item)
        elif isinstance(item, tuple | list):
            links.append({"label": item[0], "url": item[1] if len(item) > 1 else None})
        elif hasattr(item, "get_absolute_url"):
            links.append({"label": str(item), "url": item.get_absolute_url()})
        else:
            links.append({"label": str(item), "url": None})
    return links
