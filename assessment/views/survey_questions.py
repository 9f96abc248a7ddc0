"""Sections and questions of a draft: one form each, and buttons that move and remove."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.forms.survey_build import AskedForm, ConditionForm, MoveForm, SectionForm
from assessment.forms.survey_question import QuestionForm, submitted
from assessment.models import Question, QuestionKind, Section, SurveyVersion
from assessment.operations import survey_bank, survey_questions
from assessment.operations.survey_codes import asked_codes
from assessment.operations.survey_editing import fingerprint
from assessment.operations.survey_specs import ConditionSpec, named
from assessment.operations.survey_versions import base_of
from assessment.outline import answers_of, outline_of
from semarang_resilience.core.forms import OperationForm, form_view
from semarang_resilience.core.http import writes
from semarang_resilience.core.permissions import allowed, ensure

from .conflicts import conflict_of
from .survey_build import MAY_EDIT, draft_at, survey_at

SECTION_FORM = "assessment/build/section_form.html"
QUESTION_FORM = "assessment/build/question_form.html"
STEPS = {"up": -1, "down": 1}


# -- sections ---------------------------------------------------------------------------------------------
@form_view
def section_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a section at the end."""
    survey = survey_at(slug)
    ensure(request.user, MAY_EDIT, survey)
    form = SectionForm(request.POST or None)
    if form.is_valid() and (
        made := form.run(
            survey_questions.add_section,
            survey=survey,
            title=form.texts("title"),
            introduction=form.texts("introduction"),
            by=request.user,
            at=timezone.now(),
        )
    ):
        return _back(slug, f"bagian-{made.pk}")
    return form.answer(request, SECTION_FORM, survey=survey, title=_("New section"))


