"""A survey from draft to published results."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from assessment.models import Driver, Framework, Invitation, QuestionKind, Response, Survey, SurveyVersion
from assessment.operations import surveys
from assessment.operations.surveys import BothLanguages, OptionSpec, QuestionSpec, SectionSpec
from assessment.questionnaire import questionnaire_of
from semarang_resilience.accounts.models import User
from semarang_resilience.core.changes import Invalid
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.models import Activity

from .conftest import AT, CLOSES, LATER, OPENS, Link, filled

pytestmark = pytest.mark.django_db
SURVEY_DATES = next(
    constraint.violation_error_message
    for constraint in Survey._meta.constraints
    if constraint.name == "survey_dates_in_order"
)


def test_only_staff_make_surveys(wali: User, cycle: object) -> None:
    with pytest.raises(NotAllowed):
        surveys.create_survey(
            cycle=cycle, slug="x", title_id="X", opens_at=OPENS, closes_at=CLOSES, by=wali, at=AT
        )


def test_a_survey_closes_after_it_opens(budi: User, cycle: object) -> None:
    with pytest.raises(Invalid, match=str(SURVEY_DATES)):
        surveys.create_survey(
            cycle=cycle, slug="x", title_id="X", opens_at=CLOSES, closes_at=OPENS, by=budi, at=AT
        )


def test_the_database_itself_refuses_dates_in_the_wrong_order(survey: Survey) -> None:
    with pytest.raises(IntegrityError, match="survey_dates_in_order"), transaction.atomic():
        Survey.objects.filter(pk=survey.pk).update(closes_at=OPENS - timedelta(days=1))


def test_the_standard_survey_asks_for_every_driver_and_every_hazard(version: SurveyVersion) -> None:
    questionnaire = questionnaire_of(version)
    assert [str(section.title) for section in questionnaire.sections] == [
        "Kesehatan", "Ekonomi", "Guncangan", "Tekanan", "Yang perlu didahulukan",
    ]  # fmt: skip
    assert [q.key for q in questionnaire.of_kind(QuestionKind.DRIVER_RATING)] == [
        "driver-01", "driver-02", "driver-03", "driver-04",
    ]  # fmt: skip
    assert [q.hazard.slug for q in questionnaire.of_kind(QuestionKind.HAZARD_RATING) if q.hazard] == [
        "banjir",
        "rob",
    ]
    with translation.override("en"):
        assert str(questionnaire.by_key["driver-03"].driver.name) == "Driver 3"


def test_every_answer_has_a_slot_of_its_own(version: SurveyVersion) -> None:
    questionnaire = questionnaire_of(version)
    slots = [slot for question in questionnaire for slot in question.slots.values()]
    slots += [
        option.slot for question in questionnaire for option in question.options if option.slot is not None
    ]
    assert sorted(slots) == list(range(questionnaire.slots))


def test_what_was_asked_stays_when_drivers_change_later(version: SurveyVersion) -> None:
    Driver.objects.update(name_ind="Sesuatu yang lain")
    fresh = SurveyVersion.objects.get(pk=version.pk)
    assert str(questionnaire_of(fresh).by_key["driver-01"].driver.name) == "Penggerak 1"


@pytest.mark.parametrize("questions", [1, 50])
def test_opening_compiles_with_the_same_number_of_queries(
    draft: Survey, framework: Framework, budi: User, questions: int
) -> None:
    texts = BothLanguages(id="Apa?", en="What?")
    section = SectionSpec(
        title=texts,
        questions=[
            QuestionSpec(
                key=f"q{n}", kind=QuestionKind.MULTIPLE, text=texts, options=[OptionSpec(label=texts)] * 3
            )
            for n in range(questions)
        ],
    )
    version = surveys.add_version(survey=draft, framework=framework, sections=[section], by=budi, at=AT)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        definition = surveys.compile_definition(version)
    assert definition["slots"] == 3 * questions
    assert len(queries) == 5


def test_a_key_may_not_stand_twice(draft: Survey, framework: Framework, budi: User) -> None:
    texts = BothLanguages(id="Apa?", en="What?")
    question = QuestionSpec(key="apa", kind=QuestionKind.TEXT, text=texts)
    with pytest.raises(Refused):
        surveys.add_version(
            survey=draft,
            framework=framework,
            sections=[SectionSpec(title=texts, questions=[question, question])],
            by=budi,
            at=AT,
        )


def test_a_choice_needs_options(draft: Survey, framework: Framework, budi: User) -> None:
    texts = BothLanguages(id="Apa?", en="What?")
    question = QuestionSpec(
        key="apa", kind=QuestionKind.SINGLE, text=texts, options=[OptionSpec(label=texts)]
    )
    with pytest.raises(Refused):
        surveys.add_version(
            survey=draft,
            framework=framework,
            sections=[SectionSpec(title=texts, questions=[question])],
            by=budi,
            at=AT,
        )


def test_questions_cannot_change_once_the_survey_is_open(
    survey: Survey, framework: Framework, budi: User
) -> None:
    sections = surveys.standard_sections(framework=framework, cycle=survey.cycle)
    with pytest.raises(Refused):
        surveys.add_version(survey=survey, framework=framework, sections=sections, by=budi, at=AT)


def test_a_survey_without_questions_or_translation_does_not_open(budi: User, cycle: object) -> None:
    empty = surveys.create_survey(
        cycle=cycle, slug="kosong", title_id="Kosong", opens_at=OPENS, closes_at=CLOSES, by=budi, at=AT
    )
    assert [gap.code for gap in empty.opening_gaps(at=AT)] == ["no_title_en", "no_questions"]
    with pytest.raises(Refused):
        surveys.open_survey(survey=empty, by=budi, at=AT)


def test_a_survey_whose_time_is_over_does_not_open(draft: Survey, budi: User) -> None:
    assert [gap.code for gap in draft.opening_gaps(at=LATER)] == ["over"]
    with pytest.raises(Refused):
        surveys.open_survey(survey=draft, by=budi, at=LATER)


def test_a_survey_opens_once(survey: Survey, budi: User) -> None:
    with pytest.raises(Refused):
        surveys.open_survey(survey=survey, by=budi, at=AT)


def test_the_token_of_a_link_is_told_once_and_kept_as_a_hash(personal_link: Link) -> None:
    stored = Invitation.objects.values().get(pk=personal_link.invitation.pk)
    assert personal_link.token not in str(stored)
    assert not Activity.objects.filter(data__icontains=personal_link.token).exists()
    assert surveys.find_invitation(token=personal_link.token, at=AT).pk == personal_link.invitation.pk


def test_links_are_handed_out_only_while_the_survey_is_open(draft: Survey, budi: User, wali: User) -> None:
    with pytest.raises(Refused):
        surveys.issue_link(survey=draft, kind="open", label="", by=budi, at=AT)
    with pytest.raises(NotAllowed):
        surveys.issue_link(survey=draft, kind="open", label="", by=wali, at=AT)


def test_only_the_lead_publishes_and_only_what_is_closed(survey: Survey, budi: User, sari: User) -> None:
    with pytest.raises(NotAllowed):
        surveys.publish_results(survey=survey, by=budi, at=AT)
    with pytest.raises(Refused):
        surveys.publish_results(survey=survey, by=sari, at=AT)
    surveys.close_survey(survey=survey, by=budi, at=AT)
    surveys.publish_results(survey=survey, by=sari, at=AT)
    assert Survey.objects.get().status == "published"
    assert list(Activity.objects.order_by("pk").values_list("verb", flat=True)) == [
        "create_survey", "add_version", "open_survey", "close_survey", "review_survey", "publish_results",
    ]  # fmt: skip


def test_publishing_counts_what_was_not_counted_yet(
    survey: Survey, open_link: Link, answer: object, budi: User, sari: User
) -> None:
    answer(q_suggestion=[""])  # type: ignore[operator]
    surveys.close_survey(survey=survey, by=budi, at=AT)
    surveys.publish_results(survey=survey, by=sari, at=AT)
    assert not Response.objects.filter(is_folded=False).exists()


def test_the_clock_closes_surveys_that_are_due(survey: Survey) -> None:
    assert surveys.close_due_surveys(at=AT) == 0
    assert surveys.close_due_surveys(at=LATER) == 1
    assert surveys.close_due_surveys(at=LATER) == 0
    assert Survey.objects.get().status == "closed"
    line = Activity.objects.get(verb="close_survey")
    assert line.actor is None


def test_closing_leaves_no_pairing_of_link_and_sheet_in_the_books_of_the_database(
    survey: Survey, budi: User
) -> None:
    """Rows written by one transaction carry its number (xmin): after closing, all sheets carry the same."""
    from uuid import uuid4

    for _ in range(3):
        _, token = surveys.issue_link(survey=survey, kind="personal", label="", by=budi, at=AT)
        surveys.submit_response(token=token, submission_id=uuid4(), data=filled(), at=AT)
    closed_at = AT + timedelta(days=9)
    surveys.close_survey(survey=survey, by=budi, at=closed_at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM assessment_response")
        assert cursor.fetchone() == (1,)
    assert set(Response.objects.values_list("received_on", flat=True)) == {AT.date()}
