"""Letters over a real mail server: taken, refused for now, refused for good, server away, worker killed."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from semarang_resilience.core import announcing
from semarang_resilience.mail import operations
from semarang_resilience.mail.models import Message, OptOut
from semarang_resilience.mail.operations import NotAnAddress, send_due_messages
from tests.support.smtp import MailServer

Queue = Callable[..., Message | None]


@pytest.fixture(autouse=True)
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr(operations, "announce_task", lambda name: names.append(name) or True)
    return names


def test_a_letter_arrives_in_two_forms_with_a_way_out(
    mail_server: MailServer, queue: Queue, at: datetime
) -> None:
    message = queue("  Siti@Contoh.ID ")
    assert send_due_messages(at=at) == 1
    (letter,) = mail_server.letters
    assert letter["To"] == "siti@contoh.id"
    assert letter["Subject"] == "Uji coba", "a subject is one line"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/id/surat/berhenti/" in letter["List-Unsubscribe"]
    kinds = [part.get_content_type() for part in letter.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    message.refresh_from_db()
    assert (message.status, message.reason, message.attempts) == ("sent", "", 1)
    assert message.sent_at is not None
    assert send_due_messages(at=at) == 0, "and it is not sent twice"


def test_text_is_not_escaped_and_html_is(
    mail_server: MailServer, queue: Queue, builds: dict[str, Any], at: datetime
) -> None:
    builds["letter"].context["name"] = "Siti <script> & Budi"
    queue()
    send_due_messages(at=at)
    text, html = mail_server.letters[0].iter_parts()
    assert "Siti <script> & Budi" in text.get_content()
    assert "Siti &lt;script&gt; &amp; Budi" in html.get_content()


def test_a_permanent_refusal_is_a_bounce_with_the_servers_words(
    mail_server: MailServer, queue: Queue, at: datetime
) -> None:
    mail_server.answers["hilang@contoh.id"] = "550 5.1.1 no such user"
    lost, fine = queue("hilang@contoh.id"), queue("ada@contoh.id")
    assert send_due_messages(at=at) == 1, "the others go out all the same"
    lost.refresh_from_db(), fine.refresh_from_db()
    assert (lost.status, lost.reason) == ("bounced", "address_refused")
    assert "no such user" in lost.last_error
    assert fine.status == "sent"


def test_a_temporary_refusal_is_tried_again_later_and_not_for_ever(
    mail_server: MailServer, queue: Queue, at: datetime
) -> None:
    mail_server.answers["siti@contoh.id"] = "450 4.2.1 mailbox busy"
    message = queue()
    waits, now = [], at
    for _attempt in range(5):
        send_due_messages(at=now)
        message.refresh_from_db()
        waits.append(message.next_attempt_at - now)
        assert send_due_messages(at=now) == 0
        now = message.next_attempt_at
    assert waits[:4] == sorted(waits[:4]), "each pause is longer"
    assert (message.status, message.reason, message.attempts) == ("failed", "later", 5)


def test_a_refused_text_fails_without_blaming_the_address(
    mail_server: MailServer, queue: Queue, at: datetime
) -> None:
    mail_server.data_answer = "554 5.7.1 looks like spam"
    message = queue()
    send_due_messages(at=at)
    message.refresh_from_db()
    assert (message.status, message.reason) == ("failed", "letter_refused")


def test_an_outage_of_our_server_costs_no_letter_its_attempts(
    settings: Any, queue: Queue, at: datetime
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    first, second = queue("a@contoh.id"), queue("b@contoh.id")
    now = at
    for _round in range(12):
        assert send_due_messages(at=now) == 0
        now += timedelta(minutes=3)
    for message in (first, second):
        message.refresh_from_db()
        assert (message.status, message.reason) == ("queued", "unreachable")
        assert message.attempt_limit - message.attempts == 5
    with MailServer() as back:
        settings.EMAIL_PORT = back.port
        assert send_due_messages(at=now + timedelta(hours=1)) == 2


def test_after_three_days_without_a_mail_server_somebody_must_look(
    settings: Any, queue: Queue, at: datetime
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    message = queue()
    send_due_messages(at=at + timedelta(hours=73))
    message.refresh_from_db()
    # The last attempts are used up one by one, so that a short meeting of the two cannot end a letter.
    for day in range(6):
        send_due_messages(at=at + timedelta(hours=80 + 10 * day))
    message.refresh_from_db()
    assert (message.status, message.reason) == ("failed", "unreachable")


@pytest.mark.django_db(transaction=True)
def test_killed_between_sending_and_marking_errs_on_sending_twice(
    mail_server: MailServer, queue: Queue, at: datetime
) -> None:
    """The mail server has taken it, the worker dies before it can write so: a second copy, the same id."""
    message = queue()
    held = Message.objects.claim(at=at)
    assert held is not None
    other = Message.objects.claim(at=at)
    assert other is None, "as long as the lease runs, nobody else takes it"
    operations.send_due_messages(at=at)
    assert mail_server.letters == []
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))  # the worker never came back
    assert send_due_messages(at=at) == 1
    assert not Message.objects.settle(held, status="failed", reason="later"), "a ghost cannot write any more"
    message.refresh_from_db()
    assert (message.status, message.attempts) == ("sent", 2)


def test_both_copies_carry_one_message_id(mail_server: MailServer, queue: Queue, at: datetime) -> None:
    queue()
    send_due_messages(at=at)
    Message.objects.update(status="sending", lease_until=timezone.now() - timedelta(seconds=1), sent_at=None)
    send_due_messages(at=at)
    first, second = mail_server.letters
    assert first["Message-ID"] == second["Message-ID"]


def test_a_letter_whose_workers_all_died_is_given_up_with_a_reason(queue: Queue, at: datetime) -> None:
    message = queue()
    Message.objects.update(status="sending", attempts=5, lease_until=timezone.now() - timedelta(seconds=1))
    send_due_messages(at=at)
    message.refresh_from_db()
    assert (message.status, message.reason) == ("failed", "interrupted")


def test_a_letter_that_cannot_be_written_does_not_hold_up_the_others(
    mail_server: MailServer, queue: Queue, builds: dict[str, Any], at: datetime
) -> None:
    broken, fine = queue(kind="tanpa-penulis"), queue("b@contoh.id")
    assert send_due_messages(at=at) == 1
    broken.refresh_from_db(), fine.refresh_from_db()
    assert (broken.status, broken.reason) == ("queued", "unwritten")
    assert fine.status == "sent"


def test_what_is_no_longer_needed_is_not_sent(
    mail_server: MailServer, queue: Queue, builds: dict[str, Any], at: datetime
) -> None:
    message = queue()
    builds["letter"] = None
    send_due_messages(at=at)
    message.refresh_from_db()
    assert (message.status, message.reason, mail_server.letters) == ("suppressed", "not_needed", [])


def test_a_letter_waits_for_its_day(mail_server: MailServer, queue: Queue, at: datetime) -> None:
    queue(send_after=at + timedelta(days=2))
    assert send_due_messages(at=at + timedelta(days=1)) == 0
    assert send_due_messages(at=at + timedelta(days=2)) == 1


def test_the_same_key_is_queued_once(queue: Queue) -> None:
    assert queue(key="sekali") is not None
    assert queue(key="sekali") is None
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    "bad", ["", "siti", "siti@", "a@b", "siti@contoh.id\nBcc: x@contoh.id", "x" * 260 + "@a.id"]
)
def test_what_is_no_address_is_a_sentence(queue: Queue, bad: str) -> None:
    with pytest.raises(NotAnAddress, match=r"name@example|nama@"):
        queue(bad)


def test_a_letter_is_rolled_back_with_its_reason(db: None, queue: Queue) -> None:
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_letters_in_a_transaction_are_one_nudge(queue: Queue, heard: list[str]) -> None:
    with transaction.atomic():
        for number in range(20):
            queue(f"orang{number}@contoh.id")
        assert heard == []
    assert heard == ["mail.send_due_messages"]


@pytest.mark.django_db(transaction=True)
def test_a_dead_broker_breaks_nothing(queue: Queue, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from celery import current_app

    monkeypatch.setattr(operations, "announce_task", announcing.announce_task)
    monkeypatch.setattr(current_app.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(current_app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    began = timezone.now()
    assert queue() is not None
    assert timezone.now() - began < timedelta(seconds=3)
    assert Message.objects.get().status == "queued"


@pytest.mark.django_db(transaction=True)
def test_many_workers_send_each_letter_once(mail_server: MailServer, queue: Queue, at: datetime) -> None:
    for number in range(30):
        queue(f"orang{number}@contoh.id")
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        send_due_messages(at=at)
        connection.close()

    workers = [threading.Thread(target=work) for _number in range(4)]
    [worker.start() for worker in workers]
    [worker.join() for worker in workers]
    assert sorted(letter["To"] for letter in mail_server.letters) == sorted(
        f"orang{number}@contoh.id" for number in range(30)
    )


@pytest.mark.django_db(transaction=True)
def test_two_who_queue_the_same_at_once_queue_it_once(queue: Queue, at: datetime) -> None:
    start, made = threading.Barrier(4), []

    def work() -> None:
        start.wait()
        made.append(queue(key="balapan"))
        connection.close()

    workers = [threading.Thread(target=work) for _number in range(4)]
    [worker.start() for worker in workers]
    [worker.join() for worker in workers]
    assert len([each for each in made if each is not None]) == 1
    assert Message.objects.count() == 1


def test_a_necessary_letter_has_no_way_out(mail_server: MailServer, queue: Queue, at: datetime) -> None:
    queue(purpose="account")
    send_due_messages(at=at)
    assert mail_server.letters[0]["List-Unsubscribe"] is None
    assert "surat/berhenti" not in mail_server.letters[0].as_string()


def test_no_text_and_no_secret_is_kept() -> None:
    names = {field.name for field in Message._meta.get_fields()}
    assert not names & {"body", "text", "html", "subject", "context", "token"}
    assert {field.name for field in OptOut._meta.get_fields()} == {"id", "address_hash", "purpose", "at"}


def test_queue_message_refuses_an_unknown_purpose(queue: Queue) -> None:
    with pytest.raises(ValueError, match="iklan"):
        queue(purpose="iklan")
