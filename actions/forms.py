"""Forms of the action plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

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
from stakeholders.models import Organization
from strategy.models import Initiative

from .models import Action, PartnershipRole
from .operations.actions import EDITABLE

CODE_FORM = RegexValidator(
    r"^[A-Z0-9]+([-.][A-Z0-9]+)*$", _("Capital letters and digits, joined by hyphens.")
)


class ActionForm(ProvenanceForm):
    """What the plan says about an action; what really happened has forms of its own."""

    name_id = indonesian(_("Name"), max_length=300)
    name_en = english(_("Name"), max_length=300)
    description_id = indonesian(_("Description"), rows=5, required=False)
    description_en = english(_("Description"), rows=5)
    theme_id = indonesian(_("Theme"), max_length=120, required=False)
    theme_en = english(_("Theme"), max_length=120)
    initiative = forms.ModelChoiceField(
        empty_label=CHOOSE, label=_("Initiative"), queryset=Initiative.objects.none(), required=False
    )
    lead: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        empty_label=CHOOSE,
        label=_("Lead"),
        queryset=Organization.objects.for_choice(),
        required=False,
    )
    planned_start = forms.DateField(label=_("Planned start"), required=False)
    planned_end = forms.DateField(label=_("Planned end"), required=False)
    schedule_is_example = forms.BooleanField(
        label=_("The schedule is an example"),
        required=False,
        help_text=_("Tick this when the source gives no dates; every page then says so."),
    )

    def __init__(self, *args: Any, cycle: Cycle | None, action: Action | None = None, **kwargs: Any) -> None:
        if action:
            stored = texts_of(action, "name", "description", "theme") | values_of(action, EDITABLE)
            kwargs["initial"] = stored
        super().__init__(*args, **kwargs)
        initiatives = Initiative.objects.filter(strategy__pillar__cycle=cycle).for_list()
        self.fields["initiative"].queryset = initiatives  # type: ignore[attr-defined]


class NewActionForm(ActionForm):
    """With the code, which is chosen once or given by the plan."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        required=False,
        validators=[CODE_FORM],
        help_text=_("Leave it empty to get the next free code."),
    )

    def clean_code(self) -> str | None:
        """Nothing typed means: give it the next one."""
        return self.cleaned_data["code"] or None


class DayForm(OperationForm):
    """The day on which something happened."""

    on = forms.DateField(label=_("Day"))


class CorrectionForm(OperationForm):
    """What the actual dates should have been, and why they change."""

    actual_start = forms.DateField(label=_("Actual start"), required=False)
    actual_end = forms.DateField(label=_("Actual end"), required=False)
    reason = forms.CharField(label=_("Why are the dates corrected?"), widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        kwargs["initial"] = values_of(action, ("actual_start", "actual_end"))
        super().__init__(*args, **kwargs)


class PartnerForm(ProvenanceForm):
    """An organisation takes part in an action."""

    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        empty_label=CHOOSE, label=_("Organisation"), queryset=Organization.objects.none()
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=PartnershipRole.choices, initial=PartnershipRole.IMPLEMENTER
    )
    commitment_id = indonesian(_("Commitment"), rows=3, required=False)
    commitment_en = english(_("Commitment"), rows=3)

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = Organization.objects.for_choice().exclude(partnerships__action=action)
        self.fields["organization"].queryset = free  # type: ignore[attr-defined]
