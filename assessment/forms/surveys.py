"""The answer form as the page shows it: the questionnaire, with what was typed and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from stakeholders.models import Sector

from ..answers import FormData, Mistake
from ..models.surveys import CANNOT_JUDGE, QuestionKind
from ..questionnaire import FUTURE, NOW, Question, Questionnaire

Label = str | Promise

DRIVER_LEVELS: tuple[dict[str, Any], ...] = (
    {"value": 1, "label": _("Needs to get better"), "icon": "circle-alert", "tone": "danger"},
    {"value": 2, "label": _("Fair, could be better"), "icon": "circle-minus", "tone": "warning"},
    {"value": 3, "label": _("A strength"), "icon": "circle-check", "tone": "success"},
    {"value": CANNOT_JUDGE, "label": _("I can't judge this"), "icon": "circle-help", "tone": "neutral"},
)
DRIVER_HELP: dict[int, Label] = {
    1: _("It often fails, or many are left out"),
    2: _("It works, with clear gaps"),
    3: _("It works well, even in hard times"),
}
PERIODS: dict[str, Label] = {NOW: _("Now"), FUTURE: _("In ten years")}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One scale of a hazard: now, or in future."""

    name: str
    label: Label
    value: str


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question on the page."""

    kind: str
    name: str
    number: int
    legend: str
    help: str
    required: bool
    error: str
    value: Sequence[str]
    options: Sequence[dict[str, Any]]
    rows: Sequence[Row]
    bound: forms.BoundField | None


@dataclass(frozen=True, kw_only=True)
class Part:
    """One section on the page."""

    number: int
    title: str
    introduction: str
    fields: Sequence[Field]

    @property
    def anchor(self) -> str:
        """Where the part begins on the page."""
        return f"bagian-{self.number}"


@dataclass(frozen=True, kw_only=True)
class FormPage:
    """The whole form: who answers, then the parts."""

    sectors: Sequence[tuple[str, Label]]
    sector: str
    sector_error: str
    district: forms.BoundField
    summary: Sequence[tuple[str, str]]
    parts: Sequence[Part]

    @property
    def total(self) -> int:
        """How many steps the form has, the one about the respondent included."""
        return len(self.parts) + 1


class WrittenFields(forms.Form):
    """The fields that are no large choices: district and texts.

    Only for rendering: what was sent is checked by `answers.check_answers`, whose sentences are the errors.
    """

    def __init__(self, questionnaire: Questionnaire, *, typed: FormData, errors: Mapping[str, str]) -> None:
        super().__init__(initial={name: values[0] for name, values in typed.items() if values})
        districts = [(district.code, district.name) for district in questionnaire.districts]
        self.fields["district"] = forms.ChoiceField(
            label=_("District"),
            help_text=_("The district where you live or work."),
            required=False,
            choices=[("", _("I would rather not say")), *districts],
        )
        for question in questionnaire.of_kind(QuestionKind.TEXT):
            self.fields[question.name] = _text_field(question, questionnaire.text_max_length)
        self._errors = ErrorDict({name: ErrorList([message]) for name, message in errors.items()})


def _text_field(question: Question, limit: int) -> forms.CharField:
    """Without `maxlength`: a browser would cut a longer text off in silence; the server says by how much."""
    room = ngettext_lazy("Up to %(limit)s character.", "Up to %(limit)s characters.", limit) % {
        "limit": limit
    }
    return forms.CharField(
        label=f"{question.number}. {question.text}",
        help_text=f"{question.help} {room}",
        required=question.required,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


def form_page(
    questionnaire: Questionnaire, *, data: FormData | None = None, mistakes: Sequence[Mistake] = ()
) -> FormPage:
    """The form, empty or with everything that was typed kept."""
    typed = data or {}
    errors: dict[str, str] = {}
    for mistake in mistakes:
        errors.setdefault(mistake.name, mistake.message)
    written = WrittenFields(questionnaire, typed=typed, errors=errors)
    return FormPage(
        sectors=Sector.choices,
        sector=_first(typed, "sector"),
        sector_error=errors.get("sector", ""),
        district=written["district"],
        summary=[(mistake.message, f"#id_{mistake.name}" if mistake.name else "") for mistake in mistakes],
        parts=[
            Part(
                number=number,
                title=str(section.title),
                introduction=str(section.introduction),
                fields=[_field(question, typed, errors, written) for question in section.questions],
            )
            for number, section in enumerate(questionnaire.sections, start=2)
        ],
    )


def _first(data: FormData, name: str) -> str:
    values = data.get(name) or ("",)
    return values[0]


def _field(question: Question, typed: FormData, errors: Mapping[str, str], written: WrittenFields) -> Field:
    return Field(
        kind=question.kind.value,
        name=question.name,
        number=question.number,
        legend=str(question.text),
        help=str(question.help),
        required=question.required,
        error=errors.get(question.name, ""),
        value=list(typed.get(question.name, ())),
        options=_options(question),
        rows=[
            Row(name=item.name, label=PERIODS[item.part], value=_first(typed, item.name))
            for item in question.items
            if item.part
        ],
        bound=written[question.name] if question.kind == QuestionKind.TEXT else None,
    )


def _options(question: Question) -> list[dict[str, Any]]:
    if question.kind == QuestionKind.DRIVER_RATING:
        return [level | {"help": DRIVER_HELP.get(level["value"], "")} for level in DRIVER_LEVELS]
    return [{"value": option.code, "label": str(option.label)} for option in question.options]
