"""Surveys in the workspace: watch answers come in, hand out links, open, close, publish."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment import figures
from assessment.forms.survey_links import LinkForm
from assessment.models import Invitation, Response, Survey, SurveyStatus
from assessment.operations import surveys
from assessment.results import survey_results
from semarang_resilience.core.http import page_of, reads, writes
from semarang_resilience.core.permissions import allowed, ensure
from semarang_resilience.places.models import District

NEW_LINK = "new_survey_link"
STEPS: dict[str, tuple[str, Callable[..., Survey], Any]] = {
    "open": ("assessment.open_survey", surveys.open_survey, gettext_lazy("The survey is open.")),
    "close": ("assessment.close_survey", surveys.close_survey, gettext_lazy("The survey is closed.")),
    "publish": (
        "assessment.publish_results",
        surveys.publish_results,
        gettext_lazy("The results are published."),
    ),
}


@reads
def survey_table(request: HttpRequest) -> HttpResponse:
    """All surveys with how many answered."""
    ensure(request.user, "assessment.see_draft_results")
    page = page_of(request, Survey.objects.for_work_list())
    return render(request, "assessment/work_surveys.html", {"page": page})


@reads
def survey_monitor(request: HttpRequest, slug: str) -> HttpResponse:
    """One survey at work: who has answered so far, its links, its next step."""
    ensure(request.user, "assessment.see_draft_results")
    survey = get_object_or_404(Survey.objects.for_detail(), slug=slug)
    fresh = request.session.pop(NEW_LINK, None) if NEW_LINK in request.session else None
    return _monitor(request, survey, form=LinkForm(), fresh=fresh)


@writes
def survey_step(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """Open, close or publish."""
    permission, operation, done = STEPS[step]
    survey = get_object_or_404(Survey, slug=slug)
    ensure(request.user, permission, survey)
    operation(survey=survey, by=request.user, at=timezone.now())
    messages.success(request, done)
    return redirect("assessment:work_survey", slug)


@writes
def survey_link(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a link; its address is shown once, on the page that follows."""
    survey = get_object_or_404(Survey.objects.for_detail(), slug=slug)
    ensure(request.user, "assessment.issue_link", survey)
    form = LinkForm(request.POST)
    if not form.is_valid():
        return _monitor(request, survey, form=form, fresh=None, status=422)
    invitation, token = surveys.issue_link(
        survey=survey, **form.cleaned_data, by=request.user, at=timezone.now()
    )
    path = reverse("assessment:survey_form", args=[slug, token])
    request.session[NEW_LINK] = {
        "survey": slug,
        "label": invitation.label,
        "url": request.build_absolute_uri(path),
    }
    return redirect(f"{reverse('assessment:work_survey', args=[slug])}#tautan-baru")


@writes
def survey_link_withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Make a link unusable."""
    invitation = get_object_or_404(Invitation.objects.select_related("survey"), survey__slug=slug, pk=pk)
    ensure(request.user, "assessment.issue_link", invitation.survey)
    surveys.withdraw_link(invitation=invitation, by=request.user, at=timezone.now())
    messages.success(request, _("The link “%(label)s” no longer works.") % {"label": invitation})
    return redirect(f"{reverse('assessment:work_survey', args=[slug])}#tautan")


def _monitor(
    request: HttpRequest, survey: Survey, *, form: LinkForm, fresh: dict[str, str] | None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "survey": survey,
        "form": form,
        "fresh": fresh if fresh and fresh["survey"] == survey.slug else None,
        "links": survey.invitations.with_use().order_by("is_revoked", "-pk"),
        "gaps": survey.opening_gaps(at=timezone.now()) if survey.status == SurveyStatus.DRAFT else [],
        "may": {
            name: allowed(request.user, f"assessment.{name}", survey)
            for name in ("open_survey", "close_survey", "publish_results", "issue_link")
        },
    }
    if context["fresh"]:
        code = segno.make(context["fresh"]["url"], error="m", micro=False)
        context["code"] = code.svg_data_uri(scale=4, border=2)
    version = survey.current_version
    if version is not None:
        version.survey = survey
        counted = survey_results(version)
        days = list(Response.objects.filter(version=version).count_by_day())
        context |= {
            "results": counted,
            "received": sum(n for _day, n in days),
            "last_day": days[-1][0] if days else None,
            "sectors": figures.responses_by_sector(counted),
            "districts": figures.responses_by_district(
                counted, dict(District.objects.values_list("code", "geometry"))
            ),
            "days": figures.responses_by_day(days),
        }
    return render(request, "assessment/work_survey.html", context, status=status)
