"""Documents as everybody reads them."""

from __future__ import annotations

from itertools import groupby

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response, patch_cache_control

from semarang_resilience.core.http import public, reads
from semarang_resilience.core.http_cache import public_page
from semarang_resilience.core.models import Cycle
from semarang_resilience.documents.models import DocumentKind, Edition, EditionStatus


@public
@reads
@public_page
def public_list(request: HttpRequest) -> HttpResponse:
    """All published editions of the current cycle, by document, the newest of each language first."""
    cycle = Cycle.objects.current()
    rows = Edition.objects.in_cycle(cycle.pk if cycle else None).for_public_list()
    by_kind = {kind: list(found) for kind, found in groupby(rows, key=lambda one: one.kind)}
    documents = [(kind, *_newest_and_older(by_kind.get(kind, []))) for kind in DocumentKind]
    return render(request, "documents/list.html", {"cycle": cycle, "documents": documents})


def _newest_and_older(editions: list[Edition]) -> tuple[list[Edition], list[Edition]]:
    """The newest edition in each language, and all others (the rows come newest first by language)."""
    newest = {one.language: one for one in reversed(editions)}
    return list(newest.values()), [one for one in editions if one is not newest[one.language]]


@public
@reads
@public_page
def edition(request: HttpRequest, kind: str, number: int, language: str) -> HttpResponse:
    """One edition: what it is, its checksum, what is in it, what came before."""
    chosen = DocumentKind.from_slug(kind)
    cycle = Cycle.objects.current()
    if chosen is None or cycle is None:
        raise Http404
    visible = Edition.objects.visible_to(request.user).filter(document__cycle=cycle, document__kind=chosen)
    found = get_object_or_404(visible.for_detail(), number=number, language=language)
    others = visible.published().for_list().exclude(pk=found.pk)
    context = {
        "edition": found,
        "is_public": found.status == EditionStatus.PUBLISHED,
        "others": others.order_by("language", "-number", "-pk"),
    }
    return render(request, "documents/edition.html", context)


@public
@reads
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The file: published ones for everybody, finished drafts for the office. A file never changes."""
    found = get_object_or_404(Edition.objects.visible_to(request.user).for_list(), pk=pk)
    if not found.has_file:
        raise Http404
    etag = f'"{found.sha256}"'
    if unchanged := get_conditional_response(request, etag=etag):
        return unchanged
    try:
        content = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        content, as_attachment=True, filename=found.download_name, content_type="application/pdf"
    )
    response["ETag"] = etag
    response["X-Content-Type-Options"] = "nosniff"
    if found.status == EditionStatus.PUBLISHED:
        patch_cache_control(response, public=True, max_age=3600)
    else:
        patch_cache_control(response, private=True, no_store=True)
    return response  # type: ignore[return-value]
