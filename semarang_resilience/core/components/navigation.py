"""Navigation that every page shares: the six public words, the staff bar, the two languages."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse, translate_url
from django.utils.functional import Promise
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

register = template.Library()

# A word of the navigation: its route, its label, and further routes that count as being there.
Word = tuple[str, str | Promise, tuple[str, ...]]

PUBLIC: tuple[Word, ...] = (
    ("portal:stages", _("Stages"), ()),
    ("stakeholders:forum", _("Forum & Surveys"), ("assessment:survey_list",)),
    ("assessment:overview", _("Assessment"), ("assessment:focus_areas",)),
    ("strategy:tree", _("Strategy"), ()),
    ("actions:action_list", _("Plan & Results"), ()),
    ("documents:public_list", _("Documents"), ()),
)
STAFF: tuple[Word, ...] = (
    ("portal:today", _("Today"), ()),
    ("stakeholders:work_organizations", _("Forum"), ()),
    ("assessment:work_surveys", _("Surveys"), ()),
    (
        "assessment:work_findings",
        _("PRA"),
        (
            "assessment:work_focus_areas",
            "assessment:work_hazards",
            "assessment:work_assets",
            "assessment:work_programmes",
        ),
    ),
    ("strategy:work_tree", _("Strategy"), ()),
    ("actions:work_actions", _("Plan"), ()),
    ("documents:work_editions", _("Documents"), ()),
)
AREAS = {"public": PUBLIC, "staff": STAFF}


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """One word of the navigation."""

    label: str | Promise
    url: str
    current: bool
    here: bool


@register.simple_tag(takes_context=True)
def nav_items(context: Context, *, area: str = "public") -> list[NavItem]:
    """The words of one bar; the one whose address the page's address starts with is current."""
    path = _path(context)
    items = []
    for route, label, others in AREAS[area]:
        url, *further = (reverse(name) for name in (route, *others))
        current = any(_is_at(path, place) for place in (url, *further))
        items.append(NavItem(label=label, url=url, current=current, here=path == url))
    return items


def _path(context: Context) -> str:
    """Where the reader is; error pages may be rendered without a request."""
    request: HttpRequest | None = context.get("request")
    return request.path if request else "/"


def _is_at(path: str, url: str) -> bool:
    """Whether `path` is this page or below it; the staff home must not light up on every staff page."""
    return path == url or (
        path.startswith(url) and url.rstrip("/").count("/") > 1 and not url.endswith("/kerja/")
    )


@register.simple_tag(takes_context=True)
def languages(context: Context) -> list[dict[str, str | bool]]:
    """This same page in each language, for the switch and for `hreflang`."""
    request: HttpRequest | None = context.get("request")
    here = request.get_full_path() if request else "/"
    rows: list[dict[str, str | bool]] = []
    for code, _name in settings.LANGUAGES:
        url = translate_url(here, code)
        rows.append(
            {
                "code": code,
                "name": str(get_language_info(code)["name_local"]).capitalize(),
                "url": url,
                "absolute_url": _absolute(request, url) if request else url,
                "current": code == get_language(),
            }
        )
    return rows


def _absolute(request: HttpRequest, url: str) -> str:
    """With scheme and host, unless the host was made up: the page that refuses it (400) has links, too."""
    try:
        return request.build_absolute_uri(url)
    except DisallowedHost:
        return url
