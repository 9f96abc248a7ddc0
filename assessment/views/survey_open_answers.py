"""Pages for reading, cleaning and coding answers in words."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.coding import (
    QuestionProgress,
    agreement_of,
    answers_to,
    differences_for,
    open_questions,
    progress_of,
    waiting_for,
)
from assessment.forms.open_answers import MergeForm, ReadingForm, ThemeForm, themes_of
from assessment.models import OpenAnswer, OpenAnswerStatus, Reading, Survey, Theme
from assessment.operations.open_answers import (
    add_theme,
    merge_themes,
    read_answer,
    remove_theme,
    update_theme,
)
from assessment.questionnaire import Question
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.forms import form_view
from semarang_resilience.core.http import page_of, reads, writes
from semarang_resilience.core.permissions import ensure


def _survey(request: HttpRequest, slug: str) -> Survey:
    survey = get_object_or_404(Survey.objects.for_detail(), slug=slug)
    ensure(request.user, "assessment.code_answers", survey)
    return survey


def _question(survey: Survey, key: str) -> Question:
    found = next((question for question in open_questions(survey) if question.key == key), None)
    if found is None:
        raise Http404
    return found


def _theme(survey: Survey, pk: int) -> Theme:
    theme: Theme = get_object_or_404(Theme.objects.select_related("survey"), pk=pk, survey=survey)
    return theme


@reads
def work_survey_open_answers(request: HttpRequest, slug: str) -> HttpResponse:
    """Every question that is answered in words: what waits, what was decided, how far coding is."""
    survey = _survey(request, slug)
    context = {"survey": survey, "progress": progress_of(survey, request.user)}
    return render(request, "assessment/open_answers/overview.html", context)


@reads
def work_open_question(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One question: its themes with the agreement of coders, its answers, what was coded differently."""
    survey = _survey(request, slug)
    question = _question(survey, key)
    shown = request.GET.get("tampil", "")
    rows = answers_to(survey, key).select_related("ward")
    if shown in OpenAnswerStatus.values:
        rows = rows.filter(status=shown)
    row = next(row for row in progress_of(survey, request.user) if row.question.key == key)
    context = {
        "survey": survey,
        "question": question,
        "row": row,
        "tabs": _tabs(row, shown),
        "waiting": waiting_for(survey, key, request.user).count(),
        "agreement": agreement_of(survey, key),
        "differences": differences_for(survey, key, request.user),
        "page": page_of(request, rows, per_page=25),
    }
    return render(request, "assessment/open_answers/question.html", context)


def _tabs(row: QuestionProgress, shown: str) -> list[dict[str, object]]:
    tabs = [{"label": _("All"), "url": "?", "current": not shown, "count": row.total}]
    for status, count in row.marks:
        is_here = shown == status.value
        tabs.append(
            {"label": status.label, "url": f"?tampil={status.value}", "current": is_here, "count": count}
        )
    return tabs


@reads
def work_open_next(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """To the next answer that the reader has not coded; with none left, back to the question."""
    survey = _survey(request, slug)
    _question(survey, key)
    answer = waiting_for(survey, key, request.user).first()
    if answer is None:
        return redirect("assessment:work_open_question", survey.slug, key)
    return redirect("assessment:work_open_answer", survey.slug, answer.pk)


@form_view
def work_open_answer(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """One answer: decide, code, and on to the next. What others coded is not shown."""
    survey = _survey(request, slug)
    answer = get_object_or_404(OpenAnswer.objects.select_related("version__survey", "ward"), pk=pk)
    if answer.version.survey_id != survey.pk:
        raise Http404
    mine = Reading.objects.prefetch_related("themes").filter(answer=answer, coder=request.user.pk).first()
    themes = themes_of(survey, answer.question_key)
    form = ReadingForm(request.POST or None, answer=answer, themes=themes, mine=mine)
    if form.is_valid() and form.run(
        read_answer, answer=answer, **form.cleaned_data, by=request.user, at=timezone.now()
    ):
        return redirect("assessment:work_open_next", survey.slug, answer.question_key)
    return form.answer(
        request,
        "assessment/open_answers/answer.html",
        survey=survey,
        answer=answer,
        question=_question(survey, answer.question_key),
        waiting=waiting_for(survey, answer.question_key, request.user).count(),
        themes=themes,
    )


@form_view
def work_theme_new(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Add a theme to the code book of a question."""
    survey = _survey(request, slug)
    question = _question(survey, key)
    form = ThemeForm(request.POST or None)
    if form.is_valid() and (
        made := form.run(
            add_theme,
            survey=survey,
            question_key=key,
            **form.cleaned_data,
            by=request.user,
            at=timezone.now(),
        )
    ):
        messages.success(request, _("The theme “%(name)s” was added.") % {"name": made})
        return redirect("assessment:work_open_question", survey.slug, key)
    return form.answer(request, "assessment/open_answers/theme.html", survey=survey, question=question)


@form_view
def work_theme(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Rename a theme, or say better what belongs to it."""
    survey = _survey(request, slug)
    theme = _theme(survey, pk)
    form = ThemeForm(request.POST or None, theme=theme)
    if form.is_valid() and form.run(
        update_theme, theme=theme, changes=form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("Saved."))
        return redirect("assessment:work_open_question", survey.slug, theme.question_key)
    return form.answer(
        request,
        "assessment/open_answers/theme.html",
        survey=survey,
        theme=theme,
        question=_question(survey, theme.question_key),
        merge=MergeForm(theme=theme),
    )


@writes
def work_theme_merge(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Merge a theme into another one."""
    survey = _survey(request, slug)
    theme = _theme(survey, pk)
    form = MergeForm(request.POST, theme=theme)
    if not form.is_valid():
        raise Refused(_("Choose another theme of the same question."), code="not_mergeable")
    into = merge_themes(theme=theme, into=form.cleaned_data["into"], by=request.user, at=timezone.now())
    messages.success(request, _("Everything was moved to “%(name)s”.") % {"name": into})
    return redirect("assessment:work_open_question", survey.slug, into.question_key)


@writes
def work_theme_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Remove a theme that nobody has used."""
    survey = _survey(request, slug)
    theme = _theme(survey, pk)
    remove_theme(theme=theme, by=request.user, at=timezone.now())
    messages.success(request, _("The theme was removed."))
    return redirect("assessment:work_open_question", survey.slug, theme.question_key)
