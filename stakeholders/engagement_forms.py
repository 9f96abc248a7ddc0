"""Forms of meetings: what they are about, who is on the list, what came of them, their files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from semarang_resilience.core.forms import (
    CHOOSE,
    OperationForm,
    ProvenanceForm,
    english,
    indonesian,
    texts_of,
    values_of,
)
from semarang_resilience.core.uploads import DocumentField

from .forms import DistrictField
from .models import Engagement, EngagementFileKind, EngagementKind, Organization, Sector

FIELDS = ("kind", "held_on", "until", "place", "district", "provenance", "source")
MARKDOWN = gettext_lazy("Paragraphs, - lists and **bold** are understood (Markdown).")


class EngagementForm(ProvenanceForm):
    """Kind, title, days, place and agenda."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=EngagementKind.choices)
    title_id = indonesian(gettext_lazy("Title"), max_length=200)
    title_en = english(gettext_lazy("Title"), max_length=200)
    held_on = forms.DateField(label=gettext_lazy("Date"))
    until = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Only if it lasts longer than one day."),
    )
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200, required=False)
    district = DistrictField(label=gettext_lazy("District"))
    agenda_id = indonesian(gettext_lazy("Agenda"), rows=6, required=False, help_text=MARKDOWN)
    agenda_en = english(gettext_lazy("Agenda"), rows=6, help_text=MARKDOWN)

    def __init__(self, *args: Any, engagement: Engagement | None = None, **kwargs: Any) -> None:
        if engagement:
            kwargs["initial"] = values_of(engagement, FIELDS) | texts_of(engagement, "title", "agenda")
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        start, end = values.get("held_on"), values.get("until")
        if start and end and end < start:
            self.add_error("until", _("The last day cannot lie before the first."))
        return values


class NewEngagementForm(EngagementForm):
    """With the code, which is chosen once."""

    code = forms.SlugField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy(
            "Part of the address; it never changes. With the year it stays unique: fgd-2026-03"
        ),
    )


class MinutesForm(OperationForm):
    """What was said and what came of it."""

    minutes_id = indonesian(gettext_lazy("Minutes"), rows=12, required=False, help_text=MARKDOWN)
    minutes_en = english(gettext_lazy("Minutes"), rows=12, help_text=MARKDOWN)
    outputs_id = indonesian(gettext_lazy("What came of it"), rows=6, required=False, help_text=MARKDOWN)
    outputs_en = english(gettext_lazy("What came of it"), rows=6, help_text=MARKDOWN)

    def __init__(self, *args: Any, engagement: Engagement, **kwargs: Any) -> None:
        kwargs["initial"] = texts_of(engagement, "minutes", "outputs")
        super().__init__(*args, **kwargs)


class EngagementFileForm(OperationForm):
    """A file that belongs to a meeting."""

    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=EngagementFileKind.choices)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=150)
    file = DocumentField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("PDF, picture or office file without macros, at most 10 MB."),
    )
    is_public = forms.BooleanField(
        label=gettext_lazy("Everybody may download it"),
        required=False,
        help_text=gettext_lazy("Attendance lists hold personal data and never become public."),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("is_public") and values.get("kind") == EngagementFileKind.ATTENDANCE:
            self.add_error("is_public", _("An attendance list holds personal data and cannot be public."))
        return values


class InviteForm(OperationForm):
    """Which members of the forum to put on the list."""

    sectors = forms.MultipleChoiceField(
        label=gettext_lazy("Sectors"),
        choices=Sector.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: members of every sector."),
    )
    expertise = forms.MultipleChoiceField(
        label=gettext_lazy("Fields of expertise"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: whatever they know."),
    )


class WalkInForm(OperationForm):
    """Somebody who came without being on the list."""

    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        empty_label=CHOOSE,
        label=gettext_lazy("Organisation"),
        queryset=Organization.objects.for_choice(),
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the person"),
        max_length=150,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=gettext_lazy(
            "Empty if the organisation alone is noted. A new name is entered as a person."
        ),
    )
