"""Paper sheets at work: what waits, keying them in, deciding between two entries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from assessment.answers import InvalidAnswers, Mistake
from assessment.forms.fieldwork import SetAsideForm
from assessment.models import PaperSheet, PaperStatus, Survey, SurveyVersion
from assessment.operations import survey_paper
from assessment.operations.survey_intake import NotAccepting, accepts_sheets
from assessment.paper import PaperField, as_keys, paper_fields, read_keys
from assessment.questionnaire import questionnaire_of
from semarang_resilience.core.forms import form_view
from semarang_resilience.core.http import page_of, reads, writes
from semarang_resilience.core.permissions import ensure

PERMISSION = survey_paper.PERMISSION


@reads
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """The printed form, what waits for whom, and every sheet by its number."""
    survey = _survey(request, slug)
    return _overview(request, survey, SetAsideForm())


def _overview(request: HttpRequest, survey: Survey, form: SetAsideForm) -> HttpResponse:
    counts = PaperSheet.objects.of(survey).count_by_status()
    versions = list(_versions(survey).defer("definition"))
    entry_url = reverse("assessment:work_survey_paper_entry", args=[survey.slug])
    older = [(each.number, f"{entry_url}?versi={each.number}") for each in versions[1:]]
    ready = counts.get(PaperStatus.READY, 0)
    context = {
        "survey": survey,
        "counts": [(status, counts.get(status, 0)) for status in PaperStatus],
        "total": sum(counts.values()),
        "ready": ready,
        "least": settings.SMALL_GROUP_THRESHOLD,
        "may_count": ready >= settings.SMALL_GROUP_THRESHOLD or (ready and survey.status != "open"),
        "twice": survey_paper.needs_second_entry(survey),
        "versions": versions,
        "older": older,
        "accepts": accepts_sheets(survey),
        "page": page_of(request, PaperSheet.objects.of(survey).for_list(), per_page=50),
    }
    return form.answer(request, "assessment/paper/overview.html", **context)


@writes
def double_entry(request: HttpRequest, slug: str) -> HttpResponse:
    """Have sheets entered twice, or once."""
    survey = _survey(request, slug)
    is_needed = request.POST.get("twice") == "1"
    survey_paper.set_double_entry(survey=survey, is_needed=is_needed, by=request.user, at=timezone.now())
    words = _("Every sheet is now entered twice.") if is_needed else _("Every sheet is now entered once.")
    messages.success(request, words)
    return redirect("assessment:work_survey_paper", slug)


@writes
def count(request: HttpRequest, slug: str) -> HttpResponse:
    """Count what is ready."""
    survey = _survey(request, slug)
    counted = survey_paper.count_sheets(survey=survey, by=request.user, at=timezone.now())
    done = ngettext(
        "%(count)s sheet is now among the answers.", "%(count)s sheets are now among the answers.", counted
    )
    messages.success(request, done % {"count": counted})
    return redirect("assessment:work_survey_paper", slug)


@writes
def set_aside(request: HttpRequest, slug: str) -> HttpResponse:
    """Note a sheet that cannot be counted."""
    survey = _survey(request, slug)
    form = SetAsideForm(request.POST)
    if form.is_valid():
        sheet = form.run(
            survey_paper.set_aside_sheet,
            version=_version(request, survey),
            **form.cleaned_data,
            by=request.user,
            at=timezone.now(),
        )
        if sheet is not None:
            messages.success(request, _("Sheet %(number)s is set aside.") % {"number": sheet})
            return redirect("assessment:work_survey_paper", slug)
    return _overview(request, survey, form)


# -- keying -------------------------------------------------------------------------------------


@never_cache  # a shared office computer: nothing of a sheet stays in the browser's cache
@sensitive_post_parameters()
@form_view
def entry(request: HttpRequest, slug: str) -> HttpResponse:
    """One sheet after the other, by keyboard."""
    survey = _survey(request, slug)
    version = _version(request, survey)
    if request.method != "POST":
        return _keying(request, version, typed={"number": request.GET.get("nomor", "")})
    typed = request.POST.dict()
    try:
        data = read_keys(questionnaire_of(version), typed)
        sheet = survey_paper.enter_sheet(
            version=version, number=typed.get("number", ""), data=data, by=request.user, at=timezone.now()
        )
    except InvalidAnswers as invalid:
        return _keying(request, version, typed=typed, mistakes=invalid.mistakes)
    except (survey_paper.NumberTaken, survey_paper.SamePerson) as refusal:
        return _keying(request, version, typed=typed, mistakes=[Mistake("number", str(refusal.message))])
    messages.success(
        request, _("Sheet %(number)s: %(state)s.") % {"number": sheet, "state": sheet.status_mark.label}
    )
    query = f"?versi={version.number}&nomor={_next_number(sheet.number)}"
    return redirect(f"{reverse('assessment:work_survey_paper_entry', args=[slug])}{query}")


@never_cache
@sensitive_post_parameters()
@form_view
def correct(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The same screen with what was keyed, until the sheet is counted."""
    sheet = _sheet(request, slug, pk)
    if sheet.is_counted:
        raise survey_paper.CountedAlready()
    questionnaire = questionnaire_of(sheet.version)
    if request.method != "POST":
        if sheet.status == PaperStatus.ENTERED and sheet.first_by_id != request.user.pk:
            raise Http404  # whoever makes the second entry must not see the first
        return _keying(request, sheet.version, typed=as_keys(questionnaire, sheet.first or {}), sheet=sheet)
    typed = request.POST.dict()
    try:
        data = read_keys(questionnaire, typed)
        survey_paper.correct_sheet(sheet=sheet, data=data, by=request.user, at=timezone.now())
    except InvalidAnswers as invalid:
        return _keying(request, sheet.version, typed=typed, sheet=sheet, mistakes=invalid.mistakes)
    messages.success(request, _("Sheet %(number)s is corrected.") % {"number": sheet})
    return redirect("assessment:work_survey_paper", slug)


