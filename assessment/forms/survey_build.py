"""Forms of the builder: a survey, a section, a condition, what changed in a version."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.models import Section, Survey, SurveyVersion
from assessment.operations.survey_editing import fingerprint
from assessment.operations.survey_specs import BothLanguages
from semarang_resilience.core.forms import CHOOSE, OperationForm, english, indonesian, texts_of

LAST_MOMENT = time(23, 59)

EMPTY, STANDARD, EXTENDED, ROUND, FILE = "empty", "standard", "extended", "round", "file"
STARTS = (
    (STANDARD, gettext_lazy("The standard survey: drivers, shocks and stresses, two choices")),
    (EXTENDED, gettext_lazy("The extended survey: also likelihood, a scale, a place and a vote")),
    (ROUND, gettext_lazy("The questions of an earlier round, so that answers can be compared")),
    (FILE, gettext_lazy("A form from KoboToolbox or ODK (XLSForm)")),
    (EMPTY, gettext_lazy("No questions yet")),
)


class SeenForm(OperationForm):
    """A form that knows which wording it showed."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def texts(self, name: str) -> BothLanguages:
        """What was typed in both languages."""
        return BothLanguages(
            id=self.cleaned_data[f"{name}_id"].strip(), en=self.cleaned_data[f"{name}_en"].strip()
        )


class SurveyForm(SeenForm):
    """Name, dates and earlier round of a survey."""

    title_id = indonesian(gettext_lazy("Title"), max_length=200)
    title_en = english(gettext_lazy("Title"), max_length=200)
    introduction_id = indonesian(
        gettext_lazy("Introduction"),
        rows=4,
        required=False,
        help_text=gettext_lazy("What is asked, why, and what will come of it."),
    )
    introduction_en = english(gettext_lazy("Introduction"), rows=4)
    opens_on = forms.DateField(label=gettext_lazy("First day"))
    closes_on = forms.DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("The survey closes by itself at the end of this day."),
    )
    previous: forms.ModelChoiceField[Survey] = forms.ModelChoiceField(
        label=gettext_lazy("Earlier round"),
        queryset=Survey.objects.none(),
        required=False,
        empty_label=gettext_lazy("None"),
        help_text=gettext_lazy("The survey whose answers the new ones shall be compared with."),
    )
    reminder_floor_days = forms.IntegerField(
        label=gettext_lazy("Days between two reminders"), min_value=1, max_value=90, initial=5
    )
    slug = forms.SlugField(
        label=gettext_lazy("Code"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Part of the address of the survey. Left empty, it is made from the title."),
    )
    start = forms.ChoiceField(
        label=gettext_lazy("Begin with"), choices=STARTS, initial=STANDARD, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, survey: Survey | None = None, **kwargs: Any) -> None:
        if survey is not None:
            kwargs["initial"] = _survey_values(survey)
        super().__init__(*args, **kwargs)
        self.survey = survey
        rounds = Survey.objects.for_list().exclude(pk=survey.pk if survey else None)
        self.fields["previous"].queryset = rounds  # type: ignore[attr-defined]
        if survey is not None:
            del self.fields["start"]
            self.fields["slug"].required = True

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("start") == ROUND and not values.get("previous"):
            self.add_error("previous", _("Choose the earlier round whose questions you want."))
        opens, closes = values.get("opens_on"), values.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("A survey must close after it opens."))
        return values

    def _field_of(self, name: str) -> str | None:
        return super()._field_of({"opens_at": "opens_on", "closes_at": "closes_on"}.get(name, name))

    def facts(self) -> dict[str, Any]:
        """The arguments of the operations; a day that was left as it is keeps its hour."""
        values = self.cleaned_data
        survey = self.survey
        return {
            **{name: values[name].strip() for name in values if name.startswith(("title_", "introduction_"))},
            "previous": values["previous"],
            "reminder_floor_days": values["reminder_floor_days"],
            "opens_at": _moment(values["opens_on"], time(), survey.opens_at if survey else None),
            "closes_at": _moment(values["closes_on"], LAST_MOMENT, survey.closes_at if survey else None),
        }


def _moment(day: date, hour: time, before: datetime | None) -> datetime:
    if before is not None and timezone.localdate(before) == day:
        return before
    return timezone.make_aware(datetime.combine(day, hour))


def _survey_values(survey: Survey) -> dict[str, Any]:
    return texts_of(survey, "title", "introduction") | {
        "opens_on": timezone.localdate(survey.opens_at),
        "closes_on": timezone.localdate(survey.closes_at),
        "previous": survey.previous_id,
        "reminder_floor_days": survey.reminder_floor_days,
        "slug": survey.slug,
        "seen": fingerprint(survey),
    }


class SectionForm(SeenForm):
    """The title of a section, and what is said before its questions."""

    title_id = indonesian(gettext_lazy("Title"), max_length=200)
    title_en = english(gettext_lazy("Title"), max_length=200)
    introduction_id = indonesian(
        gettext_lazy("Introduction"),
        rows=3,
        required=False,
        help_text=gettext_lazy("One or two sentences before the questions, if they are needed."),
    )
    introduction_en = english(gettext_lazy("Introduction"), rows=3)

    def __init__(self, *args: Any, section: Section | None = None, **kwargs: Any) -> None:
        if section is not None:
            kwargs["initial"] = texts_of(section, "title", "introduction") | {"seen": fingerprint(section)}
        super().__init__(*args, **kwargs)


class ConditionForm(SeenForm):
    """After which answers to an earlier question this one is shown."""

    codes = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Show it after one of these answers"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, answers: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["codes"].choices = [(str(code), label) for code, label in answers.items()]  # type: ignore[attr-defined]


class AskedForm(forms.Form):
    """Which earlier question decides (a GET form: its choice lives in the address)."""

    question = forms.ChoiceField(label=gettext_lazy("Earlier question"), choices=())

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["question"].choices = [("", CHOOSE), *choices]  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """To which section, and to which place there."""

    section: forms.ModelChoiceField[Section] = forms.ModelChoiceField(queryset=Section.objects.none())
    place = forms.IntegerField(min_value=1, required=False)

    def __init__(self, *args: Any, version: SurveyVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].queryset = version.sections.order_by("position")  # type: ignore[attr-defined]


class VersionForm(SeenForm):
    """What changed in a version, and where answers no longer compare."""

    note_id = indonesian(
        gettext_lazy("What changed, and why"),
        rows=3,
        required=False,
        help_text=gettext_lazy("Everybody can read it beside the results."),
    )
    note_en = english(gettext_lazy("What changed, and why"), rows=3)
    broken = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, version: SurveyVersion, keys: list[str], **kwargs: Any) -> None:
        texts = texts_of(version, "change_note")
        kwargs["initial"] = {
            "note_id": texts["change_note_id"],
            "note_en": texts["change_note_en"],
            "seen": fingerprint(version),
        }
        super().__init__(*args, **kwargs)
        self.fields["broken"].choices = [(key, key) for key in keys]  # type: ignore[attr-defined]

    @property
    def note(self) -> BothLanguages:
        """What was typed in both languages."""
        return self.texts("note")
