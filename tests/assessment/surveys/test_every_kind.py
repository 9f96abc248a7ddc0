"""Every kind of question in both languages, without JavaScript: shown, reviewed, sent, refused."""

import gzip
import re
from html import unescape
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from assessment.models import Framework, Hazard, Response, Survey
from assessment.operations import surveys
from semarang_resilience.accounts.models import User
from tools.paths import ROOT

from .answering import address, every_kind, link_to, make_wards, open_now, reword, whole
from .conftest import Link

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


@pytest.fixture
def survey(draft: Survey, framework: Framework, hazards: list[Hazard], budi: User) -> Survey:
    make_wards()
    return open_now(draft, budi, every_kind(framework, hazards[1]))


@pytest.fixture
def link(survey: Survey, budi: User) -> Link:
    return link_to(survey, budi)


def send(client: Client, link: Link, language: str = "id", /, **changes: Any) -> HttpResponse:
    data = urlencode(whole(**changes), doseq=True)
    return client.post(address(link, language), data, "application/x-www-form-urlencoded")


def text_of(response: HttpResponse) -> str:
    return unescape(re.sub(r"\s+", " ", response.content.decode()))


def row() -> Response:
    return Response.objects.get()


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "id",
            [
                "Banyak yang kurang",
                "sama sekali tidak",
                "Pernah kebanjiran?",
                "Tempat mana yang penting?",
                "Pompa",
            ],
        ),
        (
            "en",
            ["Banyak yang kurang (en)", "not at all", "Ever flooded?", "Which place matters?"],
        ),
    ],
)
def test_the_form_shows_every_kind_in_the_reader_s_language(
    client: Client, link: Link, language: str, expected: list[str]
) -> None:
    page = text_of(client.get(address(link, language)))
    assert [words for words in expected if words not in page] == []
    assert re.search(r'name="version" value="2"', page)


def test_every_field_of_every_kind_is_on_the_page(client: Client, link: Link) -> None:
    page = client.get(address(link)).content.decode()
    assert {name for name in re.findall(r'name="([^"]+)"', page) if name.startswith("q_")} == {
        name for name in whole() if name.startswith("q_")
    }
    # A scale has its ten levels and "I can't judge"; a hazard four scales of five and the same.
    assert len(re.findall(r'name="q_trust"', page)) == 11
    assert len(re.findall(r'name="q_hazard-rob_\w+"', page)) == 24
    assert re.findall(r'<optgroup label="([^"]+)">', page) == ["Semarang Tengah", "Semarang Utara"]


def test_a_conditional_question_says_in_words_when_it_is_asked(client: Client, link: Link) -> None:
    page = text_of(client.get(address(link, "en")))
    assert "Only if your answer to question 5 was: “Ya (en)”." in page
    assert 'data-shown-if="q_flooded" data-shown-codes="1"' in page


def test_a_whole_sheet_is_taken_in(client: Client, link: Link) -> None:
    assert send(client, link).status_code == 303
    questionnaire_order = [2, 4, 5, 3, 0, 9, 1, 0, 1, 0, 1, 0, 1]
    assert row().answers == questionnaire_order
    assert row().texts == {
        "place": "Pasar Johar",
        "place:ward": "33.74.02.1001",
        "words": "Perbaiki <saluran>.",
    }


def test_an_answer_to_a_question_that_is_not_asked_does_not_count(client: Client, link: Link) -> None:
    assert send(client, link, q_flooded=["2"]).status_code == 303
    assert row().answers[-2:] == [None, None]


BAD = [
    ("unknown question", {"q_strange": ["1"]}, "", "does not ask"),
    (
        "forged code",
        {"q_trust": ["11"]},
        "q_trust",
        "Choose one of the answers that are shown for question 3.",
    ),
    ("one question twice", {"q_trust": ["1", "2"]}, "q_trust", "Choose one of the answers"),
    ("forged part", {"q_hazard-rob_impact": ["6"]}, "q_hazard-rob", "question 2 (Tidal flood)"),
    ("forged option", {"q_help": ["9"]}, "q_help", "Choose one of the answers"),
    (
        "too many votes",
        {"q_measures": ["1", "2", "3"]},
        "q_measures",
        "Choose at most 2 options for question 4. You chose 3.",
    ),
    ("required missing", {"q_flooded": None, "q_help": None}, "q_flooded", "Answer question 5."),
    ("required when asked", {"q_help": None}, "q_help", "Answer question 6."),
    (
        "text too long",
        {"q_words": ["x" * 2001]},
        "q_words",
        "it has 2001 characters, and there is room for 2000",
    ),
    ("unknown ward", {"q_place_ward": ["99"]}, "q_place_ward", "Choose one of the wards in the list"),
    ("ward without a place", {"q_place": [""]}, "q_place", "Write which place you mean in question 7"),
    ("no group", {"sector": None}, "sector", "Choose the group that you answer for."),
    ("forged group", {"sector": ["king"]}, "sector", "Choose one of the groups in the list."),
    ("forged district", {"district": ["1"]}, "district", "Choose one of the districts in the list"),
    ("no id", {"submission": ["x"]}, "", "The form was incomplete."),
    ("version that is none", {"version": ["77"]}, "", "does not ask"),
]


