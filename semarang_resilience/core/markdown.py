"""User prose: Markdown in, a small safe subset of HTML out."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_PARSER = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")
_TAGS = {
    "p",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "a",
    "h3",
    "h4",
    "blockquote",
    "br",
    "table",
    "thead",
    "tbody",
} | {
    "tr",
    "th",
    "td",
    "code",
}


def render_markdown(text: str) -> SafeString:
    """Render `text` with markdown-it and keep only an allow-list of tags (nh3); links get rel=noopener."""
    html = nh3.clean(
        _PARSER.render(text or ""),
        tags=_TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes={"http", "https", "mailto"},
    )
    return mark_safe(html)  # noqa: S308  cleaned by nh3 one line above
