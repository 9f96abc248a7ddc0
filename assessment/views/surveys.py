"""Surveys as everybody reads them: the list, and what one survey is for."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from assessment.models import Survey
from assessment.questionnaire import questionnaire_of
from semarang_resilience.core.http import page_of, public, reads
from semarang_resilience.core.http_cache import public_page


@public
@reads
@public_page
def survey_list(request: HttpRequest) -> HttpResponse:
    """All surveys, newest first."""
    page = page_of(request, Survey.objects.visible_to(request.user).for_list())
    return render(request, "assessment/survey_list.html", {"page": page, "now": timezone.now()})


@public
@reads
@public_page
def survey(request: HttpRequest, slug: str) -> HttpResponse:
    """What the survey is for, how answers are protected, when it is open, how to take part."""
    found = get_object_or_404(Survey.objects.visible_to(request.user).for_detail(), slug=slug)
    version = found.current_version
    context = {
        "survey": found,
        "questionnaire": questionnaire_of(version) if version else None,
        "is_answerable": found.is_answerable(timezone.now()),
        "threshold": settings.SMALL_GROUP_THRESHOLD,
    }
    return render(request, "assessment/survey.html", context)
