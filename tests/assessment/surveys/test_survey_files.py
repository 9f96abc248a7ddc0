"""Sheets that come as a file: looked at first, counted once, and no word about whose they were."""

import io
import json
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessment.models import Framework, Hazard, Response, Survey
from assessment.operations import survey_files, surveys
from assessment.operations.survey_files import FileRefused, Verdict
from assessment.operations.survey_passes import seal_pass
from semarang_resilience.accounts.models import User
from semarang_resilience.core.errors import NotAllowed, Refused

from .answering import ANSWERS, address, every_kind, link_to, make_wards, open_now, reword, whole
from .conftest import Link, read_everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(draft: Survey, framework: Framework, hazards: list[Hazard], budi: User) -> Survey:
    make_wards()
    return open_now(draft, budi, every_kind(framework, hazards[1]))


@pytest.fixture
def link(survey: Survey, budi: User) -> Link:
    return link_to(survey, budi, "personal")


@pytest.fixture
def poster(survey: Survey, budi: User) -> Link:
    return link_to(survey, budi)


def sheet(link: Link, **changes: Any) -> dict[str, Any]:
    """A sheet as the device writes it."""
    row = {"id": str(uuid4()), "survey": "persepsi", "version": 2, "pass": seal_pass(link.token)}
    return row | {"sector": "community", "district": "", "answers": ANSWERS} | changes


def packed(*sheets: Any, **changes: Any) -> bytes:
    """The file."""
    content = {"format": "portal-survey-sheets", "schema": 1, "sheets": list(sheets)}
    return json.dumps(content | changes).encode()


def verdicts(survey: Survey, content: bytes, by: User) -> list[Verdict]:
    return [row.verdict for row in survey_files.examine_file(survey=survey, content=content, by=by)]


def take_in(survey: Survey, content: bytes, by: User) -> int:
    return survey_files.take_in_file(survey=survey, content=content, by=by, at=timezone.now())


def test_a_file_is_taken_in_once(survey: Survey, poster: Link, budi: User) -> None:
    content = packed(sheet(poster), sheet(poster))
    assert verdicts(survey, content, budi) == [Verdict.NEW, Verdict.NEW]
    assert not Response.objects.exists(), "the preview writes nothing"
    assert take_in(survey, content, budi) == 2
    assert set(Response.objects.values_list("channel", flat=True)) == {"offline"}
    assert verdicts(survey, content, budi) == [Verdict.ARRIVED, Verdict.ARRIVED]
    assert take_in(survey, content, budi) == 0
    assert Response.objects.count() == 2


def test_a_sheet_counts_once_whether_it_comes_by_file_or_over_the_network(
    client: Client, survey: Survey, link: Link, budi: User
) -> None:
    row = sheet(link)
    assert take_in(survey, packed(row), budi) == 1
    again = client.post(address(link), whole(submission=[row["id"]]))
    assert again.status_code == 303, "the device learns that its sheet has arrived"
    assert Response.objects.count() == 1
    other = client.post(address(link), whole())
    assert other.status_code == 409, "the personal link is used"


def test_a_file_after_the_network_is_left_out(
    client: Client, survey: Survey, poster: Link, budi: User
) -> None:
    row = sheet(poster)
    client.post(address(poster), whole(submission=[row["id"]]))
    assert verdicts(survey, packed(row), budi) == [Verdict.ARRIVED]


def test_each_sheet_has_a_verdict_of_its_own(survey: Survey, link: Link, poster: Link, budi: User) -> None:
    withdrawn = link_to(survey, budi)
    surveys.withdraw_link(invitation=withdrawn.invitation, by=budi, at=timezone.now())
    twice = sheet(poster)
    rows = [
        (sheet(link), Verdict.NEW),
        (sheet(link), Verdict.USED),
        (twice, Verdict.NEW),
        (twice, Verdict.ARRIVED),
        (sheet(poster, survey="lain"), Verdict.OTHER_SURVEY),
        (sheet(poster, **{"pass": "x"}), Verdict.UNKNOWN_LINK),
        (sheet(poster, **{"pass": None}), Verdict.UNKNOWN_LINK),
        (sheet(withdrawn), Verdict.UNKNOWN_LINK),
        (sheet(poster, version=9), Verdict.INVALID),
        (sheet(poster, version="x"), Verdict.INVALID),
        (sheet(poster, version=[]), Verdict.INVALID),
        (sheet(poster, answers={"trust": 99}), Verdict.INVALID),
        (sheet(poster, answers=[]), Verdict.INVALID),
        (sheet(poster, id="x"), Verdict.INVALID),
        (sheet(poster, id=5), Verdict.INVALID),
        ("x", Verdict.INVALID),
        (None, Verdict.INVALID),
    ]
    content = packed(*(row for row, _verdict in rows))
    assert verdicts(survey, content, budi) == [verdict for _row, verdict in rows]
    assert take_in(survey, content, budi) == 2


