"""Tags of the PDF templates: numbered sections, figures and tables; texts in their language; marks."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from semarang_resilience.core.markdown import render_markdown
from semarang_resilience.core.templatetags.formats import DASH, number
from semarang_resilience.documents.figures import draw
from stakeholders.models import Sector

register = template.Library()


@register.simple_tag(takes_context=True)
def section(context: Context, title: str) -> SafeString:
    """A numbered heading of the second level, noted for the table of contents."""
    entry = context["book"].open_section(str(title))
    place = format_html('<span class="number">{}</span> ', entry.number) if entry.number else ""
    return format_html('<h2 id="{}">{}{}</h2>', entry.anchor, place, entry.title)


@register.simple_tag(takes_context=True)
def caption(context: Context, title: str) -> SafeString:
    """The caption of a table, with its number."""
    label = _("Table %(number)d.") % {"number": context["book"].next_table()}
    return format_html('<caption><span class="label">{}</span> {}</caption>', label, title)


@register.inclusion_tag("documents/pdf/figure.html", takes_context=True)
def figure(context: Context, figure: Any) -> dict[str, Any]:
    """A figure with its number, title, what it says in words, and its SVG."""
    return _drawn(context, figure)


@register.inclusion_tag("documents/pdf/pair.html", takes_context=True)
def pair(context: Context, *figures: Any) -> dict[str, Any]:
    """Figures of a phone's width, two side by side; a missing one leaves its place to nobody."""
    return {"figures": [_drawn(context, figure) for figure in figures if figure]}


def _drawn(context: Context, figure: Any) -> dict[str, Any]:
    return {
        "figure": figure,
        "svg": mark_safe(draw(figure)),  # noqa: S308  our own renderer's output; labels are escaped by it
        "number": context["book"].next_figure(),
    }


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
def drivers(context: Context, numbers: Any) -> str:
    """Drivers by number and short name: “7 Natural & built assets, 8 Critical services”."""
    framework = context["doc"].framework
    names = {one.number: one.short_name or one.name for one in framework.drivers} if framework else {}
    return ", ".join(f"{one}\u00a0{names[one]}" for one in numbers if one in names)


@register.simple_tag(takes_context=True)
def hazards(context: Context, slugs: Any) -> str:
    """Shocks and stresses by name, in the city's order."""
    return ", ".join(str(one.name) for one in context["doc"].hazards if one.slug in slugs)


@register.simple_tag(takes_context=True)
def initiatives_of(context: Context, slug: str) -> Any:
    """The initiatives that answer a focus area."""
    return context["derived"]["initiatives_of"].get(slug, [])


@register.simple_tag(takes_context=True)
def focus_name(context: Context, slug: str) -> str:
    """A focus area by name."""
    return next((str(one.name) for one in context["doc"].focus_areas if one.slug == slug), slug)


@register.simple_tag
def pillar_title(pillar: Any) -> str:
    """A pillar as a heading."""
    return _("Pillar %(number)s: %(name)s") % {"number": pillar.number, "name": pillar.name}


@register.simple_tag(takes_context=True)
def organization(context: Context, code: str) -> str:
    """What the city calls an organisation; a dash where none is named."""
    found = context["doc"].by_code.get(code)
    return found.short if found else DASH


@register.simple_tag(takes_context=True)
def n(context: Context, count: int | None) -> str:
    """How many answered; a hidden group says only that it is small."""
    if count is not None:
        return number(count)
    return f"< {context['derived']['results'].threshold}"


@register.simple_tag
def signed(value: float | None) -> str:
    """A difference with its sign."""
    if value is None:
        return DASH
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    return f"{sign}{number(abs(value), 2)}"


@register.filter
def chunks(value: str) -> str:
    """A checksum in groups of eight, to be compared by eye."""
    return " ".join(value[i : i + 8] for i in range(0, len(value), 8))


@register.simple_tag
def sector_name(value: str) -> str:
    """A sector in words."""
    return str(Sector(value).label)


@register.simple_tag
def finding_kind(value: str) -> str:
    """Findings of one kind, as a heading."""
    return {
        "strength": _("Strengths"),
        "weakness": _("Weaknesses"),
        "gap": _("Gaps"),
        "opportunity": _("Opportunities"),
    }[value]


@register.simple_tag(takes_context=True)
def marks(context: Context, origin: Any) -> SafeString:
    """Whether a statement is an example or a quotation, and from which source."""
    if origin.is_example:
        return format_html(' <span class="mark mark-example">{}</span>', _("example"))
    if not origin.is_quoted:
        return mark_safe("")
    place = context["book"].source_number(origin.source)
    return format_html(
        ' <a class="mark mark-quoted" href="#sumber-{}">{} {}</a>', place, _("quoted"), f"[{place}]"
    )
