"""Where things stand and why: phases, the thread, steps, what happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.utils.safestring import SafeString

from .rendering import as_links, as_mark, render

register = template.Library()

KIND_ICONS = {
    "survey": "message-square-text",
    "finding": "search-check",
    "hazard": "waves",
    "focus_area": "target",
    "question": "circle-help",
    "group": "users",
    "pillar": "landmark",
    "strategy": "compass",
    "initiative": "lightbulb",
    "action": "hammer",
    "partner": "handshake",
    "report": "clipboard-check",
    "indicator": "trending-up",
    "document": "file-text",
}


PHASE_DATES = ("planned_start", "planned_end", "actual_start", "actual_end")


def _read(thing: Any, name: str, default: Any = "") -> Any:
    """Read from a mapping or an object alike."""
    if isinstance(thing, dict):
        return thing.get(name, default)
    return getattr(thing, name, default)


@register.inclusion_tag("components/thread.html")
def thread(*, nodes: Iterable[Any], label: str = "", orientation: str = "auto") -> dict[str, Any]:
    """The red thread: typed steps from the survey to the document, each with the reason of its link.

    Nodes have `kind` (see `KIND_ICONS`), `kind_label`, `title`, `url`, `reason`, `current`, and maybe
    `more` (count of further ones) with `more_url`. A missing link is a node without `title`: it shows a gap.
    `orientation`: auto (side by side where there is room) or vertical.
    """
    names = ("kind", "kind_label", "title", "url", "reason", "current", "more", "more_url")
    rows = [{name: _read(node, name) for name in names} for node in nodes]
    for row in rows:
        row["icon"] = KIND_ICONS.get(str(row["kind"]), "circle")
    return {"nodes": rows, "label": label, "orientation": orientation}


@register.inclusion_tag("components/phase_timeline.html")
def phase_timeline(*, phases: Iterable[Any], today: date | None = None, level: int = 3) -> dict[str, Any]:
    """Phases with planned and actual dates side by side.

    A phase has `title` (or `name`), `summary`, `planned_start`, `planned_end`, `actual_start`, `actual_end`,
    `url`, `position` (its anchor: `#fase-1`) and `outputs` (links, or text with one output in a line);
    `status` may be given, otherwise the state follows from the actual dates and `today`.
    """
    names = ("title", "summary", "url", "position", *PHASE_DATES)
    rows = []
    for phase in phases:
        row = {name: _read(phase, name, None) for name in names}
        row["title"] = row["title"] or _read(phase, "name")
        outputs = _read(phase, "outputs", None) or ()
        row["outputs"] = as_links(outputs.splitlines() if isinstance(outputs, str) else outputs)
        row["mark"] = as_mark(_read(phase, "status", None))
        row["state"] = _phase_state(row, today)
        rows.append(row)
    return {"phases": rows, "level": level}


def _phase_state(row: dict[str, Any], today: date | None) -> str:
    """done, current or coming, from the actual dates."""
    if row["actual_end"] and (today is None or row["actual_end"] <= today):
        return "done"
    if row["actual_start"] and (today is None or row["actual_start"] <= today):
        return "current"
    return "coming"


@register.inclusion_tag("components/steps.html")
def steps(*, current: int, total: int, label: str = "", names: Sequence[str] = ()) -> dict[str, Any]:
    """Where somebody is in a form of several steps: a bar and a sentence."""
    rows = [{"number": i, "name": names[i - 1] if i <= len(names) else ""} for i in range(1, total + 1)]
    name = names[current - 1] if 0 < current <= len(names) else label
    return {"current": current, "total": total, "name": name, "rows": rows}


@register.simple_block_tag
def feed(content: str, *, label: str) -> SafeString:
    """What happened, newest first (`{% feed_item %}` in the block)."""
    return render("feed", label=label, content=content)


@register.simple_block_tag
def feed_item(content: str, *, at: datetime | date, by: str = "", icon: str = "") -> SafeString:
    """One thing that happened: when, by whom, as a sentence (the block)."""
    return render("feed_item", at=at, by=by, icon=icon, content=content)
