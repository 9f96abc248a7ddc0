"""Pages of text: about, accessibility, privacy, data sources."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from semarang_resilience.core.http import public, reads
from semarang_resilience.core.http_cache import public_page
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
