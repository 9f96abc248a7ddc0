"""The question bank: finding, keeping, retiring questions, and taking them into a survey."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.filters import BankFilter
from assessment.forms.survey_question import BANK_KINDS, KIND_HELP, QuestionForm, submitted
from assessment.models import BankQuestion, Question, QuestionKind
from assessment.operations import survey_bank
from assessment.operations.survey_editing import fingerprint
from assessment.operations.survey_specs import named
from assessment.outline import details_of
from semarang_resilience.core.forms import form_view
from semarang_resilience.core.http import page_of, reads, writes
from semarang_resilience.core.permissions import allowed, ensure

from .conflicts import conflict_of
from .survey_build import MAY_EDIT, MAY_READ, draft_at

FORM = "assessment/build/bank_form.html"
OFFERS = {"retire": survey_bank.retire_question, "restore": survey_bank.restore_question}


@reads
def bank(request: HttpRequest) -> HttpResponse:
    """All questions of the bank, by words, kind and topic."""
    ensure(request.user, MAY_READ)
    filterset = BankFilter(request.GET, queryset=BankQuestion.objects.for_list(), request=request)
    page = page_of(request, filterset.qs)
    context = {
        "filter": filterset,
        "page": page,
        "rows": [(row, details_of(row)) for row in page],
        "kinds": [(kind, QuestionKind(kind).label, KIND_HELP[kind]) for kind in BANK_KINDS],
        "may_edit": allowed(request.user, MAY_EDIT),
    }
    return render(request, "assessment/build/bank.html", context)


@form_view
def bank_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Put a question into the bank."""
    ensure(request.user, MAY_EDIT)
    if kind not in BANK_KINDS:
        raise Http404
    form = QuestionForm(**submitted(request), kind=QuestionKind(kind))
    if form.is_valid() and form.run(
        survey_bank.keep_question,
        spec=form.spec(),
        **_about(form),
        by=request.user,
        at=timezone.now(),
    ):
        messages.success(request, _("The question is in the question bank now."))
        return redirect("assessment:work_bank")
    return form.answer(request, FORM, kind=QuestionKind(kind))


@form_view
def bank_question(request: HttpRequest, key: str) -> HttpResponse:
    """Reword a question of the bank."""
    ensure(request.user, MAY_EDIT)
    found = _find(key)
    options: dict[str, Any] = {"kind": QuestionKind(found.kind), "row": found, "may_reorder": False}
    form = QuestionForm(**submitted(request), **options)
    if form.is_valid() and form.run(
        survey_bank.edit_kept_question,
        question=found,
        spec=form.spec(),
        seen=form.cleaned_data["seen"],
        **_about(form),
        by=request.user,
        at=timezone.now(),
    ):
        messages.success(request, _("Saved."))
        return redirect("assessment:work_bank")
    fresh = _find(key)
    context: dict[str, Any] = {
        "question": fresh,
        "kind": QuestionKind(fresh.kind),
        "now_seen": form.seen_before or fingerprint(fresh),
    }
    if form.is_bound and form.data.get("seen") != fingerprint(fresh):
        theirs = QuestionForm(**options | {"row": fresh})
        context["conflict"] = conflict_of(form, theirs.initial, target=fresh)
    response = form.answer(request, FORM, **context)
    response.status_code = 409 if "conflict" in context else response.status_code
    return response


@writes
def bank_offer(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Retire a question, or offer it again."""
    if step not in OFFERS:
        raise Http404
    changed = OFFERS[step](question=_find(key), by=request.user, at=timezone.now())
    done = (
        _("%(question)s is no longer offered.") if step == "retire" else _("%(question)s is offered again.")
    )
    messages.success(request, done % {"question": named(changed)})
    return redirect("assessment:work_bank")


@form_view
def take(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose questions of the bank for a survey: tick them, say where they go."""
    version = draft_at(slug)
    ensure(request.user, MAY_EDIT, version.survey)
    sections = list(version.sections.order_by("position"))
    if request.method == "POST":
        wanted = request.POST.get("section", "")
        section = next((each for each in sections if str(each.pk) == wanted), None)
        chosen = list(BankQuestion.objects.for_list().filter(key__in=request.POST.getlist("question")))
        if chosen and section:
            section.version = version
            survey_bank.take_questions(questions=chosen, section=section, by=request.user, at=timezone.now())
            messages.success(request, _("The questions have been taken into the survey."))
            return redirect(f"{reverse('assessment:work_survey_builder', args=[slug])}#bagian-{section.pk}")
    filterset = BankFilter(request.GET, queryset=BankQuestion.objects.offered().for_list(), request=request)
    page = page_of(request, filterset.qs)
    asked = set(Question.objects.filter(section__version=version).values_list("key", flat=True))
    context = {
        "survey": version.survey,
        "filter": filterset,
        "page": page,
        "rows": [(row, details_of(row), row.key in asked) for row in page],
        "sections": sections,
        "wanted": request.GET.get("section", ""),
        "is_nothing_chosen": request.method == "POST",
    }
    return render(
        request, "assessment/build/take.html", context, status=422 if request.method == "POST" else 200
    )


def _find(key: str) -> BankQuestion:
    found: BankQuestion = get_object_or_404(BankQuestion.objects.for_list(), key=key)
    return found


def _about(form: QuestionForm) -> dict[str, str]:
    return {name: form.cleaned_data[name] for name in ("topic", "provenance", "source")}
