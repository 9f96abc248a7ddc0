"""One question by sector and district: every group that may be shown, and only those."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assessment.questionnaire import Question
from stakeholders.models import Sector

from .tables import RATED, Answers, Numbers, SurveyTables


@dataclass(frozen=True, kw_only=True)
class GroupValue:
    """The mean (or share of an option) of a group. `n` None: it must stay hidden; `value` None: no answer."""

    code: str
    label: str
    n: int | None
    value: float | None


@dataclass(frozen=True, kw_only=True)
class Crosstab:
    """`rows` are districts ("" is who named none), their `cells` in the order of `sectors`.

    `top` is the highest level of the scale; 0 where values are shares of the option `label`.
    """

    key: str
    part: str
    label: str
    top: int
    total: GroupValue
    sectors: tuple[GroupValue, ...]
    districts: tuple[GroupValue, ...]
    cells: tuple[tuple[GroupValue, ...], ...]

    @property
    def has_cells(self) -> bool:
        """Whether any sector of any district may be shown."""
        return any(cell.value is not None for row in self.cells for cell in row)


@dataclass(frozen=True, kw_only=True)
class GroupRow:
    """All numbers of one group, for tables to take away; `numbers` None: hidden."""

    sector: str | None
    district: str | None
    part: str
    numbers: Numbers | None


def crosstab_of(tables: SurveyTables, question: Question, *, part: str = "", option: int = 0) -> Crosstab:
    """Means of a rating, or shares of the option in place `option` of a choice."""
    answers = tables.answers(question, part)
    is_rated = question.kind in RATED

    def value(code: str, label: str, sector: str | None, district: str | None) -> GroupValue:
        found = answers.of(sector=sector, district=district)
        if found is None:
            return GroupValue(code=code, label=label, n=None, value=None)
        share = found.counts[option] / found.n if found.n and not is_rated else None
        return GroupValue(code=code, label=label, n=found.n, value=found.mean if is_rated else share)

    sectors = [(str(code), str(label)) for code, label in Sector.choices]
    districts = [(one.code, one.name) for one in tables.questionnaire.districts] + [("", "")]
    return Crosstab(
        key=question.key,
        part=part,
        label="" if is_rated else str(question.options[option].label),
        top=question.levels if is_rated else 0,
        total=value("", "", None, None),
        sectors=tuple(value(code, label, code, None) for code, label in sectors),
        districts=tuple(value(code, label, None, code) for code, label in districts),
        cells=tuple(
            tuple(value(code, label, code, district) for code, label in sectors)
            for district, _label in districts
        ),
    )


def group_rows(tables: SurveyTables, question: Question) -> Iterator[GroupRow]:
    """Every group of a question: all, sectors, districts, sectors in districts; aspect by aspect."""
    districts = [*(one.code for one in tables.questionnaire.districts), ""]
    for part in question.slots or ("",):
        answers: Answers = tables.answers(question, part)
        groups: list[tuple[str | None, str | None]] = [(None, None)]
        groups += [(code, None) for code in Sector.values]
        groups += [(None, code) for code in districts]
        groups += [(sector, district) for district in districts for sector in Sector.values]
        for sector, district in groups:
            numbers = answers.of(sector=sector, district=district)
            yield GroupRow(sector=sector, district=district, part=part, numbers=numbers)
