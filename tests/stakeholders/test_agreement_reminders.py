"""The office is reminded of an agreement before it ends, once for each end date."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from semarang_resilience.accounts.models import User
from semarang_resilience.mail import operations as letters
from semarang_resilience.mail.models import Message
from semarang_resilience.mail.operations import send_due_messages
from stakeholders.models import Agreement, AgreementReminder, Organization
from stakeholders.operations.agreement_reminders import remind_of_agreements


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "announce_task", lambda name: True)


@pytest.fixture
def agreement(db: None) -> Agreement:
    for name, roles, active in (
        ("staf", ["cro_staff"], True),
        ("ketua", ["cro_lead"], True),
        ("dulu", ["cro_staff"], False),
        ("wali", ["leadership"], True),
    ):
        User.objects.create_user(f"{name}@kantor.id", "sandi", name=name, roles=roles, is_active=active)
    organization = Organization.objects.create(code="mitra", name="Mitra", sector="private", level="city")
    return Agreement.objects.create(
        organization=organization,
        title="MoU Air",
        signed_on=date(2015, 1, 1),
        starts_on=date(2015, 1, 1),
        ends_on=timezone.localdate() + timedelta(days=40),
        reminder_days=30,
    )


def _at(agreement: Agreement, days_before: int) -> datetime:
    assert agreement.ends_on
    day = agreement.ends_on - timedelta(days=days_before)
    return datetime(day.year, day.month, day.day, 5, tzinfo=UTC)


def test_once_for_each_end_date_and_to_the_cro_team_only(agreement: Agreement) -> None:
    assert remind_of_agreements(at=_at(agreement, 31)) == 0, "too early"
    assert remind_of_agreements(at=_at(agreement, 30)) == 1
    assert remind_of_agreements(at=_at(agreement, 29)) == 0, "never twice"
    assert sorted(Message.objects.values_list("recipient", flat=True)) == [
        "ketua@kantor.id",
        "staf@kantor.id",
    ]
    assert send_due_messages(at=timezone.now() + timedelta(days=60)) == 2
    assert "MoU Air" in mail.outbox[0].body
    Agreement.objects.update(ends_on=agreement.ends_on + timedelta(days=365))  # type: ignore[operator]
    agreement.refresh_from_db()
    assert remind_of_agreements(at=_at(agreement, 10)) == 1, "a renewed one is reminded of again"


def test_a_renewed_agreement_makes_the_waiting_letter_needless(agreement: Agreement) -> None:
    remind_of_agreements(at=_at(agreement, 10))
    Agreement.objects.update(ends_on=None)
    assert send_due_messages(at=timezone.now() + timedelta(days=60)) == 0
    assert {each.reason for each in Message.objects.all()} == {"not_needed"}


def test_without_anybody_to_write_to_it_is_not_counted_as_done(agreement: Agreement) -> None:
    User.objects.update(is_active=False)
    assert remind_of_agreements(at=_at(agreement, 10)) == 0
    assert not AgreementReminder.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_send_one_reminder(agreement: Agreement) -> None:
    start, at, done = threading.Barrier(3), _at(agreement, 5), []

    def run() -> None:
        start.wait()
        done.append(remind_of_agreements(at=at))
        connection.close()

    racers = [threading.Thread(target=run) for _number in range(3)]
    [racer.start() for racer in racers]
    [racer.join() for racer in racers]
    assert sorted(done) == [0, 0, 1]
    assert Message.objects.count() == 2
