"""Versions of a survey: what changed, whether answers compare, publishing a new wording."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.forms.survey_build import VersionForm
from assessment.models import Section, Survey, SurveyVersion
from assessment.operations import survey_versions
from assessment.operations.survey_editing import fingerprint, fingerprint_of_all
from assessment.operations.survey_specs import specs_of
from assessment.survey_gaps import gaps_of
from assessment.wording import Changes, changes_between
from semarang_resilience.core.forms import form_view
from semarang_resilience.core.http import reads, writes
from semarang_resilience.core.permissions import allowed, ensure

from .conflicts import conflict_of
from .survey_build import MAY_EDIT, MAY_READ, survey_at

MAY_OPEN = "assessment.open_survey"


@reads
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """All versions of a survey, newest first."""
    ensure(request.user, MAY_READ)
    survey = survey_at(slug)
    rows = list(survey.versions.defer("definition").order_by("-number"))
    context = {
        "survey": survey,
        "versions": rows,
        "may_start": allowed(request.user, MAY_EDIT, survey)
        and survey.status == "open"
        and all(row.frozen_at for row in rows),
    }
    return render(request, "assessment/build/versions.html", context)


@writes
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a new wording of an open survey."""
    survey_versions.start_version(survey=survey_at(slug), by=request.user, at=timezone.now())
    messages.success(request, _("A new version has been begun. Nobody is asked it before you publish it."))
    return redirect("assessment:work_survey_builder", slug)


@form_view
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One version: word by word what differs from what was asked before; for a draft, the note about it."""
    survey = survey_at(slug)
    found = _version(survey, number)
    ensure(request.user, MAY_READ)
    base = survey_versions.base_of(found)
    changes = changes_between(specs_of(base), specs_of(found)) if base else None
    keys = [change.key for change in changes.questions] if changes else []
    is_draft = found.frozen_at is None
    form = VersionForm(request.POST or None, version=found, keys=keys)
    if request.method == "POST":
        ensure(request.user, MAY_EDIT, survey)
    if form.is_valid() and form.run(
        survey_versions.describe_version,
        version=found,
        note=form.note,
        broken=form.cleaned_data["broken"],
        seen=form.cleaned_data["seen"],
        by=request.user,
        at=timezone.now(),
    ):
        messages.success(request, _("Saved."))
        return redirect("assessment:work_survey_version", slug, number)
    fresh = _version(survey, number)
    is_stale = form.is_bound and form.data.get("seen") != fingerprint(fresh)
    theirs = VersionForm(version=fresh, keys=keys).initial
    return form.answer(
        request,
        "assessment/build/version.html",
        survey=survey,
        version=fresh,
        now_seen=fingerprint(fresh),
        conflict=conflict_of(form, theirs, target=survey, number=number) if is_stale else None,
        base=base,
        is_round=bool(base and base.survey_id != survey.pk),
        changes=changes,
        is_draft=is_draft,
        **_rights(request, survey, found, changes),
    )


def _rights(
    request: HttpRequest, survey: Survey, found: SurveyVersion, changes: Changes | None
) -> dict[str, Any]:
    """What may be done with a draft, and what it still lacks."""
    is_draft, is_open = found.frozen_at is None, survey.status == "open"
    rows = list(Section.objects.filter(version=found).for_questionnaire()) if is_draft else []
    return {
        "may_describe": is_draft and allowed(request.user, MAY_EDIT, survey) and changes is not None,
        "may_publish": is_draft and is_open and allowed(request.user, MAY_OPEN, survey),
        "may_discard": is_draft and is_open and allowed(request.user, MAY_EDIT, survey),
        "gaps": gaps_of(rows) if is_draft else [],
        "all_seen": fingerprint_of_all(rows),
    }


@writes
def publish(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Ask the new wording from now on."""
    survey = survey_at(slug)
    ensure(request.user, MAY_OPEN, survey)
    survey_versions.publish_version(version=_version(survey, number), by=request.user, at=timezone.now())
    messages.success(request, _("The new version is being asked now."))
    return redirect("assessment:work_survey_versions", slug)


@writes
def discard(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Throw the draft of a new wording away."""
    survey = survey_at(slug)
    survey_versions.discard_version(
        version=_version(survey, number),
        seen=request.POST.get("seen", ""),
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, _("The draft of the new version has been discarded."))
    return redirect("assessment:work_survey_versions", slug)


def _version(survey: Survey, number: int) -> SurveyVersion:
    if not number:
        raise Http404
    found: SurveyVersion = get_object_or_404(
        survey.versions.select_related("framework").defer("definition"), number=number
    )
    found.survey = survey
    return found
