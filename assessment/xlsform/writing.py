"""From a questionnaire to a workbook that KoboToolbox and ODK take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from assessment.forms.surveys import DRIVER_LEVELS, ENDS, PARTS, SEVERITY
from assessment.models import Driver, QuestionKind, SurveyVersion
from assessment.models.question_kinds import CANNOT_JUDGE, HAZARD_LEVELS
from assessment.operations.survey_definition import ASPECT_PARTS
from assessment.operations.survey_specs import NOTHING, BothLanguages, QuestionSpec, SectionSpec
from assessment.questionnaire import IMPACT, LIKELIHOOD
from semarang_resilience.core.sheets.writing import Sheet, xlsx_file
from semarang_resilience.places.models import District, Ward
from stakeholders.models import Sector

from . import expressions
from .names import (
    ABOUT,
    DISTRICT,
    DISTRICT_LIST,
    DRIVER_LIST,
    HELP,
    INTRODUCTION,
    LANGUAGES,
    SECTOR,
    SECTOR_LIST,
    WARD,
    WARD_LIST,
    name_of,
    part_of,
    plain,
    section_name,
)

TRANSLATED = ("label", "hint", "constraint_message")
COLUMNS = (
    "type",
    "name",
    *(f"{column}::{language}" for column in TRANSLATED[:2] for language in LANGUAGES.values()),
    "required",
    "relevant",
    "constraint",
    *(f"constraint_message::{language}" for language in LANGUAGES.values()),
    "appearance",
    "portal_kind",
    "portal_ref",
)
CHOICE_COLUMNS = ("list_name", "name", *(f"label::{language}" for language in LANGUAGES.values()))
CANNOT = _("I can't judge this")

Choices = list[tuple[str, BothLanguages]]
Row = dict[str, Any]


def xlsform_of(version: SurveyVersion, sections: Sequence[SectionSpec]) -> IO[bytes]:
    """The workbook of a version, as an open temporary file. `sections`: its questionnaire."""
    return xlsx_file(workbook_of(version, sections))


def workbook_of(version: SurveyVersion, sections: Sequence[SectionSpec]) -> list[Sheet]:
    """The three sheets: what is asked, the lists to choose from, the name of the form."""
    survey = version.survey
    writing = _Writing()
    rows = list(writing.about())
    for place, section in enumerate(sections, start=1):
        rows += writing.section(place, section)
    settings = {
        "form_title": plain(BothLanguages.of(survey, "title").id or survey.title),
        "form_id": name_of(survey.slug),
        "version": str(version.number),
        "default_language": LANGUAGES["id"],
        "style": "pages",
        "portal_framework": version.framework.slug if version.framework else "",
    }
    return [
        Sheet(name="survey", headings=COLUMNS, rows=[[row.get(name) for name in COLUMNS] for row in rows]),
        Sheet(name="choices", headings=CHOICE_COLUMNS, rows=list(writing.choices())),
        Sheet(name="settings", headings=list(settings), rows=[list(settings.values())]),
    ]


def both(text: Any) -> BothLanguages:
    """A text of the interface in both languages."""
    words = {}
    for code in LANGUAGES:
        with override(code):
            words[code] = str(text)
    return BothLanguages(**words)


@dataclass
class _Writing:
    """Collects the lists that questions choose from while their rows are made."""

    lists: dict[str, Choices] = field(default_factory=dict)

    def choices(self) -> Iterator[list[Any]]:
        for name, choices in self.lists.items():
            for code, label in choices:
                yield [name, code, *(plain(getattr(label, language)) for language in LANGUAGES)]

    def about(self) -> Iterator[Row]:
        """What the portal asks of everybody: without a sector no answer can be counted."""
        self.lists[SECTOR_LIST] = [(value, both(label)) for value, label in Sector.choices]
        self.lists[DISTRICT_LIST] = [
            (f"d{code}", BothLanguages(id=name, en=name))
            for code, name in District.objects.for_list().values_list("code", "name")
        ]
        yield _row("begin_group", ABOUT, both(_("About you")), appearance="field-list")
        yield _row(
            f"select_one {SECTOR_LIST}", SECTOR, both(_("Which group do you answer for?")), required="yes"
        )
        if self.lists[DISTRICT_LIST]:
            yield _row(
                f"select_one {DISTRICT_LIST}",
                DISTRICT,
                both(_("District")),
                hint=both(_("The district where you live or work.")),
                appearance="minimal",
            )
        yield {"type": "end_group"}

    def section(self, number: int, section: SectionSpec) -> Iterator[Row]:
        name = section_name(number)
        yield _row("begin_group", name, section.title, appearance="field-list")
        if section.introduction:
            yield _row("note", f"{name}_{INTRODUCTION}", section.introduction)
        for question in section.questions:
            yield from self.question(question)
        yield {"type": "end_group"}

    def question(self, question: QuestionSpec) -> Iterator[Row]:
        about: dict[str, Any] = {"hint": question.help, "portal_kind": question.kind.value}
        if question.required:
            about["required"] = "yes"
        if question.condition:
            about["relevant"] = expressions.relevance(
                name_of(question.condition.key), sorted(question.condition.codes)
            )
        match question.kind:
            case QuestionKind.HAZARD_RATING:
                yield from self.hazard(question, about)
            case QuestionKind.ASSET_NOMINATION:
                yield from self.nomination(question, about)
            case _:
                yield _row(*self.simple(question, about), question.text, **about)

    def simple(self, question: QuestionSpec, about: dict[str, Any]) -> tuple[str, str]:
        """Type and name of a question that is one row; adds to `about` what its kind needs."""
        name = name_of(question.key)
        match question.kind:
            case QuestionKind.TEXT:
                about["appearance"] = "multiline"
                return "text", name
            case QuestionKind.DRIVER_RATING:
                assert question.driver is not None  # noqa: S101  held by question_driver_iff_driver_rating
                about["portal_ref"] = driver_ref(question.driver)
                return f"select_one {self.levels(question)}", name
            case QuestionKind.SCALE:
                about["appearance"] = "likert"
                return f"select_one {self.scale(question)}", name
            case QuestionKind.PRIORITY_VOTE:
                about["constraint"] = expressions.at_most(question.max_choices or 1)
                about["constraint_message"] = both(
                    _("Choose at most %(most)s.") % {"most": question.max_choices}
                )
        options = part_of(question.key, "options")
        self.lists[options] = [(str(code), label) for code, label in question.coded_options]
        is_single = question.kind == QuestionKind.SINGLE
        return f"select_{'one' if is_single else 'multiple'} {options}", name

    def levels(self, question: QuestionSpec) -> str:
        """The list of a driver rating: our usual words, or its own descriptions."""
        usual = [(str(level["value"]), both(level["label"])) for level in DRIVER_LEVELS]
        if not question.options:
            self.lists[DRIVER_LIST] = usual
            return DRIVER_LIST
        name = part_of(question.key, "levels")
        own = [(str(code), label) for code, label in question.coded_options]
        self.lists[name] = [*own, usual[-1]]
        return name

    def scale(self, question: QuestionSpec) -> str:
        name = part_of(question.key, "scale")
        self.lists[name] = _steps(question.levels or 0, question.low, question.high)
        return name

    def hazard(self, question: QuestionSpec, about: dict[str, Any]) -> Iterator[Row]:
        """A group of scales, one for each aspect."""
        name = name_of(question.key)
        kept = {key: about[key] for key in ("relevant", "portal_kind") if key in about}
        assert question.hazard is not None  # noqa: S101  held by question_hazard_iff_hazard_rating
        yield _row("begin_group", name, question.text, **kept, portal_ref=question.hazard.slug)
        if question.help:
            yield _row("note", part_of(question.key, HELP), question.help)
        for part in ASPECT_PARTS[question.aspects]:
            steps = f"{part if part in (LIKELIHOOD, IMPACT) else 'severity'}_levels"
            low, high = ENDS.get(part, SEVERITY)
            self.lists[steps] = _steps(HAZARD_LEVELS, both(low), both(high))
            yield _row(
                f"select_one {steps}",
                part_of(question.key, part),
                both(PARTS[part]),
                required=about.get("required"),
                appearance="likert",
            )
        yield {"type": "end_group"}

    def nomination(self, question: QuestionSpec, about: dict[str, Any]) -> Iterator[Row]:
        """A name, and a ward to choose from where there are any."""
        if WARD_LIST not in self.lists:
            self.lists[WARD_LIST] = [
                (f"w{ward.code}", BothLanguages(id=words, en=words))
                for ward in Ward.objects.for_list()
                for words in [f"{ward.name} ({ward.district.name})"]
            ] or [("none", both(_("I do not know")))]
        yield _row("text", name_of(question.key), question.text, **about)
        yield _row(
            f"select_one {WARD_LIST}",
            part_of(question.key, WARD),
            both(_("In which ward is it, if you know?")),
            relevant=about.get("relevant"),
            appearance="minimal",
        )


def driver_ref(driver: Driver) -> str:
    """A driver by its place in its framework, which the settings name; rows have other numbers elsewhere."""
    return f"{driver.dimension.position}.{driver.position}"


def _steps(levels: int, low: BothLanguages, high: BothLanguages) -> Choices:
    """The levels of a scale; the ends say what they mean, and 0 stands for "I can't judge this"."""
    ends = {1: low, levels: high}
    steps = [(str(level), _step(level, ends.get(level, NOTHING))) for level in range(1, levels + 1)]
    return [*steps, (str(CANNOT_JUDGE), both(CANNOT))]


def _step(level: int, end: BothLanguages) -> BothLanguages:
    return BothLanguages(
        **{code: f"{level}: {words}" if (words := getattr(end, code)) else str(level) for code in LANGUAGES}
    )


def _row(kind: str, name: str, label: BothLanguages, **columns: BothLanguages | str | Promise | None) -> Row:
    """One row of the survey sheet; texts in both languages get a column each."""
    row: Row = {"type": kind, "name": name}
    for column, value in {"label": label, **columns}.items():
        if isinstance(value, BothLanguages):
            row |= {f"{column}::{LANGUAGES[code]}": plain(getattr(value, code)) for code in LANGUAGES}
        elif value:
            row[column] = value
    return row
