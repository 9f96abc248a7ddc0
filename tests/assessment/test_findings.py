"""Findings: who writes, who decides, in which order; and what the database itself refuses."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from assessment.models import Asset, Driver, Evidence, EvidenceLevel, Finding, Hazard
from assessment.operations import findings
from semarang_resilience.accounts.models import User
from semarang_resilience.core.changes import Invalid
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.models import Activity, Cycle

from .conftest import AT, MakeFinding
from .races import race

pytestmark = pytest.mark.django_db


# -- writing


def test_codes_count_up_within_the_cycle(make_finding: MakeFinding, cycle: Cycle, sari: User) -> None:
    assert [make_finding().code, make_finding().code] == ["T-001", "T-002"]
    make_finding(code="T-007")
    make_finding(code="K-900")
    assert make_finding().code == "T-008"


def test_both_languages_are_kept(make_finding: MakeFinding) -> None:
    finding = Finding.objects.get(pk=make_finding().pk)
    with translation.override("id"):
        assert finding.title == "Temuan 1"
    with translation.override("en"):
        assert finding.title == "Finding 1"


def test_an_unknown_text_is_a_mistake_of_the_caller(make_finding: MakeFinding) -> None:
    with pytest.raises(TypeError):
        make_finding(titel="x")


def test_links_are_kept(make_finding: MakeFinding, drivers: list[Driver], rob: Hazard, polder: Asset) -> None:
    finding = make_finding(drivers=drivers[:2], hazards=[rob], assets=[polder])
    assert list(finding.drivers.order_by("pk")) == drivers[:2]
    assert list(finding.hazards.all()) == [rob]
    assert list(finding.assets.all()) == [polder]


def test_an_empty_title_is_refused_with_a_sentence(make_finding: MakeFinding) -> None:
    with pytest.raises(Invalid) as refusal:
        make_finding(title_id="", title_en="")
    assert "title" in refusal.value.fields


def test_a_quotation_names_its_source(make_finding: MakeFinding) -> None:
    with pytest.raises(Invalid, match=r"sumber|source"):
        make_finding(provenance="quoted")


def test_only_staff_begin_findings(make_finding: MakeFinding, bagas: User, mitra: User) -> None:
    for user in (bagas, mitra):
        with pytest.raises(NotAllowed):
            make_finding(by=user)


def test_author_and_lead_edit_a_draft_other_staff_do_not(
    make_finding: MakeFinding, sari: User, tono: User, lestari: User
) -> None:
    finding = make_finding()
    for user in (sari, lestari):
        findings.update_finding(finding=finding, changes={"title_id": f"Oleh {user}"}, by=user, at=AT)
    with pytest.raises(NotAllowed):
        findings.update_finding(finding=finding, changes={"title_id": "Oleh Tono"}, by=tono, at=AT)
    assert Finding.objects.get().title_ind == "Oleh Lestari"  # type: ignore[attr-defined]


def test_the_log_names_what_changed_and_nothing_else(
    make_finding: MakeFinding, sari: User, rob: Hazard
) -> None:
    finding = make_finding()
    changes = {"kind": "gap", "title_id": "Temuan 1", "hazards": [rob], "drivers": []}
    findings.update_finding(finding=finding, changes=changes, by=sari, at=AT)
    findings.update_finding(finding=finding, changes=changes, by=sari, at=AT)
    lines = Activity.objects.filter(verb="update_finding")
    assert [line.data for line in lines] == [{"changed": ["kind", "hazards"]}]


@pytest.mark.parametrize("status", ["submitted", "accepted", "rejected"])
def test_text_and_evidence_are_fixed_once_handed_over(
    make_finding: MakeFinding, sari: User, status: str
) -> None:
    finding = make_finding(status)
    attempts: list[Callable[[], Any]] = [
        lambda: findings.update_finding(finding=finding, changes={"title_id": "x"}, by=sari, at=AT),
        lambda: findings.add_evidence(finding=finding, kind="document", summary="x", by=sari, at=AT),
        lambda: findings.remove_evidence(evidence=finding.evidence.get(), by=sari, at=AT),
    ]
    for attempt in attempts:
        with pytest.raises(Refused) as refusal:
            attempt()
        assert refusal.value.code == "not_editable"


# -- evidence


def test_evidence_other_than_surveys_says_what_it_shows(make_finding: MakeFinding, sari: User) -> None:
    finding = make_finding()
    with pytest.raises(Invalid):
        findings.add_evidence(finding=finding, kind="document", by=sari, at=AT)


def test_evidence_level_follows_from_the_evidence(
    make_finding: MakeFinding, sari: User, cited_version: Any
) -> None:
    def level() -> str:
        return Finding.objects.with_evidence_level().get(pk=finding.pk).evidence_mark

    def cite(question: str) -> None:
        Evidence.objects.create(
            finding=finding, kind="survey", survey_version=cited_version, question_key=question, n=40
        )

    finding = make_finding()
    assert level() == EvidenceLevel.NONE
    cite("driver-1")
    cite("driver-2")
    assert level() == EvidenceLevel.PERCEPTION
    document = findings.add_evidence(finding=finding, kind="document", summary="Data", by=sari, at=AT)
    assert level() == EvidenceLevel.SEVERAL
    Evidence.objects.exclude(pk=document.pk).delete()
    assert level() == EvidenceLevel.ONE_SOURCE
    findings.remove_evidence(evidence=document, by=sari, at=AT)
    assert level() == EvidenceLevel.NONE


# -- the way to a decision


STEPS: dict[str, Callable[..., Any]] = {
    "submit": lambda finding, sari, lestari: findings.submit_finding(finding=finding, by=sari, at=AT),
    "accept": lambda finding, sari, lestari: findings.accept_finding(
        finding=finding, reason="Ya.", by=lestari, at=AT
    ),
    "return": lambda finding, sari, lestari: findings.return_finding(
        finding=finding, reason="Lengkapi.", by=lestari, at=AT
    ),
    "reject": lambda finding, sari, lestari: findings.reject_finding(
        finding=finding, reason="Bukan.", by=lestari, at=AT
    ),
}
ARROWS = {
    ("draft", "submit"): "submitted",
    ("returned", "submit"): "submitted",
    ("submitted", "accept"): "accepted",
    ("submitted", "return"): "returned",
    ("submitted", "reject"): "rejected",
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "accepted", "rejected"])
def test_every_step_from_every_status(
    make_finding: MakeFinding, sari: User, lestari: User, status: str, step: str
) -> None:
    finding = make_finding(status)
    if status == "draft":
        findings.add_evidence(finding=finding, kind="document", summary="Data", by=sari, at=AT)
    if (status, step) in ARROWS:
        STEPS[step](finding, sari, lestari)
    else:
        with pytest.raises(Refused) as refusal:
            STEPS[step](finding, sari, lestari)
        assert refusal.value.code == "wrong_status"
    assert Finding.objects.get().status == ARROWS.get((status, step), status)


def test_an_incomplete_draft_is_not_handed_over(make_finding: MakeFinding, sari: User) -> None:
    finding = make_finding(statement_en="")
    assert [gap.code for gap in finding.submission_gaps()] == ["no_evidence"]
    with pytest.raises(Refused, match=str(finding.submission_gaps()[0])):
        findings.submit_finding(finding=finding, by=sari, at=AT)
    assert Finding.objects.get().status == "draft"


def test_a_returned_finding_loses_the_old_decision_when_handed_over_again(
    make_finding: MakeFinding, sari: User
) -> None:
    finding = make_finding("returned")
    findings.submit_finding(finding=finding, by=sari, at=AT)
    saved = Finding.objects.get()
    assert (saved.decided_by, saved.decided_at, saved.decision_reason) == (None, None, "")
    assert Activity.objects.get(verb="return_finding").data == {"reason": "Cukup jelas."}


@pytest.mark.parametrize("step", [findings.accept_finding, findings.return_finding, findings.reject_finding])
def test_a_decision_needs_the_lead_a_reason_and_four_eyes(
    make_finding: MakeFinding, tono: User, bagas: User, lestari: User, step: Callable[..., Finding]
) -> None:
    finding = make_finding("submitted")
    for user in (tono, bagas):
        with pytest.raises(NotAllowed):
            step(finding=finding, reason="Ya.", by=user, at=AT)
    with pytest.raises(Refused) as refusal:
        step(finding=finding, reason=" \n", by=lestari, at=AT)
    assert refusal.value.code == "no_reason"
    own = make_finding("submitted", by=lestari)
    with pytest.raises(Refused) as refusal:
        step(finding=own, reason="Ya.", by=lestari, at=AT)
    assert refusal.value.code == "four_eyes"
    assert set(Finding.objects.values_list("status", flat=True)) == {"submitted"}


def test_the_lead_does_not_both_hand_over_and_decide_what_she_rewrote(
    make_finding: MakeFinding, sari: User, lestari: User
) -> None:
    finding = make_finding()
    findings.update_finding(finding=finding, changes={"title_id": "Ditulis ulang"}, by=lestari, at=AT)
    findings.add_evidence(finding=finding, kind="document", summary="Data", by=lestari, at=AT)
    with pytest.raises(NotAllowed):
        findings.submit_finding(finding=finding, by=lestari, at=AT)
    findings.submit_finding(finding=finding, by=sari, at=AT)
    findings.accept_finding(finding=finding, reason="Ya.", by=lestari, at=AT)


def test_not_even_a_superuser_decides_what_he_wrote(make_finding: MakeFinding) -> None:
    root = User.objects.create_superuser("root@contoh.semarang", name="Root")
    with pytest.raises(Refused) as refusal:
        findings.accept_finding(finding=make_finding("submitted", by=root), reason="Ya.", by=root, at=AT)
    assert refusal.value.code == "four_eyes"


# -- publishing


def test_publishing_needs_acceptance_and_both_languages(
    make_finding: MakeFinding, sari: User, lestari: User
) -> None:
    submitted, untranslated = make_finding("submitted"), make_finding("accepted", title_en="")
    for finding, codes in ((submitted, ["not_accepted"]), (untranslated, ["no_title_en"])):
        assert [gap.code for gap in finding.publication_gaps()] == codes
        with pytest.raises(Refused) as refusal:
            findings.publish_finding(finding=finding, by=lestari, at=AT)
        assert refusal.value.code == codes[0]
    accepted = make_finding("accepted")
    with pytest.raises(NotAllowed):
        findings.publish_finding(finding=accepted, by=sari, at=AT)
    findings.publish_finding(finding=accepted, by=lestari, at=AT)
    with pytest.raises(Refused) as refusal:
        findings.publish_finding(finding=Finding.objects.get(pk=accepted.pk), by=lestari, at=AT)
    assert refusal.value.code == "already_published"
    assert list(Finding.objects.published()) == [accepted]


def test_the_office_sees_drafts_and_others_what_is_published(
    make_finding: MakeFinding, bagas: User, mitra: User
) -> None:
    make_finding()
    make_finding("accepted")
    published = make_finding("published")
    assert Finding.objects.visible_to(bagas).count() == 3
    assert list(Finding.objects.visible_to(mitra)) == [published]


def test_each_step_leaves_one_line(make_finding: MakeFinding) -> None:
    finding = make_finding("published")
    verbs = Activity.objects.filter(target_id=str(finding.pk), target_type__model="finding").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "create_finding",
        "add_evidence",
        "submit_finding",
        "accept_finding",
        "publish_finding",
    ]


# -- what the database itself refuses


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("finding_submitted_has_date", {"status": "submitted"}),
        ("finding_decision_has_who_when_why", {"status": "accepted", "submitted_at": AT}),
        ("finding_published_only_when_accepted", {"is_published": True}),
        ("assessment_finding_quoted_has_source", {"provenance": "quoted"}),
    ],
)
def test_the_database_holds_the_rules(
    make_finding: MakeFinding, constraint: str, change: dict[str, Any]
) -> None:
    make_finding()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Finding.objects.update(**change)


def test_the_database_holds_four_eyes(make_finding: MakeFinding, sari: User) -> None:
    make_finding("accepted")
    with pytest.raises(IntegrityError, match="finding_four_eyes"), transaction.atomic():
        Finding.objects.update(decided_by=sari)


def test_the_database_wants_a_reason_for_a_decision(make_finding: MakeFinding) -> None:
    make_finding("accepted")
    with pytest.raises(IntegrityError, match="finding_decision_has_who_when_why"), transaction.atomic():
        Finding.objects.update(decision_reason="")


def test_the_database_knows_each_code_once(make_finding: MakeFinding) -> None:
    make_finding()
    other = make_finding()
    with pytest.raises(IntegrityError, match="finding_code_once_per_cycle"), transaction.atomic():
        Finding.objects.filter(pk=other.pk).update(code="T-001")


def test_the_database_wants_whole_evidence(make_finding: MakeFinding) -> None:
    finding = make_finding()
    for constraint, facts in {
        "evidence_survey_names_question_and_n": {"kind": "survey", "summary": "x"},
        "evidence_other_has_summary": {"kind": "document"},
        "assessment_evidence_quoted_has_source": {"kind": "document", "summary": "x", "provenance": "quoted"},
    }.items():
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Evidence.objects.create(finding=finding, **facts)


# -- races, with real threads


@pytest.mark.django_db(transaction=True)
def test_two_leads_decide_at_once_and_one_wins(make_finding: MakeFinding, lestari: User, wahyu: User) -> None:
    pk = make_finding("submitted").pk
    first, second = Finding.objects.get(pk=pk), Finding.objects.get(pk=pk)
    results = race(
        lambda: findings.accept_finding(finding=first, reason="Ya.", by=lestari, at=AT),
        lambda: findings.reject_finding(finding=second, reason="Tidak.", by=wahyu, at=AT),
    )
    assert sorted(results) == ["changed_meanwhile", "done"]
    finding = Finding.objects.get()
    winner = ("accepted", lestari, "Ya.") if results[0] == "done" else ("rejected", wahyu, "Tidak.")
    assert (finding.status, finding.decided_by, finding.decision_reason) == winner
    assert Activity.objects.filter(verb__in=["accept_finding", "reject_finding"]).count() == 1


@pytest.mark.django_db(transaction=True)
def test_drafts_begun_at_once_get_different_codes(cycle: Cycle, sari: User) -> None:
    def begin() -> None:
        findings.create_finding(cycle=cycle, kind="gap", title="x", statement="x", by=sari, at=AT)

    assert race(*[begin] * 6) == ["done"] * 6
    codes = Finding.objects.order_by("code").values_list("code", flat=True)
    assert list(codes) == [f"T-00{number}" for number in range(1, 7)]


@pytest.mark.django_db(transaction=True)
def test_publishing_twice_at_once_happens_once(make_finding: MakeFinding, lestari: User) -> None:
    pk = make_finding("accepted").pk
    first, second = Finding.objects.get(pk=pk), Finding.objects.get(pk=pk)
    results = race(
        lambda: findings.publish_finding(finding=first, by=lestari, at=AT),
        lambda: findings.publish_finding(finding=second, by=lestari, at=AT),
    )
    assert sorted(results) == ["already_published", "done"]
    assert Activity.objects.filter(verb="publish_finding").count() == 1
