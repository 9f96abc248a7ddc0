"""Choosing a document, and asking for its next edition."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.forms import OperationForm

from .models import DocumentKind


class ChoiceForm(forms.Form):
    """Which document in which language: a GET form, so that the check has an address."""

    kind = forms.ChoiceField(label=_("Document"), choices=DocumentKind.choices)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class RequestForm(OperationForm):
    """The request itself. `token` makes a second click the same request."""

    kind = forms.ChoiceField(choices=DocumentKind.choices, widget=forms.HiddenInput)
    language = forms.ChoiceField(choices=settings.LANGUAGES, widget=forms.HiddenInput)
    token = forms.UUIDField(widget=forms.HiddenInput)
    accept_gaps = forms.BooleanField(
        label=_("Freeze it nevertheless; these gaps stay noted with the edition"), required=False
    )
