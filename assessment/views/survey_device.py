"""Answering without a connection: sheets on a device, the app on a phone, the worker behind both."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from assessment.models import Invitation
from semarang_resilience.core.http import public, reads

# What the form needs when there is no connection; everything else of the portal stays on the network.
FILES = (
    "dist/app.css",
    "dist/app.js",
    "dist/survey.js",
    "dist/icons.svg",
    "dist/fonts/plus-jakarta-sans.woff2",
)
WORKER = "dist/survey-worker.js"


@public
@csp_replace({"worker-src": [SELF]})
@reads
def survey_device(request: HttpRequest) -> HttpResponse:
    """The sheets that this device keeps; the same page for everybody, filled by the browser."""
    return render(request, "assessment/survey_device.html")


@public
@never_cache
@reads
def survey_manifest(request: HttpRequest, slug: str, token: str) -> JsonResponse:
    """What a phone needs to put the form of this link on its home screen."""
    links = Invitation.objects.select_related("survey").filter(token_hash=Invitation.hash_of(token))
    survey = get_object_or_404(links, survey__slug=slug, is_revoked=False).survey
    form = reverse("assessment:survey_form", args=[slug, token])
    return JsonResponse(
        {
            "id": form,
            "name": survey.title,
            "short_name": _("Survey"),
            "lang": get_language(),
            "start_url": form,
            "scope": "/",
            "display": "minimal-ui",
            "background_color": "#ffffff",
            "theme_color": "#07333c",
            "icons": [
                {"src": static("img/app-icon-192.png"), "sizes": "192x192", "type": "image/png"},
                {"src": static("img/app-icon-512.png"), "sizes": "512x512", "type": "image/png"},
                {"src": static("img/favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
            ],
        },
        content_type="application/manifest+json",
    )


@public
@reads
def survey_worker(request: HttpRequest) -> HttpResponse:
    """The worker's code, after a line that names the files of this release; a new release is a new worker."""
    found = finders.find(WORKER) or str(Path(settings.STATIC_ROOT) / WORKER)
    if not Path(found).is_file():
        raise Http404("Build the assets first.")
    files = [{"url": static(name), "revision": _revision(name)} for name in FILES]
    release = hashlib.sha256(json.dumps(files).encode()).hexdigest()[:16]
    settings_of_worker = {
        "files": files,
        "devicePages": [{"url": url, "revision": release} for url in _device_pages()],
    }
    code = f"self.__SURVEY = {json.dumps(settings_of_worker)};\n{Path(found).read_text()}"
    # The browser asks for it at every visit, so that a release reaches phones at once.
    return HttpResponse(code, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


def _device_pages() -> list[str]:
    pages = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            pages.append(reverse("assessment:survey_device"))
    return pages


def _revision(name: str) -> str | None:
    """What tells one content of a file from another; nothing where its address does (production)."""
    if static(name) != f"{settings.STATIC_URL}{name}":
        return None
    found = finders.find(name)
    path = Path(found) if found else Path(settings.STATIC_ROOT) / name
    return _digest(path, path.stat().st_mtime_ns) if path.is_file() else None


@lru_cache(maxsize=32)
def _digest(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
