"""Pages of text: about, accessibility, privacy, data sources, guides."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import get_language, gettext_lazy

from semarang_resilience.core.http import public, reads
from semarang_resilience.core.http_cache import public_page
from semarang_resilience.core.markdown import render_markdown
from semarang_resilience.portal.sources import quoted_sources


@public
@reads
@public_page
def about(request: HttpRequest) -> HttpResponse:
    """What the portal is, how to read it, who answers for it."""
    return render(request, "portal/about.html")


@public
@reads
@public_page
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was done so that everybody can use the portal, and what is not good enough yet."""
    return render(request, "portal/accessibility.html")


@public
@reads
@public_page
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about people, and how the surveys stay anonymous."""
    return render(request, "portal/privacy.html", {"threshold": settings.SMALL_GROUP_THRESHOLD})


@public
@reads
@public_page
def sources(request: HttpRequest) -> HttpResponse:
    """Every source that published content quotes, with how often."""
    return render(request, "portal/sources.html", {"sources": quoted_sources()})


# What there is to read: its title, and for whom it is.
GUIDES = {
    "koordinator-survei": (
        gettext_lazy("Guide for the survey coordinator"),
        gettext_lazy(
            "How to run a perception survey that people trust, from the first question to the results."
        ),
    )
}


@public
@reads
@public_page
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """A guide to a piece of work, in the reader's language."""
    if slug not in GUIDES:
        raise Http404
    title, lead = GUIDES[slug]
    text = get_template(f"portal/guides/{slug}.{get_language()}.md").render()
    return render(request, "portal/guide.html", {"title": title, "lead": lead, "text": render_markdown(text)})
