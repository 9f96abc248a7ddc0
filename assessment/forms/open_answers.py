"""Forms for reading and coding."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from assessment.models import OpenAnswer, OpenAnswerStatus, Reading, Survey, Theme
from semarang_resilience.core.forms import CHOOSE, OperationForm, english, indonesian, texts_of


class ReadingForm(OperationForm):
    """What to do with one answer, and its themes."""

    decision = forms.ChoiceField(
        label=gettext_lazy("What may be shown?"),
        choices=[
            (OpenAnswerStatus.KEPT, gettext_lazy("Keep (K)")),
            (OpenAnswerStatus.REDACTED, gettext_lazy("Remove what tells who it is (R)")),
            (OpenAnswerStatus.HIDDEN, gettext_lazy("Hide it (H)")),
        ],
        widget=forms.RadioSelect,
        initial=OpenAnswerStatus.KEPT,
    )
    redacted_text = forms.CharField(
        label=gettext_lazy("Text to show"),
        help_text=gettext_lazy("Put […] in the place of names, addresses, offices and phone numbers."),
        widget=forms.Textarea({"rows": 4}),
        required=False,
        strip=False,
        max_length=4_000,
    )
    themes: forms.ModelMultipleChoiceField[Theme] = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Themes"),
        queryset=Theme.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(
        self, *args: Any, answer: OpenAnswer, themes: Any, mine: Reading | None, **kwargs: Any
    ) -> None:
        is_read = answer.status != OpenAnswerStatus.NEW
        kwargs["initial"] = {
            "decision": answer.status if is_read else OpenAnswerStatus.KEPT,
            "redacted_text": answer.redacted_text or answer.text,
            "themes": [theme.pk for theme in mine.themes.all()] if mine else [],
        }
        super().__init__(*args, **kwargs)
        self.fields["themes"].queryset = themes  # type: ignore[attr-defined]


class ThemeForm(OperationForm):
    """Name of a theme and what belongs to it."""

    name_id = indonesian(gettext_lazy("Name of the theme"), max_length=120)
    name_en = english(gettext_lazy("Name of the theme"), max_length=120)
    description_id = indonesian(gettext_lazy("What belongs here"), rows=2, required=False)
    description_en = english(gettext_lazy("What belongs here"), rows=2)

    def __init__(self, *args: Any, theme: Theme | None = None, **kwargs: Any) -> None:
        if theme:
            kwargs["initial"] = texts_of(theme, "name", "description")
        super().__init__(*args, **kwargs)


class MergeForm(OperationForm):
    """The theme that takes everything over."""

    into: forms.ModelChoiceField[Theme] = forms.ModelChoiceField(
        label=gettext_lazy("Merge into"), queryset=Theme.objects.none(), empty_label=CHOOSE
    )

    def __init__(self, *args: Any, theme: Theme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = themes_of(theme.survey, theme.question_key).exclude(pk=theme.pk)
        self.fields["into"].queryset = rows  # type: ignore[attr-defined]


def themes_of(survey: Survey, key: str) -> Any:
    """The themes of a question in the order of the code book."""
    return Theme.objects.filter(survey=survey, question_key=key).order_by("position", "pk")
