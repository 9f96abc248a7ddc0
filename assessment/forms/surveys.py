"""The answer form as the page shows it: the questionnaire, with what was typed and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy

from stakeholders.models import Sector

from ..answers import (
    FormData,
    Mistake,
    fingerprint,
    missing_sentence,
    nameless_sentence,
    too_long_sentence,
    too_many_sentence,
)
from ..models.surveys import CANNOT_JUDGE, QuestionKind
from ..questionnaire import FUTURE, IMPACT, LIKELIHOOD, NOW, Question, Questionnaire

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
PARTS: dict[str, Label] = {
    NOW: _("Now"),
    FUTURE: _("In ten years"),
    LIKELIHOOD: _("How likely is it?"),
    IMPACT: _("How heavy would the damage be?"),
}
SEVERITY: tuple[Label, Label] = (_("hardly felt"), _("very severe"))
ENDS: dict[str, tuple[Label, Label]] = {
    LIKELIHOOD: (_("hardly ever"), _("almost certain")),
    IMPACT: (_("hardly any"), _("very heavy")),
}
# Stands in sentences that the page completes while somebody answers.
CHOSEN = "{chosen}"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One scale of a question: now, or in future; `low` and `high` say what its ends mean."""

    name: str
    label: Label
    value: str
    low: Label
    high: Label


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What the page watches while somebody answers; the server holds the same with the same sentences."""

    mark: str  # changes with the wording (answers.fingerprint)
    shown_if: str = ""  # the field on which it depends, and the codes that show it
    shown_codes: str = ""
    only_if: str = ""  # the same as a sentence
    required: str = ""
    most: int | None = None
    too_many: str = ""
    counter: str = ""
    limit: int | None = None
    too_long: str = ""
    nameless: str = ""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question on the page."""

    kind: str
    key: str
    name: str
    number: int
    legend: str
    help: str
    required: bool
    error: str
    value: Sequence[str]
    options: Sequence[dict[str, Any]]
    rows: Sequence[Row]
    levels: int
    bound: forms.BoundField | None
    ward: forms.BoundField | None
    rule: Rule


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
    """The fields that are no large choices: district, texts, nominations.

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
        nominations = questionnaire.of_kind(QuestionKind.ASSET_NOMINATION)
        wards = _wards_by_district(questionnaire) if nominations else []
        for question in nominations:
            self.fields[question.name] = _name_field(question)
            self.fields[question.ward_name] = forms.ChoiceField(
                label=_("In which ward is it?"),
                required=False,
                choices=[("", _("I do not know, or in several")), *wards],
            )
        self._errors = ErrorDict({name: ErrorList([message]) for name, message in errors.items()})


def _wards_by_district(questionnaire: Questionnaire) -> list[tuple[str, list[tuple[str, str]]]]:
    """Wards under the name of their district, as a select shows them."""
    names = {district.code: district.name for district in questionnaire.districts}
    groups: dict[str, list[tuple[str, str]]] = {}
    for ward in questionnaire.wards:
        groups.setdefault(names.get(ward.district, ward.district), []).append((ward.code, ward.name))
    return list(groups.items())


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


def _name_field(question: Question) -> forms.CharField:
    return forms.CharField(
        label=f"{question.number}. {question.text}",
        help_text=str(question.help) or _("Write the name as people there say it."),
        required=question.required,
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
                fields=[
                    _field(question, questionnaire, typed, errors, written) for question in section.questions
                ],
            )
            for number, section in enumerate(questionnaire.sections, start=2)
        ],
    )


def _first(data: FormData, name: str) -> str:
    values = data.get(name) or ("",)
    return values[0]


def _field(
    question: Question,
    questionnaire: Questionnaire,
    typed: FormData,
    errors: Mapping[str, str],
    written: WrittenFields,
) -> Field:
    return Field(
        kind=question.kind.value,
        key=question.key,
        name=question.name,
        number=question.number,
        legend=str(question.text),
        help=_help(question),
        required=question.required,
        error=errors.get(question.name, ""),
        value=list(typed.get(question.name, ())),
        options=options_of(question),
        rows=[
            Row(
                name=item.name,
                label=PARTS.get(item.part, ""),
                value=_first(typed, item.name),
                low=ends_of(question, item.part)[0],
                high=ends_of(question, item.part)[1],
            )
            for item in question.items
        ],
        levels=question.levels,
        bound=written[question.name] if question.is_open else None,
        ward=written[question.ward_name] if question.kind == QuestionKind.ASSET_NOMINATION else None,
        rule=_rule(question, questionnaire),
    )


def _help(question: Question) -> str:
    """The help text; a vote says how many may be chosen."""
    if not question.max_choices:
        return str(question.help)
    most = ngettext("Choose up to %(most)s.", "Choose up to %(most)s.", question.max_choices) % {
        "most": question.max_choices
    }
    return f"{question.help} {most}".strip()


def ends_of(question: Question, part: str) -> tuple[Label, Label]:
    """What the lowest and the highest level of a scale mean."""
    if question.kind == QuestionKind.SCALE:
        return str(question.low), str(question.high)
    return ENDS.get(part, SEVERITY)


def options_of(question: Question) -> list[dict[str, Any]]:
    """What can be chosen; the levels of a driver are described by the question, or else in general words."""
    if question.kind == QuestionKind.DRIVER_RATING:
        described = {option.code: str(option.label) for option in question.options}
        levels = described or DRIVER_HELP
        return [level | {"help": levels.get(level["value"], "")} for level in DRIVER_LEVELS]
    return [{"value": option.code, "label": str(option.label)} for option in question.options]


def _rule(question: Question, questionnaire: Questionnaire) -> Rule:
    shown = question.condition
    limit = questionnaire.text_max_length if question.is_open else None
    most = question.max_choices
    return Rule(
        mark=fingerprint(question),
        shown_if=f"q_{shown.key}" if shown else "",
        shown_codes=" ".join(map(str, sorted(shown.codes))) if shown else "",
        only_if=_only_if(question, questionnaire),
        required=missing_sentence(question) if question.required else "",
        most=most,
        too_many=too_many_sentence(question, CHOSEN) if most else "",
        counter=_("%(chosen)s of at most %(most)s chosen") % {"chosen": CHOSEN, "most": most} if most else "",
        limit=limit,
        too_long=too_long_sentence(question, CHOSEN, limit) if limit else "",
        nameless=nameless_sentence(question) if question.kind == QuestionKind.ASSET_NOMINATION else "",
    )


def _only_if(question: Question, questionnaire: Questionnaire) -> str:
    """The condition in words, for a page without JavaScript: “only if you answered … to question 3”."""
    condition = question.condition
    asked = questionnaire.by_key.get(condition.key) if condition else None
    if condition is None or asked is None:
        return ""  # a workshop shows one question by itself
    labels = dict(labels_of(asked))
    chosen = [str(labels.get(code, code)) for code in sorted(condition.codes)]
    return _("Only if your answer to question %(number)s was: %(answers)s.") % {
        "number": asked.number,
        "answers": _(" or ").join(f"“{answer}”" for answer in chosen),
    }


def labels_of(question: Question) -> list[tuple[int, Label]]:
    """(code, words) of a question that is answered with one code."""
    match question.kind:
        case QuestionKind.DRIVER_RATING:
            return [(level["value"], level["label"]) for level in DRIVER_LEVELS]
        case QuestionKind.SCALE:
            steps: list[tuple[int, Label]] = [(code, str(code)) for code in range(1, question.levels + 1)]
            return [(CANNOT_JUDGE, _("I can't judge this")), *steps]
        case _:
            return [(option.code, str(option.label)) for option in question.options]
