"""Paper sheets: once or twice, the same check as on the web, and no way from a number to an answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from assessment.answers import InvalidAnswers, check_answers
from assessment.models import Channel, PaperSheet, PaperStatus, Response, Survey, SurveyVersion, Tally
from assessment.operations import survey_paper, survey_workshop, surveys
from assessment.paper import as_keys, check_sheet, read_keys
from assessment.questionnaire import questionnaire_of
from semarang_resilience.accounts.models import User
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.models import Activity
from tests.assessment.races import race
from tests.assessment.surveys.conftest import AT, filled, read_everything

pytestmark = pytest.mark.django_db
TOMORROW = AT + timedelta(days=1)
Enter = Callable[..., PaperSheet]


@pytest.fixture
def enter(version: SurveyVersion, budi: User) -> Enter:
    """`enter("7", by=tono, sector=["media"])`."""

    def send(number: str, *, by: User | None = None, **changes: Any) -> PaperSheet:
        return survey_paper.enter_sheet(
            version=version, number=number, data=filled(**changes), by=by or budi, at=AT
        )

    return send


def test_a_sheet_waits_under_its_number_until_it_is_counted(enter: Enter) -> None:
    sheet = enter(" a-7 ")
    assert (sheet.number, sheet.status) == ("A-7", PaperStatus.READY)
    assert sheet.first["q_driver-02"] == ["3"]
    assert not Response.objects.exists()


def test_a_number_is_taken_once_and_is_needed(enter: Enter) -> None:
    enter("7")
    with pytest.raises(survey_paper.NumberTaken) as taken, translation.override("en"):
        enter("7")
    with translation.override("en"):
        assert "Sheet 7 was entered already" in str(taken.value.message)
    for number in ("", "   ", "x" * 21):
        with pytest.raises(InvalidAnswers) as invalid:
            enter(number)
        assert invalid.value.mistakes[0].name == "number"


def test_what_the_web_refuses_is_refused_on_paper_too(enter: Enter) -> None:
    with pytest.raises(InvalidAnswers):
        enter("1", sector=[""])
    with pytest.raises(InvalidAnswers):
        enter("1", **{"q_driver-01": ["9"]})
    with pytest.raises(InvalidAnswers):
        enter("1", q_unknown=["1"])
    assert not PaperSheet.objects.exists()


def test_only_the_office_enters_sheets(enter: Enter, wali: User) -> None:
    with pytest.raises(NotAllowed):
        enter("1", by=wali)


def test_five_sheets_become_anonymous_answers_and_their_content_goes(
    survey: Survey, enter: Enter, budi: User
) -> None:
    for number in range(5):
        enter(str(number), sector=["media" if number else "government"])
    assert survey_paper.count_sheets(survey=survey, by=budi, at=TOMORROW) == 5
    assert sorted(Response.objects.values_list("channel", "sector")) == [
        (Channel.PAPER, "government"),
        *[(Channel.PAPER, "media")] * 4,
    ]
    empty = {"first": None, "second": None, "first_by": None, "second_by": None, "entered_on": None}
    assert list(PaperSheet.objects.order_by("number").values("status", "number", *empty)) == [
        {"status": PaperStatus.ACCEPTED, "number": str(number)} | empty for number in range(5)
    ]
    line = Activity.objects.get(verb="count_sheets")
    assert line.data == {"count": 5}


def test_answers_lie_in_another_order_than_their_sheets(survey: Survey, enter: Enter, budi: User) -> None:
    for number in range(14):
        enter(f"{number:02}", q_suggestion=[f"Kata {number:02}"])
    survey_paper.count_sheets(survey=survey, by=budi, at=TOMORROW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT texts->>'suggestion' FROM assessment_response ORDER BY ctid")
        by_place = [text for (text,) in cursor.fetchall()]
        cursor.execute("SELECT texts->>'suggestion' FROM assessment_response ORDER BY id")
        by_id = [text for (text,) in cursor.fetchall()]
        cursor.execute("SELECT count(DISTINCT (xmin::text, cmin::text)) FROM assessment_response")
        assert cursor.fetchone() == (1,), "one statement wrote them all"
    entered = [f"Kata {number:02}" for number in range(14)]
    assert sorted(by_place) == entered
    # Each order comes about by chance in one of 87 thousand million cases.
    assert by_place != entered
    assert by_id != entered


def test_four_sheets_wait_for_a_fifth_while_the_survey_is_open(
    survey: Survey, enter: Enter, budi: User
) -> None:
    for number in range(4):
        enter(str(number))
    with pytest.raises(Refused) as few:
        survey_paper.count_sheets(survey=survey, by=budi, at=TOMORROW)
    assert few.value.code == "too_few"
    assert survey_paper.count_due_sheets(at=TOMORROW) == 0
    assert not Response.objects.exists()


def test_the_night_counts_what_was_entered_before_today(enter: Enter) -> None:
    for number in range(5):
        enter(str(number))
    assert survey_paper.count_due_sheets(at=AT + timedelta(minutes=1)) == 0, "can still be corrected today"
    assert survey_paper.count_due_sheets(at=TOMORROW) == 5
    assert survey_paper.count_due_sheets(at=TOMORROW) == 0


def test_the_last_few_do_not_stand_out(survey: Survey, enter: Enter, budi: User) -> None:
    for number in range(6):
        enter(str(number))
    survey_paper.count_sheets(survey=survey, by=budi, at=TOMORROW)
    late = enter("late", sector=["media"])
    survey = surveys.close_survey(survey=survey, by=budi, at=AT + timedelta(days=3))
    assert survey_paper.count_sheets(survey=survey, by=budi, at=AT + timedelta(days=9)) == 1
    assert set(Response.objects.values_list("received_on", flat=True)) == {(AT + timedelta(days=3)).date()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM assessment_response")
        assert cursor.fetchone() == (1,), "all written by one transaction"
    late.refresh_from_db()
    assert late.first is None


def test_fewer_than_five_sheets_in_all_leave_no_number_behind(
    survey: Survey, enter: Enter, budi: User
) -> None:
    enter("1")
    survey = surveys.close_survey(survey=survey, by=budi, at=TOMORROW)
    survey_paper.count_sheets(survey=survey, by=budi, at=TOMORROW)
    assert Response.objects.count() == 1
    assert not PaperSheet.objects.exists(), "the only number would say whose answers these are"


def test_counted_answers_are_tallied_like_all_others(survey: Survey, enter: Enter, budi: User) -> None:
    for number in range(5):
        enter(str(number), **{"q_driver-01": ["3"]})
    survey_paper.count_sheets(survey=survey, by=budi, at=AT)
    surveys.fold_all_responses()
    assert Tally.objects.get(slot=0, sector="community").counts == [0, 0, 0, 5]


def test_reviewing_settles_what_is_left_on_paper_and_in_rooms(
    survey: Survey, enter: Enter, budi: User, tono: User
) -> None:
    enter("1")
    survey_paper.set_double_entry(survey=survey, is_needed=True, by=budi, at=AT)
    enter("2")
    workshop = survey_workshop.create_workshop(survey=survey, name="x", held_on=AT.date(), by=budi, at=AT)
    survey = surveys.close_survey(survey=survey, by=budi, at=TOMORROW)
    with pytest.raises(Refused) as undecided, translation.override("en"):
        surveys.review_survey(survey=survey, by=budi, at=TOMORROW)
    assert undecided.value.code == "undecided_sheets"
    assert "1 paper sheet waits" in str(undecided.value.message)
    enter("2", by=tono)
    with pytest.raises(Refused) as unread:
        surveys.review_survey(survey=survey, by=budi, at=TOMORROW)
    assert unread.value.code == "unread_answers", "they are counted now, so that they can be read"
    read_everything(survey, budi)
    surveys.review_survey(survey=survey, by=budi, at=TOMORROW)
    assert Response.objects.filter(channel=Channel.PAPER).count() == 2
    workshop.refresh_from_db()
    assert workshop.status == "ended"
    with pytest.raises(Refused):
        enter("3")


# -- correcting, taking back, setting aside -------------------------------------------------------------


def test_a_sheet_can_be_corrected_and_taken_back_until_it_is_counted(enter: Enter, budi: User) -> None:
    sheet = enter("1")
    survey_paper.correct_sheet(sheet=sheet, data=filled(**{"q_driver-01": ["2"]}), by=budi, at=AT)
    sheet.refresh_from_db()
    assert sheet.first["q_driver-01"] == ["2"]
    survey_paper.withdraw_sheet(sheet=sheet, by=budi, at=AT)
    assert enter("1").status == PaperStatus.READY, "the number is free again"


def test_a_counted_sheet_cannot_be_touched_any_more(survey: Survey, enter: Enter, budi: User) -> None:
    sheets = [enter(str(number)) for number in range(5)]
    survey_paper.count_sheets(survey=survey, by=budi, at=AT)
    with pytest.raises(survey_paper.CountedAlready):
        survey_paper.correct_sheet(sheet=sheets[0], data=filled(), by=budi, at=AT)
    with pytest.raises(survey_paper.CountedAlready):
        survey_paper.withdraw_sheet(sheet=sheets[0], by=budi, at=AT)


def test_an_unusable_sheet_is_set_aside_with_its_reason(version: SurveyVersion, budi: User) -> None:
    sheet = survey_paper.set_aside_sheet(version=version, number="9", reason="Kosong", by=budi, at=AT)
    assert (sheet.status, sheet.reason, sheet.first) == (PaperStatus.SET_ASIDE, "Kosong", None)
    with pytest.raises(Refused):
        survey_paper.set_aside_sheet(version=version, number="10", reason=" ", by=budi, at=AT)


def test_nothing_is_entered_after_publication(survey: Survey, enter: Enter, budi: User, sari: User) -> None:
    Survey.objects.filter(pk=survey.pk).update(status="published", closed_at=AT, published_at=AT)
    with pytest.raises(Refused) as refused:
        survey_paper.enter_sheet(
            version=SurveyVersion.objects.get(survey=survey), number="1", data=filled(), by=budi, at=AT
        )
    assert refused.value.code == "not_accepting"


@pytest.mark.parametrize(
    "broken",
    [
        {"status": "accepted"},
        {"status": "set_aside", "first": None, "first_by": None, "entered_on": None},
        {"reason": "x"},
    ],
)
def test_the_database_holds_the_rules_too(enter: Enter, broken: dict[str, Any]) -> None:
    sheet = enter("1")
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperSheet.objects.filter(pk=sheet.pk).update(**broken)


# -- twice ---------------------------------------------------------------------------------------------------


@pytest.fixture
def twice(survey: Survey, budi: User) -> None:
    survey_paper.set_double_entry(survey=survey, is_needed=True, by=budi, at=AT)


@pytest.mark.usefixtures("twice")
def test_two_people_who_agree_make_a_sheet_ready(enter: Enter, tono: User) -> None:
    assert enter("1").status == PaperStatus.ENTERED
    # The order in which boxes were ticked is no difference.
    again = enter("1", by=tono, **{"q_helpful-measures": ["3", "1"]})
    assert again.status == PaperStatus.READY
    assert again.second is None


@pytest.mark.usefixtures("twice")
def test_whoever_entered_a_sheet_first_cannot_be_the_second(enter: Enter, budi: User) -> None:
    enter("1")
    with pytest.raises(survey_paper.SamePerson):
        enter("1", by=budi)


@pytest.mark.usefixtures("twice")
def test_differences_are_decided_field_by_field(enter: Enter, budi: User, tono: User) -> None:
    enter("1")
    sheet = enter("1", by=tono, **{"q_driver-01": ["2"], "q_suggestion": None})
    assert sheet.status == PaperStatus.DIFFERS
    assert survey_paper.differences(sheet) == ["q_driver-01", "q_suggestion"]
    with pytest.raises(InvalidAnswers) as undecided:
        survey_paper.resolve_sheet(sheet=sheet, choices={"q_driver-01": "second"}, by=budi, at=AT)
    assert [mistake.name for mistake in undecided.value.mistakes] == ["q_suggestion"]
    choices = {"q_driver-01": "second", "q_suggestion": "first"}
    sheet = survey_paper.resolve_sheet(sheet=sheet, choices=choices, by=budi, at=AT)
    assert (sheet.status, sheet.second) == (PaperStatus.READY, None)
    assert sheet.first["q_driver-01"] == ["2"]
    assert sheet.first["q_suggestion"] == ["Perbaiki saluran."]


@pytest.mark.usefixtures("twice")
def test_a_blank_may_be_what_stands_on_the_paper(enter: Enter, budi: User, tono: User) -> None:
    enter("1")
    sheet = enter("1", by=tono, **{"q_driver-01": None})
    sheet = survey_paper.resolve_sheet(sheet=sheet, choices={"q_driver-01": "second"}, by=budi, at=AT)
    assert "q_driver-01" not in sheet.first


@pytest.mark.usefixtures("twice")
def test_nobody_corrects_the_first_entry_of_another(enter: Enter, tono: User) -> None:
    sheet = enter("1")
    with pytest.raises(Refused) as refused:
        survey_paper.correct_sheet(sheet=sheet, data=filled(), by=tono, at=AT)
    assert refused.value.code == "not_yours"


@pytest.mark.usefixtures("twice")
def test_going_back_to_one_entry_frees_what_waits(survey: Survey, enter: Enter, budi: User) -> None:
    enter("1")
    survey_paper.set_double_entry(survey=survey, is_needed=False, by=budi, at=AT)
    assert PaperSheet.objects.get().status == PaperStatus.READY


@pytest.mark.django_db(transaction=True)
def test_two_who_enter_one_number_at_once_are_one_sheet(
    version: SurveyVersion, budi: User, tono: User
) -> None:
    def entering(by: User) -> Callable[[], Any]:
        return lambda: survey_paper.enter_sheet(version=version, number="1", data=filled(), by=by, at=AT)

    assert sorted(race(entering(budi), entering(tono))) == ["done", "number_taken"]
    assert PaperSheet.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_count_at_once_count_every_sheet_once(
    survey: Survey, enter: Enter, budi: User, tono: User
) -> None:
    for number in range(7):
        enter(str(number))

    def counting(by: User) -> Callable[[], Any]:
        return lambda: survey_paper.count_sheets(survey=Survey.objects.get(pk=survey.pk), by=by, at=AT)

    assert sorted(race(counting(budi), counting(tono))) == ["done", "too_few"]
    assert Response.objects.count() == 7


# -- keys ------------------------------------------------------------------------------------------


def test_keys_stand_for_the_form_and_back(version: SurveyVersion) -> None:
    questionnaire = questionnaire_of(version)
    typed = {"sector": "5", "district": "1", "q_driver-01": "0", "q_helpful-measures": "13"}
    data = read_keys(questionnaire, typed)
    assert data["district"] == ["33.74.01"]
    assert (data["q_driver-01"], data["q_helpful-measures"]) == (["0"], ["1", "3"])
    assert as_keys(questionnaire, data)["q_helpful-measures"] == "1 3"
    assert read_keys(questionnaire, typed | {"q_helpful-measures": "1, 3"}) == data
    assert read_keys(questionnaire, as_keys(questionnaire, data)) == data


def test_a_key_that_means_nothing_is_named_with_those_that_do(version: SurveyVersion) -> None:
    with pytest.raises(InvalidAnswers) as invalid, translation.override("en"):
        read_keys(questionnaire_of(version), {"q_driver-01": "8", "q_driver-02": "12"})
    assert [str(mistake.message) for mistake in invalid.value.mistakes] == [
        "Question 1: “8” is none of its keys (1, 2, 3, 0). Press one of them.",
        "Question 2: “12” is none of its keys (1, 2, 3, 0). Press one of them.",
    ]


def test_paper_may_leave_open_what_the_web_insists_on(version: SurveyVersion) -> None:
    definition = version.definition
    definition["sections"][0]["questions"][0]["required"] = True
    SurveyVersion.objects.filter(pk=version.pk).update(definition=definition)
    version = SurveyVersion.objects.get(pk=version.pk)
    version.frozen_at = None  # read anew, past the copy that this process keeps
    questionnaire = questionnaire_of(version)
    with pytest.raises(InvalidAnswers):
        check_answers(questionnaire, filled(**{"q_driver-01": None}))
    assert check_sheet(questionnaire, filled(**{"q_driver-01": None})).answers[0] is None
