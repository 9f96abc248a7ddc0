"""The frame of a page: its head, its sections, its columns, its way back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.safestring import SafeString

from .rendering import as_links, as_mark, render, trimmed

register = template.Library()


@register.simple_block_tag
def page_header(
    content: str,
    *,
    title: str,
    lead: str = "",
    eyebrow: str = "",
    eyebrow_url: str = "",
    status: Any = None,
) -> SafeString:
    """The one `h1` of a page with its lead sentence; the block holds buttons (it may be empty)."""
    return render(
        "page_header",
        title=title,
        lead=lead,
        eyebrow=eyebrow,
        eyebrow_url=eyebrow_url,
        mark=as_mark(status),
        actions=trimmed(content),
    )


@register.simple_block_tag
def hero(content: str, *, title: str, lead: str = "", eyebrow: str = "", level: int = 1) -> SafeString:
    """The opening of the home page: the promise in one sentence; the block holds its one or two buttons."""
    return render("hero", title=title, lead=lead, eyebrow=eyebrow, level=level, actions=trimmed(content))


@register.simple_block_tag
def section(
    content: str,
    *,
    title: str,
    id: str = "",
    lead: str = "",
    link_url: str = "",
    link_label: str = "",
    level: int = 2,
    band: bool = False,
) -> SafeString:
    """A titled part of a page with an optional link to the whole; `band` gives it a quiet background."""
    return render(
        "section",
        title=title,
        id=id,
        lead=lead,
        link_url=link_url,
        link_label=link_label,
        level=level,
        band=band,
        content=content,
    )


@register.simple_block_tag
def grid(content: str, *, cols: int = 3) -> SafeString:
    """Cards, tiles or stats side by side: at most `cols` (2 to 6) in a row, fewer on a narrow screen."""
    return render("grid", cols=min(max(cols, 2), 6), content=content)


@register.simple_block_tag
def aside(content: str, *, title: str = "") -> SafeString:
    """What stands beside the text; belongs into `{% block aside %}` of the page."""
    return render("aside", title=title, content=content)


@register.simple_block_tag
def breadcrumbs(content: str, *, items: Iterable[Any] | None = None) -> SafeString:
    """The way back: `{% crumb %}` tags in the block, or `items` as (label, url) pairs."""
    return render("breadcrumbs", links=as_links(items), content=content)


@register.inclusion_tag("components/crumb.html")
def crumb(*, label: str, url: str = "") -> dict[str, str]:
    """One step of the breadcrumbs; without a URL it is the page itself."""
    return {"label": label, "url": url}


@register.simple_block_tag
def tabs(content: str, *, label: str) -> SafeString:
    """Neighbouring views of one thing, as plain links (`{% tab %}` in the block)."""
    return render("tabs", label=label, content=content)


@register.inclusion_tag("components/tab.html")
def tab(*, label: str, url: str, current: bool = False, count: int | None = None) -> dict[str, Any]:
    """One link of the tabs; `count` says how much waits there."""
    return {"label": label, "url": url, "current": current, "count": count}
