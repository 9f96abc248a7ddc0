"""Answering a survey without an account: the form, the review before sending, the draft of a link."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from assessment.answers import InvalidAnswers, Mistake, check_answers
from assessment.forms.survey_drafts import kept_fields, taken_over
from assessment.forms.survey_review import review_of
from assessment.forms.surveys import FormPage, form_page
from assessment.models import Invitation, SurveyVersion
from assessment.operations import survey_drafts, surveys
from assessment.operations.survey_passes import seal_pass
from assessment.questionnaire import Questionnaire, questionnaire_of
from semarang_resilience.core.http import public, reads, writes
from semarang_resilience.core.throttle import is_too_often

STATUS = {"unknown_link": 404, "survey_closed": 410, "already_answered": 409}
Data = dict[str, list[str]]


@public
@never_cache  # phones are shared: nothing of a sheet stays in a browser's cache
@sensitive_post_parameters()  # an error report must not carry answers
@csp_replace({"worker-src": [SELF]})  # type: ignore[arg-type]  # its stubs know views without arguments
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
    page = _Page(request, slug, token)
    page.context["has_draft"] = page.invitation.is_personal and survey_drafts.has_draft(token=token)
    return page.form()


@writes
def _submit(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    if is_too_often(request, scope="survey", rate=settings.PUBLIC_FORM_RATE):
        return render(request, "429.html", status=429)
    data: Data = dict(request.POST.lists())
    if "language" in data:  # the button that shows the same form, with everything typed, in this language
        return _Page(request, slug, token, data).form()
    match request.POST.get("step"):
        case "form":  # a "change" link of the review
            return _Page(request, slug, token, data).form()
        case "review":
            return _review(_Page(request, slug, token, data))
        case "save":
            return _save(_Page(request, slug, token, data))
        case "resume":
            return _resume(_Page(request, slug, token, data))
        case "discard":
            survey_drafts.forget_draft(token=token)
            return redirect("assessment:survey_form", slug, token)
    return _send(request, slug, token, data)


def _send(request: HttpRequest, slug: str, token: str, data: Data) -> HttpResponse:
    submission = _submission_of(data)
    try:
        if submission is None:
            raise InvalidAnswers([Mistake("", _("The form was incomplete. Please send it once more."))])
        submitted = surveys.submit_response(
            slug=slug,
            token=token,
            submission_id=submission,
            data=data,
            at=timezone.now(),
            version=_number_of(data),
        )
    except InvalidAnswers as invalid:
        return _Page(request, slug, token, data).form(mistakes=invalid.mistakes)
    if submitted.is_personal:
        survey_drafts.forget_draft(token=token)  # after the sheet's own transaction, which must not touch it
    response = redirect("assessment:survey_receipt", submitted.receipt)
    response.status_code = 303
    return response


def _review(page: _Page) -> HttpResponse:
    try:
        sheet = check_answers(page.questionnaire, page.data or {})
    except InvalidAnswers as invalid:
        return page.form(mistakes=invalid.mistakes)
    review = review_of(page.questionnaire, sheet, page.data or {})
    context = page.context | {"review": review, "form_url": page.request.path}
    return render(page.request, "assessment/survey_review.html", context)


def _save(page: _Page) -> HttpResponse:
    """Keep what was typed; the form comes back as it was, with a word that it was kept, or why not."""
    try:
        survey_drafts.save_draft(
            token=page.token,
            slug=page.slug,
            fields=kept_fields(page.questionnaire, page.data or {}),
            version=page.version.number,
            at=page.at,
        )
    except (survey_drafts.NoDraftHere, survey_drafts.DraftTooLarge) as refusal:
        return page.form(mistakes=[Mistake("", str(refusal.message))])
    page.context["is_saved"] = True
    return page.form()


def _resume(page: _Page) -> HttpResponse:
    kept = survey_drafts.open_draft(token=page.token, slug=page.slug)
    if kept is not None:
        seen = page.version_of(kept.version)
        page.data, page.context["is_changed"] = taken_over(kept.fields, seen, page.version)
    return page.form()


class _Page:
    """The form of one link, ready to be shown empty or with what was typed."""

    def __init__(self, request: HttpRequest, slug: str, token: str, data: Data | None = None) -> None:
        self.request, self.slug, self.token, self.data = request, slug, token, data
        self.at = timezone.now()
        self.invitation: Invitation = surveys.find_invitation(slug=slug, token=token, at=self.at)
        self.version = self.version_of(_number_of(data or {}))
        self.questionnaire = questionnaire_of(self.version)
        self.context: dict[str, Any] = {
            "survey": self.invitation.survey,
            "token": token,
            "version": self.version,
            "questionnaire": self.questionnaire,
            "submission": str(_submission_of(data or {}) or uuid4()),
            "is_personal": self.invitation.is_personal,
            "threshold": settings.SMALL_GROUP_THRESHOLD,
            "others": _in_other_languages(slug, token),
            "pass": seal_pass(token),
        }

    def version_of(self, number: int | None) -> SurveyVersion:
        """The version whose form was seen; the current one where that is not known."""
        current = self.invitation.survey.current_version
        assert current is not None  # noqa: S101  held by the constraint survey_open_has_version
        if number in (None, current.number):
            return current
        frozen = self.invitation.survey.versions.filter(number=number, frozen_at__isnull=False)
        return frozen.defer("definition").first() or current

    def form(self, *, mistakes: Sequence[Mistake] = ()) -> HttpResponse:
        """The form: empty, or with everything that was typed and what is wrong with it."""
        if self.data is None:
            filled: dict[str, Any] = {"parts": _empty_parts(self.version, self.questionnaire), "summary": ()}
        else:
            page = form_page(self.questionnaire, data=self.data, mistakes=mistakes)
            filled = {"parts": _parts(page), "summary": page.summary, "is_filled": True}
        context = self.context | filled
        status = 422 if mistakes else 200
        return render(self.request, "assessment/survey_form.html", context, status=status)


def _submission_of(data: Data) -> UUID | None:
    try:
        return UUID((data.get("submission") or [""])[0])
    except ValueError:
        return None


def _number_of(data: Data) -> int | None:
    """The version whose form was filled in; None where the form does not say (or says nonsense)."""
    number = (data.get("version") or [""])[0]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 5 else None


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
