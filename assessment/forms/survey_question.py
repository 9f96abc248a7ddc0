"""The form of one question, by its kind; the same for surveys and for the question bank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.models import (
    BankQuestion,
    Driver,
    Hazard,
    HazardAspects,
    Question,
    QuestionKind,
    SurveyVersion,
)
from assessment.models.question_kinds import CHOICE_KINDS, LEAST_LEVELS, MOST_LEVELS, RATING_LEVELS
from assessment.operations.survey_editing import fingerprint
from assessment.operations.survey_specs import (
    NOTHING,
    BothLanguages,
    OptionSpec,
    QuestionSpec,
    content_of,
    spec_of,
)
from semarang_resilience.core.choices import Provenance
from semarang_resilience.core.forms import english, indonesian

from .survey_build import SeenForm

FIRST_ROWS, MORE_ROWS, MOST_ROWS = 5, 3, 60
LEVELS = (gettext_lazy("Weak"), gettext_lazy("Fair"), gettext_lazy("Strong"))
# What each kind is good for, in the words of somebody who has never built a survey.
KIND_HELP: dict[str, str | Promise] = {
    QuestionKind.SINGLE: gettext_lazy("People choose one of several answers."),
    QuestionKind.MULTIPLE: gettext_lazy("People choose as many answers as fit."),
    QuestionKind.PRIORITY_VOTE: gettext_lazy("People choose the most important ones, up to a number."),
    QuestionKind.SCALE: gettext_lazy("People place themselves between two ends, for instance 1 to 5."),
    QuestionKind.TEXT: gettext_lazy("People write in their own words. Somebody has to read it."),
    QuestionKind.DRIVER_RATING: gettext_lazy("People rate a driver of resilience: weak, fair or strong."),
    QuestionKind.HAZARD_RATING: gettext_lazy("People rate how severe or likely a shock or stress is."),
    QuestionKind.ASSET_NOMINATION: gettext_lazy("People name a place that must not fail, and its ward."),
}
BANK_KINDS = tuple(
    kind for kind in KIND_HELP if kind not in (QuestionKind.DRIVER_RATING, QuestionKind.HAZARD_RATING)
)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A text in both languages, side by side; `missing` is set where only one of them is written."""

    first: BoundField
    second: BoundField

    @property
    def missing(self) -> bool:
        """Whether one language lacks what the other says."""
        return bool(self.first.value()) != bool(self.second.value())


@dataclass(frozen=True, kw_only=True)
class OptionRow:
    """One option on the form: its code (hidden) and its label in both languages."""

    number: int
    code: BoundField
    pair: Pair
    label: str | Promise
    may_rise: bool


