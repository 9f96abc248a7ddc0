"""Things people press: buttons, downloads, decisions with a reason, waiting for a job."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from .rendering import render, trimmed

register = template.Library()

WAITING = frozenset({"queued", "running"})


@register.inclusion_tag("components/button.html")
def button(
    *,
    label: str,
    url: str = "",
    variant: str = "primary",
    icon: str = "",
    size: str = "",
    name: str = "",
    value: str = "",
    form: str = "",
    type: str = "submit",
    context: str = "",
    download: bool = False,
    action: str = "",
    lang: str = "",
) -> dict[str, Any]:
    """A link that looks like a button (with `url`) or a button of a form.

    `variant`: primary, secondary, quiet, danger. `context` is read aloud only: "Edit <Polder Tawang>".
    `action` sends the form elsewhere; `lang` is the language of a label in another language.
    """
    return {
        "label": label,
        "url": url,
        "variant": variant,
        "icon": icon,
        "size": size,
        "name": name,
        "value": value,
        "form": form,
        "type": type,
        "spoken": context,
        "download": download,
        "action": action,
        "lang": lang,
    }


@register.simple_block_tag
def actions(content: str, *, label: str = "") -> SafeString:
    """Buttons in one row that wraps."""
    return render("actions", label=label, content=content)


@register.inclusion_tag("components/post_button.html", takes_context=True)
def post_button(
    context: Context,
    *,
    url: str,
    label: str,
    variant: str = "secondary",
    icon: str = "",
    reason: str = "",
    reason_name: str = "reason",
    reason_help: str = "",
    reason_required: bool = True,
    confirm: str = "",
    name: str = "",
    value: str = "",
    spoken: str = "",
) -> dict[str, Any]:
    """One decision as a form of its own; with `reason` (a label) or `confirm` it asks before it acts."""
    return {
        "csrf_token": context.get("csrf_token"),
        "url": url,
        "label": label,
        "variant": variant,
        "icon": icon,
        "reason": reason,
        "reason_name": reason_name,
        "reason_help": reason_help,
        "reason_required": reason_required,
        "confirm": confirm,
        "name": name,
        "value": value,
        "spoken": spoken,
        "uid": f"reason-{_number_of(url, name, value)}",
    }


def _number_of(*parts: str) -> int:
    """A number that is the same on every request, so that pages stay byte-identical."""
    total = 0
    for char in "|".join(parts):
        total = (total * 131 + ord(char)) % 1_000_000_007
    return total


@register.inclusion_tag("components/download_link.html")
def download_link(
    *,
    url: str,
    label: str,
    format: str = "PDF",
    size: int | None = None,
    pages: int | None = None,
    language: str = "",
) -> dict[str, Any]:
    """A file to take away, with what it is and how big before one taps it."""
    return {"url": url, "label": label, "format": format, "size": size, "pages": pages, "language": language}


@register.simple_block_tag
def progress_box(
    content: str,
    *,
    url: str,
    title: str,
    message: str = "",
    percent: int | None = None,
    state: str = "running",
    reload_url: str = "",
    id: str = "progress",
) -> SafeString:
    """A job in the background: asks `url` for itself again while `state` is queued or running.

    The other states are done and failed. `url` answers this same box; `reload_url` is the page for readers
    without JavaScript. The block holds what to do when it ended (a download, a retry).
    """
    return render(
        "progress_box",
        url=url,
        title=title,
        message=message,
        percent=percent,
        state=state,
        waits=state in WAITING,
        polls=bool(url) and state in WAITING,
        reload_url=reload_url,
        id=id,
        content=trimmed(content),
    )
