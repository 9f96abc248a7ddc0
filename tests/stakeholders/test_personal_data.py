"""Consents with versions and withdrawal; one's own data; erasure (UU PDP 27/2022)."""

import json
import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from semarang_resilience.accounts.models import Role, User
from semarang_resilience.core.activity import record
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.models import Activity, Cycle
from semarang_resilience.mail import operations as letters
from semarang_resilience.mail.models import Message, OptOut
from semarang_resilience.mail.operations import queue_message, send_due_messages
from stakeholders.models import (
    Consent,
    ConsentWay,
    ErasureRequest,
    ForumMembership,
    Organization,
    Person,
    Purpose,
)
from stakeholders.operations.consents import (
    give_consent,
    publish_consent_text,
    text_in_use,
    withdraw_consent,
)
from stakeholders.operations.forum import update_person
from stakeholders.operations.personal_data import ask_for_erasure, erase_person, refuse_erasure
from stakeholders.personal_data import data_of, link_token

AT = datetime(2016, 5, 23, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "announce_task", lambda name: True)


def _user(role: Role, name: str = "") -> User:
    name = name or str(role)
    return User.objects.create_user(
        f"{name.lower()}@kantor.id", "sandi-panjang", name=name, roles=[role.value]
    )


@pytest.fixture
def lead(db: None) -> User:
    return _user(Role.CRO_LEAD)


@pytest.fixture
def staff(db: None) -> User:
    return _user(Role.CRO_STAFF)


@pytest.fixture
def siti(db: None) -> Person:
    """A person of the register with an account, in the forum."""
    organization = Organization.objects.create(
        code="bappeda", name="Bappeda", sector="government", level="city"
    )
    user = User.objects.create_user(
        "siti@contoh.id", "sandi-panjang", name="Siti Aminah", roles=["forum_member"]
    )
    person = Person.objects.create(
        name="Siti Aminah",
        position="Kepala",
        organization=organization,
        email="siti@contoh.id",
        phone="0811",
        gender="female",
        user=user,
    )
    cycle = Cycle.objects.create(
        slug="2015", name="2015", planned_start=date(2015, 5, 1), planned_end=date(2016, 1, 31)
    )
    ForumMembership.objects.create(
        cycle=cycle, organization=organization, person=person, since=date(2015, 5, 1)
    )
    return person


@pytest.fixture
def texts(lead: User) -> None:
    for purpose in Purpose:
        _publish(purpose, lead)


def _publish(purpose: str, lead: User, words: str = "Saya setuju.", start: date = date(2016, 1, 1)) -> Any:
    return publish_consent_text(
        purpose=purpose, text_id=words, text_en="I agree.", in_use_from=start, by=lead, at=AT
    )


def _give(person: Person, purpose: str, by: Any) -> Consent:
    return give_consent(person=person, purpose=purpose, way=ConsentWay.WRITTEN, by=by, at=AT)


def test_a_new_wording_is_a_new_version_and_old_consents_keep_theirs(
    lead: User, staff: User, siti: Person
) -> None:
    _publish(Purpose.NAMED, lead)
    first = _give(siti, Purpose.NAMED, staff)
    newer = _publish(Purpose.NAMED, lead, "Saya setuju disebut.")
    assert newer.version == 2
    first.refresh_from_db()
    assert (first.text.version, first.withdrawn_on) == (1, None)
    second = _give(siti, Purpose.NAMED, staff)
    first.refresh_from_db()
    assert second.text == newer
    assert first.withdrawn_on == date(2016, 5, 23), "replaced, and kept as a record"


def test_a_wording_holds_from_its_day_on(lead: User, staff: User, siti: Person) -> None:
    _publish(Purpose.NAMED, lead, start=date(2016, 6, 1))
    assert text_in_use(Purpose.NAMED, date(2016, 5, 31)) is None
    with pytest.raises(Refused) as refusal:
        _give(siti, Purpose.NAMED, staff)
    assert refusal.value.code == "no_consent_text"


def test_a_wording_needs_both_languages_and_the_lead(lead: User, staff: User) -> None:
    with pytest.raises(NotAllowed):
        _publish(Purpose.NAMED, staff)
    with pytest.raises(Refused, match=r".+"):
        _publish(Purpose.NAMED, lead, words="  ")


def test_withdrawal_takes_the_name_from_the_public_and_stops_letters(
    staff: User, siti: Person, texts: None, client: Client
) -> None:
    Organization.objects.update(is_published=True)
    _give(siti, Purpose.NAMED, staff)
    _give(siti, Purpose.SURVEYS, staff)
    assert "Siti Aminah" in client.get(reverse("stakeholders:forum")).content.decode()
    waiting = queue_message(
        kind="uji", recipient=siti.email, about="x", language="id", dedup_key="x", purpose="surveys", at=AT
    )
    assert waiting is not None
    withdraw_consent(person=siti, purpose=Purpose.NAMED, by=siti.user, at=AT)
    withdraw_consent(person=siti, purpose=Purpose.SURVEYS, by=None, at=AT)
    assert "Siti Aminah" not in client.get(reverse("stakeholders:forum")).content.decode()
    waiting.refresh_from_db()
    assert (waiting.status, waiting.reason) == ("suppressed", "opted_out")
    assert Consent.objects.filter(withdrawn_on__isnull=False).count() == 2, "kept as a record"
    _give(siti, Purpose.SURVEYS, staff)
    assert not OptOut.objects.exists(), "a new consent brings the letters back"


