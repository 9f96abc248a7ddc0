"""Drafts of personal links: readable with the link only, kept on both ways, gone when they should be."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessment.models import Draft, Framework, Hazard, Invitation, Response, Survey
from assessment.operations import survey_drafts, surveys
from assessment.operations.survey_passes import open_pass, seal_pass
from semarang_resilience.accounts.models import User

from .answering import address, every_kind, link_to, make_wards, open_now, reword, whole
from .conftest import Link

pytestmark = pytest.mark.django_db
FIELDS = {"sector": ["media"], "q_trust": ["7"], "q_words": ["Rahasia sekali: saluran bocor."]}


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


@pytest.fixture
def survey(draft: Survey, framework: Framework, hazards: list[Hazard], budi: User) -> Survey:
    make_wards()
    return open_now(draft, budi, every_kind(framework, hazards[1]))


@pytest.fixture
def link(survey: Survey, budi: User) -> Link:
    return link_to(survey, budi, "personal")


def keep(link: Link, **changes: Any) -> None:
    survey_drafts.save_draft(
        token=link.token, slug="persepsi", fields=FIELDS | changes, version=2, at=timezone.now()
    )


def test_a_draft_comes_back_to_who_has_the_link(link: Link) -> None:
    keep(link)
    kept = survey_drafts.open_draft(token=link.token, slug="persepsi")
    assert kept is not None
    assert (kept.fields, kept.version) == (FIELDS, 2)
    keep(link, q_trust=["1"])
    again = survey_drafts.open_draft(token=link.token, slug="persepsi")
    assert again is not None
    assert again.fields["q_trust"] == ["1"]
    assert Draft.objects.count() == 1


def test_what_the_database_holds_can_be_read_by_nobody_and_leads_to_no_link(link: Link) -> None:
    keep(link)
    row = Draft.objects.values().get()
    everything = repr({name: bytes(value) if name == "sealed" else value for name, value in row.items()})
    for secret in (
        "Rahasia",
        "media",
        link.token,
        Invitation.hash_of(link.token),
        str(link.invitation.nonce),
    ):
        assert secret not in everything
    assert set(row) == {"locator", "survey_id", "sealed", "saved_on"}
    assert row["saved_on"] == timezone.localdate()
    assert not any(field.related_model is Invitation for field in Draft._meta.get_fields())
    assert survey_drafts.open_draft(token="salah", slug="persepsi") is None


def test_a_draft_in_the_place_of_another_is_no_draft(link: Link, survey: Survey, budi: User) -> None:
    """Whoever can write to the table cannot slip somebody's draft under another link."""
    other = link_to(survey, budi, "personal")
    keep(link)
    sealed = Draft.objects.get().sealed
    Draft.objects.create(
        locator=survey_drafts.locator_of(other.token),
        survey=survey,
        sealed=sealed,
        saved_on=timezone.localdate(),
    )
    assert survey_drafts.open_draft(token=other.token, slug="persepsi") is None


def test_the_length_of_a_draft_says_little(link: Link) -> None:
    sizes = set()
    for text in ("", "x", "Perbaiki saluran di depan pasar."):
        keep(link, q_words=[text])
        sizes.add(len(bytes(Draft.objects.get().sealed)))
    assert len(sizes) == 1


def test_the_same_draft_is_sealed_otherwise_each_time(link: Link) -> None:
    seen = set()
    for _ in range(2):
        keep(link)
        seen.add(bytes(Draft.objects.get().sealed))
    assert len(seen) == 2


def test_an_open_link_keeps_no_draft(survey: Survey, budi: User) -> None:
    with pytest.raises(survey_drafts.NoDraftHere):
        keep(link_to(survey, budi))
    assert not Draft.objects.exists()


def test_a_draft_of_a_megabyte_is_refused(link: Link) -> None:
    with pytest.raises(survey_drafts.DraftTooLarge):
        keep(link, q_words=["x" * 1_000_000])


def test_a_used_link_and_a_closed_survey_keep_no_draft(
    link: Link, survey: Survey, budi: User, client: Client
) -> None:
    client.post(address(link), whole())
    with pytest.raises(surveys.AlreadyAnswered):
        keep(link)
    other = link_to(survey, budi, "personal")
    surveys.close_survey(survey=survey, by=budi, at=timezone.now())
    with pytest.raises(surveys.SurveyClosed):
        keep(other)


def test_sending_removes_the_draft_after_the_sheet_was_taken_in(client: Client, link: Link) -> None:
    keep(link)
    with CaptureQueriesContext(connection) as queries:
        assert client.post(address(link), whole()).status_code == 303
    assert not Draft.objects.exists()
    statements = [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "SELECT"))]
    place = next(number for number, sql in enumerate(statements) if "assessment_draft" in sql)
    released = [number for number, sql in enumerate(statements) if sql.startswith("RELEASE")]
    assert released[0] < place, "the sheet's transaction has ended before the draft is touched"


def test_closing_removes_all_drafts_and_the_sweeper_the_late_ones(
    link: Link, survey: Survey, budi: User
) -> None:
    keep(link)
    surveys.close_survey(survey=survey, by=budi, at=timezone.now())
    assert not Draft.objects.exists()
    Draft.objects.create(locator="0" * 64, survey=survey, sealed=b"x", saved_on=timezone.localdate())
    assert survey_drafts.forget_stale_drafts() == 1


