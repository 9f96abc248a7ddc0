"""An earlier, smaller round: results can be compared over time, and further kinds of questions be seen."""

from collections.abc import Iterator
from random import Random
from typing import Any

from assessment.models import Framework, QuestionKind, Survey, SurveyVersion
from assessment.operations.surveys import (
    add_version,
    close_survey,
    create_survey,
    extended_sections,
    fold_all_responses,
    load_responses,
    open_survey,
    publish_results,
    review_survey,
)
from assessment.questionnaire import Questionnaire, questionnaire_of
from semarang_resilience.demo.cast import LEAD, STAFF, actor
from semarang_resilience.demo.data import table
from semarang_resilience.demo.respondents import one_sheet
from semarang_resilience.demo.story import Chapter, moment, origin, texts, the_cycle


def pilot() -> Survey | None:
    """The earlier round, where it was played."""
    return Survey.objects.filter(slug=table("pilot_round")["slug"]).first()


def is_played() -> bool:
    return pilot() is not None


def play() -> None:
    row, staff, cycle = table("pilot_round"), actor(STAFF), the_cycle()
    framework = Framework.objects.get(slug=table("framework")["slug"])
    created_at = moment(row["created_on"])
    survey = create_survey(
        cycle=cycle,
        slug=row["slug"],
        opens_at=moment(row["opens_on"], hour=0),
        closes_at=moment(row["closes_on"], hour=23),
        by=staff,
        at=created_at,
        **texts(row, "title", "introduction"),
        **origin(row),
    )
    sections = extended_sections(framework=framework, cycle=cycle)
    add_version(survey=survey, framework=framework, sections=sections, by=staff, at=created_at)
    survey = open_survey(survey=survey, by=staff, at=moment(row["opens_on"], hour=0))
    version = survey.current_version
    assert isinstance(version, SurveyVersion)  # noqa: S101  held by survey_open_has_version
    load_responses(
        version=version,
        rows=_sheets(questionnaire_of(version)),
        by=staff,
        at=moment(row["closed_on"], hour=15),
    )
    close_survey(survey=survey, by=staff, at=moment(row["closed_on"], hour=22))
    review_survey(survey=survey, by=staff, at=moment(row["published_on"], hour=8))
    publish_results(survey=survey, by=actor(LEAD), at=moment(row["published_on"]))
    fold_all_responses()


def _sheets(questionnaire: Questionnaire) -> Iterator[dict[str, Any]]:
    """The respondents of the survey of 2015 would have answered much the same a year before."""
    row = table("pilot_round")
    sectors = [name for name, count in row["sectors"].items() for _ in range(count)]
    for number, sector in enumerate(sectors, start=1):
        draw = Random(f"{row['seed']}-{number}")  # noqa: S311  an example, not a secret
        sheet = one_sheet(sector, draw)
        answers = sheet["answers"]
        for key in row["weaker"]:
            if answers.get(key, 0) > 1 and draw.random() < row["share_weaker"]:
                answers[key] -= 1
        for question in questionnaire:
            _answer(question, answers, draw)
        yield sheet


def _answer(question: Any, answers: dict[str, Any], draw: Random) -> None:
    """What the standard survey does not ask: likelihood and impact, a scale, a vote."""
    kind, key = question.kind, question.key
    if kind == QuestionKind.HAZARD_RATING and len(question.slots) == 4 and key in answers:
        now = answers[key][0]
        further = [min(max(now + draw.choice((-1, 0, 0, 1)), 1), 5) if now else 0 for _ in range(2)]
        answers[key] = [*answers[key], *further]
    elif kind == QuestionKind.SCALE:
        answers[key] = draw.choices(range(1, question.levels + 1), [3, 5, 4, 2, 1][: question.levels])[0]
    elif kind == QuestionKind.PRIORITY_VOTE:
        codes, steps = [one.code for one in question.options], table("pilot_round")["steps"]
        weights = [*steps, *[1] * len(codes)][: len(codes)]
        answers[key] = sorted(set(draw.choices(codes, weights, k=question.max_choices)))


CHAPTER = Chapter("earlier round", is_played, play)
