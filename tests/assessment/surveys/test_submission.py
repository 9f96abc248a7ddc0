"""One sheet, once: repeated, raced, late, wrong, half-filled."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from assessment.answers import InvalidAnswers
from assessment.models import (
    Framework,
    Invitation,
    Participation,
    QuestionKind,
    Response,
    Survey,
    SurveyVersion,
)
from assessment.operations import surveys
from assessment.operations.surveys import BothLanguages, QuestionSpec, SectionSpec
from semarang_resilience.accounts.models import User
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.models import Activity

from .conftest import AT, LATER, Link, filled

pytestmark = pytest.mark.django_db
SUBMISSION = UUID("8d7f5f0e-0f53-4f52-9d8c-3e6f4b9b8a11")


def submit(link: Link, submission_id: UUID = SUBMISSION, at: Any = AT, **changes: Any) -> surveys.Submitted:
    """Send a filled form through `link`."""
    return surveys.submit_response(
        token=link.token, submission_id=submission_id, data=filled(**changes), at=at
    )


def test_a_sheet_is_stored_as_one_row_with_a_receipt(open_link: Link, version: SurveyVersion) -> None:
    submitted = submit(open_link)
    response = Response.objects.get()
    assert response.receipt == submitted.receipt
    assert re.fullmatch(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}", response.receipt)
    assert (response.sector, response.district_id, response.channel) == ("community", "33.74.01", "web")
    assert response.answers[:3] == [1, 3, 0]
    assert response.texts == {"suggestion": "Perbaiki saluran."}
    assert response.is_folded is False


def test_an_answer_carries_a_day_and_nothing_finer_and_leaves_no_line_in_the_log(personal_link: Link) -> None:
    before = Activity.objects.count()
    submit(personal_link)
    row = Response.objects.values().get()
    assert row.pop("received_on") == date(2026, 3, 2)
    assert set(row) == {
        "id", "version_id", "channel", "sector", "district_id", "answers", "texts", "receipt", "is_folded",
    }  # fmt: skip
    assert Activity.objects.count() == before
    foreign_keys = {
        field.related_model for field in (*Invitation._meta.get_fields(), *Response._meta.get_fields())
        if field.is_relation
    }  # fmt: skip
    assert not {Invitation, Response} & foreign_keys


def test_the_same_sheet_sent_twice_is_one_row_with_one_receipt(open_link: Link) -> None:
    first, second = submit(open_link), submit(open_link, sector=["media"])
    assert (first.receipt, first.is_repeat, second.is_repeat) == (second.receipt, False, True)
    assert Response.objects.get().sector == "community"


def test_a_personal_link_takes_one_answer(personal_link: Link) -> None:
    first = submit(personal_link)
    with pytest.raises(surveys.AlreadyAnswered):
        submit(personal_link, uuid4())
    assert submit(personal_link).receipt == first.receipt
    assert Response.objects.count() == 1
    assert Invitation.objects.with_use().get().is_used == 1


def test_a_sheet_of_another_survey_is_not_taken_over(
    open_link: Link, version: SurveyVersion, budi: User
) -> None:
    submit(open_link)
    survey = version.survey
    survey.pk, survey.slug = None, "lain"
    survey._state.adding = True
    survey.save()
    other = SurveyVersion.objects.create(survey=survey, number=1)
    Response.objects.update(version=other)
    with pytest.raises(InvalidAnswers):
        submit(open_link)
    assert Response.objects.get().version == other


def test_a_list_of_rows_does_not_name_receipts(open_link: Link) -> None:
    assert submit(open_link).receipt not in str(Response.objects.get())


def test_an_open_link_takes_as_many_as_come(open_link: Link) -> None:
    receipts = {submit(open_link, uuid4()).receipt for _ in range(3)}
    assert len(receipts) == 3


def test_a_repeated_sheet_keeps_its_receipt_even_after_the_survey_has_closed(
    open_link: Link, survey: Survey, budi: User
) -> None:
    first = submit(open_link)
    surveys.close_survey(survey=survey, by=budi, at=AT)
    assert submit(open_link).receipt == first.receipt
    with pytest.raises(surveys.SurveyClosed):
        submit(open_link, uuid4())


def test_a_survey_takes_answers_only_between_its_dates(open_link: Link) -> None:
    for at in (LATER, AT - timedelta(days=5)):
        with pytest.raises(surveys.SurveyClosed):
            submit(open_link, at=at)
    assert not Response.objects.exists()


def test_a_wrong_and_a_withdrawn_link_are_unknown(open_link: Link, budi: User) -> None:
    with pytest.raises(surveys.UnknownLink):
        submit(Link(open_link.invitation, "salah"))
    surveys.withdraw_link(invitation=open_link.invitation, by=budi, at=AT)
    with pytest.raises(surveys.UnknownLink):
        submit(open_link)


def test_a_refused_sheet_leaves_nothing_behind_and_the_link_stays_good(personal_link: Link) -> None:
    with pytest.raises(InvalidAnswers):
        submit(personal_link, sector=None)
    assert not Response.objects.exists()
    assert Invitation.objects.with_use().get().is_used == 0
    submit(personal_link)


def test_a_receipt_that_is_taken_is_drawn_again(open_link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = iter(["AAAA-AAAA", "AAAA-AAAA", "BBBB-BBBB"])
    monkeypatch.setattr("assessment.operations.survey_submission.make_receipt", lambda: next(codes))
    assert submit(open_link, uuid4()).receipt == "AAAA-AAAA"
    assert submit(open_link, uuid4()).receipt == "BBBB-BBBB"


@pytest.mark.parametrize("questions", [1, 50])
@pytest.mark.parametrize("kind", ["open", "personal"])
def test_submitting_takes_few_queries_whatever_the_number_of_questions(
    draft: Survey, framework: Framework, budi: User, questions: int, kind: str
) -> None:
    texts = BothLanguages(id="Apa?", en="What?")
    driver = framework.dimensions.first().drivers.first()  # type: ignore[union-attr]
    asked = [
        QuestionSpec(key=f"q{n}", kind=QuestionKind.DRIVER_RATING, text=texts, driver=driver)
        for n in range(questions)
    ]
    sections = [SectionSpec(title=texts, questions=asked)]
    surveys.add_version(survey=draft, framework=framework, sections=sections, by=budi, at=AT)
    survey = surveys.open_survey(survey=draft, by=budi, at=AT)
    link = Link(*surveys.issue_link(survey=survey, kind=kind, label="", by=budi, at=AT))
    data = {"sector": ["media"]} | {f"q_q{n}": ["1"] for n in range(questions)}
    with CaptureQueriesContext(connection) as queries:
        surveys.submit_response(token=link.token, submission_id=uuid4(), data=data, at=AT)
    # Two for the test's savepoint, at most one for the questionnaire (once per process).
    assert len(queries) <= (5 if kind == "open" else 7)


# -- races, with real threads on PostgreSQL


def race(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls at the same moment, each on a connection of its own; results or exceptions."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return call()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["open", "personal"])
def test_a_double_click_gets_one_row_and_one_receipt(survey: Survey, budi: User, kind: str) -> None:
    link = Link(*surveys.issue_link(survey=survey, kind=kind, label="", by=budi, at=AT))
    for _ in range(5):
        Response.objects.all().delete()
        Participation.objects.update(used=bytes(1))
        results = race(*[lambda: submit(link)] * 4)
        assert {type(result) for result in results} == {surveys.Submitted}
        assert len({result.receipt for result in results}) == 1
        assert sum(not result.is_repeat for result in results) == 1
        assert Response.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_race_for_one_personal_link_exactly_one_wins(personal_link: Link) -> None:
    for _ in range(5):
        Response.objects.all().delete()
        Participation.objects.update(used=bytes(1))
        results = race(*[lambda: submit(personal_link, uuid4())] * 4)
        assert sorted(type(result).__name__ for result in results) == ["AlreadyAnswered"] * 3 + ["Submitted"]
        assert Response.objects.count() == 1


# -- many at once, from paper or a workshop


def test_sheets_on_paper_pass_the_same_check_and_are_counted_alike(
    version: SurveyVersion, budi: User
) -> None:
    rows = [
        {"sector": "media", "answers": {"driver-01": 2}, "channel": "paper", "received_on": date(2026, 3, 1)},
        {"sector": "donor", "district": "33.74.02", "answers": {"hazard-rob": (1, 2)}, "channel": "workshop"},
    ]
    assert surveys.load_responses(version=version, rows=rows, by=budi, at=AT) == 2
    assert set(Response.objects.values_list("channel", "sector", "received_on")) == {
        ("paper", "media", date(2026, 3, 1)),
        ("workshop", "donor", date(2026, 3, 2)),
    }
    assert Activity.objects.get(verb="load_responses").data == {"count": 2}


def test_one_bad_sheet_refuses_the_whole_load(version: SurveyVersion, budi: User) -> None:
    rows = [
        {"sector": "media", "answers": {"driver-01": 2}},
        {"sector": "media", "answers": {"driver-77": 2}},
    ]
    with pytest.raises(InvalidAnswers):
        surveys.load_responses(version=version, rows=rows, by=budi, at=AT)
    assert not Response.objects.exists()


def test_sheets_are_loaded_by_staff_and_only_into_an_opened_survey(
    draft: Survey, budi: User, wali: User
) -> None:
    version = draft.versions.get()
    with pytest.raises(Refused):
        surveys.load_responses(version=version, rows=[], by=budi, at=AT)
    with pytest.raises(NotAllowed):
        surveys.load_responses(version=version, rows=[], by=wali, at=AT)