def test_drafts_of_an_open_survey_are_not_swept(link: Link) -> None:
    keep(link)
    assert survey_drafts.forget_stale_drafts() == 0


@pytest.mark.parametrize(("language", "said"), [("id", "data-filled"), ("en", "Your draft is kept")])
def test_without_javascript_a_button_keeps_and_a_button_brings_back(
    client: Client, link: Link, language: str, said: str
) -> None:
    saved = client.post(address(link, language), whole(step=["save"]))
    assert saved.status_code == 200
    assert said in saved.content.decode()
    empty = client.get(address(link, language)).content.decode()
    assert 'value="resume"' in empty
    assert "Pasar Johar" not in empty, "nothing of it is shown before somebody asks for it"
    back = client.post(address(link, language), {"step": "resume"}).content.decode()
    assert "Pasar Johar" in back
    assert not Response.objects.exists()
    gone = client.post(address(link, language), {"step": "discard"})
    assert (gone.status_code, gone["Location"]) == (302, address(link, language))
    assert not Draft.objects.exists()


def test_an_open_link_says_why_it_keeps_no_draft(client: Client, survey: Survey, budi: User) -> None:
    link = link_to(survey, budi)
    answer = client.post(address(link, "en"), whole(step=["save"]))
    assert answer.status_code == 422
    assert "Only a personal link keeps a draft with us." in answer.content.decode()
    assert 'value="save"' not in answer.content.decode()


def test_a_draft_of_an_earlier_wording_leaves_out_what_was_asked_otherwise(
    client: Client, link: Link, survey: Survey, budi: User
) -> None:
    client.post(address(link, "en"), whole(step=["save"]))
    reword(survey, budi)
    page = client.post(address(link, "en"), {"step": "resume"}).content.decode()
    assert "How confident are you?" in page
    assert "The survey has changed since you kept your draft" in page
    assert "Pasar Johar" in page
    assert 'name="q_trust" value="9" checked' not in page


def test_opening_the_form_of_a_personal_link_takes_two_queries(client: Client, link: Link) -> None:
    client.get(address(link))
    with CaptureQueriesContext(connection) as queries:
        client.get(address(link))
    assert len(queries) == 2


class TestThroughTheApi:
    def call(self, client: Client, link: Link, method: str = "get", data: Any = None, **headers: str) -> Any:
        options = {"data": json.dumps(data), "content_type": "application/json"} if data is not None else {}
        headers = {"X-Survey-Token": link.token} | headers
        return getattr(client, method)("/api/v1/surveys/persepsi/draft/", headers=headers, **options)

    def test_a_draft_goes_there_and_back(self, client: Client, link: Link) -> None:
        sent = {"version": 2, "fields": FIELDS, "notes": {"id": "abc", "count": 3}}
        assert self.call(client, link, "put", sent).status_code == 204
        back = self.call(client, link).json()
        assert (back["version"], back["fields"], back["notes"]) == (2, FIELDS, {"id": "abc", "count": 3})
        assert set(back["marks"]) == {
            "driver-01",
            "hazard-rob",
            "trust",
            "measures",
            "flooded",
            "help",
            "place",
            "words",
        }
        assert self.call(client, link, "delete").status_code == 204
        assert self.call(client, link).json()["code"] == "no_draft"

    def test_it_needs_the_token_and_no_cookie(self, client: Client, link: Link) -> None:
        strict = Client(enforce_csrf_checks=True)
        sent = {"version": 2, "fields": FIELDS}
        assert self.call(strict, link, "put", sent).status_code == 204
        assert not strict.cookies
        wrong = Link(link.invitation, "salah")
        for method in ("get", "put"):
            answer = self.call(client, wrong, method, sent if method == "put" else None)
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown_link")

    def test_an_open_link_has_none(self, client: Client, survey: Survey, budi: User) -> None:
        answer = self.call(client, link_to(survey, budi), "put", {"version": 2, "fields": FIELDS})
        assert (answer.status_code, answer.json()["code"]) == (409, "no_draft_here")

    @pytest.mark.parametrize(
        "body", [{"version": 2}, {"version": 0, "fields": {}}, {"version": 2, "fields": {"a": "b"}}, []]
    )
    def test_what_is_no_draft_is_refused(self, client: Client, link: Link, body: Any) -> None:
        assert self.call(client, link, "put", body).status_code == 422

    def test_one_link_cannot_flood_the_table(self, client: Client, link: Link, settings: Any) -> None:
        settings.SURVEY_DRAFT_RATE = "2/min"
        sent = {"version": 2, "fields": FIELDS}
        assert [self.call(client, link, "put", sent).status_code for _ in range(3)] == [204, 204, 429]

    def test_a_survey_that_has_closed_says_so(self, client: Client, link: Link) -> None:
        Survey.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
        assert self.call(client, link).status_code == 410


def test_a_pass_is_never_the_same_twice_and_only_the_server_reads_it(settings: Any) -> None:
    first, second = seal_pass("rahasia"), seal_pass("rahasia")
    assert first != second
    assert open_pass(first) == open_pass(second) == "rahasia"
    assert [open_pass(wrong) for wrong in ("", "x", first[:-4], "é", "a" * 80)] == [None] * 5
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-of-the-same-server"
    assert open_pass(first) == "rahasia"