class QuestionForm(SeenForm):
    """A question of one kind. Options are rows; those left empty in both languages do not count."""

    text_id = indonesian(gettext_lazy("Question"), max_length=300, rows=2)
    text_en = english(gettext_lazy("Question"), max_length=300, rows=2)
    help_id = indonesian(gettext_lazy("Help text"), max_length=400, rows=2, required=False)
    help_en = english(gettext_lazy("Help text"), max_length=400, rows=2)
    driver: forms.ModelChoiceField[Driver] = forms.ModelChoiceField(
        label=gettext_lazy("Driver of resilience"), queryset=Driver.objects.none()
    )
    hazard: forms.ModelChoiceField[Hazard] = forms.ModelChoiceField(
        label=gettext_lazy("Shock or stress"), queryset=Hazard.objects.none()
    )
    aspects = forms.ChoiceField(
        label=gettext_lazy("What is rated"),
        choices=HazardAspects.choices,
        initial=HazardAspects.NOW_FUTURE,
        widget=forms.RadioSelect,
    )
    levels = forms.IntegerField(
        label=gettext_lazy("Number of levels"), min_value=LEAST_LEVELS, max_value=MOST_LEVELS, initial=5
    )
    low_id = indonesian(gettext_lazy("What the lowest level means"), max_length=60, required=False)
    low_en = english(gettext_lazy("What the lowest level means"), max_length=60)
    high_id = indonesian(gettext_lazy("What the highest level means"), max_length=60, required=False)
    high_en = english(gettext_lazy("What the highest level means"), max_length=60)
    max_choices = forms.IntegerField(
        label=gettext_lazy("How many may be chosen at most"), min_value=1, initial=3
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of choice"),
        choices=[(kind.value, kind.label) for kind in CHOICE_KINDS],
        widget=forms.RadioSelect,
    )
    required = forms.BooleanField(
        label=gettext_lazy("An answer is required"),
        required=False,
        help_text=gettext_lazy("Use it sparingly: people who must answer without knowing tell us nothing."),
    )
    breaks_series = forms.BooleanField(
        label=gettext_lazy("Answers do not compare with earlier ones"),
        required=False,
        help_text=gettext_lazy("Tick this if the new wording asks for something else."),
    )
    topic = forms.CharField(label=gettext_lazy("Topic"), max_length=80, required=False)
    provenance = forms.ChoiceField(
        label=gettext_lazy("Provenance"), choices=Provenance.choices, initial=Provenance.OFFICE
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Needed for quotations: title, year and page, or an address."),
    )
    rows = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        kind: QuestionKind,
        version: SurveyVersion | None = None,
        row: Question | BankQuestion | None = None,
        typed: Mapping[str, Any] | None = None,
        may_reorder: bool = True,
        compares: bool = False,
        **kwargs: Any,
    ) -> None:
        initial = _values_of(row) if row is not None else {"kind": kind.value}
        kwargs["initial"] = initial | dict(typed or {})
        super().__init__(*args, **kwargs)
        self.asked_kind, self.may_reorder = kind, may_reorder
        # With more rows or a moved option nothing is saved, and what the writer saw stays what it was.
        self.seen_before = (typed or {}).get("seen", "")
        self._keep_fields(kind, for_bank=version is None, is_new=row is None)
        if not compares:
            self.fields.pop("breaks_series", None)
        if version is not None:
            self._offer(version)
        self.count = self._count_rows()
        for number in range(1, self.count + 1):
            self._add_row(number)

    # -- building ------------------------------------------------------------------------------------------
    def _keep_fields(self, kind: QuestionKind, *, for_bank: bool, is_new: bool) -> None:
        """Leave out what this kind does not have, and what only the bank or only a survey knows."""
        kept = {
            "driver": kind == QuestionKind.DRIVER_RATING,
            "hazard": kind == QuestionKind.HAZARD_RATING,
            "aspects": kind == QuestionKind.HAZARD_RATING,
            **dict.fromkeys(("levels", "low_id", "low_en", "high_id", "high_en"), kind == QuestionKind.SCALE),
            "max_choices": kind in CHOICE_KINDS,
            "kind": kind in CHOICE_KINDS and not is_new and not for_bank,
            "required": not for_bank,
            "breaks_series": not for_bank and not is_new,
            **dict.fromkeys(("topic", "provenance", "source"), for_bank),
            "rows": kind in CHOICE_KINDS,
        }
        for name, is_kept in kept.items():
            if not is_kept:
                del self.fields[name]
        if kind in CHOICE_KINDS and (kind != QuestionKind.PRIORITY_VOTE or "kind" in self.fields):
            self.fields["max_choices"].required = False
        if kind in CHOICE_KINDS and kind != QuestionKind.PRIORITY_VOTE and "kind" not in self.fields:
            del self.fields["max_choices"]
        if kind in (QuestionKind.DRIVER_RATING, QuestionKind.HAZARD_RATING):
            for code in ("id", "en"):
                self.fields[f"text_{code}"].required = False
                self.fields[f"text_{code}"].help_text = _("Left empty, its name is the question.")

    def _offer(self, version: SurveyVersion) -> None:
        """Drivers of the survey's framework, shocks and stresses of its cycle."""
        if "driver" in self.fields:
            drivers = Driver.objects.for_list().filter(dimension__framework=version.framework_id)
            self.fields["driver"].queryset = drivers  # type: ignore[attr-defined]
        if "hazard" in self.fields:
            hazards = Hazard.objects.for_list().filter(cycle=version.survey.cycle_id)
            self.fields["hazard"].queryset = hazards  # type: ignore[attr-defined]

    def _count_rows(self) -> int:
        if self.asked_kind == QuestionKind.DRIVER_RATING:
            return RATING_LEVELS
        if self.asked_kind not in CHOICE_KINDS:
            return 0
        try:
            wanted = int(self.data["rows"] if self.is_bound else self.initial.get("rows", FIRST_ROWS))
        except (KeyError, ValueError):
            wanted = FIRST_ROWS
        self.initial["rows"] = max(1, min(wanted, MOST_ROWS))
        return int(self.initial["rows"])

    def _add_row(self, number: int) -> None:
        self.fields[f"option_{number}_code"] = forms.IntegerField(
            required=False, min_value=1, widget=forms.HiddenInput
        )
        label = _("Option %(number)s") % {"number": number}
        if self.asked_kind == QuestionKind.DRIVER_RATING:
            label = str(LEVELS[number - 1])
        self.fields[f"option_{number}_id"] = indonesian(label, max_length=200, required=False)
        self.fields[f"option_{number}_en"] = english(label, max_length=200)

    # -- showing -------------------------------------------------------------------------------------------
    def pair(self, name: str) -> Pair | None:
        """A text in both languages, if this kind has it."""
        return (
            Pair(first=self[f"{name}_id"], second=self[f"{name}_en"]) if f"{name}_id" in self.fields else None
        )

    @property
    def pairs(self) -> list[Pair]:
        """Question and help text."""
        return [pair for pair in (self.pair("text"), self.pair("help")) if pair]

    @property
    def ends(self) -> list[Pair]:
        """The two ends of a scale."""
        return [pair for pair in (self.pair("low"), self.pair("high")) if pair]

    @property
    def subject(self) -> list[BoundField]:
        """What is rated, how many levels or choices there are."""
        names = ("kind", "driver", "hazard", "aspects", "levels", "max_choices")
        return [self[name] for name in names if name in self.fields]

    @property
    def rest(self) -> list[BoundField]:
        """Everything that comes last."""
        names = ("required", "breaks_series", "topic", "provenance", "source")
        return [self[name] for name in names if name in self.fields]

    @property
    def options(self) -> list[OptionRow]:
        """The rows of options."""
        return [
            OptionRow(
                number=number,
                code=self[f"option_{number}_code"],
                pair=Pair(first=self[f"option_{number}_id"], second=self[f"option_{number}_en"]),
                label=self.fields[f"option_{number}_id"].label or "",
                may_rise=self.may_reorder and number > 1 and self.asked_kind in CHOICE_KINDS,
            )
            for number in range(1, self.count + 1)
        ]

    @property
    def is_choice(self) -> bool:
        """Whether the options are a list to choose from (and not the levels of a rating)."""
        return self.asked_kind in CHOICE_KINDS

    # -- reading -------------------------------------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        named: Driver | Hazard | None = values.get("driver") or values.get("hazard")
        if named is not None and not (values.get("text_id") or values.get("text_en")):
            name = BothLanguages.of(named, "name")
            values |= {"text_id": name.id, "text_en": name.en}
        if values.get("provenance") == Provenance.QUOTED and not values.get("source"):
            self.add_error("source", _("A quoted statement must name its source."))
        return values

    def spec(self) -> QuestionSpec:
        """What was typed, as the operations take it."""
        values = self.cleaned_data
        kind = QuestionKind(values.get("kind") or self.asked_kind)
        return QuestionSpec(
            kind=kind,
            text=self.texts("text"),
            help=self.texts("help"),
            required=values.get("required", False),
            driver=values.get("driver"),
            hazard=values.get("hazard"),
            aspects=values.get("aspects", ""),
            options=tuple(self._options()),
            levels=values.get("levels"),
            low=self.texts("low") if "low_id" in values else NOTHING,
            high=self.texts("high") if "high_id" in values else NOTHING,
            max_choices=values.get("max_choices") if kind == QuestionKind.PRIORITY_VOTE else None,
            breaks_series=values.get("breaks_series", False),
        )  # without the field nothing can break: no earlier wording was asked

    def _options(self) -> Iterator[OptionSpec]:
        for number in range(1, self.count + 1):
            label = self.texts(f"option_{number}")
            if label:
                yield OptionSpec(label=label, code=self.cleaned_data.get(f"option_{number}_code"))


