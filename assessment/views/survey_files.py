"""Answers that people bring as a file: looked at, then taken in."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from assessment.models import Survey
from assessment.operations import survey_files
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.http import require, writes


class FileForm(forms.Form):
    """The file that the form made on a device."""

    file = forms.FileField(
        label=_("File with answers"),
        help_text=_("A file with the ending .json that somebody kept on a device without a connection."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )


class KeptFileForm(forms.Form):
    """The same file once more, carried by the preview."""

    content = forms.CharField(widget=forms.HiddenInput)

    def clean_content(self) -> bytes:
        """Unpack what the preview has packed; at most as much as a file may hold."""
        try:
            packed = base64.b64decode(self.cleaned_data["content"], validate=True)
            return zlib.decompressobj().decompress(packed, survey_files.LARGEST + 1)
        except (binascii.Error, zlib.error, ValueError):
            raise forms.ValidationError(_("Choose the file once more.")) from None


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def work_survey_file(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a file; sent, it is shown what would become of each sheet, and nothing is written yet."""
    survey, refused = _survey(request, slug)
    if refused:
        return refused
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["file"].read(survey_files.LARGEST + 1)
        return _preview(request, survey, form, content)
    return _page(request, survey, form, status=422 if form.is_bound else 200)


@sensitive_variables()
def _preview(request: HttpRequest, survey: Survey, form: FileForm, content: bytes) -> HttpResponse:
    try:
        sheets = survey_files.examine_file(survey=survey, content=content, by=request.user)
    except Refused as refusal:
        form.add_error("file", str(refusal.message))
        return _page(request, survey, form, status=422)
    new = sum(1 for sheet in sheets if sheet.verdict is survey_files.Verdict.NEW)
    packed = base64.b64encode(zlib.compress(content)).decode()
    return _page(request, survey, form, sheets=sheets, new=new, packed=packed)


@writes
@sensitive_post_parameters()
def work_survey_file_take_in(request: HttpRequest, slug: str) -> HttpResponse:
    """Take in what the preview has shown."""
    survey, refused = _survey(request, slug)
    if refused:
        return refused
    kept = KeptFileForm(request.POST)
    form = FileForm()
    if not kept.is_valid():
        form = FileForm(request.POST, request.FILES)
        form.add_error("file", _("Choose the file once more."))
        return _page(request, survey, form, status=422)
    count = survey_files.take_in_file(
        survey=survey, content=kept.cleaned_data["content"], by=request.user, at=timezone.now()
    )
    said = ngettext("%(count)s sheet was taken in.", "%(count)s sheets were taken in.", count)
    messages.success(request, said % {"count": count})
    return redirect("assessment:work_survey_file", survey.slug)


def _survey(request: HttpRequest, slug: str) -> tuple[Survey, HttpResponse | None]:
    survey = get_object_or_404(Survey.objects.visible_to(request.user).for_detail(), slug=slug)
    return survey, require(request, "assessment.edit_survey", survey)


def _page(
    request: HttpRequest, survey: Survey, form: FileForm, *, status: int = 200, **context: Any
) -> HttpResponse:
    return render(
        request, "assessment/work_survey_file.html", {"survey": survey, "form": form} | context, status=status
    )