def _keying(
    request: HttpRequest,
    version: SurveyVersion,
    *,
    typed: dict[str, str],
    sheet: PaperSheet | None = None,
    mistakes: Sequence[Mistake] = (),
) -> HttpResponse:
    questionnaire = questionnaire_of(version)
    errors = {mistake.name: mistake.message for mistake in reversed(mistakes)}
    context = {
        "survey": version.survey,
        "version": version,
        "sheet": sheet,
        "number": typed.get("number", ""),
        "number_error": errors.get("number", ""),
        "steps": [
            {"field": field, "typed": typed.get(field.name, ""), "error": errors.get(field.name, "")}
            for field in paper_fields(questionnaire)
        ],
        "wards": questionnaire.wards,
        "summary": [(mistake.message, f"#id_{mistake.name}" if mistake.name else "") for mistake in mistakes],
        "twice": survey_paper.needs_second_entry(version.survey),
    }
    return render(request, "assessment/paper/entry.html", context, status=422 if mistakes else 200)


def _next_number(number: str) -> str:
    """0042 -> 0043, K-9 -> K-10; what does not end in digits gives nothing."""
    found = re.search(r"\d+$", number)
    if not found:
        return ""
    digits = found[0]
    return f"{number[: found.start()]}{int(digits) + 1:0{len(digits)}d}"


# -- one sheet ----------------------------------------------------------------------------------


@never_cache
@sensitive_post_parameters()
@form_view
def sheet(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What became of a sheet; where two entries differ, both side by side to choose from."""
    found = _sheet(request, slug, pk)
    if request.method != "POST":
        return _compare(request, found)
    choices = request.POST.dict()
    try:
        survey_paper.resolve_sheet(sheet=found, choices=choices, by=request.user, at=timezone.now())
    except InvalidAnswers as invalid:
        return _compare(request, found, choices=choices, mistakes=invalid.mistakes)
    messages.success(request, _("Sheet %(number)s is decided and waits to be counted.") % {"number": found})
    return redirect("assessment:work_survey_paper", slug)


def _compare(
    request: HttpRequest,
    found: PaperSheet,
    *,
    choices: dict[str, str] | None = None,
    mistakes: Sequence[Mistake] = (),
) -> HttpResponse:
    rows: list[dict[str, Any]] = []
    if found.status == PaperStatus.DIFFERS:
        fields = {field.name: field for field in paper_fields(questionnaire_of(found.version))}
        errors = {mistake.name: mistake.message for mistake in mistakes}
        rows = [
            _difference(found, fields[name], (choices or {}).get(name), errors.get(name, ""))
            for name in survey_paper.differences(found)
        ]
    context = {
        "survey": found.version.survey,
        "sheet": found,
        "rows": rows,
        "may_correct": found.status == PaperStatus.READY
        or (found.status == PaperStatus.ENTERED and found.first_by_id == request.user.pk),
        "summary": [(mistake.message, f"#id_{mistake.name}" if mistake.name else "") for mistake in mistakes],
    }
    return render(request, "assessment/paper/sheet.html", context, status=422 if mistakes else 200)


def _difference(found: PaperSheet, field: PaperField, chosen: str | None, error: str) -> dict[str, Any]:
    entries = ((survey_paper.FIRST, found.first, found.first_by), ("second", found.second, found.second_by))
    return {
        "field": field,
        "legend": f"{field.title} – {field.part}" if field.part else field.title,
        "chosen": chosen,
        "error": error,
        "options": [
            {
                "value": which,
                "label": _in_words(field, (data or {}).get(field.name, [])),
                "help": str(by or ""),
            }
            for which, data, by in entries
        ],
    }


def _in_words(field: PaperField, values: Sequence[str]) -> str:
    """An answer as it stands on the paper: key and words."""
    if not values:
        return _("left blank")
    if field.kind in ("text", "ward"):
        return values[0]
    words = {key.value: f"{key.key.upper()} {key.label}".strip() for key in field.keys}
    return ", ".join(words.get(value, value) for value in values)


@writes
def withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a sheet back."""
    found = _sheet(request, slug, pk)
    survey_paper.withdraw_sheet(sheet=found, by=request.user, at=timezone.now())
    messages.success(
        request, _("Sheet %(number)s was taken back; its number is free again.") % {"number": found}
    )
    return redirect("assessment:work_survey_paper", slug)


def _survey(request: HttpRequest, slug: str) -> Survey:
    survey = get_object_or_404(Survey.objects.for_detail(), slug=slug)
    ensure(request.user, PERMISSION, survey)
    return survey


def _sheet(request: HttpRequest, slug: str, pk: int) -> PaperSheet:
    rows = PaperSheet.objects.select_related("version__survey", "first_by", "second_by")
    found = get_object_or_404(rows.defer("version__definition"), version__survey__slug=slug, pk=pk)
    ensure(request.user, PERMISSION, found.version.survey)
    return found


def _versions(survey: Survey) -> Any:
    return survey.versions.filter(frozen_at__isnull=False).order_by("-number")


def _version(request: HttpRequest, survey: Survey) -> SurveyVersion:
    """The version that the paper names, or the newest one."""
    wanted = request.GET.get("versi") or request.POST.get("version") or ""
    version = survey.current_version
    if version is None:
        raise NotAccepting()
    if wanted and wanted != str(version.number):
        number = int(wanted) if wanted.isdecimal() and len(wanted) < 5 else 0
        version = get_object_or_404(_versions(survey).defer("definition"), number=number)
    version.survey = survey
    return version
