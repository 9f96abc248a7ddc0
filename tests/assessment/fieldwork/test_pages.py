"""The pages of paper and workshops as a browser without JavaScript meets them, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from assessment.models import PaperSheet, Response, Survey, SurveyVersion, Workshop, WorkshopAnswer
from assessment.operations import survey_paper, survey_workshop, surveys
from assessment.short_links import short_code
from semarang_resilience.accounts.models import User
from tests.assessment.surveys.conftest import AT, filled
from tests.support.http import PolicyClient
from tests.support.pages import queries, text

from .conftest import Phones

pytestmark = pytest.mark.django_db
PAPER = "/id/kerja/survei/persepsi/kertas/"
ROOM = "/id/lokakarya/ABC234/"


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def office(budi: User) -> PolicyClient:
    client = PolicyClient()
    client.force_login(budi)
    return client


def html(response: HttpResponse) -> str:
    return response.content.decode()


# -- paper ------------------------------------------------------------------------------------------------


KEYED = {"number": "0041", "sector": "5", "district": "1", "q_driver-01": "2", "q_helpful-measures": "13"}


def test_a_sheet_is_entered_and_the_next_number_is_ready(survey: Survey, office: PolicyClient) -> None:
    page = text(office, f"{PAPER}isi/")
    assert page.count("data-step") == 14
    assert "<kbd>0</kbd>" in page
    response = office.post(f"{PAPER}isi/", KEYED)
    assert response.status_code == 302
    assert response["Location"].endswith("?versi=1&nomor=0042")
    assert PaperSheet.objects.get().first["q_helpful-measures"] == ["1", "3"]
    assert 'value="0042"' in text(office, response["Location"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"number": ""}, "Type the number that stands on the sheet."),
        ({"sector": ""}, "Choose the group that you answer for."),
        ({"q_driver-01": "7"}, "Question 1: “7” is none of its keys (1, 2, 3, 0)."),
        ({"district": "z"}, "“z” is none of its keys"),
        ({"q_suggestion": "x" * 2001}, "2001"),
    ],
)
def test_a_mistake_is_named_and_nothing_keyed_is_lost(
    survey: Survey, office: PolicyClient, change: dict[str, str], words: str
) -> None:
    with translation.override("en"):
        address = reverse("assessment:work_survey_paper_entry", args=["persepsi"])
    response = office.post(address, KEYED | {"q_driver-02": "3"} | change)
    page = html(response)
    assert response.status_code == 422
    assert words in page
    assert 'id="id_q_driver-02" name="q_driver-02" value="3"' in page
    assert not PaperSheet.objects.exists()


def test_two_entries_stand_side_by_side_until_one_is_chosen(
    survey: Survey, office: PolicyClient, budi: User, tono: User
) -> None:
    office.post(f"{PAPER}ganda/", {"twice": "1"})
    office.post(f"{PAPER}isi/", KEYED)
    assert "Somebody else must make the second entry" in html(
        office.post(f"{PAPER.replace('/id/', '/en/')}isi/", KEYED)
    )
    second = PolicyClient()
    second.force_login(tono)
    sheet = PaperSheet.objects.get()
    assert second.get(f"{PAPER}{sheet.pk}/ubah/").status_code == 404, "the first entry stays hidden"
    assert "q_driver" not in text(second, f"{PAPER}{sheet.pk}/")
    second.post(f"{PAPER}isi/", KEYED | {"q_driver-01": "3"})
    page = text(office, f"{PAPER}{sheet.pk}/")
    assert "Budi" in page
    assert "Tono" in page
    assert page.count("<fieldset") == 1
    assert office.post(f"{PAPER}{sheet.pk}/", {}).status_code == 422
    assert office.post(f"{PAPER}{sheet.pk}/", {"q_driver-01": "second"}).status_code == 302
    sheet.refresh_from_db()
    assert (sheet.status, sheet.first["q_driver-01"]) == ("ready", ["3"])


def test_what_was_keyed_can_be_corrected_until_it_is_counted(survey: Survey, office: PolicyClient) -> None:
    office.post(f"{PAPER}isi/", KEYED)
    sheet = PaperSheet.objects.get()
    address = f"{PAPER}{sheet.pk}/ubah/"
    assert 'name="q_helpful-measures" value="1 3"' in text(office, address)
    assert office.post(address, KEYED | {"q_driver-01": "1"}).status_code == 302
    sheet.refresh_from_db()
    assert sheet.first["q_driver-01"] == ["1"]
    for number in range(4):
        office.post(f"{PAPER}isi/", KEYED | {"number": str(number)})
    assert office.post(f"{PAPER}hitung/").status_code == 302
    assert Response.objects.filter(channel="paper").count() == 5
    assert office.get(address).status_code == 409
    assert office.post(f"{PAPER}{sheet.pk}/tarik/").status_code == 409


def test_the_list_of_sheets_asks_as_often_for_fifty_as_for_one(
    survey: Survey, office: PolicyClient, budi: User
) -> None:
    def enter(numbers: range) -> None:
        for number in numbers:
            survey_paper.enter_sheet(
                version=survey.current_version, number=str(number), data=filled(), by=budi, at=AT
            )

    enter(range(1))
    few = queries(office, PAPER)
    enter(range(1, 51))
    assert queries(office, PAPER) == few


def test_sheets_of_an_older_version_are_entered_with_its_questions(
    survey: Survey, office: PolicyClient
) -> None:
    first = survey.current_version
    assert first
    second = SurveyVersion.objects.create(
        survey=survey, number=2, definition=first.definition, frozen_at=timezone.now()
    )
    Survey.objects.filter(pk=survey.pk).update(current_version=second)
    assert "kertas/isi/?versi=1" in text(office, PAPER)
    assert 'name="version" value="1"' in text(office, f"{PAPER}isi/?versi=1")
    office.post(f"{PAPER}isi/?versi=1", KEYED | {"version": "1"})
    office.post(f"{PAPER}isi/", KEYED | {"version": "1", "number": "2"})
    office.post(f"{PAPER}isi/", KEYED)
    assert list(PaperSheet.objects.order_by("pk").values_list("version__number", flat=True)) == [1, 1, 2]
    assert office.get(f"{PAPER}isi/?versi=3").status_code == 404


def test_before_the_opening_there_is_no_paper(draft: Survey, office: PolicyClient) -> None:
    assert "Open the survey first" in text(office, PAPER.replace("/id/", "/en/"))
    assert office.get(f"{PAPER}isi/").status_code == 409


def test_the_short_address_leads_to_the_open_link(survey: Survey, budi: User, client: PolicyClient) -> None:
    link, token = surveys.issue_link(survey=survey, kind="open", label="Poster", by=budi, at=AT)
    code = short_code(link)
    for typed in (code, f"{code[:4]}-{code[4:]}".lower()):
        response = client.get(f"/id/s/{typed}/")
        assert response["Location"] == f"/id/survei/persepsi/isi/{token}/"
    surveys.withdraw_link(invitation=link, by=budi, at=AT)
    assert client.get(f"/id/s/{code}/").status_code == 404


def test_guessing_short_addresses_is_stopped(survey: Survey, client: PolicyClient, settings: Any) -> None:
    settings.WORKSHOP_WRONG_CODE_RATE = "3/min"
    assert [client.get(f"/id/s/AAAA{n}/").status_code for n in range(5)] == [404, 404, 404, 429, 429]


# -- workshops --------------------------------------------------------------------------------


Phone = Callable[..., PolicyClient]


@pytest.fixture
def phone(workshop: Workshop) -> Phone:
    """A phone that has joined."""

    def join(sector: str = "community") -> PolicyClient:
        client = PolicyClient()
        response = client.post(ROOM, {"sector": sector, "district": ""})
        assert response.status_code == 303
        return client

    return join


@pytest.fixture
def ask(workshop: Workshop, budi: User) -> Callable[[str], None]:
    def put(key: str) -> None:
        state = Workshop.objects.room_state(workshop.code)
        assert state
        survey_workshop.open_question(workshop=workshop, key=key, seen=state.step, by=budi, at=timezone.now())

    return put


def test_a_code_is_typed_as_people_type(workshop: Workshop, client: PolicyClient) -> None:
    assert client.post("/id/lokakarya/", {"code": " abc-234"})["Location"] == ROOM
    wrong = client.post("/en/lokakarya/", {"code": "XXXXXX"})
    assert wrong.status_code == 422
    assert "No workshop has this code" in html(wrong)


def test_guessing_codes_is_stopped_and_does_not_stop_the_room(
    workshop: Workshop, phone: Phone, client: PolicyClient, settings: Any
) -> None:
    settings.WORKSHOP_WRONG_CODE_RATE = "3/min"
    joined = [phone() for _ in range(6)]
    assert all(each.get(ROOM).status_code == 200 for each in joined), "right codes are not counted"
    answers = [client.get(f"/id/lokakarya/XXXXX{n}/keadaan/").status_code for n in range(5)]
    assert answers == [404, 404, 404, 429, 429]
    assert client.post("/id/lokakarya/", {"code": "ABC234"}).status_code == 429
    assert client.get(ROOM).status_code == 429
    assert all(each.get(ROOM).status_code == 200 for each in joined), "they share the guesser's address"


def test_joining_needs_a_group(workshop: Workshop, client: PolicyClient) -> None:
    response = client.post(ROOM.replace("/id/", "/en/"), {"district": "33.74.01"})
    assert response.status_code == 422
    assert "Choose the group that you answer for." in html(response)
    assert 'value="33.74.01" selected' in html(response)


def test_a_phone_without_javascript_goes_through_a_workshop(
    workshop: Workshop, phone: Phone, ask: Callable[[str], None], budi: User
) -> None:
    mine = phone()
    waiting = text(mine, ROOM)
    assert '<noscript><meta http-equiv="refresh"' in waiting
    ask("driver-01")
    asked = text(mine, ROOM)
    assert "http-equiv" not in asked, "nothing typed may vanish"
    assert 'name="q_driver-01"' in asked
    blank = mine.post(f"{ROOM}jawab/", {"question": "driver-01"})
    assert blank.status_code == 422
    assert mine.post(f"{ROOM}jawab/", {"question": "driver-01", "q_driver-01": "3"}).status_code == 303
    again = text(mine, ROOM)
    assert re.search(r'value="3"[^>]* checked', again)
    assert "http-equiv" in again
    ask("driver-02")
    late = mine.post(f"{ROOM.replace('/id/', '/en/')}jawab/", {"question": "driver-01", "q_driver-01": "1"})
    assert late.status_code == 409
    assert "This question is closed" in html(late)
    assert 'name="q_driver-02"' in html(late), "the next question stands there"
    survey_workshop.end_workshop(workshop=workshop, by=budi, at=timezone.now())
    assert "Thank you for taking part" in text(mine, ROOM.replace("/id/", "/en/"))
    assert Response.objects.get().channel == "workshop"


def test_a_phone_cannot_answer_for_another(
    workshop: Workshop, phone: Phone, ask: Callable[[str], None]
) -> None:
    ask("driver-01")
    stranger, mine = PolicyClient(), phone()
    stranger.cookies["lokakarya-ABC234"] = (
        mine.cookies["lokakarya-ABC234"].value.rsplit(":", 1)[0] + ":forged"
    )
    stranger.post(f"{ROOM}jawab/", {"question": "driver-01", "q_driver-01": "3"})
    assert not WorkshopAnswer.objects.exists()


def test_polling_is_one_query_and_an_empty_answer_while_nothing_changes(
    workshop: Workshop, phone: Phone, ask: Callable[[str], None]
) -> None:
    mine = phone()
    ask("driver-01")
    for page, box in ((ROOM, "ruang"), (f"{ROOM}layar/", "layar")):
        address = re.search(rf'id="{box}"[^>]* hx-get="([^"]+)"', text(mine, page))
        assert address
        with CaptureQueriesContext(connection) as asked:
            response = mine.get(address[1])
        assert (response.status_code, response.content, len(asked)) == (204, b"", 1)
    poll = re.search(r'hx-get="([^"]+)"', text(mine, ROOM))
    assert poll
    ask("driver-02")
    changed = mine.get(poll[1])
    assert changed.status_code == 200
    assert 'name="q_driver-02"' in html(changed)
    assert "<html" not in html(changed)


def test_the_projector_shows_no_bar_before_ten_have_answered(
    workshop: Workshop, phone: Phone, ask: Callable[[str], None]
) -> None:
    ask("driver-01")
    for number in range(10):
        page = text(PolicyClient(), f"{ROOM}layar/")
        assert "bars__fill" not in page, number
        phone().post(f"{ROOM}jawab/", {"question": "driver-01", "q_driver-01": "3"})
    page = text(PolicyClient(), f"{ROOM.replace('/id/', '/en/')}layar/")
    assert 'width="100"' in page
    assert "the bars show 5 of them" in page


def test_a_facilitator_leads_from_page_to_page(
    workshop: Workshop, phone: Phone, office: PolicyClient
) -> None:
    address = reverse("assessment:work_survey_workshop", args=["persepsi", workshop.pk])
    english = address.replace("/id/", "/en/")
    assert "ABC234" in text(office, address)
    office.post(f"{address}buka/", {"question": "driver-01", "seen": ":closed"})
    for _ in range(6):
        phone().post(f"{ROOM}jawab/", {"question": "driver-01", "q_driver-01": "1"})
    stale = office.post(f"{english}buka/", {"question": "driver-02", "seen": ":closed"}, follow=True)
    assert "Somebody else has moved the workshop on" in html(stale)
    office.post(f"{address}tutup/", {"seen": "driver-01:open"})
    assert "n = 6" in text(office, address)
    office.post(f"{address}akhiri/")
    ended = text(office, english)
    assert "Sheets that came of it" in ended
    assert 'width="100"' in ended


def test_a_workshop_is_prepared_by_a_form(survey: Survey, office: PolicyClient) -> None:
    address = "/id/kerja/survei/persepsi/lokakarya/"
    assert office.post(address, {"name": "", "held_on": "x"}).status_code == 422
    assert office.post(address, {"name": "FGD", "held_on": "2026-03-05"}).status_code == 302
    few = queries(office, address)
    for number in range(12):
        office.post(address, {"name": f"FGD {number}", "held_on": "2026-03-05"})
    assert queries(office, address) == few


def test_phones_in_numbers(workshop: Workshop, phones: Phones, office: PolicyClient) -> None:
    phones(30)
    address = reverse("assessment:work_survey_workshop", args=["persepsi", workshop.pk])
    many = queries(office, address)
    workshop.participants.all().delete()
    assert queries(office, address) == many