@pytest.mark.parametrize("step", ["", "review"])
@pytest.mark.parametrize(("name", "changes", "field", "sentence"), BAD, ids=[bad[0] for bad in BAD])
def test_bad_input_is_told_in_a_sentence_and_nothing_typed_is_lost(
    client: Client, link: Link, name: str, changes: dict[str, Any], field: str, sentence: str, step: str
) -> None:
    if step == "review" and name in ("no id", "version that is none"):
        return  # the review sends nothing: id and version matter when it is sent
    answer = send(client, link, "en", step=[step], **changes)
    page = text_of(answer)
    assert answer.status_code == 422
    assert sentence in page
    if field:
        assert f'href="#id_{field}"' in page
        assert f'id="id_{field}"' in page
    assert re.search(r'name="q_driver-01" id="[^"]+" value="2" checked', page)
    assert not Response.objects.exists()


def test_a_character_that_nobody_can_type_is_dropped(client: Client, link: Link) -> None:
    assert send(client, link, q_words=["a\x00b\x1f"], q_place=["\x00"], q_place_ward=[""]).status_code == 303
    assert row().texts == {"words": "ab"}


@pytest.mark.parametrize(("language", "expected"), [("id", "9 dari 10"), ("en", "9 of 10")])
def test_the_review_repeats_every_answer_in_words_and_sends_it_with_one_button(
    client: Client, link: Link, language: str, expected: str
) -> None:
    data = whole(step=["review"], q_words=[""])
    answer = client.post(address(link, language), data)
    page = text_of(answer)
    assert answer.status_code == 200
    for words in ("Pompa", "Drainase", "Pasar Johar", "Kelurahan Semarang Utara"):
        assert words in page
    assert 'formaction="' + address(link, language) + '#id_q_words"' in page  # the gap, and its change button
    assert not Response.objects.exists()
    if language == "en":
        assert expected in page
    carried = dict(
        re.findall(r'<input type="hidden" name="(\w[^"]*)" value="([^"]*)">', answer.content.decode())
    )
    assert carried["submission"] == data["submission"][0]
    assert "step" not in carried
    assert client.post(address(link, language), {**data, "step": ""}).status_code == 303


def test_a_change_link_of_the_review_leads_back_with_everything_typed(client: Client, link: Link) -> None:
    page = text_of(client.post(address(link), whole(step=["form"])))
    assert re.search(r'name="q_trust" value="9" checked', page)
    assert re.search(r'<option value="33.74.02.1001" selected', page)
    assert "Perbaiki <saluran>." in page


def test_a_sheet_counts_for_the_version_whose_form_was_seen(
    client: Client, link: Link, survey: Survey, budi: User
) -> None:
    seen = survey.current_version
    reword(survey, budi)
    assert send(client, link, version=["2"]).status_code == 303
    assert row().version == seen
    assert send(client, link, version=["3"]).status_code == 303
    assert set(Response.objects.values_list("version__number", flat=True)) == {2, 3}
    page = text_of(send(client, link, version=["2"], sector=None))
    assert re.search(r'name="version" value="2"', page), "the form comes back as it was seen"


def test_a_survey_that_is_not_open_yet_says_when(client: Client, survey: Survey, link: Link) -> None:
    Survey.objects.update(opens_at=timezone.now() + timezone.timedelta(hours=1))
    for answer in (client.get(address(link)), send(client, link)):
        assert answer.status_code == 410
    assert not Response.objects.exists()


def test_the_form_of_another_survey_is_not_taken(client: Client, link: Link) -> None:
    other = address(link).replace("/persepsi/", "/lain/")
    assert client.post(other, whole()).status_code == 404


def test_the_page_weighs_little_on_a_bad_phone(client: Client, link: Link) -> None:
    """What travels for the form with everything it needs, packed as the proxy packs it: at most 100 kB."""
    dist = ROOT / "static" / "dist"
    page = client.get(address(link)).content
    texts = [page, *((dist / name).read_bytes() for name in ("app.css", "app.js", "survey.js", "icons.svg"))]
    font = (dist / "fonts" / "plus-jakarta-sans.woff2").stat().st_size
    assert sum(len(gzip.compress(text)) for text in texts) + font <= 100_000


def test_the_page_may_start_a_worker_and_other_pages_may_not(client: Client, link: Link) -> None:
    policy = client.get(address(link)).headers["Content-Security-Policy"]
    assert "worker-src 'self'" in policy
    assert "worker-src 'none'" in client.get("/id/").headers["Content-Security-Policy"]


def test_the_manifest_names_the_form_of_this_link(client: Client, link: Link) -> None:
    page = client.get(address(link, "en")).content.decode()
    (manifest,) = re.findall(r'<link rel="manifest" href="([^"]+)">', page)
    data = client.get(manifest).json()
    assert (data["start_url"], data["name"]) == (address(link, "en"), "Residents' perception")
    wrong = Link(link.invitation, "salah")
    assert client.get(manifest.replace(link.token, wrong.token)).status_code == 404


def test_the_worker_names_the_files_of_this_release(client: Client) -> None:
    answer = client.get("/survey-worker.js")
    assert answer.headers["Content-Type"] == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    first = answer.content.decode().splitlines()[0]
    for name in ("dist/survey.js", "dist/app.css", "/id/survei/di-perangkat-ini/", "/en/survei/"):
        assert name in first


def test_a_second_sheet_under_the_same_id_is_the_first_one(client: Client, link: Link) -> None:
    same = [str(uuid4())]
    answers = [send(client, link, submission=same) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Response.objects.count() == 1


def test_a_withdrawn_link_takes_nothing(client: Client, link: Link, budi: User) -> None:
    surveys.withdraw_link(invitation=link.invitation, by=budi, at=timezone.now())
    assert send(client, link).status_code == 404
    assert not Response.objects.exists()