def _values_of(row: Question | BankQuestion) -> dict[str, Any]:
    spec = spec_of(row) if isinstance(row, Question) else QuestionSpec(**content_of(row))
    values: dict[str, Any] = {
        "kind": spec.kind.value,
        "driver": spec.driver,
        "hazard": spec.hazard,
        "aspects": spec.aspects,
        "levels": spec.levels,
        "max_choices": spec.max_choices,
        "required": spec.required,
        "breaks_series": spec.breaks_series,
        "rows": max(len(spec.options) + 2, FIRST_ROWS),
        "seen": fingerprint(row),
    }
    if isinstance(row, BankQuestion):
        values |= {"topic": row.topic, "provenance": row.provenance, "source": row.source}
    for name, text in {"text": spec.text, "help": spec.help, "low": spec.low, "high": spec.high}.items():
        values |= {f"{name}_id": text.id, f"{name}_en": text.en}
    for number, option in enumerate(spec.options, start=1):
        values |= {
            f"option_{number}_code": option.code,
            f"option_{number}_id": option.label.id,
            f"option_{number}_en": option.label.en,
        }
    return values


def submitted(request: HttpRequest) -> dict[str, Any]:
    """What was sent, as arguments of a question's form: to be checked, or only to be shown again."""
    if request.method != "POST":
        return {"data": None, "typed": None}
    typed = rearranged(request.POST.dict())
    return {"data": request.POST if typed is None else None, "typed": typed}


def rearranged(data: Mapping[str, str]) -> dict[str, Any] | None:
    """What was typed, with more rows or with two options exchanged, if a button asked for that; else None."""
    typed: dict[str, Any] = {name: value for name, value in data.items() if name not in ("more", "up")}
    if data.get("more"):
        rows = data.get("rows", "")
        typed["rows"] = int(rows) + MORE_ROWS if rows.isdecimal() and len(rows) < 4 else FIRST_ROWS
        return typed
    number = data.get("up", "")
    if number.isdecimal() and len(number) < 4 and 1 < int(number) <= MOST_ROWS:
        for part in ("code", "id", "en"):
            upper, lower = f"option_{int(number) - 1}_{part}", f"option_{number}_{part}"
            typed[upper], typed[lower] = data.get(lower, ""), data.get(upper, "")
        return typed
    return None
