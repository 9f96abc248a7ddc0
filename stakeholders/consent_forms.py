"""Forms about consents and personal data."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.forms import OperationForm, english, indonesian

from .models import ConsentWay, Purpose

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ConsentTextForm(OperationForm):
    """A new version of a wording."""

    purpose = forms.ChoiceField(label=_("Purpose"), choices=Purpose.choices)
    text_id = indonesian(_("Text"), rows=5)
    text_en = english(_("Text"), rows=5, required=True)
    in_use_from = forms.DateField(label=_("In use from"), widget=DAY)


class GiveConsentForm(OperationForm):
    """A consent that reached the office."""

    purpose = forms.ChoiceField(label=_("Purpose"), choices=Purpose.choices)
    way = forms.ChoiceField(label=_("How it was given"), choices=ConsentWay.choices)
    given_on = forms.DateField(label=_("Given on"), widget=DAY)


class OwnConsentForm(forms.Form):
    """Which consent a person gives or takes back."""

    purpose = forms.ChoiceField(choices=Purpose.choices)
    choice = forms.ChoiceField(choices=[("give", "give"), ("withdraw", "withdraw")])


class EraseForm(OperationForm):
    """Erasure cannot be undone, so it asks for a reason and for a word."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: asked for by letter of 3 May. No names and no addresses here."),
    )
    sure = forms.BooleanField(label=_("I know that this cannot be undone."))

    def values(self) -> dict[str, Any]:
        """The arguments of the operation."""
        return {"reason": self.cleaned_data["reason"]}


class AskLinkForm(forms.Form):
    """Where the link to one's own data shall go."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
