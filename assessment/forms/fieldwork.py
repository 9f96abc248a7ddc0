"""Forms about paper sheets and workshops, and the one question that a phone shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.forms import OperationForm
from stakeholders.models import Engagement

from ..answers import FormData, Mistake
from ..models import Survey
from ..questionnaire import Question, Questionnaire, Section, Words
from .surveys import Field, form_page


class SetAsideForm(OperationForm):
    """A sheet that cannot be counted."""

    number = forms.CharField(label=_("Sheet number"), max_length=20)
    reason = forms.CharField(
        label=_("Why it cannot be counted"),
        max_length=200,
        help_text=_("For instance: empty, no group chosen, cannot be read. Do not write what was answered."),
    )


class WorkshopForm(OperationForm):
    """A workshop to be prepared."""

    name = forms.CharField(
        label=_("Name of the workshop"), max_length=150, help_text=_("People see it on their phones.")
    )
    held_on = forms.DateField(label=_("Day"), widget=forms.DateInput)
    engagement: forms.ModelChoiceField[Engagement] = forms.ModelChoiceField(
        label=_("Meeting of the forum"),
        queryset=Engagement.objects.none(),
        required=False,
        empty_label=_("Not part of a meeting"),
        help_text=_("If the workshop is part of a meeting that is entered in the forum's calendar."),
    )

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meetings = Engagement.objects.filter(cycle=survey.cycle).exclude(status="cancelled")
        field = self.fields["engagement"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  declared above
        field.queryset = meetings.order_by("-held_on", "-pk")


def one_question(
    questionnaire: Questionnaire,
    question: Question,
    *,
    data: FormData | None = None,
    mistakes: Sequence[Mistake] = (),
) -> Field:
    """One question as the respondent's form shows it, without its condition: the room has answered that."""
    alone = Section(Words(), Words(), (replace(question, condition=None, required=False),))
    page = form_page(replace(questionnaire, sections=(alone,)), data=data or {}, mistakes=mistakes)
    return page.parts[0].fields[0]
