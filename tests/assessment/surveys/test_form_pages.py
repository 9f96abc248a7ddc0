"""Answering on the web: what the respondent sees, in both languages, whatever is sent."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from assessment.models import Framework, Invitation, QuestionKind, Response, Survey
from assessment.operations import surveys
from assessment.operations.surveys import BothLanguages, QuestionSpec, SectionSpec
from semarang_resilience.accounts.models import User
from tests.support.http import PolicyClient

from .conftest import AT, Link, filled

pytestmark = pytest.mark.django_db
LANGUAGES = ["id", "en"]


@pytest.fixture
def survey(draft: Survey, budi: User) -> Survey:
    """Open now, since pages read the real clock."""
    now = timezone.now()
    draft.opens_at, draft.closes_at = now - timezone.timedelta(days=1), now + timezone.timedelta(days=1)
    draft.save()
    return surveys.open_survey(survey=draft, by=budi, at=now)


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


def address(link: Link, language: str = "id") -> str:
    with translation.override(language):
        return reverse("assessment:survey_form", args=["persepsi", link.token])


def post(client: Client, link: Link, language: str = "id", /, **changes: Any) -> HttpResponse:
    """Send a filled form as a browser does."""
    data = filled(**changes)
    data.setdefault("submission", [str(uuid4())])
    return client.post(
        address(link, language), urlencode(data, doseq=True), "application/x-www-form-urlencoded"
    )


def text_of(response: HttpResponse) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_form_asks_for_sector_and_district_first_and_then_everything(
    client: Client, open_link: Link
) -> None:
    page = text_of(client.get(address(open_link)))
    names = re.findall(r'name="([^"]+)"', page)
    fields = [name for name in dict.fromkeys(names) if name.startswith(("sector", "district", "q_"))]
    assert fields == [
        "sector", "district", "q_driver-01", "q_driver-02", "q_driver-03", "q_driver-04",
        "q_hazard-banjir_now", "q_hazard-banjir_future", "q_hazard-rob_now", "q_hazard-rob_future",
        "q_priority-dimension", "q_helpful-measures", "q_suggestion",
    ]  # fmt: skip
    assert 'name="submission"' in page


@pytest.mark.parametrize(("language", "words"), [("id", "Banjir"), ("en", "Flood")])
def test_the_form_speaks_the_reader_s_language(
    client: Client, open_link: Link, language: str, words: str
) -> None:
    page = text_of(client.get(address(open_link, language)))
    assert f'<html lang="{language}">' in page
    assert words in page


@pytest.mark.parametrize("questions", [1, 50])
def test_opening_the_form_takes_one_query_whatever_the_number_of_questions(
    client: Client, draft: Survey, framework: Framework, budi: User, questions: int
) -> None:
    texts = BothLanguages(id="Apa?", en="What?")
    driver = framework.dimensions.first().drivers.first()  # type: ignore[union-attr]
    asked = [
        QuestionSpec(key=f"q{n}", kind=QuestionKind.DRIVER_RATING, text=texts, driver=driver)
        for n in range(questions)
    ]
    sections = [SectionSpec(title=texts, questions=asked)]
    now = timezone.now()
    draft.opens_at, draft.closes_at = now - timezone.timedelta(days=1), now + timezone.timedelta(days=1)
    draft.save()
    surveys.add_version(survey=draft, framework=framework, sections=sections, by=budi, at=now)
    survey = surveys.open_survey(survey=draft, by=budi, at=now)
    link = Link(*surveys.issue_link(survey=survey, kind="open", label="", by=budi, at=now))
    client.get(address(link))  # this process reads the questionnaire once
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address(link)).status_code == 200
    assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries:
        answered = client.post(
            address(link),
            {"sector": "media", "submission": str(uuid4())} | {f"q_q{n}": "1" for n in range(questions)},
        )
    assert answered.status_code == 303
    assert len(queries) <= 5


def test_no_session_is_made_for_a_respondent(client: Client, open_link: Link) -> None:
    client.get(address(open_link))
    post(client, open_link)
    assert django_settings.SESSION_COOKIE_NAME not in client.cookies


def test_the_form_is_protected_against_foreign_sites(open_link: Link) -> None:
    strict = PolicyClient(enforce_csrf_checks=True)
    assert post(strict, open_link).status_code == 403
    page = strict.get(address(open_link)).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    assert post(strict, open_link, csrfmiddlewaretoken=[token[1]]).status_code == 303


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sent_form_leads_to_a_receipt_that_says_what_happens_next(
    client: Client, open_link: Link, language: str
) -> None:
    answered = post(client, open_link, language)
    assert answered.status_code == 303
    receipt = Response.objects.get().receipt
    assert answered["Location"] == f"/{language}/survei/terima/{receipt}/"
    page = text_of(client.get(answered["Location"]))
    assert receipt in page
    assert f'<html lang="{language}">' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_double_click_leads_to_the_same_receipt(client: Client, open_link: Link, language: str) -> None:
    same = [str(uuid4())]
    first, second = (post(client, open_link, language, submission=same) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Response.objects.count() == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_personal_link_used_twice_is_told_so(client: Client, personal_link: Link, language: str) -> None:
    assert post(client, personal_link, language).status_code == 303
    for again in (post(client, personal_link, language), client.get(address(personal_link, language))):
        assert again.status_code == 409
        assert f'<html lang="{language}">' in text_of(again)
    assert Response.objects.count() == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_closed_survey_is_gone_and_says_since_when(
    client: Client, open_link: Link, survey: Survey, budi: User, language: str
) -> None:
    surveys.close_survey(survey=survey, by=budi, at=timezone.now())
    for answer in (client.get(address(open_link, language)), post(client, open_link, language)):
        assert answer.status_code == 410
        with translation.override(language):
            assert survey.get_absolute_url() in text_of(answer)
    assert not Response.objects.exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_or_withdrawn_link_says_what_to_do(
    client: Client, open_link: Link, budi: User, language: str
) -> None:
    wrong = Link(open_link.invitation, "salah")
    assert client.get(address(wrong, language)).status_code == 404
    assert post(client, wrong, language).status_code == 404
    other_survey = address(open_link, language).replace("/persepsi/", "/lain/")
    assert client.get(other_survey).status_code == 404
    surveys.withdraw_link(invitation=open_link.invitation, by=budi, at=AT)
    gone = client.get(address(open_link, language))
    assert gone.status_code == 404
    assert reverse("assessment:survey_list").replace("/id/", f"/{language}/") in text_of(gone)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_half_filled_form_comes_back_with_everything_typed_and_a_way_to_the_gap(
    client: Client, personal_link: Link, language: str
) -> None:
    answer = post(client, personal_link, language, sector=None, q_suggestion=["Perbaiki <saluran>"])
    page = text_of(answer)
    assert answer.status_code == 422
    assert 'href="#id_sector"' in page
    assert 'id="id_sector"' in page
    assert re.search(r'name="q_driver-01" id="[^"]+" value="1" checked', page)
    assert re.search(r'name="q_hazard-banjir_future" value="5" checked', page)
    assert re.search(r'name="q_helpful-measures" id="[^"]+" value="3" checked', page)
    assert re.search(r'<option value="33.74.01" selected', page)
    assert "Perbaiki &lt;saluran&gt;" in page
    assert not Response.objects.exists()
    assert Invitation.objects.with_use().get().is_used == 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("changes", "anchor"),
    [
        ({"q_driver-01": ["7"]}, "#id_q_driver-01"),
        ({"q_hazard-rob_now": ["abc"]}, "#id_q_hazard-rob"),
        ({"q_helpful-measures": ["1", "99"]}, "#id_q_helpful-measures"),
        ({"district": ["99.99"]}, "#id_district"),
        ({"q_suggestion": ["x" * 2001]}, "#id_q_suggestion"),
    ],
)
def test_a_forged_answer_leads_back_to_its_question(
    client: Client, open_link: Link, language: str, changes: dict[str, list[str]], anchor: str
) -> None:
    answer = post(client, open_link, language, **changes)
    page = text_of(answer)
    assert answer.status_code == 422
    assert f'href="{anchor}"' in page
    assert f'id="{anchor[1:]}"' in page
    assert not Response.objects.exists()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "changes",
    [{"q_driver-99": ["1"]}, {"is_staff": ["1"]}, {"submission": ["not-a-uuid"]}, {"submission": [""]}],
)
def test_a_form_that_was_tampered_with_is_refused_and_nothing_is_saved(
    client: Client, open_link: Link, language: str, changes: dict[str, list[str]]
) -> None:
    answer = post(client, open_link, language, **changes)
    assert answer.status_code == 422
    assert "data-error-summary" in text_of(answer)
    assert not Response.objects.exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_of_two_megabytes_gets_a_page_that_says_what_to_do(
    client: Client, personal_link: Link, language: str
) -> None:
    data = filled(q_suggestion=["x" * 2_000_000])
    as_browser = post(client, personal_link, language, **data)
    as_upload = client.post(address(personal_link, language), data)
    for answer in (as_browser, as_upload):
        assert answer.status_code == 413
        assert f'<html lang="{language}">' in text_of(answer)
    assert not Response.objects.exists()
    assert post(client, personal_link, language).status_code == 303


def test_thousands_of_fields_are_refused_without_an_error(client: Client, open_link: Link) -> None:
    client.raise_request_exception = False
    answer = client.post(address(open_link), {f"q_{n}": "1" for n in range(5_000)})
    assert answer.status_code == 400


def test_the_language_can_be_changed_without_losing_an_answer(client: Client, open_link: Link) -> None:
    page = text_of(client.get(address(open_link)))
    button = re.search(r'<button[^>]*name="language"[^>]*formaction="([^"]+)"', page)
    assert button
    assert button[1] == address(open_link, "en")
    submission = str(uuid4())
    answer = post(client, open_link, "en", language=["en"], submission=[submission])
    english = text_of(answer)
    assert answer.status_code == 200
    assert "Flood" in english
    assert re.search(r'name="q_driver-01" id="[^"]+" value="1" checked', english)
    assert f'value="{submission}"' in english
    assert not Response.objects.exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_address_cannot_flood_the_form(
    client: Client, open_link: Link, settings: Any, language: str
) -> None:
    settings.PUBLIC_FORM_RATE = "2/min"
    assert [post(client, open_link, language).status_code for _ in range(3)] == [303, 303, 429]
    assert Response.objects.count() == 2


def test_a_broken_cache_stops_nobody_from_answering(
    client: Client, open_link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr("semarang_resilience.core.throttle.cache.incr", fail)
    assert post(client, open_link).status_code == 303


def test_an_unknown_receipt_is_not_found_and_case_does_not_matter(
    client: Client, open_link: Link, answer: Callable[..., Any]
) -> None:
    assert client.get("/id/survei/terima/AAAA-AAAA/").status_code == 404
    post(client, open_link)
    receipt = Response.objects.get().receipt
    assert client.get(f"/id/survei/terima/{receipt.lower()}/").status_code == 200


def test_the_page_about_a_survey_says_how_answers_are_protected(client: Client, survey: Survey) -> None:
    page = text_of(client.get(survey.get_absolute_url()))
    assert "privasi" in page
    assert "Persepsi warga" in page


def test_a_draft_is_not_public(client: Client, draft: Survey, budi: User) -> None:
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert draft.title not in text_of(client.get("/id/survei/"))
    client.force_login(budi)
    assert client.get(draft.get_absolute_url()).status_code == 200
    assert draft.title in text_of(client.get("/id/survei/"))


@pytest.mark.parametrize("count", [1, 50])
def test_the_list_of_surveys_takes_two_queries(client: Client, survey: Survey, count: int) -> None:
    for number in range(count - 1):
        Survey.objects.filter(pk=survey.pk).get()
        copy = Survey.objects.get(pk=survey.pk)
        copy.pk, copy.slug = None, f"salinan-{number}"
        copy._state.adding = True
        copy.save()
    with CaptureQueriesContext(connection) as queries:
        client.get("/id/survei/")
    assert len(queries) == 2
