"""Answering through the API: exactly once, with the link's token only; every error in one shape."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.utils import timezone

from assessment.models import Draft, Framework, Hazard, Response, Survey
from assessment.operations import survey_drafts, surveys
from semarang_resilience.accounts.models import User

from .answering import ANSWERS, every_kind, link_to, make_wards, open_now, reword
from .conftest import Link

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counters() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def survey(draft: Survey, framework: Framework, hazards: list[Hazard], budi: User) -> Survey:
    make_wards()
    return open_now(draft, budi, every_kind(framework, hazards[1]))


@pytest.fixture
def link(survey: Survey, budi: User) -> Link:
    return link_to(survey, budi, "personal")


def sheet(**changes: Any) -> dict[str, Any]:
    return {"version": 2, "sector": "community", "district": "33.74.01", "answers": ANSWERS} | changes


def put(
    client: Client, link: Link, body: Any = None, *, uuid: Any = None, language: str = "en", **headers: str
) -> Any:
    """PUT a sheet; `body` may be raw text."""
    return client.put(
        f"/api/v1/surveys/persepsi/responses/{uuid or uuid4()}/",
        body if isinstance(body, str) else json.dumps(sheet() if body is None else body),
        content_type=headers.pop("content_type", "application/json"),
        headers={"X-Survey-Token": link.token, "Accept-Language": language} | headers,
    )


class TestASheet:
    def test_arrives_and_is_stored_as_a_form_would_be(self, client: Client, link: Link) -> None:
        answer = put(client, link)
        row = Response.objects.get()
        assert answer.status_code == 201
        assert answer.json() == {"receipt": row.receipt, "is_repeat": False}
        assert row.answers == [2, 4, 5, 3, 0, 9, 1, 0, 1, 0, 1, 0, 1]
        assert row.texts == {"place": "Pasar Johar", "place:ward": "33.74.02.1001", "words": ANSWERS["words"]}
        assert (row.channel, row.version.number) == ("web", 2)

    def test_that_waited_on_a_device_says_so(self, client: Client, link: Link) -> None:
        put(client, link, sheet(channel="offline"))
        assert Response.objects.get().channel == "offline"

    def test_sent_again_gets_the_same_receipt(self, client: Client, link: Link) -> None:
        same = uuid4()
        first, second = put(client, link, uuid=same), put(client, link, uuid=same)
        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json()["receipt"] == second.json()["receipt"]
        assert second.json()["is_repeat"] is True
        assert Response.objects.count() == 1

    def test_sent_again_after_the_closing_gets_the_same_receipt(
        self,
        client: Client,
        link: Link,
        survey: Survey,
        budi: User,
    ) -> None:
        same = uuid4()
        receipt = put(client, link, uuid=same).json()["receipt"]
        surveys.close_survey(survey=survey, by=budi, at=timezone.now())
        again = put(client, link, uuid=same)
        assert (again.status_code, again.json()["receipt"]) == (200, receipt)

    def test_removes_the_draft(self, client: Client, link: Link) -> None:
        survey_drafts.save_draft(
            token=link.token, slug="persepsi", fields={"q_trust": ["1"]}, version=2, at=timezone.now()
        )
        put(client, link)
        assert not Draft.objects.exists()

    def test_may_leave_everything_open_that_is_not_required(self, client: Client, link: Link) -> None:
        answer = put(client, link, {"sector": "media", "answers": {"flooded": 2, "trust": None}})
        assert answer.status_code == 201
        assert Response.objects.get().answers[:6] == [None] * 6

    def test_counts_for_the_version_that_was_seen(
        self,
        client: Client,
        link: Link,
        survey: Survey,
        budi: User,
    ) -> None:
        reword(survey, budi)
        assert put(client, link, sheet(version=2)).status_code == 201
        assert Response.objects.get().version.number == 2

    def test_needs_no_cookie_and_leaves_none(self, link: Link) -> None:
        strict = Client(enforce_csrf_checks=True)
        assert put(strict, link).status_code == 201
        assert not strict.cookies

    def test_of_another_site_is_not_helped_by_a_login(self, link: Link, budi: User) -> None:
        """A session opens nothing here: only the token does."""
        office = Client(enforce_csrf_checks=True)
        office.force_login(budi)
        assert put(office, Link(link.invitation, "salah")).status_code == 404
        assert "Access-Control-Allow-Origin" not in put(office, link).headers


WRONG = [
    ("answers.strange", {"answers": ANSWERS | {"strange": 1}}, "does not ask", "sheet"),
    ("forged code", {"answers": ANSWERS | {"trust": 11}}, "shown for question 3", "answers.trust"),
    ("code as a fraction", {"answers": ANSWERS | {"trust": 1.5}}, "has a form", "answers.trust"),
    ("code as yes", {"answers": ANSWERS | {"trust": True}}, "has a form", "answers.trust"),
    ("list for one", {"answers": ANSWERS | {"trust": [1]}}, "has a form", "answers.trust"),
    ("one for a list", {"answers": ANSWERS | {"measures": 1}}, "has a form", "answers.measures"),
    ("nested list", {"answers": ANSWERS | {"measures": [[1]]}}, "has a form", "answers.measures"),
    ("too many votes", {"answers": ANSWERS | {"measures": [1, 2, 3]}}, "at most 2", "answers.measures"),
    ("unknown part", {"answers": ANSWERS | {"hazard-rob": {"soon": 1}}}, "has a form", "answers.hazard-rob"),
    ("too few parts", {"answers": ANSWERS | {"hazard-rob": [1]}}, "has a form", "answers.hazard-rob"),
    ("number as text", {"answers": ANSWERS | {"words": 5}}, "has a form", "answers.words"),
    ("text too long", {"answers": ANSWERS | {"words": "x" * 2001}}, "2001 characters", "answers.words"),
    ("unknown ward", {"answers": ANSWERS | {"place": ["A", "9"]}}, "wards", "answers.place_ward"),
    ("half a pair", {"answers": ANSWERS | {"place": ["A"]}}, "has a form", "answers.place"),
    ("required", {"answers": {"trust": 1}}, "Answer question 5.", "answers.flooded"),
    ("no group", {"sector": ""}, "Choose the group", "sector"),
    ("forged group", {"sector": "king"}, "one of the groups", "sector"),
    ("forged district", {"district": "1"}, "one of the districts", "district"),
    ("answers missing", {"answers": None}, "", "answers"),
    ("answers a list", {"answers": [1]}, "", "answers"),
    ("channel", {"channel": "paper"}, "", "channel"),
    ("foreign version", {"version": 99}, "does not ask", "sheet"),
    ("version a word", {"version": "new"}, "", "version"),
    ("nothing answered", {"answers": {}}, "Answer question 5.", "answers.flooded"),
]


@pytest.mark.parametrize(
    ("changes", "sentence", "field"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_a_wrong_sheet_is_told_by_field_in_a_sentence(
    client: Client, link: Link, changes: dict[str, Any], sentence: str, field: str
) -> None:
    answer = put(client, link, sheet(**changes))
    said = answer.json()
    assert (answer.status_code, said["code"]) == (422, "invalid")
    assert sentence in " ".join(map(str, said["fields"][field]))
    assert not Response.objects.exists()


def test_sentences_come_in_the_reader_s_language(client: Client, link: Link) -> None:
    wrong = sheet(answers=ANSWERS | {"trust": 11})
    assert put(client, link, wrong).json() != put(client, link, wrong, language="id").json()


def test_nul_and_other_untypable_characters_are_dropped(client: Client, link: Link) -> None:
    assert put(client, link, sheet(answers=ANSWERS | {"words": "a\x00b\ud800"})).status_code == 201
    assert Response.objects.get().texts["words"] == "ab"


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("{", "application/json", 400),
        ("[1]", "application/json", 422),
        ("null", "application/json", 422),
        ("[" * 100_000, "application/json", 400),
        ("sector=media", "application/x-www-form-urlencoded", 415),
        ("{}", "text/plain", 415),
    ],
)
def test_what_is_no_sheet_is_refused_in_the_shape_of_all_errors(
    client: Client, link: Link, body: str, content_type: str, status: int
) -> None:
    answer = put(client, link, body, content_type=content_type)
    assert answer.status_code == status
    assert set(answer.json()) == {"code", "message", "fields"}


def test_a_body_of_two_megabytes_is_refused_before_it_is_read(client: Client, link: Link) -> None:
    answer = put(client, link, sheet(answers={"words": "x" * 2_000_000}))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_an_id_that_is_none_is_told(client: Client, link: Link) -> None:
    answer = put(client, link, uuid="1")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_id")


class TestALink:
    def test_that_is_unknown_missing_or_withdrawn_opens_nothing(
        self,
        client: Client,
        link: Link,
        budi: User,
    ) -> None:
        for token in ("salah", ""):
            answer = put(client, Link(link.invitation, token))
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown_link")
        surveys.withdraw_link(invitation=link.invitation, by=budi, at=timezone.now())
        assert put(client, link).status_code == 404

    def test_of_another_survey_opens_nothing(self, client: Client, link: Link) -> None:
        answer = client.put(
            f"/api/v1/surveys/lain/responses/{uuid4()}/",
            json.dumps(sheet()),
            content_type="application/json",
            headers={"X-Survey-Token": link.token},
        )
        assert answer.status_code == 404

    def test_takes_one_sheet_if_it_is_personal(self, client: Client, link: Link) -> None:
        put(client, link)
        answer = put(client, link)
        assert (answer.status_code, answer.json()["code"]) == (409, "already_answered")
        assert Response.objects.count() == 1

    def test_of_a_closed_survey_says_gone(self, client: Client, link: Link) -> None:
        for change in ({"closes_at": timezone.now()}, {"opens_at": timezone.now() + timedelta(hours=1)}):
            now = timezone.now()
            around = {"opens_at": now - timedelta(days=2), "closes_at": now + timedelta(days=2)}
            Survey.objects.update(**around | change)
            answer = put(client, link)
            assert (answer.status_code, answer.json()["code"]) == (410, "survey_closed")

    def test_does_not_open_a_sheet_that_belongs_to_it(self, client: Client, link: Link) -> None:
        same = uuid4()
        put(client, link, uuid=same)
        for method in ("get", "delete", "patch", "post"):
            address = f"/api/v1/surveys/persepsi/responses/{same}/"
            answer = getattr(client, method)(address, headers={"X-Survey-Token": link.token})
            assert answer.status_code == 405


def test_one_address_cannot_flood_the_survey(
    client: Client, survey: Survey, budi: User, settings: Any
) -> None:
    settings.PUBLIC_FORM_RATE = "2/min"
    open_link = link_to(survey, budi)
    answers = [put(client, open_link) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert set(answers[-1].json()) == {"code", "message", "fields"}


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_under_one_id_are_one_sheet_with_one_receipt(link: Link) -> None:
    same, start = uuid4(), Barrier(8)

    def send(_number: int) -> tuple[int, str]:
        try:
            start.wait()
            answer = put(Client(), link, uuid=same)
            return answer.status_code, answer.json()["receipt"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(send, range(8)))
    assert sorted(status for status, _receipt in outcomes) == [200] * 7 + [201]
    assert len({receipt for _status, receipt in outcomes}) == 1
    assert Response.objects.count() == 1


class TestQuestionnaires:
    def test_versions_are_listed_and_each_is_whole_in_both_languages(
        self, client: Client, survey: Survey, budi: User
    ) -> None:
        reword(survey, budi)
        rows = client.get("/api/v1/surveys/persepsi/versions/").json()
        assert [(row["number"], row["change_note"]["en"]) for row in rows] == [(3, "Spelling"), (2, "")]
        data = client.get("/api/v1/surveys/persepsi/versions/2/").json()
        questions = {row["key"]: row for part in data["sections"] for row in part["questions"]}
        assert set(questions) == set(ANSWERS)
        assert questions["trust"]["text"] == {"id": "Seberapa percaya Anda?", "en": "How much do you trust?"}
        assert (questions["trust"]["levels"], questions["trust"]["low"]["en"]) == (10, "not at all")
        assert questions["hazard-rob"]["parts"] == ["now", "future", "likelihood", "impact"]
        assert questions["help"]["shown_if"] == {"key": "flooded", "codes": [1]}
        assert questions["measures"]["max_choices"] == 2
        assert [ward["district"] for ward in data["wards"]] == ["33.74.01", "33.74.02"]

    def test_what_was_never_asked_is_not_there(self, client: Client, survey: Survey) -> None:
        assert client.get("/api/v1/surveys/persepsi/versions/1/").status_code == 404
        assert client.get("/api/v1/surveys/lain/versions/").status_code == 404

    def test_a_draft_is_not_there(self, client: Client, draft: Survey) -> None:
        for path in ("", "versions/", "versions/1/"):
            assert client.get(f"/api/v1/surveys/persepsi/{path}").status_code == 404
