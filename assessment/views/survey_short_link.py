"""The short address on a printed questionnaire."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from assessment.operations.survey_tokens import LinkCannotBeShown, link_token
from assessment.short_links import find_open_link
from semarang_resilience.core.http import public, reads
from semarang_resilience.core.throttle import is_too_often, is_used_up

SCOPE = "short-link"


@public
@reads
def short_link(request: HttpRequest, code: str) -> HttpResponse:
    """From the eight characters on the paper to the open link; wrong ones are limited."""
    rate = settings.WORKSHOP_WRONG_CODE_RATE
    if is_used_up(request, scope=SCOPE, rate=rate):
        return render(request, "429.html", status=429)
    invitation = find_open_link(code)
    if invitation is None:
        is_too_often(request, scope=SCOPE, rate=rate)
        raise Http404
    try:
        token = link_token(invitation)
    except LinkCannotBeShown as error:
        raise Http404 from error
    response = redirect("assessment:survey_form", invitation.survey.slug, token)
    response["Cache-Control"] = "no-store"
    return response
