"""The receipt of an answer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache

from assessment.models import Finding, Response
from semarang_resilience.core.http import public, reads


@public
@never_cache
@reads
def survey_receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """What became of an answer: for whoever knows the code, without knowing who that is."""
    response = get_object_or_404(
        Response.objects.select_related("version__survey").defer("version__definition", "answers", "texts"),
        receipt=receipt.upper(),
    )
    findings = Finding.objects.published().filter(evidence__survey_version=response.version).distinct()
    context = {
        "response": response,
        "survey": response.version.survey,
        "findings": findings.order_by("code", "pk"),
    }
    return render(request, "assessment/survey_receipt.html", context)