def test_what_is_wrong_with_a_sheet_stands_in_the_preview(survey: Survey, poster: Link, budi: User) -> None:
    content = packed(sheet(poster, answers=ANSWERS | {"trust": 99, "measures": [1, 2, 3]}))
    (row,) = survey_files.examine_file(survey=survey, content=content, by=budi)
    assert "3" in row.says
    assert "4" in row.says


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"PK\x03\x04",
        b"\xff\xfe",
        b"[" * 200_000,
        packed(),
        packed({}, format="other"),
        packed({}, schema=2),
        packed({}, sheets={}),
        packed(*[{}] * 501),
        b" " * 500_000,
    ],
)
def test_what_is_no_file_of_ours_is_refused_in_a_sentence(survey: Survey, budi: User, content: bytes) -> None:
    with pytest.raises(FileRefused):
        survey_files.examine_file(survey=survey, content=content, by=budi)


def test_a_file_may_come_after_the_closing_but_not_after_the_results(
    survey: Survey, poster: Link, budi: User, sari: User
) -> None:
    content = packed(sheet(poster))
    surveys.close_survey(survey=survey, by=budi, at=timezone.now())
    survey.refresh_from_db()
    assert take_in(survey, content, budi) == 1
    read_everything(survey, budi)
    surveys.publish_results(survey=survey, by=sari, at=timezone.now())
    survey.refresh_from_db()
    with pytest.raises(Refused):
        take_in(survey, packed(sheet(poster)), budi)


def test_a_sheet_keeps_the_version_that_was_seen(survey: Survey, poster: Link, budi: User) -> None:
    seen = survey.current_version
    reword(survey, budi)
    take_in(survey, packed(sheet(poster)), budi)
    assert Response.objects.get().version == seen


def test_only_who_edits_surveys_takes_files_in(survey: Survey, poster: Link, wali: User) -> None:
    with pytest.raises(NotAllowed):
        take_in(survey, packed(sheet(poster)), wali)


def test_looking_at_a_file_takes_the_same_queries_whatever_its_length(
    survey: Survey, poster: Link, budi: User, django_assert_num_queries: Any
) -> None:
    for count in (1, 50):
        content = packed(*(sheet(poster) for _ in range(count)))
        with django_assert_num_queries(3):
            verdicts(survey, content, budi)


@pytest.mark.django_db(transaction=True)
def test_two_who_take_in_the_same_file_count_it_once(
    survey: Survey, link: Link, poster: Link, budi: User
) -> None:
    content, start = packed(sheet(link), sheet(poster)), Barrier(2)

    def work(_number: int) -> int:
        try:
            start.wait()
            return take_in(Survey.objects.get(), content, User.objects.get(pk=budi.pk))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(work, range(2))) == [0, 2]
    assert Response.objects.count() == 2


class TestThePage:
    def choose(self, client: Client, content: bytes) -> Any:
        file = io.BytesIO(content)
        file.name = "jawaban.json"
        return client.post(reverse("assessment:work_survey_file", args=["persepsi"]), {"file": file})

    def test_shows_what_would_happen_and_does_it_after_a_word(
        self, client: Client, survey: Survey, link: Link, budi: User
    ) -> None:
        client.force_login(budi)
        preview = self.choose(client, packed(sheet(link)))
        page = preview.content.decode()
        assert preview.status_code == 200
        assert not Response.objects.exists()
        assert "Pasar Johar" not in page, "whoever takes a file in does not read answers"
        assert link.token not in page
        (kept,) = re.findall(r'name="content" value="([^"]+)"', page)
        done = client.post(
            reverse("assessment:work_survey_file_take_in", args=["persepsi"]), {"content": kept}
        )
        assert done.status_code == 302
        assert Response.objects.count() == 1

    def test_a_wrong_file_comes_back_with_a_sentence(
        self, client: Client, survey: Survey, budi: User
    ) -> None:
        client.force_login(budi)
        answer = self.choose(client, b"PK")
        assert answer.status_code == 422
        assert 'href="#id_file"' in answer.content.decode()

    @pytest.mark.parametrize("content", ["", "x", "eJwDAAAAAAE=x", "AAAA"])
    def test_a_preview_that_was_tampered_with_takes_nothing_in(
        self, client: Client, survey: Survey, budi: User, content: str
    ) -> None:
        client.force_login(budi)
        address = reverse("assessment:work_survey_file_take_in", args=["persepsi"])
        assert client.post(address, {"content": content}).status_code == 422
        assert not Response.objects.exists()
