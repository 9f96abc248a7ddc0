"""Closed, looked through, published, taken back, opened again: who may, when, and who wins a race."""

import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from assessment.models import Response, Survey
from assessment.operations import survey_submission, surveys
from semarang_resilience.accounts.models import User
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.models import Activity
from tests.assessment.races import race

from .conftest import AT, CLOSES, Link, filled, read_everything

NEW_END = CLOSES + timedelta(days=14)


def _status() -> str:
    return Survey.objects.get().status


def _reopen(survey: Survey, by: User, **changes: Any) -> Survey:
    given = {"closes_at": NEW_END, "reason": "Banjir menunda jawaban"}
    return surveys.reopen_survey(survey=survey, **(given | changes), by=by, at=AT)


def test_the_whole_life(survey: Survey, answer: Any, budi: User, sari: User) -> None:
    answer()
    surveys.close_survey(survey=survey, by=budi, at=AT)
    with pytest.raises(Refused) as unread:
        surveys.review_survey(survey=survey, by=budi, at=AT)
    assert unread.value.code == "unread_answers"
    with pytest.raises(Refused):
        surveys.publish_results(survey=survey, by=sari, at=AT)
    assert _status() == "closed"
    read_everything(survey, budi)
    surveys.review_survey(survey=survey, by=budi, at=AT)
    assert _status() == "reviewed"
    surveys.publish_results(survey=survey, by=sari, at=AT)
    assert _status() == "published"
    surveys.unpublish_results(survey=survey, reason="Angka keliru", by=sari, at=AT)
    kept = Survey.objects.get()
    assert (kept.status, kept.published_at) == ("reviewed", None)
    assert Activity.objects.get(verb="unpublish_results").data["reason"] == "Angka keliru"
    surveys.publish_results(survey=survey, by=sari, at=AT)
    assert _status() == "published"


def test_opened_again_it_takes_answers_until_the_new_date(
    survey: Survey, answer: Any, open_link: Link, budi: User
) -> None:
    surveys.close_survey(survey=survey, by=budi, at=AT)
    with pytest.raises(surveys.SurveyClosed):
        answer()
    _reopen(survey, budi)
    answer()
    kept = Survey.objects.get()
    assert (kept.status, kept.closes_at, kept.closed_at) == ("open", NEW_END, None)
    assert surveys.close_due_surveys(at=CLOSES + timedelta(days=1)) == 0
    assert surveys.close_due_surveys(at=NEW_END) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"reason": "  "}, "no_reason"), ({"closes_at": AT}, "over")],
)
def test_opening_again_needs_a_reason_and_a_date_ahead(
    survey: Survey, budi: User, changes: dict[str, Any], code: str
) -> None:
    surveys.close_survey(survey=survey, by=budi, at=AT)
    with pytest.raises(Refused) as refusal:
        _reopen(survey, budi, **changes)
    assert refusal.value.code == code
    assert _status() == "closed"


def test_what_was_published_once_is_never_opened_again(survey: Survey, budi: User, sari: User) -> None:
    surveys.close_survey(survey=survey, by=budi, at=AT)
    surveys.publish_results(survey=survey, by=sari, at=AT)
    with pytest.raises(Refused) as refusal:
        _reopen(survey, budi)
    assert refusal.value.code == "wrong_status"
    surveys.unpublish_results(survey=survey, reason="x", by=sari, at=AT)
    with pytest.raises(Refused) as refusal:
        _reopen(survey, budi)
    assert refusal.value.code == "published_or_cited"


def test_who_may_do_what(survey: Survey, budi: User, wali: User, sari: User) -> None:
    with pytest.raises(Refused):
        surveys.review_survey(survey=survey, by=budi, at=AT)
    surveys.close_survey(survey=survey, by=budi, at=AT)
    for step in (
        lambda: surveys.review_survey(survey=survey, by=wali, at=AT),
        lambda: _reopen(survey, wali),
        lambda: surveys.unpublish_results(survey=survey, reason="x", by=budi, at=AT),
    ):
        with pytest.raises(NotAllowed):
            step()
    with pytest.raises(Refused):
        surveys.unpublish_results(survey=survey, reason="x", by=sari, at=AT)


