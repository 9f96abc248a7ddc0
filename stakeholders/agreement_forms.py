"""The form of an agreement."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from semarang_resilience.core.forms import CHOOSE, ProvenanceForm, values_of
from semarang_resilience.core.uploads import DocumentField, FileKind

from .models import Agreement, Organization
from .operations.agreements import EDITABLE


class AgreementForm(ProvenanceForm):
    """A signed agreement (MoU) with its dates and its file."""

    number = forms.CharField(label=gettext_lazy("Number"), max_length=80, required=False)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    signed_on = forms.DateField(label=gettext_lazy("Signed on"))
    starts_on = forms.DateField(label=gettext_lazy("In force from"))
    ends_on = forms.DateField(
        label=gettext_lazy("In force until"),
        required=False,
        help_text=gettext_lazy("Empty if it runs until somebody ends it."),
    )
    reminder_days = forms.IntegerField(
        label=gettext_lazy("Remind this many days before"), min_value=1, max_value=730, initial=60
    )
    file = DocumentField(
        label=gettext_lazy("File"),
        kinds=(FileKind.PDF, FileKind.DOCX, FileKind.ODT),
        required=False,
        help_text=gettext_lazy("PDF or text document, at most 10 MB. Only the office can open it."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=2_000, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, agreement: Agreement | None = None, **kwargs: Any) -> None:
        if agreement:
            kwargs["initial"] = values_of(agreement, EDITABLE)
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        start, end = values.get("starts_on"), values.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("An agreement cannot end before it begins."))
        return values

    def entry(self) -> dict[str, Any]:
        """The values without the file, which is handed over by itself."""
        return {name: value for name, value in self.cleaned_data.items() if name != "file"}


class NewAgreementForm(AgreementForm):
    """With the organisation, which is chosen once."""

    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        empty_label=CHOOSE,
        label=gettext_lazy("Organisation"),
        queryset=Organization.objects.for_choice(),
    )
