"""Two perception surveys: one closed with published results, one open for newcomers."""

from collections.abc import Callable
from random import Random
from uuid import UUID

from assessment.answers import form_data
from assessment.models import Framework, InvitationKind, Survey, SurveyVersion
from assessment.operations.surveys import (
    SectionSpec,
    add_version,
    close_survey,
    create_survey,
    extended_sections,
    fold_all_responses,
    issue_link,
    load_responses,
    open_survey,
    publish_results,
    review_survey,
    standard_sections,
    submit_response,
)
from assessment.questionnaire import questionnaire_of
from semarang_resilience.demo.cast import LEAD, OPEN_SURVEY_TOKEN, STAFF, actor
from semarang_resilience.demo.data import table
from semarang_resilience.demo.respondents import answer_sheets, further_answers, one_sheet
from semarang_resilience.demo.story import Chapter, Row, moment, origin, pick, texts, the_cycle

from .pilot_round import pilot
from .reading import read_open_answers


def is_played() -> bool:
    return Survey.objects.filter(slug=open_row()["slug"]).exists()


def play() -> None:
    past, present = table("surveys")["surveys"]
    _play_past(past)
    _play_present(present)
    fold_all_responses()


def published_survey() -> Survey:
    """The survey whose results the findings cite."""
    return Survey.objects.get(slug=table("surveys")["surveys"][0]["slug"])


def version_asked(survey: Survey) -> SurveyVersion:
    """The frozen questions of a survey that has opened."""
    return survey.versions.filter(frozen_at__isnull=False).latest("number")


def open_row() -> Row:
    """The survey that a newcomer can answer."""
    row: Row = table("surveys")["surveys"][1]
    return row


def _opened(row: Row, sections: Callable[..., list[SectionSpec]], previous: Survey | None = None) -> Survey:
    """A survey with these questions, open since its first day."""
    staff, created_at, cycle = actor(STAFF), moment(row["created_on"]), the_cycle()
    framework = Framework.objects.get(slug=table("framework")["slug"])
    survey = create_survey(
        cycle=cycle,
        slug=row["slug"],
        opens_at=moment(row["opens_on"], hour=0),
        closes_at=moment(row["closes_on"], hour=23),
        previous=previous,
        by=staff,
        at=created_at,
        **texts(row, "title", "introduction"),
        **origin(row),
    )
    add_version(
        survey=survey,
        framework=framework,
        sections=sections(framework=framework, cycle=cycle),
        by=staff,
        at=created_at,
    )
    return open_survey(survey=survey, by=staff, at=moment(row["opens_on"], hour=0))


def _play_past(row: Row) -> None:
    survey = _opened(row, standard_sections, previous=pilot())
    load_responses(
        version=version_asked(survey),
        rows=answer_sheets(**pick(row, "opens_on", "closes_on")),
        by=actor(STAFF),
        at=moment(row["closed_on"], hour=15),
    )
    close_survey(survey=survey, by=actor(STAFF), at=moment(row["closed_on"], hour=22))
    read_open_answers(survey, at=moment(row["closed_on"], hour=23))
    review_survey(survey=survey, by=actor(STAFF), at=moment(row["published_on"], hour=8))
    publish_results(survey=survey, by=actor(LEAD), at=moment(row["published_on"]))


def _play_present(row: Row) -> None:
    """The next round: the same questions under the same keys, and some more."""
    survey = _opened(row, extended_sections, previous=published_survey())
    _invitation, token = issue_link(
        survey=survey,
        kind=InvitationKind.OPEN,
        label="Tautan umum (contoh)",
        token=OPEN_SURVEY_TOKEN,
        by=actor(STAFF),
        at=moment(row["opens_on"]),
    )
    questionnaire = questionnaire_of(version_asked(survey))
    early = table("surveys")["early_answers"]
    for sector, day in zip(early["sectors"], early["days"], strict=True):
        draw = Random(f"{row['slug']}-{day}-{sector}")  # noqa: S311  an example, not a secret
        submit_response(
            token=token,
            submission_id=UUID(int=draw.getrandbits(128), version=4),
            data=form_data(questionnaire, further_answers(questionnaire, one_sheet(sector, draw), draw)),
            at=moment(row["opens_on"].replace(day=day)),
        )


CHAPTER = Chapter("surveys", is_played, play)
