"""The findings board: what each person sees and may press, and that nobody loses what was typed."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessment.models import Driver, Finding, Hazard, Survey
from assessment.operations import findings
from assessment.steps import finding_steps
from semarang_resilience.accounts.models import User
from semarang_resilience.core.models import Activity, Cycle

from .conftest import AT, MakeFinding, MakeFocusArea

pytestmark = pytest.mark.django_db

DRAFT = {
    "kind": "weakness",
    "title_id": "Pompa sering mati",
    "title_en": "",
    "statement_id": "Listrik padam saat hujan.",
    "statement_en": "",
    "provenance": "office",
    "source": "",
}


def url(route: str, *args: Any) -> str:
    return reverse(f"assessment:{route}", args=args)


@pytest.fixture
def as_staff(client: Client, sari: User) -> Client:
    client.force_login(sari)
    return client


@pytest.fixture
def as_lead(client: Client, lestari: User) -> Client:
    client.force_login(lestari)
    return client


# -- who gets in


@pytest.mark.parametrize("route", ["work_findings", "work_finding_new", "work_finding", "work_finding_edit"])
def test_strangers_log_in_first_and_members_stay_out(
    client: Client, make_finding: MakeFinding, mitra: User, route: str
) -> None:
    code = make_finding().code
    address = url(route, *([code] if "finding" in route and route.endswith(("finding", "edit")) else []))
    answer = client.get(address)
    assert (answer.status_code, "/akun/" in answer.url) == (302, True)
    client.force_login(mitra)
    assert client.get(address).status_code == 403


def test_leadership_reads_the_board_but_writes_nothing(
    client: Client, make_finding: MakeFinding, bagas: User
) -> None:
    finding = make_finding("submitted")
    client.force_login(bagas)
    board = client.get(url("work_findings")).content.decode()
    assert finding.title in board
    assert url("work_finding_new") not in board
    assert client.get(url("work_finding_new")).status_code == 403
    assert client.get(url("work_finding_edit", finding.code)).status_code == 403
    page = client.get(url("work_finding", finding.code)).content.decode()
    assert "/langkah/" not in page
    answer = client.post(url("work_finding_step", finding.code, "accept"), {"reason": "Ya."})
    assert answer.status_code == 403


# -- the board


def test_the_board_has_a_column_for_each_status_and_the_table_pages(
    as_staff: Client, make_finding: MakeFinding
) -> None:
    for status in ("draft", "submitted", "returned", "accepted", "rejected"):
        make_finding(status, title_id=f"Judul {status}")
    board = as_staff.get(url("work_findings"))
    counts = [(status.value, total) for status, _rows, total in board.context["columns"]]
    assert counts == [("draft", 1), ("returned", 1), ("submitted", 1), ("accepted", 1), ("rejected", 1)]
    table = as_staff.get(url("work_findings") + "?view=table&status=returned").content.decode()
    assert ("Judul returned" in table, "Judul draft" in table) == (True, False)
    assert '<input type="hidden" name="view" value="table"' in table


def test_only_my_own(as_staff: Client, make_finding: MakeFinding, tono: User) -> None:
    make_finding(title_id="Punya saya")
    make_finding(title_id="Punya Tono", by=tono)
    board = as_staff.get(url("work_findings") + "?mine=on").content.decode()
    assert ("Punya saya" in board, "Punya Tono" in board) == (True, False)


@pytest.mark.parametrize("view", ["", "?view=table"])
def test_the_board_costs_the_same_with_1_and_with_50_findings(
    as_staff: Client, make_finding: MakeFinding, drivers: list[Driver], rob: Hazard, view: str
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert as_staff.get(url("work_findings") + view).status_code == 200
        return len(queries)

    make_finding(drivers=drivers, hazards=[rob])
    count()
    one = count()
    for _number in range(49):
        make_finding(drivers=drivers, hazards=[rob])
    assert count() == one
    assert one <= 12


# -- writing


def test_a_draft_is_written_and_shown(as_staff: Client, cycle: Cycle, sari: User) -> None:
    answer = as_staff.post(url("work_finding_new"), DRAFT)
    assert (answer.status_code, answer.url) == (302, url("work_finding", "T-001"))
    finding = Finding.objects.get()
    assert (finding.author, finding.status, finding.title_ind) == (sari, "draft", "Pompa sering mati")  # type: ignore[attr-defined]
    assert "Pompa sering mati" in as_staff.get(answer.url).content.decode()


def test_a_bad_form_keeps_what_was_typed(as_staff: Client, cycle: Cycle) -> None:
    answer = as_staff.post(url("work_finding_new"), DRAFT | {"title_id": "", "provenance": "quoted"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Listrik padam saat hujan." in page
    assert 'href="#id_title_id"' in page
    assert 'href="#id_source"' in page
    assert not Finding.objects.exists()


def test_a_finding_from_a_chart_shows_and_cites_its_numbers(
    as_staff: Client, survey: Survey, drivers: list[Driver]
) -> None:
    address = url("work_finding_new") + "?survey=persepsi-2015&question=driver-01"
    page = as_staff.get(address).content.decode()
    assert "n = 22" in page
    assert f'value="{drivers[0].pk}"' in page.split("checked")[0].rsplit("<input", 1)[1]
    as_staff.post(address, DRAFT | {"drivers": [drivers[0].pk]})
    finding = Finding.objects.get()
    evidence = finding.evidence.get()
    assert (evidence.question_key, evidence.n, evidence.survey_version) == (
        "driver-01",
        22,
        survey.current_version,
    )


def test_a_chart_of_a_small_group_is_refused_and_nothing_is_saved(as_staff: Client, survey: Survey) -> None:
    address = url("work_finding_new") + "?survey=persepsi-2015&question=driver-01&sector=media"
    page = as_staff.get(address)
    assert page.context["refusal"].code == "too_few"
    assert as_staff.get(url("work_finding_new") + "?survey=lain&question=x").status_code == 404


def test_a_chart_that_became_too_small_saves_neither_draft_nor_citation(
    as_staff: Client, survey: Survey, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    address = url("work_finding_new") + "?survey=persepsi-2015&question=driver-01"
    original = findings.cite_survey

    def late(**arguments: Any) -> Any:
        settings.SMALL_GROUP_THRESHOLD = 100
        return original(**arguments)

    monkeypatch.setattr(findings, "cite_survey", late)
    answer = as_staff.post(address, DRAFT)
    assert answer.status_code == 422
    assert not Finding.objects.exists()


def test_a_draft_is_edited_by_its_author_and_not_by_other_staff(
    client: Client, make_finding: MakeFinding, sari: User, tono: User
) -> None:
    finding = make_finding()
    client.force_login(tono)
    assert client.get(url("work_finding_edit", finding.code)).status_code == 403
    client.force_login(sari)
    page = client.get(url("work_finding_edit", finding.code)).content.decode()
    assert "Rob masuk ke jalan." in page
    assert "Tidal water enters the road." in page
    answer = client.post(url("work_finding_edit", finding.code), DRAFT)
    assert answer.status_code == 302
    finding.refresh_from_db()
    assert finding.title_ind == "Pompa sering mati"  # type: ignore[attr-defined]
    assert client.post(url("work_finding_edit", finding.code), DRAFT | {"kind": ""}).status_code == 422


def test_evidence_is_added_and_taken_away(as_staff: Client, make_finding: MakeFinding) -> None:
    finding = make_finding()
    address = url("work_finding_evidence", finding.code)
    evidence = {"kind": "document", "summary_id": "Data pompa", "provenance": "office", "url": "bukan alamat"}
    assert as_staff.post(address, evidence).status_code == 422
    assert as_staff.post(address, evidence | {"url": ""}).status_code == 302
    assert "Data pompa" in as_staff.get(url("work_finding", finding.code)).content.decode()
    as_staff.post(url("work_finding_evidence_remove", finding.code, finding.evidence.get().pk))
    assert not finding.evidence.exists()


def test_evidence_of_another_finding_is_not_found(as_staff: Client, make_finding: MakeFinding) -> None:
    finding, other = make_finding(), make_finding("submitted")
    answer = as_staff.post(url("work_finding_evidence_remove", finding.code, other.evidence.get().pk))
    assert (answer.status_code, other.evidence.count()) == (404, 1)


# -- next steps


@pytest.mark.parametrize(
    ("status", "author", "staff", "lead", "leadership"),
    [
        ("draft", ["submit"], ["submit"], [], []),
        ("returned", ["submit"], ["submit"], [], []),
        ("submitted", [], [], ["accept", "return", "reject"], []),
        ("accepted", [], [], ["publish"], []),
        ("published", [], [], [], []),
        ("rejected", [], [], [], []),
    ],
)
def test_buttons_stand_exactly_where_arrow_and_right_hold(
    make_finding: MakeFinding,
    sari: User,
    tono: User,
    lestari: User,
    bagas: User,
    status: str,
    author: list[str],
    staff: list[str],
    lead: list[str],
    leadership: list[str],
) -> None:
    finding = make_finding(status)
    for user, expected in ((sari, author), (tono, staff), (lestari, lead), (bagas, leadership)):
        assert [step.name for step in finding_steps(finding, user)] == expected


def test_the_lead_finds_no_decision_on_what_she_wrote(make_finding: MakeFinding, lestari: User) -> None:
    assert finding_steps(make_finding("submitted", by=lestari), lestari) == []


def test_what_is_missing_is_said_instead_of_a_button(as_staff: Client, make_finding: MakeFinding) -> None:
    finding = make_finding()
    page = as_staff.get(url("work_finding", finding.code)).content.decode()
    assert str(finding.submission_gaps()[0]) in page
    assert url("work_finding_step", finding.code, "submit") not in page
    answer = as_staff.post(url("work_finding_step", finding.code, "submit"))
    assert answer.status_code == 409
    assert str(finding.submission_gaps()[0]) in answer.content.decode()


def test_the_whole_way_from_draft_to_publication(
    client: Client, make_finding: MakeFinding, make_focus_area: MakeFocusArea, sari: User, lestari: User
) -> None:
    area = make_focus_area()
    finding = make_finding()
    findings.add_evidence(finding=finding, kind="meeting", summary="Lokakarya", by=sari, at=AT)
    client.force_login(sari)
    assert client.post(url("work_finding_step", finding.code, "submit")).status_code == 302
    client.force_login(lestari)
    assert (
        client.post(url("work_finding_step", finding.code, "return"), {"reason": "Kurang."}).status_code
        == 302
    )
    client.force_login(sari)
    assert "Kurang." in client.get(url("work_finding", finding.code)).content.decode()
    client.post(url("work_finding_step", finding.code, "submit"))
    client.force_login(lestari)
    client.post(url("work_finding_step", finding.code, "accept"), {"reason": "Lengkap."})
    support = {"focus_area": area.pk, "reason_id": "Tentang rob.", "reason_en": "About tides."}
    assert (
        client.post(url("work_finding_attach", finding.code), support | {"reason_id": ""}).status_code == 422
    )
    assert client.post(url("work_finding_attach", finding.code), support).status_code == 302
    client.post(url("work_finding_step", finding.code, "publish"))
    finding.refresh_from_db()
    assert (finding.status, finding.is_published) == ("accepted", True)
    page = client.get(url("work_finding", finding.code)).content.decode()
    for words in ("Tentang rob.", "Lengkap.", "Kurang.", "Sari", "Lestari"):
        assert words in page


def test_a_decision_without_reason_is_422_and_a_late_one_409_with_the_typed_reason(
    as_lead: Client, make_finding: MakeFinding, wahyu: User
) -> None:
    finding = make_finding("submitted")
    address = url("work_finding_step", finding.code, "accept")
    assert as_lead.post(address, {"reason": "  "}).status_code == 422
    findings.reject_finding(finding=Finding.objects.get(), reason="Bukan temuan.", by=wahyu, at=AT)
    answer = as_lead.post(address, {"reason": "Saya sudah menulis panjang."})
    assert answer.status_code == 409
    assert "Saya sudah menulis panjang." in answer.content.decode()
    assert Activity.objects.filter(verb="accept_finding").count() == 0


def test_an_unknown_step_is_not_found_and_steps_are_posted(
    as_lead: Client, make_finding: MakeFinding
) -> None:
    finding = make_finding("submitted")
    assert as_lead.post(url("work_finding_step", finding.code, "erase")).status_code == 404
    assert as_lead.get(url("work_finding_step", finding.code, "accept")).status_code == 405


def test_the_history_is_written_in_sentences(as_staff: Client, make_finding: MakeFinding, sari: User) -> None:
    finding = make_finding("returned")
    findings.update_finding(
        finding=finding, changes={"title_id": "Judul baru", "kind": "gap"}, by=sari, at=AT
    )
    history = as_staff.get(url("work_finding", finding.code)).context["history"]
    assert [entry.by for entry in history][:2] == ["Sari", "Lestari"]
    assert "Cukup jelas." in history[1].sentence
    assert "title_id" not in history[0].sentence
    assert "(id)" in history[0].sentence


def test_the_page_costs_the_same_with_1_and_with_50_things(
    as_staff: Client, make_finding: MakeFinding, sari: User
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert as_staff.get(url("work_finding", finding.code)).status_code == 200
        return len(queries)

    def add() -> None:
        findings.add_evidence(finding=finding, kind="document", summary="Data", by=sari, at=AT)

    finding = make_finding()
    add()
    count()
    one = count()
    for _number in range(49):
        add()
    assert count() == one
    assert one <= 16
