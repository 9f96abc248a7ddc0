"""Tags of the PDF templates: numbered sections, figures and tables; texts in their language; marks."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from semarang_resilience.core.markdown import render_markdown

register = template.Library()


@register.simple_tag(takes_context=True)
def section(context: Context, title: str) -> SafeString:
    """A numbered heading of the second level, noted for the table of contents."""
    entry = context["book"].open_section(str(title))
    number = format_html('<span class="number">{}</span> ', entry.number) if entry.number else ""
    return format_html('<h2 id="{}">{}{}</h2>', entry.anchor, number, entry.title)


@register.simple_tag(takes_context=True)
def caption(context: Context, title: str) -> SafeString:
    """The caption of a table, with its number."""
    number = context["book"].next_table()
    label = _("Table %(number)d.") % {"number": number}
    return format_html('<caption><span class="label">{}</span> {}</caption>', label, title)


@register.inclusion_tag("documents/pdf/figure.html", takes_context=True)
def figure(context: Context, figure: Any, *, wide: bool = False, note: str = "") -> dict[str, Any]:
    """A figure with its number, title, what it says in words, and its SVG."""
    return {"figure": figure, "number": context["book"].next_figure(), "wide": wide, "note": note}


@register.simple_tag(takes_context=True)
def say(context: Context, words: Any) -> SafeString:
    """A text; where it had to be taken from the other language, it says so."""
    if words.language == context["book"].language or not words:
        return conditional_escape(words.text)
    return format_html(
        '<span lang="{}">{}</span> <span class="mark">{}</span>', words.language, words.text, _missing(words)
    )


@register.simple_tag(takes_context=True)
def prose(context: Context, words: Any) -> SafeString:
    """A text of several paragraphs (Markdown)."""
    if not words:
        return mark_safe("")
    html = render_markdown(words.text)
    if words.language == context["book"].language:
        return format_html('<div class="prose">{}</div>', html)
    return format_html(
        '<div class="prose" lang="{}">{}</div><p class="note"><span class="mark">{}</span></p>',
        words.language,
        html,
        _missing(words),
    )


def _missing(words: Any) -> str:
    names = {"id": _("in Indonesian only"), "en": _("in English only")}
    return names.get(words.language, words.language)


@register.simple_tag(takes_context=True)
def marks(context: Context, origin: Any) -> SafeString:
    """Whether a statement is an example or a quotation, and from which source."""
    if origin.is_example:
        return format_html(' <span class="mark mark-example">{}</span>', _("example"))
    if not origin.is_quoted:
        return mark_safe("")
    number = context["book"].source_number(origin.source)
    return format_html(
        ' <a class="mark mark-quoted" href="#sumber-{}">{} {}</a>', number, _("quoted"), f"[{number}]"
    )
