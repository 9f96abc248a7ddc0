"""Questionnaires to be printed: asked for, watched, downloaded, from the survey's page about paper."""

from __future__ import annotations

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from assessment.models import Invitation, Survey
from semarang_resilience.core.http import reads, writes
from semarang_resilience.core.permissions import ensure
from semarang_resilience.documents import paper_forms
from semarang_resilience.documents.models import PaperForm


@writes
def request_form(request: HttpRequest, slug: str) -> HttpResponse:
    """Have a form set in the background."""
    survey = get_object_or_404(Survey, slug=slug)
    ensure(request.user, "assessment.enter_paper", survey)
    number, link = request.POST.get("version", ""), request.POST.get("link", "")
    versions = survey.versions.select_related("survey")
    version = get_object_or_404(versions, number=_whole(number))
    invitation = get_object_or_404(Invitation, survey=survey, pk=_whole(link)) if link else None
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        raise Http404
    paper_forms.request_paper_form(
        version=version, language=language, invitation=invitation, by=request.user, at=timezone.now()
    )
    return redirect(f"{reverse('assessment:work_survey_paper', args=[slug])}#formulir")


def _whole(text: str) -> int:
    """A number as a form of ours sends it; 0, which nothing has, for anything else."""
    return int(text) if text.isdecimal() and len(text) < 16 else 0


@reads
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The box of one form; it asks for itself again until the form is there."""
    return render(request, "documents/paper_form_box.html", {"form": _form(request, pk)})


@reads
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The file, for those who enter the sheets: it may carry a link that still works."""
    form = _form(request, pk)
    if not form.is_ready or (form.invitation and form.invitation.is_revoked):
        raise Http404
    try:
        content = form.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, filename=form.download_name, content_type="application/pdf")
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, private=True, no_store=True)
    return response  # type: ignore[return-value]


def _form(request: HttpRequest, pk: int) -> PaperForm:
    rows = PaperForm.objects.select_related("version__survey", "invitation").defer("version__definition")
    form = get_object_or_404(rows, pk=pk)
    ensure(request.user, "assessment.enter_paper", form.version.survey)
    return form
