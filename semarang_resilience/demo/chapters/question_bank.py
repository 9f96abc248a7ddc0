"""The question bank, and a draft survey that is being built from it."""

from dataclasses import replace

from assessment.models import BankQuestion, Framework, QuestionKind, Survey
from assessment.operations.survey_bank import keep_question
from assessment.operations.survey_specs import (
    BothLanguages,
    ConditionSpec,
    OptionSpec,
    QuestionSpec,
    SectionSpec,
)
from assessment.operations.surveys import begin_questions, create_survey
from semarang_resilience.core.choices import Provenance
from semarang_resilience.demo.cast import STAFF, actor
from semarang_resilience.demo.data import table
from semarang_resilience.demo.story import Chapter, Row, moment, origin, texts, the_cycle


def is_played() -> bool:
    return Survey.objects.filter(slug=table("question_bank")["draft"]["slug"]).exists()


def play() -> None:
    data, staff = table("question_bank"), actor(STAFF)
    specs = {row["key"]: _spec(row) for row in data["questions"]}
    for row in data["questions"]:
        if not BankQuestion.objects.filter(key=row["key"]).exists():
            keep_question(
                spec=specs[row["key"]],
                topic=row["topic"],
                provenance=Provenance.EXAMPLE,
                by=staff,
                at=moment(data["kept_on"]),
            )
    _begin(data["draft"], specs)


def _begin(row: Row, specs: dict[str, QuestionSpec]) -> None:
    staff, begun_at = actor(STAFF), moment(row["begun_on"])
    survey = create_survey(
        cycle=the_cycle(),
        slug=row["slug"],
        opens_at=moment(row["opens_on"], hour=0),
        closes_at=moment(row["closes_on"], hour=23),
        by=staff,
        at=begun_at,
        **texts(row, "title", "introduction"),
        **origin(row),
    )
    wanted = row["condition"]
    condition = ConditionSpec(key=wanted["asked"], codes=frozenset(wanted["codes"]))
    sections = [
        SectionSpec(
            title=_both(section, "title"),
            questions=[_asked(specs[key], wanted["question"], condition) for key in section["take"]],
        )
        for section in row["sections"]
    ]
    framework = Framework.objects.get(slug=table("framework")["slug"])
    begin_questions(survey=survey, framework=framework, sections=sections, by=staff, at=begun_at)


def _asked(spec: QuestionSpec, conditional: str, condition: ConditionSpec) -> QuestionSpec:
    return replace(spec, condition=condition) if spec.key == conditional else spec


def _spec(row: Row) -> QuestionSpec:
    return QuestionSpec(
        key=row["key"],
        kind=QuestionKind(row["kind"]),
        text=_both(row, "text"),
        help=_both(row, "help"),
        options=[OptionSpec(label=BothLanguages(id=id_, en=en)) for id_, en in row.get("options", ())],
        levels=row.get("levels"),
        low=_both(row, "low"),
        high=_both(row, "high"),
        max_choices=row.get("max_choices"),
    )


def _both(row: Row, name: str) -> BothLanguages:
    return BothLanguages(id=row.get(f"{name}_id", ""), en=row.get(f"{name}_en", ""))


CHAPTER = Chapter("question bank", is_played, play)
