"""Which group of a question is looked at: a form that is sent with GET and lives in the address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessment.questionnaire import Question, Questionnaire
from assessment.results.differences import part_label
from assessment.results.tables import RATED
from stakeholders.models import Sector

EVERYBODY = ("", _("All"))


class GroupFilter(forms.Form):
    """Sector and district; for choices the option that is compared, for hazards the aspect.

    What the survey does not know is treated as not chosen: an old link shows everybody.
    """

    sector = forms.ChoiceField(label=_("Sector"), required=False)
    district = forms.ChoiceField(label=_("District"), required=False)

    def __init__(self, *args: Any, questionnaire: Questionnaire, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        districts = [(one.code, one.name) for one in questionnaire.districts]
        self._choices("sector", [EVERYBODY, *Sector.choices])
        self._choices("district", [EVERYBODY, *districts])
        self.options = [] if question.kind in RATED else [str(option.code) for option in question.options]
        if self.options:
            self.fields["option"] = forms.ChoiceField(label=_("Answer compared on the map"), required=False)
            self._choices("option", [(str(option.code), str(option.label)) for option in question.options])
        if len(question.slots) > 1:
            self.fields["part"] = forms.ChoiceField(label=_("Aspect on the map"), required=False)
            self._choices("part", [(part, part_label(part)) for part in question.slots])
        self.is_valid()

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  all of them are
        field.choices = choices

    def chosen(self, name: str) -> str:
        """What was chosen; empty where nothing was, or nothing that exists."""
        return str(self.cleaned_data.get(name, "") or "")

    @property
    def option_place(self) -> int:
        """The place of the option that is compared: the first unless another was chosen."""
        chosen = self.chosen("option")
        return self.options.index(chosen) if chosen in self.options else 0
