"""Building a survey: making it, its outline, its preview, what it still lacks."""

from __future__ import annotations

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from assessment.forms import survey_build as forms
from assessment.forms.survey_question import KIND_HELP
from assessment.forms.surveys import form_page
from assessment.models import QuestionKind, Survey, SurveyStatus, SurveyVersion
from assessment.operations import survey_building, survey_versions
from assessment.operations.survey_definition import compile_definition
from assessment.operations.survey_editing import fingerprint, fingerprint_of_all
from assessment.outline import outline_of
from assessment.questionnaire import read_questionnaire
from semarang_resilience.core.forms import form_view
from semarang_resilience.core.http import reads, writes
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.permissions import allowed, ensure

from .conflicts import conflict_of
from .cycles import cycle_at_work

MAY_READ, MAY_EDIT = "assessment.see_draft_results", "assessment.edit_survey"
FORM = "assessment/build/survey_form.html"


def survey_at(slug: str) -> Survey:
    """The survey of an address."""
    survey: Survey = get_object_or_404(Survey.objects.for_detail(), slug=slug)
    return survey


def version_of(survey: Survey) -> SurveyVersion | None:
    """What the builder shows: the draft, or else the version that is being asked."""
    version = survey_versions.draft_of(survey) or survey.current_version
    if version is not None:
        version.survey = survey
    return version


def draft_at(slug: str) -> SurveyVersion:
    """The draft of an address; 404 where nothing can be edited."""
    survey = survey_at(slug)
    version = survey_versions.draft_of(survey)
    if version is None:
        raise Http404
    version.survey = survey
    return version


@form_view
def new(request: HttpRequest) -> HttpResponse:
    """Make a survey: empty, standard, extended, from an earlier round or from a file."""
    ensure(request.user, MAY_EDIT)
    cycle = cycle_at_work()
    form = forms.SurveyForm(request.POST or None)
    if form.is_valid() and (survey := form.run(_made, form=form, cycle=cycle, request=request)):
        messages.success(request, _("The draft has been made."))
        is_file = form.cleaned_data["start"] == forms.FILE
        return redirect(
            "assessment:work_survey_import" if is_file else "assessment:work_survey_builder", survey.slug
        )
    return form.answer(request, FORM, title=_("New survey"))


def _made(*, form: forms.SurveyForm, cycle: Cycle, request: HttpRequest) -> Survey:
    facts = form.facts()
    return survey_versions.begin_survey(
        cycle=cycle,
        slug=form.cleaned_data["slug"] or _free_slug(facts["title_id"]),
        start=form.cleaned_data["start"],
        by=request.user,
        at=timezone.now(),
        **facts,
    )


def _free_slug(title: str) -> str:
    """A code from the title that no survey has."""
    base = slugify(title)[:50] or "survei"
    taken = set(Survey.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number = 1
    while (slug := base if number == 1 else f"{base}-{number}") in taken or slug in survey_building.RESERVED:
        number += 1
    return slug


@form_view
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change title, introduction, dates."""
    survey = survey_at(slug)
    ensure(request.user, MAY_EDIT, survey)
    form = forms.SurveyForm(request.POST or None, survey=survey)
    if form.is_valid() and (
        changed := form.run(
            survey_building.update_survey,
            survey=survey,
            changes=form.facts() | {"slug": form.cleaned_data["slug"]},
            seen=form.cleaned_data["seen"],
            by=request.user,
            at=timezone.now(),
        )
    ):
        messages.success(request, _("Saved."))
        return redirect("assessment:work_survey_builder", changed.slug)
    survey = survey_at(slug)
    context: dict[str, Any] = {"survey": survey, "now_seen": fingerprint(survey)}
    if form.is_bound and form.data.get("seen") != context["now_seen"]:
        theirs = forms.SurveyForm(survey=survey)
        context["conflict"] = conflict_of(form, theirs.initial, target=survey)
    response = form.answer(request, FORM, title=_("Name and dates"), **context)
    response.status_code = 409 if "conflict" in context else response.status_code
    return response


@writes
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    """Remove a draft."""
    survey = survey_at(slug)
    survey_building.delete_survey(
        survey=survey, seen=request.POST.get("seen", ""), by=request.user, at=timezone.now()
    )
    messages.success(request, _("The draft “%(survey)s” has been deleted.") % {"survey": survey.title})
    return redirect("assessment:work_surveys")


@reads
def builder(request: HttpRequest, slug: str) -> HttpResponse:
    """Sections and questions in order, with everything that can be done to them."""
    ensure(request.user, MAY_READ)
    survey = survey_at(slug)
    version = version_of(survey)
    is_draft = version is not None and version.frozen_at is None
    may_edit = allowed(request.user, MAY_EDIT, survey)
    context: dict[str, Any] = {
        "survey": survey,
        "version": version,
        "outline": outline_of(version) if version else None,
        "nothing_seen": fingerprint_of_all(()),
        "kinds": [(kind.value, kind.label, KIND_HELP[kind]) for kind in map(QuestionKind, KIND_HELP)],
        "is_draft": is_draft,
        "may_edit": may_edit and is_draft,
        "may_add": may_edit and is_draft and survey.status == SurveyStatus.DRAFT,
        "may_change": may_edit and survey.status in (SurveyStatus.DRAFT, SurveyStatus.OPEN),
        "may_start": may_edit and not is_draft and survey.status == SurveyStatus.OPEN,
        "gaps": survey.opening_gaps(at=timezone.now()) if survey.status == SurveyStatus.DRAFT else [],
    }
    return render(request, "assessment/build/builder.html", context)


@csp_update({"frame-src": [SELF]})
@reads
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """How the survey looks on a phone."""
    ensure(request.user, MAY_READ)
    survey = survey_at(slug)
    context = {"survey": survey, "version": version_of(survey)}
    return render(request, "assessment/build/preview.html", context)


@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
@reads
def preview_form(request: HttpRequest, slug: str) -> HttpResponse:
    """The respondent's form, compiled from the draft; it sends nothing anywhere."""
    ensure(request.user, MAY_READ)
    survey = survey_at(slug)
    version = version_of(survey)
    if version is None:
        raise Http404
    questionnaire = read_questionnaire(compile_definition(version))
    context = {
        "survey": survey,
        "questionnaire": questionnaire,
        "page": form_page(questionnaire),
        "threshold": settings.SMALL_GROUP_THRESHOLD,
    }
    return render(request, "assessment/build/preview_form.html", context)
