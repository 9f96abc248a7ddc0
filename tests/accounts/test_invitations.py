"""The invitation to the portal: a letter, a link for a week, a password; and who may be the last one out."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from semarang_resilience.accounts import invitations, operations
from semarang_resilience.accounts.models import Role, User
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.mail import operations as letters
from semarang_resilience.mail.models import Message
from semarang_resilience.mail.operations import send_due_messages

AT = datetime(2016, 5, 23, 3, 0, tzinfo=UTC)
GOOD = "kata-sandi-yang-panjang"


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "announce_task", lambda name: True)


@pytest.fixture
def dewi(db: None) -> User:
    return User.objects.create_user("dewi@contoh.id", GOOD, name="Dewi", roles=["administrator"])


def _make(by: User, **options: Any) -> User:
    given = {"email": "siti@contoh.id", "name": "Siti", "roles": ["cro_staff"], "password": None}
    return operations.create_account(**(given | options), by=by, at=AT)


def _link() -> str:
    """The address in the newest letter."""
    (line,) = [line for line in mail.outbox[-1].body.splitlines() if "/akun/sandi/" in line]
    return line.removeprefix("http://localhost:8000")


def test_an_account_begins_with_a_letter_and_ends_with_a_login(client: Client, dewi: User) -> None:
    siti = _make(dewi)
    assert send_due_messages(at=AT) == 1
    assert mail.outbox[0].to == ["siti@contoh.id"]
    assert siti.password not in mail.outbox[0].body
    link = _link()
    assert "siti@contoh.id" in client.get(link).content.decode()
    assert client.post(link, {"password": GOOD, "again": GOOD}).status_code == 302
    assert client.login(email="siti@contoh.id", password=GOOD)
    assert client.get(link).status_code == 404, "once"


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_letter_is_in_the_chosen_language(dewi: User, language: str) -> None:
    _make(dewi, language=language)
    send_due_messages(at=AT)
    assert f"/{language}/akun/sandi/" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("password", "again"),
    [
        ("pendek", "pendek"),
        (GOOD, GOOD + "x"),
        ("", ""),
        ("1234567890", "1234567890"),
        ("password12", "password12"),
    ],
)
def test_a_bad_password_is_said_and_nothing_is_set(
    client: Client, dewi: User, password: str, again: str
) -> None:
    siti = _make(dewi)
    link = reverse("accounts:choose_password", args=[invitations.token_for(siti)])
    page = client.post(link, {"password": password, "again": again})
    assert page.status_code == 422
    assert "error-summary" in page.content.decode()
    siti.refresh_from_db()
    assert not siti.has_usable_password()


def test_the_link_ends_after_a_week_and_with_the_account(
    client: Client, dewi: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    siti = _make(dewi)
    link = reverse("accounts:choose_password", args=[invitations.token_for(siti)])
    assert client.get(link).status_code == 200
    operations.set_active(user=siti, active=False, by=dewi, at=AT)
    assert client.get(link).status_code == 404
    operations.set_active(user=siti, active=True, by=dewi, at=AT)
    week = timezone.now().timestamp() + timedelta(days=7, minutes=1).total_seconds()
    monkeypatch.setattr("django.core.signing.time.time", lambda: week)
    page = client.get(link)
    assert page.status_code == 404
    assert "notice" in page.content.decode()


@pytest.mark.parametrize("token", ["x", "1-abc.def.ghi", "-.a.b"])
def test_an_invented_link_opens_nothing(client: Client, db: None, token: str) -> None:
    assert client.get(reverse("accounts:choose_password", args=[token])).status_code == 404


def test_the_invitation_can_be_sent_again_but_not_every_minute(client: Client, dewi: User) -> None:
    siti = _make(dewi)
    with pytest.raises(Refused) as refusal:
        operations.invite_account(user=siti, language="id", by=dewi, at=AT + timedelta(minutes=1))
    assert refusal.value.code == "floor"
    operations.invite_account(user=siti, language="en", by=dewi, at=AT + timedelta(hours=1))
    assert Message.objects.count() == 2
    client.force_login(dewi)
    assert "siti@contoh.id" in client.get(reverse("accounts:edit", args=[siti.pk])).content.decode()
    operations.choose_password(token=invitations.token_for(siti), password=GOOD, at=AT)
    with pytest.raises(Refused) as refusal:
        operations.invite_account(user=siti, language="id", by=dewi, at=AT + timedelta(hours=2))
    assert refusal.value.code == "done"
    assert send_due_messages(at=AT + timedelta(hours=3)) == 0, "what is no longer needed is not sent"


def test_a_closed_account_is_out_at_once(client: Client, dewi: User) -> None:
    budi = User.objects.create_user("budi@contoh.id", GOOD, name="Budi", roles=["cro_staff"])
    assert client.login(email="budi@contoh.id", password=GOOD)
    assert client.get(reverse("mail:outbox")).status_code == 200
    operations.set_active(user=budi, active=False, by=dewi, at=AT)
    assert client.get(reverse("mail:outbox")).status_code == 302
    assert not Client().login(email="budi@contoh.id", password=GOOD)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["close", "demote"])
def test_two_administrators_cannot_close_each_other(how: str) -> None:
    pair = [
        User.objects.create_user(f"{name}@contoh.id", GOOD, name=name, roles=["administrator"])
        for name in ("dewi", "rudi")
    ]
    start, outcomes = threading.Barrier(2), []

    def close(by: User, user: User) -> None:
        start.wait()
        try:
            if how == "close":
                operations.set_active(user=user, active=False, by=by, at=AT)
            else:
                operations.assign_roles(user=user, roles=[Role.CRO_STAFF], by=by, at=AT)
            outcomes.append("done")
        except (Refused, NotAllowed) as refusal:
            outcomes.append(type(refusal).__name__)
        finally:
            connection.close()

    racers = [threading.Thread(target=close, args=two) for two in (pair, pair[::-1])]
    [racer.start() for racer in racers]
    [racer.join() for racer in racers]
    assert sorted(outcomes) == ["NotAllowed", "done"]
    assert User.objects.filter(is_active=True, roles__contains=["administrator"]).count() == 1


@pytest.mark.django_db(transaction=True)
def test_roles_given_at_the_same_moment_as_closing_are_not_lost() -> None:
    dewi = User.objects.create_user("dewi@contoh.id", GOOD, name="Dewi", roles=["administrator"])
    budi = User.objects.create_user("budi@contoh.id", GOOD, name="Budi", roles=["cro_staff"])
    start = threading.Barrier(2)

    def run(operation: Any, **options: Any) -> None:
        start.wait()
        operation(user=User.objects.get(pk=budi.pk), by=dewi, at=AT, **options)
        connection.close()

    racers = [
        threading.Thread(target=run, args=(operations.assign_roles,), kwargs={"roles": ["cro_lead"]}),
        threading.Thread(target=run, args=(operations.set_active,), kwargs={"active": False}),
    ]
    [racer.start() for racer in racers]
    [racer.join() for racer in racers]
    budi.refresh_from_db()
    assert (budi.roles, budi.is_active) == (["cro_lead"], False)


def test_the_last_administrator_cannot_be_closed_by_the_repair_pages_owner(db: None) -> None:
    dewi = User.objects.create_user("dewi@contoh.id", GOOD, name="Dewi", roles=["administrator"])
    root = User.objects.create_superuser("root@contoh.id", GOOD, name="Root")
    User.objects.filter(pk=root.pk).update(roles=[])
    root.refresh_from_db()
    for attempt in (
        lambda: operations.set_active(user=dewi, active=False, by=root, at=AT),
        lambda: operations.assign_roles(user=dewi, roles=[], by=root, at=AT),
    ):
        with pytest.raises(Refused) as refusal:
            attempt()
        assert refusal.value.code == "last_administrator"


@pytest.mark.django_db(transaction=True)
def test_a_link_used_twice_at_once_sets_one_password() -> None:
    siti = User.objects.create_user("siti@contoh.id", None, name="Siti")
    token, start, outcomes = invitations.token_for(siti), threading.Barrier(2), []

    def choose(password: str) -> None:
        start.wait()
        try:
            operations.choose_password(token=token, password=password, at=AT)
            outcomes.append(password)
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    racers = [threading.Thread(target=choose, args=(f"{GOOD}-{n}",)) for n in (1, 2)]
    [racer.start() for racer in racers]
    [racer.join() for racer in racers]
    assert outcomes.count("refused") == 1
    siti.refresh_from_db()
    assert siti.check_password(next(each for each in outcomes if each != "refused"))


def test_a_forgotten_password_goes_through_the_outbox_even_without_a_mail_server(
    client: Client, dewi: User, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    known = client.post(reverse("account_reset_password"), {"email": dewi.email})
    assert known.status_code == 302, "the page does not wait for a mail server"
    assert send_due_messages(at=timezone.now()) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_due_messages(at=timezone.now() + timedelta(hours=1)) == 1
    (link,) = [line for line in mail.outbox[0].body.splitlines() if "/password/reset/key/" in line]
    page = client.get(link.removeprefix("http://localhost:8000"), follow=True)
    assert page.status_code == 200
    new = {"password1": f"{GOOD}-baru", "password2": f"{GOOD}-baru"}
    client.post(page.request["PATH_INFO"], new)
    assert Client().login(email=dewi.email, password=f"{GOOD}-baru")


def test_an_unknown_address_gets_no_letter_and_the_same_answer(client: Client, dewi: User) -> None:
    known = client.post(reverse("account_reset_password"), {"email": dewi.email})
    unknown = client.post(reverse("account_reset_password"), {"email": "siapa@contoh.id"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [message.recipient for message in Message.objects.all()] == [dewi.email]
    assert mail.outbox == []