@pytest.mark.django_db(transaction=True)
def test_a_sheet_that_was_looked_at_before_the_closing_does_not_come_in_after_it(
    survey: Survey, open_link: Link, budi: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, closed, outcome = threading.Event(), threading.Event(), []
    check = survey_submission.check_answers

    def slowly(*arguments: Any) -> Any:
        looked.set()
        assert closed.wait(20)
        return check(*arguments)

    monkeypatch.setattr(survey_submission, "check_answers", slowly)

    def send() -> None:
        try:
            surveys.submit_response(token=open_link.token, submission_id=uuid4(), data=filled(), at=AT)
            outcome.append("taken")
        except surveys.SurveyClosed:
            outcome.append("closed")
        finally:
            connection.close()

    sender = threading.Thread(target=send)
    sender.start()
    assert looked.wait(20)
    surveys.close_survey(survey=survey, by=budi, at=AT)
    closed.set()
    sender.join(30)
    assert outcome == ["closed"]
    assert not Response.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_closing_waits_for_a_sheet_that_is_being_written(
    survey: Survey, personal_link: Link, budi: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, go_on, done = threading.Event(), threading.Event(), []
    mark = survey_submission.mark_used

    def slowly(**arguments: Any) -> bool:
        written.set()
        assert go_on.wait(20)
        return mark(**arguments)

    monkeypatch.setattr(survey_submission, "mark_used", slowly)

    def send() -> None:
        surveys.submit_response(token=personal_link.token, submission_id=uuid4(), data=filled(), at=AT)
        done.append("taken")
        connection.close()

    def close() -> None:
        surveys.close_survey(survey=survey, by=budi, at=AT)
        done.append("closed")
        connection.close()

    threads = [threading.Thread(target=send), threading.Thread(target=close)]
    threads[0].start()
    assert written.wait(20)
    threads[1].start()
    threads[1].join(0.5)
    assert done == [], "the closing waits"
    go_on.set()
    [thread.join(30) for thread in threads]
    assert done == ["taken", "closed"]
    assert Response.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_sheets_against_one_closing_none_is_later(survey: Survey, open_link: Link, budi: User) -> None:
    receipts: list[str] = []

    def send() -> None:
        receipts.append(
            surveys.submit_response(
                token=open_link.token, submission_id=uuid4(), data=filled(), at=AT
            ).receipt
        )

    outcomes = race(*[send] * 8, lambda: surveys.close_survey(survey=Survey.objects.get(), by=budi, at=AT))
    assert outcomes[-1] == "done"
    assert set(outcomes) <= {"done", "survey_closed"}
    assert sorted(Response.objects.values_list("receipt", flat=True)) == sorted(receipts)


@pytest.mark.django_db(transaction=True)
def test_of_publishing_and_opening_again_one_wins(survey: Survey, budi: User, sari: User) -> None:
    surveys.close_survey(survey=survey, by=budi, at=AT)
    outcomes = race(
        lambda: surveys.publish_results(survey=Survey.objects.get(), by=sari, at=AT),
        lambda: _reopen(Survey.objects.get(), budi),
    )
    assert sorted(outcomes) == ["done", "wrong_status"]
    assert _status() == ("published" if outcomes[0] == "done" else "open")


@pytest.mark.django_db(transaction=True)
def test_of_two_closings_one_wins(survey: Survey, budi: User) -> None:
    outcomes = race(
        *[lambda: surveys.close_survey(survey=Survey.objects.get(), by=budi, at=AT)] * 3,
        lambda: surveys.close_due_surveys(at=NEW_END),
    )
    assert Activity.objects.filter(verb="close_survey").count() == 1
    assert _status() == "closed"
    assert set(outcomes) <= {"done", "wrong_status"}
