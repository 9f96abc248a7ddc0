"""The pages on which the office reaches people and watches answers come in."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessment.invitees import Candidate
from assessment.models import Invitation, Survey, SurveyTarget
from assessment.operations import surveys
from assessment.operations.survey_inviting import invite_people, set_targets
from assessment.progress import progress_of
from semarang_resilience.accounts.models import User
from semarang_resilience.mail import operations as letters
from semarang_resilience.mail.models import Message
from semarang_resilience.mail.operations import send_due_messages
from tests.support.pages import queries, text

from .conftest import AT, CLOSES, OPENS, Link, filled


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "announce_task", lambda name: True)


@pytest.fixture
def now_open(survey: Survey) -> Survey:
    """The survey, open by the real clock, which the pages read."""
    now = timezone.now()
    Survey.objects.update(opens_at=now - timedelta(days=30), closes_at=now + timedelta(days=30))
    survey.refresh_from_db()
    return survey


@pytest.fixture
def office(client: Client, budi: User) -> Client:
    client.force_login(budi)
    return client


def _url(name: str, survey: Survey, *more: Any) -> str:
    return reverse(f"assessment:{name}", args=[survey.slug, *more])


def _packed(page: str) -> str:
    return page.partition('name="packed" value="')[2].partition('"')[0]


@pytest.mark.parametrize("language", ["id", "en"])
def test_from_a_pasted_list_to_letters(office: Client, now_open: Survey, language: str) -> None:
    address = _url("work_survey_address_list", now_open).replace("/id/", f"/{language}/")
    pasted = "a@contoh.id;media\nbukan alamat\nb@contoh.id;Tugu Muda"
    preview = office.post(address, {"text": pasted, "agreed": "on"}).content.decode()
    assert "a@contoh.id" in preview
    assert "bukan alamat" in preview, "what is left out is shown with its reason"
    assert "Tugu Muda" in preview, "what was not understood, too"
    assert not Invitation.objects.filter(kind="personal").exists()
    answer = office.post(_url("work_survey_invite", now_open), {"packed": _packed(preview)})
    assert answer.status_code == 302
    assert Invitation.objects.filter(kind="personal").count() == 2
    assert send_due_messages(at=timezone.now()) == 2
    page = text(office, _url("work_survey_invitations", now_open))
    assert page.count("@contoh.id") >= 2


@pytest.mark.parametrize(
    "file",
    [
        b"surel;sektor\r\na@contoh.id;Media\r\n",
        b"\xef\xbb\xbfsurel,sektor\na@contoh.id,media\n",
        "surel\tsektor\na@contoh.id\tmedia\n".encode("utf-16"),
    ],
)
def test_a_file_is_read_in_the_usual_encodings(office: Client, now_open: Survey, file: bytes) -> None:
    upload = SimpleUploadedFile("daftar.csv", file, content_type="text/csv")
    page = office.post(_url("work_survey_address_list", now_open), {"file": upload, "agreed": "on"})
    assert page.status_code == 200
    assert "a@contoh.id" in page.content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        {"text": "", "agreed": "on"},
        {"text": "a@contoh.id"},
        {"file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04 rusak"), "agreed": "on"},
        {"file": SimpleUploadedFile("x.csv", b"x" * 2_100_000), "agreed": "on"},
        {"text": "\n".join(f"{n}@contoh.id" for n in range(2_001)), "agreed": "on"},
    ],
)
def test_a_bad_list_is_a_sentence_and_nothing_is_lost(
    office: Client, now_open: Survey, sent: dict[str, Any]
) -> None:
    page = office.post(_url("work_survey_address_list", now_open), sent)
    assert page.status_code == 422
    assert "error-summary" in page.content.decode()
    if first := (sent.get("text") or "")[:20]:
        assert first.split()[0] in page.content.decode()


@pytest.mark.parametrize("packed", ["", "dibuat.sendiri", "eyJ4Ijox:1abc:xyz"])
def test_an_invented_preview_invites_nobody(office: Client, now_open: Survey, packed: str) -> None:
    assert office.post(_url("work_survey_invite", now_open), {"packed": packed}).status_code == 409
    assert not Invitation.objects.filter(kind="personal").exists()


def test_a_preview_of_another_survey_invites_nobody(office: Client, now_open: Survey) -> None:
    preview = office.post(
        _url("work_survey_address_list", now_open), {"text": "a@contoh.id", "agreed": "on"}
    ).content.decode()
    other = Survey.objects.create(
        cycle=now_open.cycle, slug="lain", title_ind="Lain", opens_at=OPENS, closes_at=CLOSES
    )
    assert office.post(_url("work_survey_invite", other), {"packed": _packed(preview)}).status_code == 409


def test_drawing_asks_for_a_number_and_says_when_nobody_can_be_drawn(
    office: Client, now_open: Survey
) -> None:
    assert "empty" in text(office, _url("work_survey_quotas", now_open))
    page = office.post(_url("work_survey_quotas", now_open), {})
    assert page.status_code == 422


def test_bounced_letters_are_visible_with_their_reason(office: Client, now_open: Survey, budi: User) -> None:
    found = [Candidate(email=f"{name}@contoh.id") for name in ("rusak", "baik")]
    invite_people(survey=now_open, candidates=found, by=budi, at=timezone.now())
    message = Message.objects.get(recipient="rusak@contoh.id")
    Message.objects.filter(pk=message.pk).update(status="bounced", reason="address_refused")
    page = text(office, f"{_url('work_survey_invitations', now_open)}?tampil=gagal")
    assert "rusak@contoh.id" in page
    assert "baik@contoh.id" not in page
    message.refresh_from_db()
    assert str(message.get_reason_display()) in page.replace("&#x27;", "'")


def test_the_reminder_button_says_how_many_and_refuses_with_a_reason(
    office: Client, now_open: Survey, budi: User
) -> None:
    before = timezone.now() - timedelta(days=10)
    invite_people(survey=now_open, candidates=[Candidate(email="a@contoh.id")], by=budi, at=before)
    send_due_messages(at=timezone.now())
    Message.objects.update(sent_at=before)
    remind = _url("work_survey_remind", now_open)
    assert remind in text(office, _url("work_survey_invitations", now_open))
    assert office.post(remind).status_code == 302
    page = text(office, _url("work_survey_invitations", now_open))
    assert remind not in page, "until the floor has passed"
    assert office.post(remind).status_code == 409


def test_the_invitations_take_as_many_queries_for_many_people(
    office: Client, now_open: Survey, budi: User
) -> None:
    address = _url("work_survey_invitations", now_open)
    invite_people(survey=now_open, candidates=[Candidate(email="a@contoh.id")], by=budi, at=timezone.now())
    few = queries(office, address)
    many = [Candidate(email=f"{number}@contoh.id") for number in range(30)]
    invite_people(survey=now_open, candidates=many, by=budi, at=timezone.now())
    assert queries(office, address) == few


def test_targets_are_kept_and_shown_beside_the_answers(office: Client, now_open: Survey) -> None:
    sent = {"sector-community": "20", "district-33.74.01": "3", "sector-media": ""}
    assert office.post(_url("work_survey_targets", now_open), sent).status_code == 302
    assert SurveyTarget.objects.count() == 2
    page = text(office, _url("work_survey", now_open))
    assert "20" in page
    assert page.count("<progress") == 2
    assert office.post(_url("work_survey_targets", now_open), {"sector-media": "-1"}).status_code == 422
    assert SurveyTarget.objects.count() == 2


def _send(link: Link, sector: str, count: int) -> None:
    for _number in range(count):
        surveys.submit_response(token=link.token, submission_id=uuid4(), data=filled(sector=[sector]), at=AT)


def test_while_open_groups_are_told_by_fives_and_afterwards_small_ones_not_at_all(
    survey: Survey, open_link: Link, budi: User
) -> None:
    set_targets(survey=survey, wanted={("community", ""): 10, ("media", ""): 2}, by=budi, at=AT)
    _send(open_link, "community", 13)
    _send(open_link, "media", 2)
    _send(open_link, "private", 7)
    while surveys.fold_responses():
        pass
    progress = progress_of(survey)
    told = {str(each.label): (each.count, each.is_reached) for each in progress.sectors}
    counts = sorted(count for count, _reached in told.values())
    assert counts == [0, 0, 0, 0, 0, 5, 10]
    assert progress.received == 22
    surveys.close_survey(survey=survey, by=budi, at=AT)
    shown = [each.count for each in progress_of(Survey.objects.get()).sectors]
    assert 2 not in shown, "two people of the media"
    assert None in shown


def test_the_monitor_takes_as_many_queries_for_many_answers(
    office: Client, now_open: Survey, budi: User
) -> None:
    link = Link(*surveys.issue_link(survey=now_open, kind="open", label="P", by=budi, at=timezone.now()))
    address = _url("work_survey", now_open)

    def answer(count: int) -> None:
        for _number in range(count):
            surveys.submit_response(token=link.token, submission_id=uuid4(), data=filled(), at=timezone.now())

    answer(5)
    few = queries(office, address)
    answer(20)
    assert queries(office, address) == few


def test_the_steps_follow_the_life_of_the_survey(
    client: Client, now_open: Survey, budi: User, sari: User
) -> None:
    client.force_login(sari)
    page = _url("work_survey", now_open)
    assert _url("work_survey_close", now_open) in text(client, page)
    client.post(_url("work_survey_close", now_open))
    assert _url("work_survey_reopen", now_open) in text(client, page)
    wrong = client.post(_url("work_survey_reopen", now_open), {"reason": "", "closes_on": "2001-01-01"})
    assert wrong.status_code == 422
    day = (timezone.localdate() + timedelta(days=20)).isoformat()
    past = client.post(_url("work_survey_reopen", now_open), {"reason": "Hujan", "closes_on": "2001-01-01"})
    assert past.status_code == 422
    assert "Hujan" in past.content.decode(), "what was typed is not lost"
    client.post(_url("work_survey_reopen", now_open), {"reason": "Hujan", "closes_on": day})
    assert Survey.objects.get().status == "open"
    client.post(_url("work_survey_close", now_open))
    client.post(_url("work_survey_review", now_open))
    client.post(_url("work_survey_publish", now_open))
    shown = text(client, page)
    assert _url("work_survey_unpublish", now_open) in shown
    assert _url("work_survey_reopen", now_open) not in shown
    assert client.post(_url("work_survey_unpublish", now_open), {"reason": ""}).status_code == 409
    client.post(_url("work_survey_unpublish", now_open), {"reason": "Keliru"})
    assert Survey.objects.get().status == "reviewed"
    assert _url("work_survey_reopen", now_open) not in text(client, page), "it was published once"


def test_an_open_link_can_be_shown_again_and_a_personal_one_not(
    office: Client, now_open: Survey, budi: User
) -> None:
    made, token = surveys.issue_link(survey=now_open, kind="open", label="Poster", by=budi, at=timezone.now())
    assert token in text(office, _url("work_survey_link_show", now_open, made.pk))
    invite_people(survey=now_open, candidates=[Candidate(email="a@contoh.id")], by=budi, at=timezone.now())
    theirs = Invitation.objects.get(kind="personal")
    assert office.get(_url("work_survey_link_show", now_open, theirs.pk)).status_code == 404


def test_leadership_sees_the_monitor_but_no_addresses(client: Client, now_open: Survey, wali: User) -> None:
    client.force_login(wali)
    assert client.get(_url("work_survey", now_open)).status_code == 200
    for name in ("work_survey_invitations", "work_survey_quotas", "work_survey_address_list"):
        assert client.get(_url(name, now_open)).status_code == 403