def test_the_mark_on_the_persons_form_is_a_consent_too(staff: User, siti: Person, texts: None) -> None:
    update_person(person=siti, changes={"agreed_to_be_named": True}, by=staff, at=AT)
    assert Consent.objects.get().way == ConsentWay.SPOKEN
    update_person(person=siti, changes={"agreed_to_be_named": False}, by=staff, at=AT)
    assert Consent.objects.get().withdrawn_on == date(2016, 5, 23)


def test_nobody_changes_another_persons_consents(siti: Person, texts: None) -> None:
    with pytest.raises(NotAllowed):
        _give(siti, Purpose.NAMED, _user(Role.FORUM_MEMBER, "lain"))


def test_ones_own_page_shows_gives_takes_back_and_downloads(
    client: Client, siti: Person, texts: None
) -> None:
    client.force_login(siti.user)
    page = client.get(reverse("stakeholders:my_data")).content.decode()
    assert "Siti Aminah" in page
    assert "0811" in page
    answer = {"purpose": "named", "choice": "give"}
    assert client.post(reverse("stakeholders:my_consent"), answer).status_code == 302
    siti.refresh_from_db()
    assert siti.agreed_to_be_named
    client.post(reverse("stakeholders:my_consent"), answer | {"choice": "withdraw"})
    siti.refresh_from_db()
    assert not siti.agreed_to_be_named
    file = client.get(reverse("stakeholders:my_data_file"))
    assert "no-store" in file["Cache-Control"]
    data = json.loads(file.content)
    assert data["person"]["phone"] == "0811"
    assert data["account"]["email"] == "siti@contoh.id"
    assert [each["purpose"] for each in data["consents"]] == ["named"]
    assert len(data["forum_memberships"]) == 1


def test_the_link_of_a_letter_needs_no_account(client: Client, siti: Person, texts: None) -> None:
    ask = reverse("stakeholders:my_data_ask")
    known = client.post(ask, {"email": "SITI@contoh.id"}).content.decode()
    unknown = client.post(ask, {"email": "tidakada@contoh.id"}).content.decode()
    assert known.replace("SITI@contoh.id", "") == unknown.replace("tidakada@contoh.id", "")
    assert send_due_messages(at=timezone.now()) == 1
    (link,) = [line for line in mail.outbox[0].body.splitlines() if "/saya/tautan/" in line]
    link = link.removeprefix("http://localhost:8000")
    assert "Siti Aminah" in client.get(link).content.decode()
    assert client.post(f"{link}persetujuan/", {"purpose": "contact", "choice": "give"}).status_code == 302
    assert Consent.objects.get().way == ConsentWay.PORTAL
    assert client.get(f"{link}data.json").status_code == 200
    assert client.post(f"{link}hapus/").status_code == 302
    assert ErasureRequest.objects.get().status == "asked"


