"""Workshops at work: preparing one, leading it, looking at what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from assessment.forms.fieldwork import WorkshopForm
from assessment.models import Survey, Workshop, WorkshopQuestion
from assessment.operations import survey_workshop
from assessment.operations.survey_intake import accepts_sheets
from assessment.questionnaire import Questionnaire, questionnaire_of
from assessment.workshop import bars_of
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.forms import form_view
from semarang_resilience.core.http import page_of, reads, writes
from semarang_resilience.core.permissions import ensure

from .workshop_room import screen_context

PERMISSION = survey_workshop.PERMISSION
STEPS: dict[str, tuple[Callable[..., Any], Any]] = {
    "open": (survey_workshop.open_question, ""),
    "close": (survey_workshop.close_question, ""),
    "show": (survey_workshop.show_question, ""),
    "end": (
        survey_workshop.end_workshop,
        _("The workshop has ended, and its answers are among the others. The phones are forgotten."),
    ),
    "discard": (
        survey_workshop.discard_workshop,
        _("Everything that was answered in this workshop was thrown away."),
    ),
}
NEEDS_KEY, NEEDS_SEEN = {"open", "show"}, {"open", "close", "show"}


@form_view
def workshops(request: HttpRequest, slug: str) -> HttpResponse:
    """All workshops of a survey, and the form that prepares another."""
    survey = get_object_or_404(Survey.objects.for_detail(), slug=slug)
    ensure(request.user, PERMISSION, survey)
    today = timezone.localdate()
    form = WorkshopForm(request.POST or None, survey=survey, initial={"held_on": today})
    if request.method == "POST" and form.is_valid():
        workshop = form.run(
            survey_workshop.create_workshop,
            survey=survey,
            **form.cleaned_data,
            by=request.user,
            at=timezone.now(),
        )
        if workshop is not None:
            return redirect("assessment:work_survey_workshop", slug, workshop.pk)
    context = {
        "survey": survey,
        "page": page_of(request, Workshop.objects.filter(survey=survey).for_list()),
        "accepts": accepts_sheets(survey),
    }
    return form.answer(request, "assessment/workshop/workshops.html", **context)


@never_cache
@reads
def workshop(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One workshop: its controls while it runs, its frozen results afterwards."""
    found = _workshop(request, slug, pk)
    return render(request, "assessment/workshop/workshop.html", _context(request, found))


@reads
def workshop_state(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The numbers alone, or 204; the whole page anew when another facilitator has moved on."""
    found = _workshop(request, slug, pk)
    now = Workshop.objects.screen_state(found.code)
    assert now is not None  # noqa: S101  found by the same code a moment ago
    if request.GET.get("s") == now.stamp:
        return HttpResponse(status=204, headers={"Cache-Control": "no-store"})
    if request.GET.get("step") != f"{now.status}:{now.step}":
        return HttpResponse(status=204, headers={"Cache-Control": "no-store", "HX-Refresh": "true"})
    context = screen_context(request, now, found.code) | {"survey": found.survey}
    return render(request, "assessment/workshop/workshop.html#numbers", context)


@writes
def workshop_step(request: HttpRequest, slug: str, pk: int, step: str) -> HttpResponse:
    """Open, close or show a question; end or discard the workshop."""
    found = _workshop(request, slug, pk)
    operation, done = STEPS[step]
    arguments: dict[str, Any] = {}
    if step in NEEDS_KEY:
        arguments["key"] = request.POST.get("question", "")
    if step in NEEDS_SEEN:
        arguments["seen"] = request.POST.get("seen", "")
    try:
        operation(workshop=found, **arguments, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
    else:
        if done:
            messages.success(request, done)
    return redirect("assessment:work_survey_workshop", slug, pk)


def _workshop(request: HttpRequest, slug: str, pk: int) -> Workshop:
    rows = Workshop.objects.for_room().select_related("engagement", "facilitator")
    found = get_object_or_404(rows, survey__slug=slug, pk=pk)
    ensure(request.user, PERMISSION, found.survey)
    return found


def _context(request: HttpRequest, found: Workshop) -> dict[str, Any]:
    questionnaire = questionnaire_of(found.version)
    rows = {row.question_key: row for row in found.questions.all()}
    context: dict[str, Any] = {"survey": found.survey, "workshop": found}
    if not found.is_running:
        return context | {"results": _results(questionnaire, rows)}
    now = Workshop.objects.screen_state(found.code)
    assert now is not None  # noqa: S101
    questions = [{"question": question, "row": rows.get(question.key)} for question in questionnaire]
    return context | screen_context(request, now, found.code) | _neighbours(questions, now.on_screen)


def _neighbours(questions: list[dict[str, Any]], on_screen: str) -> dict[str, Any]:
    """All questions, the next one that was not asked yet, and the one asked before the one on the screen."""
    places = {entry["question"].key: place for place, entry in enumerate(questions)}
    here = places.get(on_screen, -1)
    later = [entry for entry in questions[here + 1 :] if entry["row"] is None]
    earlier = [entry for entry in questions[: max(here, 0)] if entry["row"] is not None]
    return {
        "questions": questions,
        "next": later[0] if later else None,
        "previous": earlier[-1] if earlier else None,
    }


def _results(questionnaire: Questionnaire, rows: dict[str, WorkshopQuestion]) -> list[dict[str, Any]]:
    threshold: int = settings.SMALL_GROUP_THRESHOLD
    return [
        {
            "question": question,
            "row": rows[question.key],
            "parts": bars_of(
                questionnaire,
                question,
                rows[question.key].counts,
                rows[question.key].n,
                threshold=threshold,
            ),
        }
        for question in questionnaire
        if question.key in rows
    ]
