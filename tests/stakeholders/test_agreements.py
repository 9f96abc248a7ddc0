"""Agreements: their state follows from their dates, and somebody is reminded once before each end."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from semarang_resilience.core.changes import Invalid
from semarang_resilience.core.errors import NotAllowed
from stakeholders.models import Agreement, AgreementReminder, AgreementState
from stakeholders.operations.agreements import register_agreement, update_agreement
from tests.support.pages import queries, text
from tests.support.plan import AT, People, Programme

DAY = date(2026, 6, 1)
WORK = "/en/kerja/forum/kesepakatan/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def agree(programme: Programme, **fields: Any) -> Agreement:
    values = {"title": "MoU", "signed_on": date(2024, 1, 1), "starts_on": date(2024, 1, 1)}
    values |= {"organization": programme.organization()} if "organization" not in fields else {}
    return register_agreement(by=programme.people.sari, at=AT, **(values | fields))


@pytest.mark.parametrize(
    ("starts", "ends", "state"),
    [
        (DAY + timedelta(days=1), None, AgreementState.COMING),
        (DAY, None, AgreementState.IN_FORCE),
        (DAY, DAY, AgreementState.ENDING),
        (DAY - timedelta(days=9), DAY - timedelta(days=1), AgreementState.ENDED),
        (DAY - timedelta(days=9), DAY + timedelta(days=60), AgreementState.ENDING),
        (DAY - timedelta(days=9), DAY + timedelta(days=61), AgreementState.IN_FORCE),
    ],
)
def test_the_state_of_a_row_and_of_a_list_agree(
    programme: Programme, starts: date, ends: date | None, state: AgreementState
) -> None:
    agreement = agree(programme, starts_on=starts, ends_on=ends)
    assert agreement.state(DAY) == state
    for each in AgreementState:
        assert Agreement.objects.in_state(each, DAY).exists() == (each == state)


@given(start=st.integers(-99, 99), length=st.one_of(st.none(), st.integers(0, 99)), days=st.integers(1, 90))
def test_an_agreement_is_always_in_exactly_one_state(start: int, length: int | None, days: int) -> None:
    starts = DAY + timedelta(days=start)
    ends = None if length is None else starts + timedelta(days=length)
    agreement = Agreement(starts_on=starts, ends_on=ends, reminder_days=days)
    state = agreement.state(DAY)
    assert (state == AgreementState.COMING) == (starts > DAY)
    assert (state == AgreementState.ENDED) == (starts <= DAY and ends is not None and ends < DAY)


def test_each_end_is_reminded_of_once_and_a_renewed_one_again(programme: Programme) -> None:
    soon = agree(programme, ends_on=DAY + timedelta(days=30))
    agree(programme, ends_on=DAY + timedelta(days=300))
    agree(programme, ends_on=DAY - timedelta(days=1))
    agree(programme)
    assert list(Agreement.objects.due_for_reminder(DAY)) == [soon]
    AgreementReminder.objects.create(agreement=soon, ends_on=soon.ends_on, sent_on=DAY)
    assert not Agreement.objects.due_for_reminder(DAY).exists()
    changes = {"ends_on": DAY + timedelta(days=50)}
    update_agreement(agreement=soon, changes=changes, by=programme.people.sari, at=AT)
    assert list(Agreement.objects.due_for_reminder(DAY)) == [soon]


def test_dates_stand_in_order_and_only_the_office_writes(programme: Programme, people: People) -> None:
    with pytest.raises(Invalid):
        agree(programme, ends_on=date(2023, 1, 1))
    agreement = agree(programme)
    for name in ("bagas", "ani", "mitra"):
        with pytest.raises(NotAllowed):
            update_agreement(agreement=agreement, changes={}, by=getattr(people, name), at=AT)


def test_the_page_takes_a_file_and_only_the_office_opens_it(
    client: Client,
    people: People,
    programme: Programme,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    organization = programme.organization()
    client.force_login(people.sari)
    values = {
        "organization": organization.pk,
        "title": "Nota kesepahaman",
        "signed_on": "2024-01-01",
        "starts_on": "2024-01-01",
        "ends_on": "2023-01-01",
        "reminder_days": "60",
        "provenance": "office",
    }
    response = client.post(f"{WORK}baru/", values)
    assert response.status_code == 422
    assert "An agreement cannot end before it begins." in response.content.decode()
    values["ends_on"] = "2030-01-01"
    wrong = SimpleUploadedFile("mou.pdf", b"<html>", content_type="application/pdf")
    assert client.post(f"{WORK}baru/", values | {"file": wrong}).status_code == 422
    first = SimpleUploadedFile("mou.pdf", b"%PDF-1.7\n1")
    assert client.post(f"{WORK}baru/", values | {"file": first}).status_code == 302
    agreement = Agreement.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        second = SimpleUploadedFile("mou.pdf", b"%PDF-1.7\n2")
        assert client.post(f"{WORK}{agreement.pk}/", values | {"file": second}).status_code == 302
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert kept == [b"%PDF-1.7\n2"]
    url = f"{WORK}{agreement.pk}/berkas/"
    assert client.get(url).status_code == 200
    client.force_login(people.mitra)
    assert client.get(url).status_code == 403
    client.logout()
    assert client.get(url).status_code == 302


def test_the_list_is_narrowed_by_state_and_words(
    client: Client, people: People, programme: Programme
) -> None:
    agree(programme, title="Sudah lewat", ends_on=date(2025, 1, 1))
    agree(programme, title="Tanpa akhir")
    client.force_login(people.bagas)
    page = text(client, f"{WORK}?state=ended")
    assert "Sudah lewat" in page
    assert "Tanpa akhir" not in page
    assert "Tanpa akhir" in text(client, f"{WORK}?q=tanpa")
    before = queries(client, WORK)
    for _ in range(20):
        agree(programme)
    assert queries(client, WORK) == before
