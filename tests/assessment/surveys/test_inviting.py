"""Reaching people: quotas by lot, pasted lists, personal links by e-mail, reminders with a floor, targets."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from assessment import invitees, survey_letters
from assessment.invitees import (
    Candidate,
    CandidateState,
    Quota,
    draw,
    forum_candidates,
    listed_candidates,
    quotas_of,
    rows_of,
)
from assessment.models import Invitation, Reminder, Survey
from assessment.operations import surveys
from assessment.operations.survey_inviting import (
    invite_people,
    next_reminder_on,
    remind_people,
    set_targets,
    to_remind,
)
from semarang_resilience.accounts.models import User
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.models import Activity
from semarang_resilience.mail import operations as letters
from semarang_resilience.mail.models import Message
from semarang_resilience.mail.operations import send_due_messages, stop_letters
from stakeholders.models import Consent, ConsentText, ForumMembership, Organization, Person
from tests.assessment.races import race

from .conftest import AT, CLOSES, filled

LATER = AT + timedelta(days=6)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """The builders ask what time it is; no broker."""
    monkeypatch.setattr(letters, "announce_task", lambda name: True)
    now = [AT]
    monkeypatch.setattr(survey_letters.timezone, "now", lambda: now[0])
    return lambda at: now.__setitem__(0, at)


@pytest.fixture
def people(survey: Survey) -> list[Person]:
    """Six of the government, four companies; all in the forum, all agreed to invitations."""
    text = ConsentText.objects.create(purpose="surveys", version=1, text="Ya", in_use_from=date(2020, 1, 1))
    found = []
    for sector, count in (("government", 6), ("private", 4)):
        body = Organization.objects.create(code=sector, name=sector, sector=sector, level="city")
        for number in range(count):
            person = Person.objects.create(
                name=f"{sector} {number}", organization=body, email=f"{sector}{number}@contoh.id",
                district_id="33.74.01" if number % 2 else "33.74.02",
            )  # fmt: skip
            Consent.objects.create(person=person, text=text, given_on=date(2026, 1, 1), way="written")
            ForumMembership.objects.create(
                cycle=survey.cycle, organization=body, person=person, since=date(2026, 1, 1)
            )
            found.append(person)
    return found


def _invite(survey: Survey, by: User, *addresses: str, at: datetime = AT) -> int:
    found = [Candidate(email=each, sector="media") for each in addresses or ["a@contoh.id"]]
    return invite_people(survey=survey, candidates=found, by=by, at=at)


def _deliver(at: datetime) -> int:
    """Send, and say that it was at that time."""
    sent = send_due_messages(at=at)
    Message.objects.filter(status="sent").update(sent_at=at)
    return sent


def _link(number: int = -1) -> str:
    (line,) = [line for line in mail.outbox[number].body.splitlines() if "/isi/" in line]
    return line.strip().rstrip("/").rpartition("/")[2]


def _answer(token: str, at: datetime = AT) -> None:
    surveys.submit_response(token=token, submission_id=uuid4(), data=filled(), at=at)


# -- who -----------------------------------------------------------------------------------------------


def test_only_people_of_the_forum_who_agreed_and_can_be_reached(survey: Survey, people: list[Person]) -> None:
    assert len(forum_candidates(survey)) == 10
    withdrawn, without, gone, unsubscribed, erased, *_others = people
    Consent.objects.filter(person=withdrawn).update(withdrawn_on=date(2026, 2, 1))
    Person.objects.filter(pk=without.pk).update(email="")
    ForumMembership.objects.filter(person=gone).update(until=date(2026, 2, 1))
    stop_letters(address=unsubscribed.email, purpose="surveys", at=AT)
    Person.objects.filter(pk=erased.pk).update(email="", erased_at=AT)
    left = {each.person for each in forum_candidates(survey)}
    assert left == {person.pk for person in people[5:]}


def test_candidates_take_as_many_queries_for_many_people(
    survey: Survey, people: list[Person], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3):
        forum_candidates(survey)


@given(
    sizes=st.lists(st.integers(0, 6), min_size=4, max_size=4),
    wishes=st.lists(st.integers(0, 9), min_size=4, max_size=4),
)
def test_a_draw_fills_each_quota_as_far_as_it_goes_and_takes_nobody_twice(
    sizes: list[int], wishes: list[int]
) -> None:
    groups = [("government", "1"), ("government", "2"), ("private", "1"), ("private", "2")]
    candidates = [
        Candidate(email=f"{sector}{district}{n}@x.id", sector=sector, district=district)
        for (sector, district), size in zip(groups, sizes, strict=True)
        for n in range(size)
    ]
    quotas = [Quota(sector=s, district=d, available=0, invited=0) for s, d in groups]
    drawn = draw(candidates, zip(quotas, wishes, strict=True))
    assert len({each.email for each in drawn}) == len(drawn)
    found = Counter((each.sector, each.district) for each in drawn)
    assert [found[group] for group in groups] == [min(a, b) for a, b in zip(sizes, wishes, strict=True)]


def test_a_wide_quota_does_not_take_from_a_narrow_one() -> None:
    candidates = [Candidate(email=f"{n}@x.id", sector="media", district="1") for n in range(3)]
    wide = Quota(sector="media", district="", available=3, invited=0)
    narrow = Quota(sector="media", district="1", available=3, invited=0)
    drawn = draw(candidates, [(wide, 3), (narrow, 2)])
    assert len(drawn) == 3


def test_quotas_follow_the_targets(survey: Survey, people: list[Person], budi: User) -> None:
    assert {quota.wanted for quota in quotas_of(survey, forum_candidates(survey))} == {None}
    targets = {("government", ""): 5, ("private", "33.74.01"): 9}
    set_targets(survey=survey, wanted=targets, by=budi, at=AT)
    government, private = quotas_of(survey, forum_candidates(survey))
    assert (government.available, government.suggested) == (6, 5)
    assert (private.available, private.suggested) == (2, 2), "no more than there are"


@pytest.mark.parametrize(
    "text",
    [
        "siti@contoh.id;media;Semarang Utara;en",
        "E-mail,Sector\nSITI@contoh.id,Media,33.74.02,English",
        "\ufeffSiti Aminah <siti@contoh.id>\tMEDIA\tKec. Semarang Utara\tInggris",
        '"siti@contoh.id" | media | kecamatan semarang utara | en',
    ],
)
def test_a_pasted_list_is_read_as_people_write_it(survey: Survey, text: str) -> None:
    (found,) = listed_candidates(survey, rows_of(text))
    assert (found.email, found.sector, found.district, found.language) == (
        "siti@contoh.id", "media", "33.74.02", "en",
    )  # fmt: skip
    assert found.state == CandidateState.OK


def test_a_preview_says_of_each_row_what_happens(survey: Survey, budi: User) -> None:
    _invite(survey, budi, "lama@contoh.id")
    stop_letters(address="tidak@contoh.id", purpose="surveys", at=AT)
    rows = rows_of("baru@contoh.id\nlama@contoh.id\nTIDAK@contoh.id\nbaru@contoh.id\nbukan alamat\n\nx@\n")
    found = listed_candidates(survey, [["alamat"], *rows])
    assert [each.state.value for each in found] == [
        "ok", "invited", "opted_out", "repeated", "no_address", "no_address",
    ]  # fmt: skip
    assert found[4].note == "bukan alamat"
    assert Invitation.objects.count() == 1, "a preview writes nothing"


def test_a_list_may_not_be_endless(survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitees, "MOST_AT_ONCE", 3)
    with pytest.raises(Refused) as refusal:
        listed_candidates(survey, rows_of("\n".join(f"{n}@contoh.id" for n in range(5))))
    assert refusal.value.code == "too_many"


# -- inviting ------------------------------------------------------------------------------------------


def test_an_invitation_is_a_letter_with_a_link_that_takes_one_answer(survey: Survey, budi: User) -> None:
    assert _invite(survey, budi, "A@contoh.id", "b@contoh.id") == 2
    assert _deliver(AT) == 2
    token = _link(0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT link::text, (SELECT string_agg(letter::text, '') FROM mail_message AS letter) "
            "FROM assessment_invitation AS link"
        )
        assert token not in str(cursor.fetchall()), "the token is nowhere in the database"
    _answer(token)
    with pytest.raises(surveys.AlreadyAnswered):
        _answer(token)
    line = Activity.objects.get(verb="invite_people")
    assert line.data == {"count": 2}, "no addresses in the log"


def test_letters_wait_until_the_survey_opens(draft: Survey, budi: User, clock: Any) -> None:
    Survey.objects.filter(pk=draft.pk).update(opens_at=AT + timedelta(days=3))
    draft.refresh_from_db()
    survey = surveys.open_survey(survey=draft, by=budi, at=AT)
    _invite(survey, budi)
    assert send_due_messages(at=AT + timedelta(days=2)) == 0
    clock(AT + timedelta(days=3))
    assert send_due_messages(at=AT + timedelta(days=3)) == 1


def test_whoever_said_no_since_the_preview_is_left_out(
    survey: Survey, people: list[Person], budi: User
) -> None:
    chosen = forum_candidates(survey)
    Consent.objects.filter(person=people[0]).update(withdrawn_on=date(2026, 3, 1))
    stop_letters(address=people[1].email, purpose="surveys", at=AT)
    assert invite_people(survey=survey, candidates=chosen, by=budi, at=AT) == 8
    with pytest.raises(Refused) as refusal:
        invite_people(survey=survey, candidates=chosen, by=budi, at=AT)
    assert refusal.value.code == "nobody"


def test_a_letter_is_not_sent_when_the_survey_was_closed_or_the_link_withdrawn(
    survey: Survey, budi: User
) -> None:
    _invite(survey, budi, "a@contoh.id", "b@contoh.id")
    first = Invitation.objects.order_by("pk")[0]
    surveys.withdraw_link(invitation=first, by=budi, at=AT)
    assert send_due_messages(at=AT) == 1
    _invite(survey, budi, "c@contoh.id")
    surveys.close_survey(survey=survey, by=budi, at=AT)
    assert send_due_messages(at=AT) == 0
    assert set(Message.objects.exclude(status="sent").values_list("reason", flat=True)) == {"not_needed"}


def test_who_may_invite_and_when(survey: Survey, budi: User, wali: User) -> None:
    with pytest.raises(NotAllowed):
        _invite(survey, wali)
    surveys.close_survey(survey=survey, by=budi, at=AT)
    with pytest.raises(Refused) as refusal:
        _invite(survey, budi)
    assert refusal.value.code == "wrong_status"


@pytest.mark.django_db(transaction=True)
def test_two_who_invite_the_same_list_at_once_invite_it_once(survey: Survey, budi: User) -> None:
    outcomes = race(*[lambda: _invite(survey, budi, "a@contoh.id", "b@contoh.id")] * 3)
    assert sorted(outcomes) == ["done", "nobody", "nobody"]
    assert (Invitation.objects.count(), Message.objects.count()) == (2, 2)


def test_two_thousand_are_invited_in_a_constant_number_of_statements(
    survey: Survey, budi: User, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(40):
        _invite(survey, budi, *[f"{number}@contoh.id" for number in range(2_000)])
    assert Message.objects.count() == 2_000


# -- reminding -----------------------------------------------------------------------------------------


def test_only_those_who_did_not_answer_are_reminded_and_not_before_the_floor(
    survey: Survey, budi: User, clock: Any
) -> None:
    _invite(survey, budi, "a@contoh.id", "b@contoh.id", "rusak@contoh.id")
    _deliver(AT)
    _answer(_link(0))
    Message.objects.filter(recipient="rusak@contoh.id").update(status="bounced", reason="address_refused")
    with pytest.raises(Refused) as refusal:
        remind_people(survey=survey, by=budi, at=AT + timedelta(days=4))
    assert refusal.value.code == "nobody", "the letters are too fresh"
    assert remind_people(survey=survey, by=budi, at=LATER) == 1
    clock(LATER)
    assert _deliver(LATER) == 1
    assert mail.outbox[-1].to == ["b@contoh.id"]
    assert _link() == _link(1), "the same link as in the invitation"
    with pytest.raises(Refused) as refusal:
        remind_people(survey=survey, by=budi, at=LATER + timedelta(days=4))
    assert refusal.value.code == "floor"
    assert next_reminder_on(survey) == date(2026, 3, 13)
    assert remind_people(survey=survey, by=budi, at=LATER + timedelta(days=5)) == 1


def test_whoever_answers_between_queueing_and_sending_is_not_reminded(
    survey: Survey, budi: User, clock: Any
) -> None:
    _invite(survey, budi)
    _deliver(AT)
    remind_people(survey=survey, by=budi, at=LATER)
    _answer(_link(), at=LATER)
    clock(LATER)
    assert send_due_messages(at=LATER) == 0


def test_unsubscribed_people_are_not_reminded(survey: Survey, budi: User) -> None:
    _invite(survey, budi)
    _deliver(AT)
    stop_letters(address="a@contoh.id", purpose="surveys", at=AT)
    remind_people(survey=survey, by=budi, at=LATER)
    assert send_due_messages(at=LATER) == 0


def test_three_reminders_are_enough(survey: Survey, budi: User) -> None:
    Survey.objects.update(closes_at=CLOSES + timedelta(days=90))
    survey.refresh_from_db()
    _invite(survey, budi)
    _deliver(AT)
    for number in (1, 2, 3):
        assert remind_people(survey=survey, by=budi, at=AT + timedelta(days=6 * number)) == 1
    with pytest.raises(Refused) as refusal:
        remind_people(survey=survey, by=budi, at=AT + timedelta(days=40))
    assert refusal.value.code == "enough"


@pytest.mark.django_db(transaction=True)
def test_two_who_remind_at_once_send_one_reminder(survey: Survey, budi: User) -> None:
    _invite(survey, budi, "a@contoh.id", "b@contoh.id")
    _deliver(AT)
    outcomes = race(*[lambda: remind_people(survey=survey, by=budi, at=LATER)] * 3)
    assert sorted(outcomes) == ["done", "floor", "floor"]
    assert Reminder.objects.count() == 2


def test_closing_forgets_who_was_reminded_when(survey: Survey, budi: User) -> None:
    """ "Not answered by the sixth day" beside the days of the sheets would be an order after all."""
    _invite(survey, budi, "a@contoh.id", "b@contoh.id")
    _deliver(AT)
    _answer(_link(0))
    remind_people(survey=survey, by=budi, at=LATER)
    surveys.close_survey(survey=survey, by=budi, at=LATER)
    assert not Reminder.objects.exists()
    assert not Message.objects.filter(kind=survey_letters.REMINDER).exists()
    surveys.reopen_survey(survey=survey, closes_at=CLOSES, reason="x", by=budi, at=LATER)
    with pytest.raises(Refused) as refusal:
        remind_people(survey=survey, by=budi, at=LATER + timedelta(days=1))
    assert refusal.value.code == "floor", "the floor holds all the same"


def test_the_list_of_whom_to_remind_is_one_query(
    survey: Survey, budi: User, django_assert_num_queries: Any
) -> None:
    _invite(survey, budi, *[f"{number}@contoh.id" for number in range(30)])
    _deliver(AT)
    with django_assert_num_queries(1):
        assert len(to_remind(survey, LATER.date())) == 30


def test_targets_replace_each_other_and_zero_means_none(survey: Survey, budi: User, wali: User) -> None:
    set_targets(survey=survey, wanted={("media", ""): 5, ("", "33.74.01"): 7}, by=budi, at=AT)
    assert set_targets(survey=survey, wanted={("media", ""): 0, ("donor", ""): 3}, by=budi, at=AT) == 1
    with pytest.raises(NotAllowed):
        set_targets(survey=survey, wanted={}, by=wali, at=AT)
