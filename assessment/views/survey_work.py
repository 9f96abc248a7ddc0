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
from assessment.forms.survey_reach import ReopenForm
from assessment.models import Invitation, Survey, SurveyStatus
from assessment.operations import surveys
from assessment.operations.survey_lifecycle import unread_answers, was_published
from assessment.operations.survey_tokens import link_token
from assessment.progress import progress_of
from semarang_resilience.core.forms import form_view
from semarang_resilience.core.http import page_of, reads, writes
from semarang_resilience.core.permissions import allowed, ensure

NEW_LINK = "new_survey_link"
LINKS = 200
STEP_RIGHTS = (
    "open_survey",
    "close_survey",
    "review_survey",
    "reopen_survey",
    "publish_results",
    "issue_link",
    "edit_survey",
)
STEPS: dict[str, tuple[str, Callable[..., Survey], Any]] = {
    "open": ("assessment.open_survey", surveys.open_survey, gettext_lazy("The survey is open.")),
    "close": ("assessment.close_survey", surveys.close_survey, gettext_lazy("The survey is closed.")),
    "review": (
        "assessment.review_survey",
        surveys.review_survey,
        gettext_lazy("The survey is marked as reviewed."),
    ),
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
    context = {"page": page, "may_build": allowed(request.user, "assessment.edit_survey")}
    return render(request, "assessment/work_surveys.html", context)


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
    at = timezone.now()
    context: dict[str, Any] = {
        "survey": survey,
        "form": form,
        "fresh": fresh if fresh and fresh["survey"] == survey.slug else None,
        # Those who were invited by e-mail have a page of their own.
        "links": survey.invitations.filter(email="").with_use().order_by("is_revoked", "-pk")[:LINKS],
        "gaps": survey.opening_gaps(at=at) if survey.status == SurveyStatus.DRAFT else [],
        "opens_later": survey.opens_at > at,
        "may": {name: allowed(request.user, f"assessment.{name}", survey) for name in STEP_RIGHTS},
    }
    if survey.status in {SurveyStatus.CLOSED, SurveyStatus.REVIEWED}:
        context |= {"unread": unread_answers(survey), "may_reopen": not was_published(survey)}
    if context["fresh"]:
        context["code"] = _code(context["fresh"]["url"])
    if survey.current_version is not None:
        progress = progress_of(survey)
        context |= {"progress": progress, "days": figures.responses_by_day(progress.days)}
    return render(request, "assessment/work_survey.html", context, status=status)


def _code(url: str) -> str:
    """A QR code as an address that holds the picture itself."""
    return str(segno.make(url, error="m", micro=False).svg_data_uri(scale=4, border=2))


@reads
def survey_link_show(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The address and the QR code of a link once more: for another poster, or a message."""
    # Not of those who were invited by e-mail: their link is theirs alone.
    links = Invitation.objects.filter(email="").select_related("survey")
    invitation = get_object_or_404(links, survey__slug=slug, pk=pk)
    survey = invitation.survey
    ensure(request.user, "assessment.issue_link", survey)
    path = reverse("assessment:survey_form", args=[slug, link_token(invitation)])
    fresh = {"survey": slug, "label": invitation.label, "url": request.build_absolute_uri(path)}
    context = {"survey": survey, "fresh": fresh, "code": _code(fresh["url"])}
    return render(request, "assessment/reach/link.html", context)


@form_view
def survey_reopen(request: HttpRequest, slug: str) -> HttpResponse:
    """Take answers again, with a reason and a new last day."""
    survey = get_object_or_404(Survey.objects.for_detail(), slug=slug)
    ensure(request.user, "assessment.reopen_survey", survey)
    form = ReopenForm(request.POST or None)
    if form.is_valid() and form.run(
        surveys.reopen_survey, survey=survey, **form.values(), by=request.user, at=timezone.now()
    ):
        messages.success(request, _("The survey takes answers again."))
        return redirect("assessment:work_survey", slug)
    return form.answer(request, "assessment/reach/reopen.html", survey=survey)


@writes
def survey_unpublish(request: HttpRequest, slug: str) -> HttpResponse:
    """Take results back from the public, with a reason."""
    survey = get_object_or_404(Survey, slug=slug)
    surveys.unpublish_results(
        survey=survey, reason=request.POST.get("reason", ""), by=request.user, at=timezone.now()
    )
    messages.success(request, _("Only the office sees the results now."))
    return redirect("assessment:work_survey", slug)
