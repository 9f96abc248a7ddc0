"""Answering a survey without an account, and the receipt for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from assessment.answers import InvalidAnswers, Mistake
from assessment.forms.surveys import FormPage, form_page
from assessment.models import Finding, Invitation, Response, SurveyVersion
from assessment.operations import surveys
from assessment.questionnaire import Questionnaire, questionnaire_of
from semarang_resilience.core.http import public, reads, writes
from semarang_resilience.core.throttle import is_too_often

STATUS = {"unknown_link": 404, "survey_closed": 410, "already_answered": 409}


@public
@never_cache  # phones are shared: nothing of a sheet stays in a browser's cache
@sensitive_post_parameters()  # an error report must not carry answers
@require_http_methods(["GET", "HEAD", "POST"])
def survey_form(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """The form behind a link: shown on GET, taken in on POST."""
    try:
        return (_submit if request.method == "POST" else _show)(request, slug, token)
    except (surveys.UnknownLink, surveys.SurveyClosed, surveys.AlreadyAnswered) as refusal:
        context = {"refusal": refusal, "slug": slug, "was_sent": request.method == "POST"}
        return render(request, "assessment/survey_refused.html", context, status=STATUS[refusal.code])


@reads
def _show(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    invitation = surveys.find_invitation(slug=slug, token=token, at=timezone.now())
    return _form(request, invitation, token, submission=str(uuid4()))


@writes
def _submit(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    if is_too_often(request, scope="survey", rate=settings.PUBLIC_FORM_RATE):
        return render(request, "429.html", status=429)
    at = timezone.now()
    data = dict(request.POST.lists())
    submission = _submission_id(request)
    if "language" in data:  # the button that shows the same form, with everything typed, in this language
        invitation = surveys.find_invitation(slug=slug, token=token, at=at)
        return _form(request, invitation, token, submission=str(submission or uuid4()), data=data)
    try:
        if submission is None:
            raise InvalidAnswers([Mistake("", _("The form was incomplete. Please send it once more."))])
        submitted = surveys.submit_response(
            slug=slug, token=token, submission_id=submission, data=data, at=at
        )
    except InvalidAnswers as invalid:
        invitation = surveys.find_invitation(slug=slug, token=token, at=at)
        return _form(
            request,
            invitation,
            token,
            submission=str(submission or uuid4()),
            data=data,
            mistakes=invalid.mistakes,
        )
    response = redirect("assessment:survey_receipt", submitted.receipt)
    response.status_code = 303
    return response


def _submission_id(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("submission", ""))
    except ValueError:
        return None


def _form(
    request: HttpRequest,
    invitation: Invitation,
    token: str,
    *,
    submission: str,
    data: dict[str, list[str]] | None = None,
    mistakes: Sequence[Mistake] = (),
) -> HttpResponse:
    survey = invitation.survey
    version = survey.current_version
    assert version is not None  # noqa: S101  held by the constraint survey_open_has_version
    questionnaire = questionnaire_of(version)
    page = None if data is None else form_page(questionnaire, data=data, mistakes=mistakes)
    context = {
        "survey": survey,
        "parts": _empty_parts(version, questionnaire) if page is None else _parts(page),
        "summary": page.summary if page else (),
        "questionnaire": questionnaire,
        "submission": submission,
        "is_personal": invitation.is_personal,
        "threshold": settings.SMALL_GROUP_THRESHOLD,
        "others": _in_other_languages(survey.slug, token),
    }
    return render(request, "assessment/survey_form.html", context, status=422 if mistakes else 200)


_EMPTY_PARTS: dict[tuple[int, datetime | None, str], SafeString] = {}
_KEPT_AT_MOST = 16


def _empty_parts(version: SurveyVersion, questionnaire: Questionnaire) -> SafeString:
    """The questions of an empty form: the same for everybody, and the costliest part of the page."""
    key = (version.pk, version.frozen_at, get_language() or "")
    if key not in _EMPTY_PARTS:
        if len(_EMPTY_PARTS) >= _KEPT_AT_MOST:
            _EMPTY_PARTS.clear()
        _EMPTY_PARTS[key] = _parts(form_page(questionnaire))
    return _EMPTY_PARTS[key]


def _parts(page: FormPage) -> SafeString:
    return render_to_string("assessment/survey_parts.html", {"page": page})


def _in_other_languages(slug: str, token: str) -> list[dict[str, Any]]:
    """Where the button goes that repeats the form in another language without losing an answer."""
    links = []
    for code, name in settings.LANGUAGES:
        if code != get_language():
            with override(code):
                label = _("Continue in %(language)s") % {"language": _(str(name))}
                links.append(
                    {
                        "code": code,
                        "label": label,
                        "url": reverse("assessment:survey_form", args=[slug, token]),
                    }
                )
    return links


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