@form_view
def section(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Reword a section."""
    version = draft_at(slug)
    ensure(request.user, MAY_EDIT, version.survey)
    found = _section(version, pk)
    form = SectionForm(request.POST or None, section=found)
    if form.is_valid() and form.run(
        survey_questions.edit_section,
        section=found,
        title=form.texts("title"),
        introduction=form.texts("introduction"),
        seen=form.cleaned_data["seen"],
        by=request.user,
        at=timezone.now(),
    ):
        messages.success(request, _("Saved."))
        return _back(slug, f"bagian-{pk}")
    fresh = _section(version, pk)
    theirs = SectionForm(section=fresh)
    return _answer(
        request,
        SECTION_FORM,
        form,
        survey=version.survey,
        title=str(fresh),
        conflict=conflict_of(form, theirs.initial, target=version.survey, section=str(fresh))
        if _is_stale(form, fresh)
        else None,
        now_seen=fingerprint(fresh),
    )


@writes
def section_move(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Move a section up or down."""
    found = _section(draft_at(slug), pk)
    step = STEPS.get(request.POST.get("step", ""))
    if step is None:
        raise Http404
    survey_questions.move_section(section=found, step=step, by=request.user, at=timezone.now())
    return _back(slug, f"bagian-{pk}")


@writes
def section_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a section away with its questions."""
    found = _section(draft_at(slug), pk)
    survey_questions.remove_section(
        section=found, seen=request.POST.get("seen", ""), by=request.user, at=timezone.now()
    )
    messages.success(request, _("The section “%(section)s” has been removed.") % {"section": found})
    return _back(slug, "susunan")


# -- questions --------------------------------------------------------------------------------------------
@form_view
def question_new(request: HttpRequest, slug: str, pk: int, kind: str) -> HttpResponse:
    """Ask something new at the end of a section."""
    version = draft_at(slug)
    ensure(request.user, MAY_EDIT, version.survey)
    found = _section(version, pk)
    if kind not in QuestionKind.values:
        raise Http404
    form = QuestionForm(**submitted(request), kind=QuestionKind(kind), version=version)
    if form.is_valid() and (
        made := form.run(
            survey_questions.add_question,
            section=found,
            spec=form.spec(),
            by=request.user,
            at=timezone.now(),
        )
    ):
        messages.success(request, _("The question has been added."))
        if request.POST.get("next") == "another":
            return redirect("assessment:work_survey_question_new", slug, pk, kind)
        return _back(slug, f"pertanyaan-{made.pk}")
    return _answer(
        request, QUESTION_FORM, form, survey=version.survey, section=found, kind=QuestionKind(kind)
    )


@form_view
def question(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Reword a question. What somebody else saved meanwhile is shown beside what was typed."""
    version = draft_at(slug)
    ensure(request.user, MAY_EDIT, version.survey)
    found = _find(version, pk)
    if found is None:
        return _removed_meanwhile(request, version)
    options = _form_options(version, found)
    form = QuestionForm(**submitted(request), row=found, **options)
    if form.is_valid() and form.run(
        survey_questions.edit_question,
        question=found,
        spec=form.spec(),
        seen=form.cleaned_data["seen"],
        by=request.user,
        at=timezone.now(),
    ):
        messages.success(request, _("Saved."))
        return _back(slug, f"pertanyaan-{pk}")
    fresh = _find(version, pk)
    if fresh is None:
        return _removed_meanwhile(request, version)
    return _question_page(request, form, fresh, options)


def _question_page(
    request: HttpRequest, form: QuestionForm, fresh: Question, options: dict[str, Any]
) -> HttpResponse:
    """The form of a question, with what somebody else made of it meanwhile."""
    version = fresh.section.version
    conflict = None
    if _is_stale(form, fresh):
        theirs = QuestionForm(row=fresh, **options)
        conflict = conflict_of(form, theirs.initial, target=version.survey, key=fresh.key)
    return _answer(
        request,
        QUESTION_FORM,
        form,
        survey=version.survey,
        question=fresh,
        section=fresh.section,
        sections=version.sections.order_by("position"),
        kind=QuestionKind(fresh.kind),
        outline=outline_of(version),
        conflict=conflict,
        now_seen=form.seen_before or fingerprint(fresh),
        may_keep=fresh.kind not in survey_bank.NOT_KEPT,
    )


def _removed_meanwhile(request: HttpRequest, version: SurveyVersion) -> HttpResponse:
    """The question is gone; what was typed about it is not: it can be added again."""
    kind, first = request.POST.get("asked_kind", ""), version.sections.order_by("position").first()
    if kind not in QuestionKind.values or first is None:
        raise Http404
    form = QuestionForm(kind=QuestionKind(kind), version=version, typed=request.POST.dict())
    context = {
        "form": form,
        "survey": version.survey,
        "section": first,
        "kind": QuestionKind(kind),
        "is_gone": True,
    }
    return render(request, QUESTION_FORM, context, status=409)


@writes
def question_move(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Move a question up or down, or to a place in another section."""
    version = draft_at(slug)
    found = _question(version, pk)
    who: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    step = STEPS.get(request.POST.get("step", ""))
    if step is not None:
        survey_questions.move_question(question=found, step=step, **who)
        return _back(slug, f"pertanyaan-{pk}")
    form = MoveForm(request.POST, version=version)
    if not form.is_valid():
        raise Http404
    place = form.cleaned_data["place"] or 10_000
    survey_questions.place_question(question=found, section=form.cleaned_data["section"], place=place, **who)
    return _back(slug, f"pertanyaan-{pk}")


@writes
def question_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a question away."""
    found = _question(draft_at(slug), pk)
    survey_questions.remove_question(
        question=found, seen=request.POST.get("seen", ""), by=request.user, at=timezone.now()
    )
    messages.success(request, _("The question %(question)s has been removed.") % {"question": named(found)})
    return _back(slug, f"bagian-{found.section_id}")


@writes
def question_keep(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put a question into the bank."""
    version = draft_at(slug)
    found = _question(version, pk)
    survey_bank.keep_from_survey(question=found, by=request.user, at=timezone.now())
    messages.success(request, _("The question is in the question bank now."))
    return _back(slug, f"pertanyaan-{pk}")


# -- conditions -------------------------------------------------------------------------------------------
@form_view
def condition(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """After which answers a question is shown: first the earlier question, then its answers."""
    version = draft_at(slug)
    ensure(request.user, MAY_EDIT, version.survey)
    found = _question(version, pk)
    earlier = {line.question.key: line for line in outline_of(version).before(found)}
    key = request.GET.get("question") or (found.shown_if.key if found.shown_if else "")
    asked = earlier.get(key)
    form = ConditionForm(
        request.POST or None,
        answers=answers_of(asked.question) if asked else {},
        initial={"codes": [str(code) for code in found.shown_if_codes], "seen": fingerprint(found)},
    )
    if _set_condition(request, form, found, key if asked else ""):
        messages.success(request, _("Saved."))
        return _back(slug, f"pertanyaan-{pk}")
    choices = [(each, f"{line.number}. {line.question.text}") for each, line in earlier.items()]
    return form.answer(
        request,
        "assessment/build/condition.html",
        survey=version.survey,
        question=found,
        asked=asked,
        chooser=AskedForm(initial={"question": key}, choices=choices),
        has_earlier=bool(earlier),
        now_seen=fingerprint(_question(version, pk)),
    )


def _set_condition(request: HttpRequest, form: ConditionForm, question: Question, key: str) -> bool:
    """Carry out what was sent: a condition on the question `key`, or none any more. False: not done."""
    if request.method != "POST":
        return False
    wanted = None
    if "remove" not in request.POST:
        if not key or not form.is_valid():
            return False
        wanted = ConditionSpec(key=key, codes=frozenset(form.cleaned_data["codes"]))
    done = form.run(
        survey_questions.set_condition,
        question=question,
        condition=wanted,
        seen=form.data.get("seen", ""),
        by=request.user,
        at=timezone.now(),
    )
    return done is not None


# -- shared -----------------------------------------------------------------------------------------------
def _back(slug: str, anchor: str) -> HttpResponse:
    """To the outline, at the place where people were."""
    return redirect(f"{reverse('assessment:work_survey_builder', args=[slug])}#{anchor}")


def _section(version: SurveyVersion, pk: int) -> Section:
    found: Section = get_object_or_404(version.sections, pk=pk)
    found.version = version
    return found


def _find(version: SurveyVersion, pk: int) -> Question | None:
    rows = Question.objects.filter(section__version=version, pk=pk)
    found = rows.select_related("section", "driver", "hazard", "shown_if").prefetch_related("options").first()
    if found is not None:
        found.section.version = version
    return found


def _question(version: SurveyVersion, pk: int) -> Question:
    found = _find(version, pk)
    if found is None:
        raise Http404
    return found


def _form_options(version: SurveyVersion, found: Question) -> dict[str, Any]:
    base = base_of(version)
    return {
        "kind": QuestionKind(found.kind),
        "version": version,
        "may_reorder": not asked_codes(found.key),
        "compares": bool(base and Question.objects.filter(section__version=base, key=found.key).exists()),
    }


def _is_stale(form: OperationForm, row: Section | Question) -> bool:
    return form.is_bound and form.data.get("seen") != fingerprint(row)


def _answer(request: HttpRequest, template: str, form: OperationForm, **context: Any) -> HttpResponse:
    """The form again: 409 where somebody was faster, 422 where something is wrong with it."""
    context["may_edit"] = allowed(request.user, MAY_EDIT, context["survey"])
    response = form.answer(request, template, **context)
    if context.get("conflict"):
        response.status_code = 409
    return response
