"""Focus areas: proposed with findings, chosen or not chosen with a reason, published."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from assessment.models import Finding, FocusArea, FocusAreaFinding
from assessment.operations import focus_areas
from semarang_resilience.accounts.models import User
from semarang_resilience.core.changes import Invalid
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.models import Activity, Cycle

from .conftest import AT, MakeFinding, MakeFocusArea
from .races import race

pytestmark = pytest.mark.django_db

DECISIONS: dict[str, Callable[..., FocusArea]] = {
    "select": focus_areas.select_focus_area,
    "drop": focus_areas.drop_focus_area,
}


def attach(focus_area: FocusArea, finding: Finding, by: User, reason: str = "Sebab.") -> FocusAreaFinding:
    return focus_areas.attach_finding(focus_area=focus_area, finding=finding, reason=reason, by=by, at=AT)


def test_proposals_come_one_after_the_other(make_focus_area: MakeFocusArea) -> None:
    assert [make_focus_area().position, make_focus_area().position] == [1, 2]


def test_only_staff_propose(cycle: Cycle, bagas: User) -> None:
    with pytest.raises(NotAllowed):
        focus_areas.propose_focus_area(cycle=cycle, slug="x", name="X", by=bagas, at=AT)


def test_the_same_code_twice_is_refused(make_focus_area: MakeFocusArea) -> None:
    make_focus_area(slug="air")
    with pytest.raises(Invalid):
        make_focus_area(slug="air")


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "rejected"])
def test_only_accepted_findings_support_a_focus_area(
    make_focus_area: MakeFocusArea, make_finding: MakeFinding, sari: User, status: str
) -> None:
    with pytest.raises(Refused) as refusal:
        attach(make_focus_area(), make_finding(status), sari)
    assert refusal.value.code == "not_accepted"


def test_a_finding_supports_once_with_a_reason_and_in_its_own_cycle(
    make_focus_area: MakeFocusArea, make_finding: MakeFinding, sari: User, bagas: User, other_cycle: Cycle
) -> None:
    focus_area, finding = make_focus_area(), make_finding("accepted")
    with pytest.raises(Refused) as refusal:
        attach(focus_area, finding, sari, reason=" ")
    assert refusal.value.code == "no_reason"
    with pytest.raises(NotAllowed):
        attach(focus_area, finding, bagas)
    attach(focus_area, finding, sari)
    with pytest.raises(Refused) as refusal:
        attach(focus_area, finding, sari)
    assert refusal.value.code == "already_attached"
    with pytest.raises(Refused) as refusal:
        attach(focus_area, make_finding("accepted", cycle=other_cycle), sari)
    assert refusal.value.code == "other_cycle"


def test_a_finding_can_be_taken_away_until_the_decision(
    make_focus_area: MakeFocusArea, make_finding: MakeFinding, sari: User, lestari: User
) -> None:
    focus_area, finding = make_focus_area(), make_finding("accepted")
    attach(focus_area, finding, sari)
    focus_areas.detach_finding(focus_area=focus_area, finding=finding, by=sari, at=AT)
    with pytest.raises(Refused) as refusal:
        focus_areas.detach_finding(focus_area=focus_area, finding=finding, by=sari, at=AT)
    assert refusal.value.code == "not_attached"
    attach(focus_area, finding, sari)
    focus_areas.select_focus_area(focus_area=focus_area, reason="Ya.", by=lestari, at=AT)
    with pytest.raises(Refused) as refusal:
        focus_areas.detach_finding(focus_area=focus_area, finding=finding, by=sari, at=AT)
    assert refusal.value.code == "decided"


def test_choosing_needs_a_rationale_and_an_accepted_finding(cycle: Cycle, sari: User, lestari: User) -> None:
    empty = focus_areas.propose_focus_area(cycle=cycle, slug="x", name="X", by=sari, at=AT)
    assert [gap.code for gap in empty.selection_gaps()] == ["no_rationale", "no_finding"]
    with pytest.raises(Refused) as refusal:
        focus_areas.select_focus_area(focus_area=empty, reason="Ya.", by=lestari, at=AT)
    assert all(str(gap) in str(refusal.value) for gap in empty.selection_gaps())
    again = FocusArea.objects.get()
    assert again.status == "proposed"
    focus_areas.drop_focus_area(focus_area=again, reason="Tanpa bukti.", by=lestari, at=AT)


@pytest.mark.parametrize("step", DECISIONS)
@pytest.mark.parametrize("status", ["proposed", "selected", "dropped"])
def test_every_decision_from_every_status(
    make_focus_area: MakeFocusArea, lestari: User, status: str, step: str
) -> None:
    focus_area = make_focus_area(status)
    if status == "proposed":
        DECISIONS[step](focus_area=focus_area, reason="Sebab.", by=lestari, at=AT)
        assert FocusArea.objects.get().status == {"select": "selected", "drop": "dropped"}[step]
        return
    with pytest.raises(Refused) as refusal:
        DECISIONS[step](focus_area=focus_area, reason="Sebab.", by=lestari, at=AT)
    assert (refusal.value.code, FocusArea.objects.get().status) == ("wrong_status", status)


@pytest.mark.parametrize("step", DECISIONS)
def test_a_decision_needs_the_lead_and_a_reason(
    make_focus_area: MakeFocusArea, sari: User, lestari: User, step: str
) -> None:
    focus_area = make_focus_area()
    with pytest.raises(NotAllowed):
        DECISIONS[step](focus_area=focus_area, reason="Ya.", by=sari, at=AT)
    with pytest.raises(Refused) as refusal:
        DECISIONS[step](focus_area=focus_area, reason="  ", by=lestari, at=AT)
    assert refusal.value.code == "no_reason"


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_reason_is_kept_in_the_language_it_was_written_in(
    make_focus_area: MakeFocusArea, lestari: User, language: str
) -> None:
    focus_area = make_focus_area()
    with translation.override(language):
        focus_areas.select_focus_area(
            focus_area=focus_area, reason_id="Penting.", reason_en="Important.", by=lestari, at=AT
        )
    saved = FocusArea.objects.get()
    with translation.override("id"):
        assert saved.decision_reason == "Penting."
    with translation.override("en"):
        assert saved.decision_reason == "Important."


def test_a_reason_is_completed_but_not_rewritten(
    make_focus_area: MakeFocusArea, sari: User, lestari: User
) -> None:
    focus_area = make_focus_area()

    def change(**texts: str) -> None:
        focus_areas.update_focus_area(focus_area=focus_area, changes=texts, by=sari, at=AT)

    with pytest.raises(Refused):
        change(decision_reason_id="Dini.")
    with translation.override("id"):
        focus_areas.drop_focus_area(focus_area=focus_area, reason="Sebab.", by=lestari, at=AT)
    assert [hint.code for hint in focus_area.translation_hints()] == ["no_decision_reason_en"]
    change(decision_reason_en="A reason.", name_en="Better name")
    assert focus_area.translation_hints() == []
    with pytest.raises(Refused) as refusal:
        change(decision_reason_en="Another reason.")
    assert refusal.value.code == "reason_fixed"


def test_publishing_needs_a_decision_both_languages_and_the_lead(
    make_focus_area: MakeFocusArea, sari: User, lestari: User
) -> None:
    for status, facts, code in (
        ("proposed", {}, "not_decided"),
        ("selected", {"rationale_en": ""}, "no_rationale_en"),
    ):
        with pytest.raises(Refused) as refusal:
            focus_areas.publish_focus_area(focus_area=make_focus_area(status, **facts), by=lestari, at=AT)
        assert refusal.value.code == code
    chosen, dropped = make_focus_area("selected"), make_focus_area("dropped")
    with pytest.raises(NotAllowed):
        focus_areas.publish_focus_area(focus_area=chosen, by=sari, at=AT)
    for focus_area in (chosen, dropped):
        focus_areas.publish_focus_area(focus_area=focus_area, by=lestari, at=AT)
    with pytest.raises(Refused) as refusal:
        focus_areas.publish_focus_area(focus_area=chosen, by=lestari, at=AT)
    assert refusal.value.code == "already_published"
    assert set(FocusArea.objects.published()) == {chosen, dropped}


def test_the_office_sees_proposals_and_others_what_is_published(
    make_focus_area: MakeFocusArea, bagas: User, mitra: User
) -> None:
    make_focus_area()
    published = make_focus_area("published")
    assert FocusArea.objects.visible_to(bagas).count() == 2
    assert list(FocusArea.objects.visible_to(mitra)) == [published]


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("focus_area_decision_has_who_when_why", {"status": "selected"}),
        ("focus_area_decision_has_who_when_why", {"decided_at": AT}),
        ("focus_area_published_only_when_decided", {"is_published": True}),
        ("assessment_focusarea_quoted_has_source", {"provenance": "quoted"}),
    ],
)
def test_the_database_holds_the_rules(
    make_focus_area: MakeFocusArea, constraint: str, change: dict[str, Any]
) -> None:
    make_focus_area()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        FocusArea.objects.update(**change)


def test_the_database_knows_code_number_and_link_once(make_focus_area: MakeFocusArea) -> None:
    first, second = make_focus_area(), make_focus_area()
    for constraint, change in {
        "focus_area_slug_once_per_cycle": {"slug": first.slug},
        "focus_area_position_once": {"position": first.position},
    }.items():
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            FocusArea.objects.filter(pk=second.pk).update(**change)
    link = first.finding_links.get()
    with pytest.raises(IntegrityError, match="focus_area_finding_once"), transaction.atomic():
        FocusAreaFinding.objects.create(focus_area=first, finding=link.finding)


@pytest.mark.django_db(transaction=True)
def test_two_leads_decide_at_once_and_one_wins(
    make_focus_area: MakeFocusArea, lestari: User, wahyu: User
) -> None:
    pk = make_focus_area().pk
    first, second = FocusArea.objects.get(pk=pk), FocusArea.objects.get(pk=pk)
    results = race(
        lambda: focus_areas.select_focus_area(focus_area=first, reason="Ya.", by=lestari, at=AT),
        lambda: focus_areas.drop_focus_area(focus_area=second, reason="Tidak.", by=wahyu, at=AT),
    )
    assert sorted(results) == ["changed_meanwhile", "done"]
    assert FocusArea.objects.get().decided_by == (lestari if results[0] == "done" else wahyu)
    assert Activity.objects.filter(verb__in=["select_focus_area", "drop_focus_area"]).count() == 1


@pytest.mark.django_db(transaction=True)
def test_proposals_made_at_once_get_different_numbers(cycle: Cycle, sari: User) -> None:
    def propose(slug: str) -> Callable[[], FocusArea]:
        return lambda: focus_areas.propose_focus_area(cycle=cycle, slug=slug, name=slug, by=sari, at=AT)

    assert race(*[propose(slug) for slug in "abcd"]) == ["done"] * 4
    assert sorted(FocusArea.objects.values_list("position", flat=True)) == [1, 2, 3, 4]
