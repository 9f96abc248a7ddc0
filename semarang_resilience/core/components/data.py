"""Lists and tables: how many, filtered by what, page by page; facts; figures; progress."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.http import QueryDict
from django.template import Context
from django.utils.safestring import SafeString

from .rendering import as_links, as_mark, render, trimmed

register = template.Library()


@register.simple_block_tag
def data_table(
    content: str, *, caption: str, id: str = "", stack: bool = True, hide_caption: bool = False
) -> SafeString:
    """Wrap `<thead>` and `<tbody>`; on a phone each row becomes a card from its cells' `data-label`."""
    return render(
        "data_table",
        caption=caption,
        id=id or "table",
        stack=stack,
        hide_caption=hide_caption,
        content=content,
    )


@register.simple_block_tag
def facts(content: str, *, cols: int = 1) -> SafeString:
    """A list of `{% fact %}`: term and value; in two columns where there is room with `cols=2`."""
    return render("facts", cols=cols, content=content)


@register.simple_block_tag
def fact(content: str, *, term: str) -> SafeString:
    """One term with its value (the block); a value that is missing shows a dash."""
    return render("fact", term=term, content=trimmed(content))


@register.inclusion_tag("components/filters.html", takes_context=True)
def filters(
    context: Context,
    *,
    form: BaseForm,
    total: int | None = None,
    count_text: str = "",
    clear_url: str = "",
    as_of: Any = None,
) -> dict[str, Any]:
    """A GET form whose choices live in the URL; says how many were found and by which filter."""
    request = context["request"]
    fields = [form[name] for name in form.fields if not form[name].is_hidden]
    return {
        "form": form,
        "fields": fields,
        "total": total,
        "count_text": count_text,
        "clear_url": clear_url or request.path,
        "active": _active_filters(fields, request.GET, request.path),
        "as_of": as_of,
    }


def _active_filters(fields: Iterable[BoundField], query: QueryDict, path: str) -> list[dict[str, str]]:
    """Each filter in force in words, with the link that takes just this one away."""
    active = []
    for field in fields:
        values = [value for value in query.getlist(field.html_name) if value]
        if not values:
            continue
        names = {str(value): str(label) for value, label in _flat(getattr(field.field, "choices", ()))}
        rest = query.copy()
        rest.pop(field.html_name, None)
        rest.pop("page", None)
        active.append(
            {
                "label": str(field.label),
                "value": ", ".join(names.get(value, value) for value in values),
                "url": f"{path}?{rest.urlencode()}" if rest else path,
            }
        )
    return active


def _flat(choices: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    """Choices without their groups."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, *, page: Page[Any], param: str = "page") -> dict[str, Any]:
    """Numbered pages that keep the filters of the URL; nothing when there is one page only."""
    query = context["request"].GET.copy()

    def link(number: int) -> str:
        query[param] = str(number)
        return f"?{query.urlencode()}"

    paginator = page.paginator
    pages = [
        {
            "label": number,
            "url": link(number) if isinstance(number, int) else "",
            "current": number == page.number,
        }
        for number in paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return {
        "page": page,
        "paginator": paginator,
        "pages": pages,
        "previous_url": link(page.previous_page_number()) if page.has_previous() else "",
        "next_url": link(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("components/figure.html")
def figure(
    *, figure: Any, number: int | str = "", source: str = "", n: int | None = None, as_of: Any = None
) -> dict[str, Any]:
    """A chart with its title, what it says in words, and the table behind it.

    `figure` has `svg`, `title`, `description`, `table` (`headers`, `rows`) and maybe `permalink`.
    """
    return {"figure": figure, "number": number, "source": source, "n": n, "as_of": as_of}


@register.inclusion_tag("components/progress_bar.html")
def progress_bar(*, value: float, max: float = 100, label: str, text: str = "") -> dict[str, Any]:
    """How far something is, as a bar and in words."""
    return {"value": value, "max": max, "label": label, "text": text}


@register.inclusion_tag("components/share_bar.html")
def share_bar(*, parts: Sequence[Any], label: str) -> dict[str, Any]:
    """One bar cut by share: `parts` are (status, count[, url]) with a status that has label, tone, icon."""
    rows = [(as_mark(part[0]), part[1], part[2] if len(part) > 2 else "") for part in parts]
    total = sum(count for _, count, _ in rows)
    pieces, left = [], 0.0
    for mark, count, url in rows:
        width = 100 * count / total if total else 0
        pieces.append({"mark": mark, "count": count, "url": url, "x": f"{left:.2f}", "width": f"{width:.2f}"})
        left += width
    return {"pieces": pieces, "label": label, "total": total}


@register.inclusion_tag("components/tree.html")
def tree(*, nodes: Iterable[Any], label: str = "", level: int = 1) -> dict[str, Any]:
    """Things in things: nodes with `code`, `title`, `url`, `status`, `meta`, `children`, all optional."""
    return {"nodes": [_tree_node(node) for node in nodes], "label": label, "level": level}


def _tree_node(node: Any) -> dict[str, Any]:
    """A node given as a mapping or as an object."""

    def read(name: str) -> Any:
        return node.get(name, "") if isinstance(node, dict) else getattr(node, name, "")

    return {
        "code": read("code"),
        "title": read("title"),
        "url": read("url"),
        "mark": as_mark(read("status")),
        "meta": read("meta"),
        "children": [_tree_node(child) for child in read("children") or ()],
    }


@register.inclusion_tag("components/link_list.html")
def link_list(*, items: Iterable[Any], label: str = "") -> dict[str, Any]:
    """Plain links one under another: (label, url) pairs, mappings with `note`, or model instances."""
    return {"links": as_links(items), "label": label}


@register.inclusion_tag("components/hash.html")
def hash(*, value: str, label: str = "SHA-256") -> dict[str, Any]:  # noqa: A001  the word in templates
    """A checksum in groups of eight that can be compared by eye and copied."""
    return {"value": value, "label": label, "chunks": [value[i : i + 8] for i in range(0, len(value), 8)]}


@register.inclusion_tag("components/copy_text.html")
def copy_text(*, value: str, label: str) -> dict[str, str]:
    """A text that is meant to be copied whole, such as an address that is shown only once."""
    return {"value": value, "label": label}
