"""XLSForm: taking a questionnaire to KoboToolbox or ODK, and bringing one from there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.models import Driver, Hazard, Section, Survey, SurveyStatus, SurveyVersion
from assessment.operations import survey_versions
from assessment.operations.survey_editing import fingerprint_of_all
from assessment.operations.survey_specs import BothLanguages, SectionSpec, specs_of
from assessment.xlsform.carrying import carried, carried_here
from assessment.xlsform.plan import Plan
from assessment.xlsform.reading import Known, read_plan
from assessment.xlsform.workbook import read_workbook
from assessment.xlsform.writing import driver_ref, xlsform_of
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.forms import OperationForm, form_view
from semarang_resilience.core.http import reads, writes
from semarang_resilience.core.permissions import ensure
from semarang_resilience.core.sheets.reading import read_grids
from semarang_resilience.core.uploads import FileKind, kind_of, size_in_words

from .survey_build import MAY_EDIT, MAY_READ, survey_at, version_of

UPLOAD, PREVIEW = "assessment/build/import.html", "assessment/build/import_preview.html"
FILE_BYTES = 5_000_000
XLSX = FileKind.XLSX.media_type


class UploadForm(OperationForm):
    """A form as XLSX."""

    file = forms.FileField(
        label=gettext_lazy("XLSForm"),
        help_text=gettext_lazy("An XLSX file with the sheets survey and choices, at most 5 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_file(self) -> Any:
        """Only a workbook, by its content, and not too large to be a form."""
        file = self.cleaned_data["file"]
        if file.size > FILE_BYTES:
            raise forms.ValidationError(
                _("The file is too large. It may have at most %(size)s.")
                % {"size": size_in_words(FILE_BYTES)}
            )
        if kind_of(file) is not FileKind.XLSX:
            raise forms.ValidationError(
                _("This is no XLSX file. Download the form as XLS from KoboToolbox, or save it as XLSX.")
            )
        return file


@reads
def download(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A version as a workbook for KoboToolbox or ODK."""
    ensure(request.user, MAY_READ)
    survey = survey_at(slug)
    version: SurveyVersion = get_object_or_404(
        survey.versions.select_related("framework").defer("definition"), number=number
    )
    version.survey = survey
    file = xlsform_of(version, specs_of(version))
    name = f"{survey.slug}-v{number}-xlsform.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)  # type: ignore[return-value]


@form_view
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a file; what would become of it is shown, and nothing is written yet."""
    survey = survey_at(slug)
    ensure(request.user, MAY_EDIT, survey)
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid() and (plan := form.run(_plan_of, survey=survey, file=form.cleaned_data["file"])):
        return _preview(request, survey, plan)
    return form.answer(request, UPLOAD, survey=survey, is_draft=survey.status == SurveyStatus.DRAFT)


def _plan_of(*, survey: Survey, file: Any) -> Plan:
    """Read a file as a plan. Refuses what is no XLSForm."""
    version = version_of(survey)
    framework = version.framework if version else None
    drivers = Driver.objects.for_list().filter(dimension__framework=framework)
    known = Known(
        framework=framework.slug if framework else "",
        drivers={driver_ref(driver): driver for driver in drivers},
        hazards={hazard.slug: hazard for hazard in Hazard.objects.filter(cycle=survey.cycle_id)},
    )
    book = read_workbook(read_grids(file, size=file.size))
    return read_plan(book, title=BothLanguages.of(survey, "title"), known=known)


def _preview(request: HttpRequest, survey: Survey, plan: Plan) -> HttpResponse:
    version = survey_versions.draft_of(survey)
    context = {
        "survey": survey,
        "plan": plan,
        "seen": fingerprint_of_all(Section.objects.filter(version=version).for_questionnaire()),
        "payload": carried(plan.sections, survey=survey.pk, user=request.user.pk or 0),
        "has_questions": bool(version and version.sections.exists()),
    }
    return render(request, PREVIEW, context)


@writes
def confirm(request: HttpRequest, slug: str) -> HttpResponse:
    """Write what the preview showed."""
    survey = survey_at(slug)
    ensure(request.user, MAY_EDIT, survey)
    sections = carried_here(request.POST.get("payload", ""), survey=survey.pk, user=request.user.pk or 0)
    _write(survey, sections, request.POST, by=request.user, at=timezone.now())
    messages.success(request, _("The questions have been taken over."))
    return redirect("assessment:work_survey_builder", slug)


def _write(survey: Survey, sections: list[SectionSpec], sent: QueryDict, *, by: Any, at: datetime) -> None:
    match sent.get("how"):
        case "append":
            survey_versions.append_questions(survey=survey, sections=sections, by=by, at=at)
        case "replace":
            survey_versions.replace_questions(
                survey=survey, sections=sections, seen=sent.get("seen", ""), by=by, at=at
            )
        case _:
            raise Refused(_("Choose whether the questions are added or take the place of the others."))
