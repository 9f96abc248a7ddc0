"""What an XLSForm becomes here: questions, and remarks about everything that is lost or changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from assessment.operations.survey_specs import BothLanguages, OptionSpec, QuestionSpec, SectionSpec

from .workbook import FormRow

LIMITS = {"text": 300, "help": 400, "option": 200, "title": 200, "end": 60}


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One thing that a person should know: which row, what stands there, what becomes of it."""

    row: int  # as the spreadsheet shows it; 0 for the whole file
    words: str
    reason: str | Promise
    is_lost: bool


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A questionnaire read from a workbook, not written anywhere yet."""

    sections: tuple[SectionSpec, ...]
    remarks: tuple[Remark, ...]

    @property
    def questions(self) -> list[QuestionSpec]:
        """All questions in order."""
        return [question for section in self.sections for question in section.questions]

    @property
    def lost(self) -> list[Remark]:
        """What cannot be taken."""
        return [remark for remark in self.remarks if remark.is_lost]

    @property
    def noted(self) -> list[Remark]:
        """What is taken otherwise than it stands in the file."""
        return [remark for remark in self.remarks if not remark.is_lost]


@dataclass
class Draft:
    """A question while it is read; `codes` are the codes of the choices by their names in the file."""

    row: FormRow
    spec: QuestionSpec
    codes: dict[str, int] = field(default_factory=dict)
    relevant: list[str] = field(default_factory=list)


@dataclass
class SectionDraft:
    """A section while it is read."""

    row: FormRow | None
    title: BothLanguages
    introductions: list[BothLanguages] = field(default_factory=list)
    questions: list[Draft] = field(default_factory=list)

    def spec(self) -> SectionSpec:
        """As it will be built."""
        introduction = BothLanguages(
            id="\n".join(text.id for text in self.introductions if text.id),
            en="\n".join(text.en for text in self.introductions if text.en),
        )
        return SectionSpec(
            title=self.title,
            introduction=introduction,
            questions=tuple(draft.spec for draft in self.questions),
        )


@dataclass
class Remarks:
    """Collects remarks while a file is read."""

    rows: list[Remark] = field(default_factory=list)

    def lost(self, row: FormRow, reason: str | Promise) -> None:
        """This row is not taken."""
        self.rows.append(Remark(row=row.number, words=row.words, reason=reason, is_lost=True))

    def noted(self, row: FormRow, reason: str | Promise) -> None:
        """This row is taken, but something about it is not."""
        self.rows.append(Remark(row=row.number, words=row.words, reason=reason, is_lost=False))

    def about_file(self, words: str, reason: str | Promise) -> None:
        """Something about the whole file."""
        self.rows.append(Remark(row=0, words=words, reason=reason, is_lost=False))

    def shortened(self, row: FormRow, spec: QuestionSpec) -> QuestionSpec:
        """A question whose texts fit; whatever was cut is said."""
        options = tuple(
            OptionSpec(label=self.cut(row, option.label, "option"), code=option.code)
            for option in spec.options
        )
        return replace(
            spec,
            text=self.cut(row, spec.text, "text"),
            help=self.cut(row, spec.help, "help"),
            low=self.cut(row, spec.low, "end"),
            high=self.cut(row, spec.high, "end"),
            options=options,
        )

    def cut(self, row: FormRow, text: BothLanguages, what: str) -> BothLanguages:
        """A text that fits into its place."""
        limit = LIMITS[what]
        if len(text.id) > limit or len(text.en) > limit:
            self.noted(
                row,
                _("A text is longer than %(limit)s characters and is cut there. Shorten it afterwards.")
                % {"limit": limit},
            )
        return text.cut(limit)

    def in_order(self) -> tuple[Remark, ...]:
        """By row, the whole file first."""
        return tuple(sorted(self.rows, key=lambda remark: (remark.row, not remark.is_lost)))


def joined(names: Iterable[str]) -> str:
    """Names in one sentence."""
    return ", ".join(sorted(names))
