"""Results, charts and the workspace: who sees what, in how many queries, and what leads on from there."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessment.models import Driver, Finding, Hazard, Invitation, Response, Survey, SurveyVersion
from assessment.operations import surveys
from semarang_resilience.accounts.models import User

from .conftest import AT, Link
from .test_form_pages import text_of
from .test_results import fill

pytestmark = pytest.mark.django_db
RESULTS, CHART = "/id/survei/persepsi/hasil/", "/id/survei/persepsi/hasil/driver-01/"
ROWS = [
    ("community", 8, {"driver-01": 1, "driver-02": 3, "hazard-rob": (2, 4), "priority-dimension": 1}),
    ("government", 9, {"driver-01": 3, "hazard-banjir": (3, 2), "helpful-measures": [1, 2]}),
]


@pytest.fixture
def answered(version: SurveyVersion, budi: User) -> SurveyVersion:
    """Seventeen counted answers from two sectors."""
    fill(version, budi, ROWS)
    return version


@pytest.fixture
def published(answered: SurveyVersion, budi: User, sari: User) -> Survey:
    """The same, closed and published."""
    survey = surveys.close_survey(survey=answered.survey, by=budi, at=AT)
    return surveys.publish_results(survey=survey, by=sari, at=AT)


def make_finding(survey: Survey, author: User, *, code: str, key: str = "driver-01", **more: Any) -> Finding:
    finding = Finding.objects.create(
        cycle=survey.cycle,
        code=code,
        kind="weakness",
        title_ind=f"Temuan {code}",
        title_en=f"Finding {code}",
        statement="…",
        author=author,
        created_at=AT,
        **more,
    )
    finding.evidence.create(kind="survey", survey_version=survey.current_version, question_key=key, n=17)
    return finding


ACCEPTED = {"status": "accepted", "submitted_at": AT, "decided_at": AT, "decision_reason": "Benar."}


def test_results_are_for_the_office_until_they_are_published(
    client: Client, answered: SurveyVersion, wali: User
) -> None:
    for address in (RESULTS, CHART):
        assert client.get(address).status_code == 404
    client.force_login(wali)
    for address in (RESULTS, CHART):
        assert client.get(address).status_code == 200


def test_the_office_sees_how_many_answers_still_wait_to_be_counted(
    client: Client, answered: SurveyVersion, answer: Any, wali: User
) -> None:
    client.force_login(wali)
    answer()
    page = text_of(client.get("/en" + RESULTS[3:]))
    assert "1 answer is still being counted" in page
    assert "17" in page


@pytest.mark.parametrize("language", ["id", "en"])
def test_everybody_reads_published_results_in_his_language(
    client: Client, published: Survey, language: str
) -> None:
    page = text_of(client.get(f"/{language}/survei/persepsi/hasil/"))
    driver, hazard = ("Penggerak 1", "Banjir") if language == "id" else ("Driver 1", "Flood")
    assert driver in page
    assert hazard in page
    assert page.count("<svg xmlns") >= 8


def test_with_too_few_answers_no_number_is_shown(
    client: Client, version: SurveyVersion, budi: User, wali: User
) -> None:
    fill(version, budi, [("media", 4, {"driver-01": 1})])
    client.force_login(wali)
    page = text_of(client.get(RESULTS))
    assert "<figure" not in page
    chart = text_of(client.get(CHART))
    assert "100%" not in chart


@pytest.mark.parametrize("sheets", [1, 50])
@pytest.mark.parametrize("address", [RESULTS, CHART])
def test_results_cost_the_same_queries_whatever_the_number_of_answers(
    client: Client, version: SurveyVersion, budi: User, sari: User, sheets: int, address: str
) -> None:
    fill(version, budi, [(sector, sheets * 5, answers) for sector, _count, answers in ROWS])
    survey = surveys.close_survey(survey=version.survey, by=budi, at=AT)
    survey = surveys.publish_results(survey=survey, by=sari, at=AT)
    if address == CHART:
        for number in range(sheets):
            make_finding(survey, budi, code=f"T-{number}", is_published=True, decided_by=sari, **ACCEPTED)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    # survey; versions; tallies; pending; polygons. Results: programmes, three for open answers. Chart:
    # findings.
    assert len(queries) == (9 if address == RESULTS else 6)


def test_a_chart_lists_the_findings_that_cite_it_published_ones_only(
    client: Client, published: Survey, budi: User, sari: User
) -> None:
    make_finding(published, budi, code="T-001", is_published=True, decided_by=sari, **ACCEPTED)
    make_finding(published, budi, code="T-002", decided_by=sari, **ACCEPTED)
    make_finding(
        published, budi, code="T-003", key="driver-02", is_published=True, decided_by=sari, **ACCEPTED
    )
    page = text_of(client.get(CHART))
    assert "Temuan T-001" in page
    assert "Temuan T-002" not in page
    assert "Temuan T-003" not in page


def test_the_receipt_lists_the_published_findings_that_rest_on_the_survey(
    client: Client, published: Survey, budi: User, sari: User
) -> None:
    make_finding(published, budi, code="T-001", is_published=True, decided_by=sari, **ACCEPTED)
    make_finding(published, budi, code="T-002")
    receipt = Response.objects.values_list("receipt", flat=True)[0]
    page = text_of(client.get(f"/id/survei/terima/{receipt}/"))
    assert "Temuan T-001" in page
    assert "Temuan T-002" not in page
    assert RESULTS in page


def test_staff_go_from_a_chart_to_a_new_finding_and_others_do_not(
    client: Client, answered: SurveyVersion, budi: User, wali: User
) -> None:
    link = "/id/kerja/temuan/baru/?survey=persepsi&amp;question=driver-01"
    client.force_login(budi)
    assert link not in text_of(client.get(CHART)), "nothing of an open survey is cited"
    surveys.close_survey(survey=answered.survey, by=budi, at=AT)
    client.force_login(wali)
    assert link not in text_of(client.get(CHART))
    client.force_login(budi)
    assert f'href="{link}"' in text_of(client.get(CHART))
    assert f"{link}&amp;sector=community" in text_of(client.get(CHART + "?sector=community"))
    hidden = text_of(client.get(CHART + "?sector=media"))
    assert link not in hidden


def test_an_unknown_question_and_an_open_text_have_no_chart(client: Client, published: Survey) -> None:
    assert client.get("/id/survei/persepsi/hasil/driver-77/").status_code == 404
    assert client.get("/id/survei/persepsi/hasil/suggestion/").status_code == 404


@pytest.mark.parametrize("key", ["driver-01", "hazard-rob", "priority-dimension", "helpful-measures"])
def test_every_kind_of_question_has_a_chart(client: Client, published: Survey, key: str) -> None:
    page = text_of(client.get(f"/id/survei/persepsi/hasil/{key}/"))
    assert "<svg xmlns" in page


# -- the workspace


def test_the_workspace_is_for_the_office(client: Client, survey: Survey, wali: User) -> None:
    member = User.objects.create_user("anggota@contoh.semarang", name="Anggota", roles=["forum_member"])
    for address in ("/id/kerja/survei/", "/id/kerja/survei/persepsi/"):
        client.logout()
        assert client.get(address).status_code == 302
        client.force_login(member)
        assert client.get(address).status_code == 403
        client.force_login(wali)
        assert client.get(address).status_code == 200


def test_the_monitor_says_how_many_answered_and_how_many_wait(
    client: Client, answered: SurveyVersion, answer: Any, budi: User
) -> None:
    answer()
    client.force_login(budi)
    numbers = re.findall(
        r'class="stat__value"[^>]*>\s*(?:<svg.*?</svg>)?\s*([\d.]+)',
        text_of(client.get("/id/kerja/survei/persepsi/")),
    )
    assert numbers == ["18", "17", "1"]


def test_a_new_link_is_shown_once_and_works(client: Client, survey: Survey, budi: User) -> None:
    now = timezone.now()
    Survey.objects.filter(pk=survey.pk).update(
        opens_at=now - timezone.timedelta(days=1), closes_at=now + timezone.timedelta(days=1)
    )
    client.force_login(budi)
    sent = client.post("/id/kerja/survei/persepsi/tautan/", {"kind": "open", "label": "Poster Tugu"})
    assert sent.status_code == 302
    page = text_of(client.get(sent["Location"]))
    found = re.search(r"http://testserver(/id/survei/persepsi/isi/[\w-]+/)", page)
    assert found
    assert client.get(found[1]).status_code == 200
    assert found[1] not in text_of(client.get("/id/kerja/survei/persepsi/"))
    assert Invitation.objects.get().label == "Poster Tugu"


def test_a_link_needs_to_say_what_it_is_for(client: Client, survey: Survey, budi: User) -> None:
    client.force_login(budi)
    sent = client.post("/id/kerja/survei/persepsi/tautan/", {"kind": "open", "label": ""})
    assert sent.status_code == 422
    assert "data-error-summary" in text_of(sent)
    assert not Invitation.objects.exists()


def test_a_withdrawn_link_stops_working(client: Client, survey: Survey, open_link: Link, budi: User) -> None:
    client.force_login(budi)
    client.post(reverse("assessment:work_survey_link_withdraw", args=["persepsi", open_link.invitation.pk]))
    assert Invitation.objects.get().is_revoked


STEPS = ["buka", "tutup", "terbitkan", "tautan"]


@pytest.mark.parametrize("step", STEPS)
def test_leadership_reads_but_takes_no_step(client: Client, survey: Survey, wali: User, step: str) -> None:
    client.force_login(wali)
    assert client.post(f"/id/kerja/survei/persepsi/{step}/").status_code == 403
    assert client.get(f"/id/kerja/survei/persepsi/{step}/").status_code == 405
    page = text_of(client.get("/id/kerja/survei/persepsi/"))
    assert "/tutup/" not in page
    assert "/tautan/" not in page


def test_a_survey_goes_through_its_life_in_the_workspace(
    client: Client, draft: Survey, budi: User, sari: User
) -> None:
    Survey.objects.filter(pk=draft.pk).update(closes_at=timezone.now() + timezone.timedelta(days=1))
    client.force_login(budi)
    for step in ("buka", "tutup"):
        assert f"/id/kerja/survei/persepsi/{step}/" in text_of(client.get("/id/kerja/survei/persepsi/"))
        client.post(f"/id/kerja/survei/persepsi/{step}/")
    assert "/terbitkan/" not in text_of(client.get("/id/kerja/survei/persepsi/"))
    assert client.post("/id/kerja/survei/persepsi/terbitkan/").status_code == 403
    client.force_login(sari)
    client.post("/id/kerja/survei/persepsi/terbitkan/")
    assert Survey.objects.get().status == "published"


def test_a_step_out_of_turn_is_refused_with_a_page(client: Client, survey: Survey, sari: User) -> None:
    client.force_login(sari)
    answer = client.post("/id/kerja/survei/persepsi/terbitkan/")
    assert answer.status_code == 409
    assert Survey.objects.get().status == "open"


def test_a_draft_with_gaps_says_what_is_missing_instead_of_offering_to_open(
    client: Client, draft: Survey, budi: User
) -> None:
    draft.title_en = ""
    draft.save()
    client.force_login(budi)
    page = text_of(client.get("/id/kerja/survei/persepsi/"))
    assert "/buka/" not in page


@pytest.mark.parametrize("count", [1, 50])
def test_the_workspace_costs_the_same_queries_whatever_the_number_of_links(
    client: Client, answered: SurveyVersion, budi: User, count: int
) -> None:
    for number in range(count):
        surveys.issue_link(survey=answered.survey, kind="open", label=f"{number}", by=budi, at=AT)
    client.force_login(budi)
    with CaptureQueriesContext(connection) as queries:
        client.get("/id/kerja/survei/persepsi/")
    assert len(queries) == 10
    with CaptureQueriesContext(connection) as queries:
        client.get("/id/kerja/survei/")
    assert len(queries) == 4


def test_changing_drivers_or_hazards_later_changes_no_published_result(
    client: Client, published: Survey
) -> None:
    Driver.objects.update(name_ind="Lain", short_name_ind="Lain")
    Hazard.objects.update(name_ind="Lain")
    page = text_of(client.get(RESULTS))
    assert "Penggerak 1" in page
    assert ">Lain<" not in page
