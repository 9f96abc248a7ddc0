"""Pages on which groups are formed and questions answered; coordinators use those of their own group."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.expertise import drivers_of
from assessment.models import Driver
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.forms import form_view
from semarang_resilience.core.http import reads, writes
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.permissions import allowed, ensure
from stakeholders.expertise import fields_of
from stakeholders.suggestions import Suggestion, suggest_members
from strategy.forms import AnswerForm, GroupForm, MemberForm, NewGroupForm, QuestionForm
from strategy.models import OpenQuestion, WorkingGroup, WorkingGroupMember
from strategy.operations.groups import (
    add_member,
    answer_question,
    ask_question,
    form_group,
    remove_member,
    update_group,
)

from .work_tree import current_cycle

SUGGESTED = 5


def _find(request: HttpRequest, slug: str) -> WorkingGroup:
    """The group of a focus area of the current cycle, for those who manage it; a stranger finds nothing."""
    rows = WorkingGroup.objects.filter(focus_area__cycle=Cycle.objects.current()).visible_to(request.user)
    group = get_object_or_404(rows.for_detail(), focus_area__slug=slug)
    ensure(request.user, "strategy.manage_groups", group)
    return group


@reads
def work_groups(request: HttpRequest) -> HttpResponse:
    """All groups, also those of focus areas that are not published yet."""
    ensure(request.user, "strategy.see_drafts")
    groups = WorkingGroup.objects.filter(focus_area__cycle=Cycle.objects.current()).for_list()
    return render(request, "strategy/work_groups.html", {"groups": groups})


@form_view
def work_group_new(request: HttpRequest) -> HttpResponse:
    """Form the group of a chosen focus area."""
    ensure(request.user, "strategy.manage_groups")
    cycle = current_cycle()
    initial = {"focus_area": request.GET.get("focus_area"), "formed_on": timezone.localdate()}
    form = NewGroupForm(request.POST or None, cycle=cycle, initial=initial)
    if form.is_valid() and (
        group := form.run(form_group, **form.cleaned_data, by=request.user, at=timezone.now())
    ):
        messages.success(request, _("The working group is formed."))
        return redirect("strategy:work_group", group.focus_area.slug)
    return form.answer(request, "strategy/work_group_new.html")


@form_view
def work_group(request: HttpRequest, slug: str) -> HttpResponse:
    """One group at work: its purpose, members and questions."""
    group = _find(request, slug)
    form = GroupForm(request.POST or None, group=group)
    if form.is_valid() and form.run(
        update_group, group=group, changes=form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("Saved."))
        return redirect("strategy:work_group", slug)
    return form.answer(request, "strategy/work_group.html", group=group)


@form_view
def work_group_member(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a forum member into the group; `?expertise=9` narrows the choice to those whose field that is."""
    group, today = _find(request, slug), timezone.localdate()
    expertise = request.GET.get("expertise", "")
    form = MemberForm(
        request.POST or None,
        group=group,
        reader=request.user,
        on=today,
        expertise=expertise,
        may_name_coordinators=allowed(request.user, "strategy.manage_groups"),
    )
    if form.is_valid() and form.run(
        add_member, group=group, **form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("The group has a new member."))
        return redirect("strategy:work_group", slug)
    return form.answer(
        request,
        "strategy/work_group_member.html",
        group=group,
        drivers=Driver.objects.for_list(),
        expertise=expertise,
        suggestions=_suggestions(request, group, expertise),
    )


def _suggestions(request: HttpRequest, group: WorkingGroup, expertise: str) -> list[Suggestion]:
    """Members to ask, with the reasons: for the chosen field, else for the drivers of the findings."""
    cycle_id, members = group.focus_area.cycle_id, group.members.all()
    fields = fields_of(cycle_id)
    known = {each.code for each in fields}
    wanted = {expertise} & known or known & drivers_of(group.focus_area)
    found = suggest_members(
        cycle_id=cycle_id,
        wanted=wanted,
        fields=fields,
        on=timezone.localdate(),
        without=[member.membership_id for member in members],
        sectors={member.membership.organization.sector for member in members},
    )
    visible = [each for each in found if each.membership.organization.is_visible_to(request.user)]
    return visible[:SUGGESTED]


@writes
def work_group_member_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take somebody out of the group."""
    group = _find(request, slug)
    members = WorkingGroupMember.objects.select_related("membership__organization", "group")
    remove_member(member=get_object_or_404(members, group=group, pk=pk), by=request.user, at=timezone.now())
    messages.success(request, _("The member has been removed from the group."))
    return redirect("strategy:work_group", slug)


@form_view
def work_question_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down something the group has to find out."""
    group = _find(request, slug)
    form = QuestionForm(request.POST or None)
    if form.is_valid() and form.run(
        ask_question, group=group, **form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("The question is on the list."))
        return redirect("strategy:work_group", slug)
    return form.answer(request, "strategy/work_question.html", group=group)


@form_view
def work_question_answer(request: HttpRequest, slug: str, position: int) -> HttpResponse:
    """Answer a question, with the source."""
    group = _find(request, slug)
    question = get_object_or_404(OpenQuestion.objects.select_related("group"), group=group, position=position)
    if question.answered_at and request.method != "POST":
        raise Refused(_("This question is answered already."), code="answered_already")
    form = AnswerForm(request.POST or None)
    if form.is_valid() and form.run(
        answer_question, question=question, **form.cleaned_data, by=request.user, at=timezone.now()
    ):
        messages.success(request, _("The question is answered."))
        return redirect("strategy:work_group", slug)
    return form.answer(request, "strategy/work_question.html", group=group, question=question)
