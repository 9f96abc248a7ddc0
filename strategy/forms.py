"""Forms of the strategy tree and of the working groups."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessment.models import Driver, FocusArea, Hazard
from semarang_resilience.core.forms import (
    CHOOSE,
    OperationForm,
    ProvenanceForm,
    english,
    indonesian,
    texts_of,
    values_of,
)
from semarang_resilience.core.models import Cycle
from stakeholders.models import ForumMembership, Organization
from stakeholders.templatetags.forum import name_for

from .models import GroupRole, Initiative, Pillar, Strategy, TimeFrame, WorkingGroup


class BranchForm(ProvenanceForm):
    """Name and summary of a pillar or a strategy."""

    name_id = indonesian(_("Name"), max_length=200)
    name_en = english(_("Name"), max_length=200)
    summary_id = indonesian(_("Summary"), rows=4, required=False)
    summary_en = english(_("Summary"), rows=4)

    def __init__(self, *args: Any, row: Pillar | Strategy | None = None, **kwargs: Any) -> None:
        if row:
            stored = texts_of(row, "name", "summary") | values_of(row, ("provenance", "source"))
            kwargs["initial"] = stored
        super().__init__(*args, **kwargs)


class NewBranchForm(BranchForm):
    """With the number, which is chosen once."""

    number = forms.IntegerField(
        label=_("Number"), min_value=1, max_value=99, help_text=_("Codes and addresses are made of it.")
    )


class InitiativeForm(ProvenanceForm):
    """What an initiative says about itself; its reasons are linked one by one."""

    name_id = indonesian(_("Name"), max_length=250)
    name_en = english(_("Name"), max_length=250)
    summary_id = indonesian(_("Summary"), rows=5, required=False)
    summary_en = english(_("Summary"), rows=5)
    lead: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        empty_label=CHOOSE,
        label=_("Lead"),
        queryset=Organization.objects.for_choice(),
        required=False,
    )
    time_frame = forms.ChoiceField(
        label=_("Time frame"), choices=[("", _("Not decided yet")), *TimeFrame.choices], required=False
    )
    drivers = forms.ModelMultipleChoiceField(
        label=_("Drivers it strengthens"),
        queryset=Driver.objects.for_list(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    hazards: forms.ModelMultipleChoiceField[Hazard] = forms.ModelMultipleChoiceField(
        label=_("Shocks and stresses it answers"),
        queryset=Hazard.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, *args: Any, cycle: Cycle | None, initiative: Initiative | None = None, **kwargs: Any
    ) -> None:
        if initiative:
            stored = texts_of(initiative, "name", "summary")
            stored |= values_of(initiative, ("lead", "time_frame", "provenance", "source"))
            stored |= {"drivers": initiative.drivers.all(), "hazards": initiative.hazards.all()}
            kwargs["initial"] = stored
        super().__init__(*args, **kwargs)
        hazards = self.fields["hazards"]
        hazards.queryset = Hazard.objects.filter(cycle=cycle).for_list()  # type: ignore[attr-defined]


class NewInitiativeForm(InitiativeForm):
    """With the place in the tree, which is chosen once."""

    strategy: forms.ModelChoiceField[Strategy] = forms.ModelChoiceField(
        empty_label=CHOOSE, label=_("Strategy"), queryset=Strategy.objects.none()
    )
    number = forms.IntegerField(
        label=_("Number"), min_value=1, max_value=99, help_text=_("Codes and addresses are made of it.")
    )

    def __init__(self, *args: Any, cycle: Cycle | None, **kwargs: Any) -> None:
        super().__init__(*args, cycle=cycle, **kwargs)
        strategies = Strategy.objects.filter(pillar__cycle=cycle).order_by("pillar__number", "number", "pk")
        self.fields["strategy"].queryset = strategies  # type: ignore[attr-defined]


class ReasonForm(OperationForm):
    """Why an initiative answers a chosen focus area."""

    focus_area = forms.ModelChoiceField(
        empty_label=CHOOSE, label=_("Focus area"), queryset=FocusArea.objects.none()
    )
    reason_id = indonesian(_("Why does it answer this focus area?"), rows=3)
    reason_en = english(_("Why does it answer this focus area?"), rows=3)

    def __init__(self, *args: Any, initiative: Initiative, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = FocusArea.objects.selected().filter(cycle=initiative.strategy.pillar.cycle_id)
        free = chosen.exclude(initiative_links__initiative=initiative).order_by("position", "pk")
        self.fields["focus_area"].queryset = free  # type: ignore[attr-defined]


class GroupForm(ProvenanceForm):
    """Name and purpose of a working group."""

    name_id = indonesian(_("Name"), max_length=200)
    name_en = english(_("Name"), max_length=200)
    purpose_id = indonesian(_("Purpose"), rows=4, required=False)
    purpose_en = english(_("Purpose"), rows=4)
    formed_on = forms.DateField(label=_("Formed on"), required=False)

    def __init__(self, *args: Any, group: WorkingGroup | None = None, **kwargs: Any) -> None:
        if group:
            stored = texts_of(group, "name", "purpose")
            kwargs["initial"] = stored | values_of(group, ("formed_on", "provenance", "source"))
        super().__init__(*args, **kwargs)


class NewGroupForm(GroupForm):
    """With the chosen focus area that it will diagnose."""

    focus_area = forms.ModelChoiceField(
        empty_label=CHOOSE, label=_("Focus area"), queryset=FocusArea.objects.none()
    )

    def __init__(self, *args: Any, cycle: Cycle | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = FocusArea.objects.selected().filter(cycle=cycle, working_group__isnull=True)
        self.fields["focus_area"].queryset = chosen.order_by("position", "pk")  # type: ignore[attr-defined]


class _MembershipChoice(forms.ModelChoiceField):
    """Members by organisation; a person is named to the office, and to others only after agreeing to it."""

    reader: Any = None

    def label_from_instance(self, obj: ForumMembership) -> str:
        name = name_for(obj, self.reader)
        who = f"{obj.organization} – {name}" if name else f"{obj.organization} ({obj.get_role_display()})"
        return f"{who} ({', '.join(obj.expertise)})" if obj.expertise else who


class MemberForm(OperationForm):
    """A forum member joins the group; `expertise` narrows the choice to a field.

    Who left the forum is not offered. A coordinator without an office role chooses among organisations with a
    public page and reads no name of anybody who did not agree to be named.
    """

    membership = _MembershipChoice(
        empty_label=CHOOSE, label=_("Forum member"), queryset=ForumMembership.objects.none()
    )
    role = forms.ChoiceField(
        label=_("Role in the group"), choices=GroupRole.choices, initial=GroupRole.MEMBER
    )

    def __init__(
        self,
        *args: Any,
        group: WorkingGroup,
        reader: Any,
        on: date,
        expertise: str = "",
        may_name_coordinators: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        members = ForumMembership.objects.in_cycle(group.focus_area.cycle_id).active(on).visible_to(reader)
        members = members.exclude(working_groups__group=group)
        if expertise:
            members = members.with_expertise(expertise)
        choice = self.fields["membership"]
        choice.reader = reader  # type: ignore[attr-defined]
        choice.queryset = members.for_list()  # type: ignore[attr-defined]
        if not may_name_coordinators:
            self.fields["role"].choices = [  # type: ignore[attr-defined]
                (GroupRole.MEMBER, GroupRole.MEMBER.label)
            ]


class QuestionForm(OperationForm):
    """Something the group has to find out."""

    text_id = indonesian(_("Question"), rows=3)
    text_en = english(_("Question"), rows=3)


class AnswerForm(OperationForm):
    """The answer, with its source."""

    answer_id = indonesian(_("Answer"), rows=5)
    answer_en = english(_("Answer"), rows=5)
    source = forms.CharField(
        label=_("Source of the answer"),
        max_length=300,
        help_text=_("Survey, document with page, or who said it when."),
    )
