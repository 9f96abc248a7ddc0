"""Taking the answers to a survey away."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import patch_cache_control

from assessment.exports.codebook import codebook_of
from assessment.exports.files import KINDS, Kind, content_of
from assessment.models import Survey
from assessment.operations.survey_exports import CLOSED, export_responses
from semarang_resilience.core.http import reads, writes
from semarang_resilience.core.permissions import ensure


@reads
def work_survey_exports(request: HttpRequest, slug: str) -> HttpResponse:
    """Which files there are, and what is in them."""
    survey = get_object_or_404(Survey.objects.for_detail(), slug=slug)
    ensure(request.user, "assessment.export_responses", survey)
    context = {
        "survey": survey,
        "kinds": KINDS.values(),
        "variables": len(codebook_of(survey).variables),
        "is_closed": survey.status in CLOSED,
    }
    return render(request, "assessment/exports/work_survey_exports.html", context)


@writes
def work_survey_export(request: HttpRequest, slug: str) -> HttpResponse:
    """One file; a POST, because it is written down."""
    survey = get_object_or_404(Survey.objects.for_detail(), slug=slug)
    kind = KINDS.get(request.POST.get("kind", ""))
    if kind is None:
        ensure(request.user, "assessment.export_responses", survey)
        raise Http404
    export_responses(
        survey=survey, kind=kind.name, has_rows=kind.has_rows, by=request.user, at=timezone.now()
    )
    return _file(content_of(survey, kind), kind, survey)


def _file(content: Any, kind: Kind, survey: Survey) -> HttpResponse:
    suffix = "" if kind.name in {"csv", "xlsx", "sps", "r"} else f"-{kind.name}"
    name = f"{survey.slug}{suffix}.{kind.ending}"
    if isinstance(content, str):
        response: Any = HttpResponse(content, content_type=kind.media_type)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    elif hasattr(content, "read"):
        response = FileResponse(content, as_attachment=True, filename=name, content_type=kind.media_type)
    else:
        response = StreamingHttpResponse(content, content_type=kind.media_type)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, private=True, no_store=True)
    return response
