"""The outbox for the office, and unsubscribing by the link in a letter."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from semarang_resilience.accounts.models import Role, User
from semarang_resilience.core.models import Activity
from semarang_resilience.mail import operations
from semarang_resilience.mail.models import Message, OptOut
from semarang_resilience.mail.operations import forget_address, forget_old_addresses, send_due_messages
from semarang_resilience.mail.unsubscribing import token_for
from tests.support.http import PolicyClient
from tests.support.pages import queries

Queue = Callable[..., Message | None]


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "announce_task", lambda name: True)


def _user(role: Role) -> User:
    return User.objects.create_user(f"{role}@contoh.id", "sandi", name=role.label, roles=[role.value])


@pytest.fixture
def staff(client: Client, db: None) -> Client:
    client.force_login(_user(Role.CRO_STAFF))
    return client


def _settled(message: Message | None, status: str, reason: str = "", **more: Any) -> Message:
    assert message is not None
    Message.objects.filter(pk=message.pk).update(status=status, reason=reason, **more)
    message.refresh_from_db()
    return message


@pytest.mark.parametrize("role", [Role.LEADERSHIP, Role.FORUM_MEMBER, Role.PARTNER_CONTACT])
def test_addresses_are_not_shown_to_others(client: Client, queue: Queue, role: Role) -> None:
    queue()
    client.force_login(_user(role))
    answer = client.get(reverse("mail:outbox"))
    assert answer.status_code == 403
    assert "siti@contoh.id" not in answer.content.decode()


def test_what_failed_is_shown_with_its_reason_and_can_be_sent_again(
    staff: Client, queue: Queue, at: datetime
) -> None:
    message = _settled(queue(), "bounced", "address_refused", last_error="550 no such user")
    page = staff.get(reverse("mail:outbox"), {"status": "bounced"}).content.decode()
    assert "siti@contoh.id" in page
    assert "550 no such user" in page
    assert str(message.get_reason_display()) in page.replace("&#x27;", "'")
    assert staff.post(reverse("mail:retry", args=[message.pk])).status_code == 302
    message.refresh_from_db()
    assert (message.status, message.reason, message.last_error) == ("queued", "", "")
    line = Activity.objects.get(verb="retry_message")
    assert "@" not in f"{line.target_label} {line.data}", "no address in the log of what people did"


def test_filters_and_empty_list(staff: Client, queue: Queue) -> None:
    queue()
    assert "siti@contoh.id" not in staff.get(reverse("mail:outbox"), {"status": "sent"}).content.decode()
    assert "siti@contoh.id" in staff.get(reverse("mail:outbox"), {"kind": "uji"}).content.decode()


def test_a_sent_letter_cannot_be_sent_again_but_marked(staff: Client, queue: Queue, at: datetime) -> None:
    message = _settled(queue(), "sent", sent_at=at)
    assert staff.post(reverse("mail:retry", args=[message.pk])).status_code == 409
    assert staff.post(reverse("mail:bounced", args=[message.pk])).status_code == 302
    message.refresh_from_db()
    assert (message.status, message.reason) == ("bounced", "reported")


def test_the_outbox_asks_as_many_queries_for_many_letters(staff: Client, queue: Queue) -> None:
    queue()
    few = queries(staff, reverse("mail:outbox"))
    for number in range(20):
        queue(f"orang{number}@contoh.id")
    assert queries(staff, reverse("mail:outbox")) == few


@pytest.mark.parametrize("language", ["id", "en"])
def test_get_changes_nothing_post_unsubscribes_and_can_be_undone(
    client: Client, queue: Queue, language: str, at: datetime
) -> None:
    message, waiting = queue(language=language), queue()
    assert message is not None
    address = reverse("mail:unsubscribe", args=[token_for(message)]).replace("/id/", f"/{language}/")
    assert client.get(address).status_code == 200
    assert not OptOut.objects.exists(), "scanners of mail servers follow links"
    page = client.post(address).content.decode()
    assert 'name="again"' in page
    assert client.post(address).status_code == 200, "twice is the same as once"
    assert OptOut.objects.count() == 1
    waiting.refresh_from_db()
    assert (waiting.status, waiting.reason) == ("suppressed", "opted_out")
    assert queue() is None, "nothing is queued any more"
    assert queue(purpose="contact") is not None, "other purposes are not meant"
    assert queue(purpose="account") is not None
    client.post(address, {"again": "1"})
    assert queue() is not None


def test_mail_programs_post_without_cookies(queue: Queue) -> None:
    strict = PolicyClient(enforce_csrf_checks=True)
    address = reverse("mail:unsubscribe", args=[token_for(queue())])
    assert strict.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert OptOut.objects.count() == 1


def test_a_wish_made_after_queueing_is_honoured_when_sending(queue: Queue, at: datetime) -> None:
    message = queue()
    OptOut.objects.create(address_hash=operations.hash_of("SITI@contoh.id"), purpose="surveys", at=at)
    send_due_messages(at=at)
    message.refresh_from_db()
    assert (message.status, message.reason) == ("suppressed", "opted_out")


@pytest.mark.parametrize("token", ["rusak", "1.abc", "999999.x"])
def test_a_damaged_link_is_a_sentence(client: Client, db: None, token: str) -> None:
    for answer in (client.get, client.post):
        page = answer(reverse("mail:unsubscribe", args=[token]))
        assert page.status_code == 404
        assert "notice" in page.content.decode()


def test_unsubscribing_is_limited(client: Client, queue: Queue, settings: Any) -> None:
    settings.UNSUBSCRIBE_RATE = "2/h"
    address = reverse("mail:unsubscribe", args=[token_for(queue())])
    client.defaults["REMOTE_ADDR"] = "198.51.100.7"
    assert [client.get(address).status_code for _time in range(3)] == [200, 200, 429]


def test_a_forgotten_address_is_gone_and_the_wish_stays(queue: Queue, at: datetime) -> None:
    sent, waiting = _settled(queue(), "sent", sent_at=at, last_error="x"), queue()
    OptOut.objects.create(address_hash=operations.hash_of("siti@contoh.id"), purpose="surveys", at=at)
    assert forget_address(address="Siti@contoh.id") == 2
    for message in (sent, waiting):
        message.refresh_from_db()
        assert (message.recipient, message.last_error) == ("", "")
    assert (waiting.status, waiting.reason) == ("suppressed", "forgotten")
    assert queue() is None, "a pasted list cannot bring the letters back"


def test_old_letters_forget_their_address_and_are_still_not_sent_twice(
    queue: Queue, at: datetime, settings: Any
) -> None:
    settings.MAIL_ADDRESS_DAYS = 30
    message = _settled(queue(key="dulu"), "sent", sent_at=at)
    assert forget_old_addresses(at=at.replace(month=6, day=20)) == 0
    assert forget_old_addresses(at=at.replace(month=7)) == 1
    message.refresh_from_db()
    assert message.recipient == ""
    assert queue(key="dulu") is None
