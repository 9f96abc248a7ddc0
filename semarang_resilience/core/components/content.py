"""Things people read: cards, numbers, notes, marks of where something comes from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ..markdown import render_markdown
from .rendering import Mark, as_links, as_mark, render, trimmed

register = template.Library()

NOTICE_ICONS = {
    "info": "info",
    "success": "circle-check",
    "warning": "triangle-alert",
    "danger": "octagon-alert",
    "neutral": "message-square",
}


@register.simple_tag
def icon(*, name: str, label: str = "", size: str = "") -> SafeString:
    """A picture from the sprite (names: `static/src/icons.json`); without a label it is decoration."""
    if not name:
        return SafeString("")
    href = f"{static('dist/icons.svg')}#{name}"
    css = f"icon icon--{size}" if size else "icon"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', css, label, href
        )
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"/></svg>', css, href
    )


@register.simple_block_tag
def card(
    content: str,
    *,
    title: str = "",
    url: str = "",
    eyebrow: str = "",
    meta: str = "",
    status: Any = None,
    icon: str = "",
    level: int = 3,
    tone: str = "plain",
) -> SafeString:
    """One thing in a list of things; `tone`: plain, quiet (no border) or accent."""
    return render(
        "card",
        title=title,
        url=url,
        eyebrow=eyebrow,
        meta=meta,
        mark=as_mark(status),
        icon=icon,
        level=level,
        tone=tone,
        content=trimmed(content),
    )


@register.inclusion_tag("components/stat.html")
def stat(
    *,
    value: Any,
    label: str,
    url: str = "",
    as_of: date | None = None,
    note: str = "",
    icon: str = "",
) -> dict[str, Any]:
    """A number that opens its list, with the day it was counted."""
    return {"value": value, "label": label, "url": url, "as_of": as_of, "note": note, "icon": icon}


@register.inclusion_tag("components/tile.html")
def tile(
    *,
    title: str,
    url: str = "",
    number: Any = "",
    text: str = "",
    meta: str = "",
    level: int = 3,
) -> dict[str, Any]:
    """A large door into one pillar or area, with its number."""
    return {"title": title, "url": url, "number": number, "text": text, "meta": meta, "level": level}


@register.inclusion_tag("components/badge.html")
def badge(*, label: str, tone: str = "neutral", icon: str = "", url: str = "") -> dict[str, Any]:
    """A word on a tint: for kinds and counts. For a state use `status`."""
    return {"mark": Mark(label=str(label), tone=tone, icon=icon), "url": url}


@register.inclusion_tag("components/badge.html")
def status(*, status: Any, url: str = "", reason: str = "") -> dict[str, Any]:
    """A state as word, icon and colour, from a choice with `label`, `tone`, `icon`; opens its reason."""
    return {"mark": as_mark(status), "url": url, "reason": reason}


@register.simple_block_tag
def notice(content: str, *, tone: str = "info", title: str = "", icon: str = "") -> SafeString:
    """A remark that belongs to the page: info, success, warning, danger or neutral."""
    return render("notice", tone=tone, title=title, icon=icon or NOTICE_ICONS[tone], content=content)


@register.simple_block_tag
def quote(content: str, *, source: str = "", url: str = "", page: str = "") -> SafeString:
    """Words of somebody else, with where they stand."""
    return render("quote", source=source, url=url, page=page, content=content)


@register.inclusion_tag("components/example_mark.html")
def example_mark(*, note: str = "") -> dict[str, str]:
    """`contoh`: this content was made up for the example city."""
    return {"note": note}


@register.inclusion_tag("components/quoted_mark.html")
def quoted_mark(*, source: str, url: str = "", note: str = "") -> dict[str, str]:
    """`dikutip`: this content is quoted; opens its source."""
    return {"source": source, "url": url, "note": note}


@register.inclusion_tag("components/language_gap.html")
def language_gap(*, language: str = "") -> dict[str, str]:
    """Says that this text is not translated yet and stands in another language."""
    return {"language": language}


@register.inclusion_tag("components/source_line.html")
def source_line(
    *, source: str, url: str = "", as_of: date | None = None, n: int | None = None
) -> dict[str, Any]:
    """Where numbers come from, as of when, and how many answered."""
    return {"source": source, "url": url, "as_of": as_of, "n": n}


@register.simple_block_tag
def empty_state(content: str, *, title: str, text: str = "", icon: str = "inbox") -> SafeString:
    """Nothing here yet, why, and what to do about it (a button in the block)."""
    return render("empty_state", title=title, text=text, icon=icon, actions=trimmed(content))


@register.inclusion_tag("components/person.html")
def person(
    *, name: str, position: str = "", organization: str = "", url: str = "", role: str = ""
) -> dict[str, str]:
    """One line about a person or an organisation and the part it plays."""
    return {"name": name, "position": position, "organization": organization, "url": url, "role": role}


@register.inclusion_tag("components/tag_list.html")
def tag_list(*, tags: Iterable[Any], label: str = "") -> dict[str, Any]:
    """Short words that group things: (label, url) pairs, model instances or plain words."""
    return {"links": as_links(tags), "label": label}


@register.simple_block_tag
def prose(content: str) -> SafeString:
    """Running text at a readable width (already rendered Markdown or paragraphs)."""
    return render("prose", content=content)


@register.simple_tag
def markdown(*, text: str) -> SafeString:
    """User prose written in Markdown, cleaned, at a readable width; nothing for an empty text."""
    return render("prose", content=render_markdown(text)) if text else SafeString("")


@register.simple_block_tag
def disclosure(content: str, *, label: str, open: bool = False, group: str = "") -> SafeString:
    """Something to unfold; the same `group` name closes the others."""
    return render("disclosure", label=label, open=open, group=group, content=content)