def test_a_link_ends_with_the_address_and_after_sixty_days(
    client: Client, siti: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = reverse("stakeholders:my_data_link", args=[link_token(siti)])
    assert client.get(link).status_code == 200
    later = timezone.now().timestamp() + timedelta(days=61).total_seconds()
    with monkeypatch.context() as patch:
        patch.setattr("django.core.signing.time.time", lambda: later)
        assert client.get(link).status_code == 404
    Person.objects.update(email="baru@contoh.id")
    page = client.get(link)
    assert page.status_code == 404
    assert "Siti" not in page.content.decode()
    assert client.get(reverse("stakeholders:my_data_link", args=["1-x.y.z"])).status_code == 404


def test_asking_for_links_is_limited(client: Client, siti: Person, settings: Any) -> None:
    settings.MY_DATA_ASK_RATE = "2/h"
    client.defaults["REMOTE_ADDR"] = "198.51.100.8"
    ask = reverse("stakeholders:my_data_ask")
    codes = [client.post(ask, {"email": "siti@contoh.id"}).status_code for _time in range(3)]
    assert codes == [200, 200, 429]
    assert Message.objects.count() == 1, "one letter an hour"


def test_the_office_answers_requests_with_a_reason(lead: User, siti: Person) -> None:
    asked = ask_for_erasure(person=siti, by=siti.user, at=AT)
    assert ask_for_erasure(person=siti, by=None, at=AT) == asked, "asked twice is asked once"
    with pytest.raises(Refused) as refusal:
        refuse_erasure(request=asked, reason=" ", by=lead, at=AT)
    assert refusal.value.code == "no_reason"
    refuse_erasure(request=asked, reason="Masih bertugas", by=lead, at=AT)
    with pytest.raises(Refused) as refusal:
        refuse_erasure(request=asked, reason="lagi", by=lead, at=AT)
    assert refusal.value.code == "answered_already"
    assert ask_for_erasure(person=siti, by=None, at=AT) != asked, "and may be asked again"


def _every_text() -> str:
    """All text of every table of the database, the passwords left out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        found = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608  names of our own tables
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def test_erasure_leaves_no_trace_of_the_person_and_all_of_the_history(
    lead: User, staff: User, siti: Person, texts: None, client: Client
) -> None:
    _give(siti, Purpose.NAMED, staff)
    membership = ForumMembership.objects.get()
    record(verb="join_forum", target=membership, by=staff, at=AT)
    record(verb="add_member", target=membership.organization, by=siti.user, at=AT, member="Siti Aminah")
    for key, purpose in (("a", "surveys"), ("b", "account")):
        queue_message(
            kind="uji", recipient=siti.email, about="x", language="id", dedup_key=key, purpose=purpose, at=AT
        )
    ask_for_erasure(person=siti, by=siti.user, at=AT)
    account, lines = siti.user, Activity.objects.count()
    assert "Siti" in _every_text()

    erase_person(person=siti, reason="Diminta sendiri", by=lead, at=AT)

    left = _every_text()
    for trace in ("Siti", "siti@contoh.id", "0811", "Kepala"):
        assert trace not in left, trace
    siti.refresh_from_db()
    assert (siti.erased_at, siti.user_id, siti.email) == (AT, None, "")
    assert ForumMembership.objects.get().person_id == siti.pk, "the organisation's history stays"
    assert Activity.objects.count() == lines + 1
    account.refresh_from_db()
    assert (account.is_active, account.roles) == (False, [])
    assert not Client().login(email="siti@contoh.id", password="sandi-panjang")
    assert {each.status for each in Message.objects.all()} == {"suppressed"}
    assert Consent.objects.get().withdrawn_on is not None
    assert ErasureRequest.objects.get().status == "done"
    assert (
        queue_message(
            kind="uji",
            recipient="siti@contoh.id",
            about="x",
            language="id",
            dedup_key="c",
            purpose="surveys",
            at=AT,
        )
        is None
    ), "a pasted list cannot bring the letters back"
    with pytest.raises(Refused) as refusal:
        erase_person(person=siti, reason="lagi", by=lead, at=AT)
    assert refusal.value.code == "erased"


def test_who_may_erase(staff: User, siti: Person) -> None:
    for by in (staff, siti.user):
        with pytest.raises(NotAllowed):
            erase_person(person=siti, reason="x", by=by, at=AT)
    siti.refresh_from_db()
    assert siti.erased_at is None


def test_the_only_administrator_is_not_erased(lead: User, siti: Person) -> None:
    User.objects.filter(pk=siti.user_id).update(roles=["administrator"])
    siti = Person.objects.get()
    with pytest.raises(Refused) as refusal:
        erase_person(person=siti, reason="x", by=lead, at=AT)
    assert refusal.value.code == "last_administrator"
    assert Person.objects.get().name == "Siti Aminah", "and nothing was half done"


@pytest.mark.django_db(transaction=True)
def test_giving_and_taking_back_at_once_end_in_one_state(siti: Person, staff: User, texts: None) -> None:
    start = threading.Barrier(4)

    def run(give: bool) -> None:
        start.wait()
        person = Person.objects.get()
        if give:
            _give(person, Purpose.NAMED, staff)
        else:
            withdraw_consent(person=person, purpose=Purpose.NAMED, by=staff, at=AT)
        connection.close()

    racers = [threading.Thread(target=run, args=(number % 2 == 0,)) for number in range(4)]
    [racer.start() for racer in racers]
    [racer.join() for racer in racers]
    held = Consent.objects.filter(withdrawn_on__isnull=True).count()
    assert held == int(Person.objects.get().agreed_to_be_named)


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_office_pages(client: Client, lead: User, siti: Person, texts: None, language: str) -> None:
    client.force_login(lead)
    ask_for_erasure(person=siti, by=None, at=AT)
    pages = {
        "consent_texts": [],
        "erasure_requests": [],
        "person_consents": [siti.pk],
        "person_erase": [siti.pk],
    }
    for name, arguments in pages.items():
        address = reverse(f"stakeholders:{name}", args=arguments).replace("/id/", f"/{language}/")
        assert client.get(address).status_code == 200, name
    wrong = client.post(reverse("stakeholders:person_erase", args=[siti.pk]), {"reason": "x"})
    assert wrong.status_code == 422
    late = {"purpose": "named", "way": "written", "given_on": "2999-01-01"}
    wrong = client.post(reverse("stakeholders:person_consents", args=[siti.pk]), late)
    assert wrong.status_code == 422
    assert data_of(siti)["consents"] == []
