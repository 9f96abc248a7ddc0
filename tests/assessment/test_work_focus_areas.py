"""Focus areas at work: proposing, gathering findings, deciding once, publishing."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessment.models import FocusArea
from assessment.operations import focus_areas
from assessment.steps import focus_area_steps
from semarang_resilience.accounts.models import User
from semarang_resilience.core.models import Cycle

from .conftest import AT, MakeFinding, MakeFocusArea

pytestmark = pytest.mark.django_db

PROPOSAL = {
    "name_id": "Air bersih",
    "name_en": "Clean water",
    "slug": "air-bersih",
    "theme_id": "",
    "theme_en": "",
    "rationale_id": "Sumur menurun.",
    "rationale_en": "Wells sink.",
    "provenance": "office",
    "source": "",
}
DECISION = {"decision": "select", "reason_id": "Mendesak.", "reason_en": "Urgent."}


def url(route: str, *args: Any) -> str:
    return reverse(f"assessment:{route}", args=args)


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.fixture
def as_staff(client: Client, sari: User) -> Client:
    client.force_login(sari)
    return client


@pytest.fixture
def as_lead(client: Client, lestari: User) -> Client:
    client.force_login(lestari)
    return client


def test_only_the_office_gets_in_and_leadership_changes_nothing(
    client: Client, make_focus_area: MakeFocusArea, mitra: User, bagas: User
) -> None:
    slug = make_focus_area().slug
    for address in (url("work_focus_areas"), url("work_focus_area", slug)):
        client.logout()
        assert client.get(address).status_code == 302
        client.force_login(mitra)
        assert client.get(address).status_code == 403
        client.force_login(bagas)
        assert client.get(address).status_code == 200
    for address in (
        url("work_focus_area_new"),
        url("work_focus_area_edit", slug),
        url("work_focus_area_attach", slug),
    ):
        assert client.get(address).status_code == 403
    assert client.post(url("work_focus_area_step", slug, "decide"), DECISION).status_code == 403


def test_a_proposal_is_made_changed_and_listed(as_staff: Client, cycle: Cycle) -> None:
    bad = as_staff.post(url("work_focus_area_new"), PROPOSAL | {"slug": "Air Bersih", "name_id": ""})
    assert bad.status_code == 422
    assert "Sumur menurun." in bad.content.decode()
    answer = as_staff.post(url("work_focus_area_new"), PROPOSAL)
    assert answer.url == url("work_focus_area", "air-bersih")
    assert "Air bersih" in as_staff.get(url("work_focus_areas")).content.decode()
    changed = {key: value for key, value in PROPOSAL.items() if key != "slug"} | {"theme_id": "Perlindungan"}
    assert as_staff.post(url("work_focus_area_edit", "air-bersih"), changed).status_code == 302
    assert "Perlindungan" in as_staff.get(answer.url).content.decode()


@pytest.mark.parametrize("slug", ["baru", "air-bersih"])
def test_a_code_that_is_taken_or_reserved_is_refused_on_the_form(
    as_staff: Client, make_focus_area: MakeFocusArea, slug: str
) -> None:
    make_focus_area(slug="air-bersih")
    answer = as_staff.post(url("work_focus_area_new"), PROPOSAL | {"slug": slug})
    assert answer.status_code == 422
    assert "Sumur menurun." in answer.content.decode()


def test_findings_are_attached_with_a_reason_and_detached(
    as_staff: Client, make_focus_area: MakeFocusArea, make_finding: MakeFinding
) -> None:
    area = make_focus_area()
    draft, accepted = make_finding(), make_finding("accepted")
    address = url("work_focus_area_attach", area.slug)
    reason = {"reason_id": "Sebab kuat.", "reason_en": "A strong cause."}
    assert as_staff.post(address, reason | {"finding": draft.pk}).status_code == 422
    assert as_staff.post(address, {"finding": accepted.pk}).status_code == 422
    assert as_staff.post(address, reason | {"finding": accepted.pk}).status_code == 302
    assert "Sebab kuat." in as_staff.get(url("work_focus_area", area.slug)).content.decode()
    as_staff.post(url("work_focus_area_detach", area.slug, accepted.code))
    assert not area.finding_links.filter(finding=accepted).exists()
    assert as_staff.post(url("work_focus_area_detach", area.slug, accepted.code)).status_code == 409


@pytest.mark.parametrize(
    ("status", "staff", "lead"),
    [
        ("proposed", [], ["decide"]),
        ("selected", [], ["publish"]),
        ("dropped", [], ["publish"]),
        ("published", [], []),
    ],
)
def test_buttons_stand_exactly_where_arrow_and_right_hold(
    make_focus_area: MakeFocusArea, sari: User, lestari: User, status: str, staff: list[str], lead: list[str]
) -> None:
    area = make_focus_area(status)
    for user, expected in ((sari, staff), (lestari, lead)):
        assert [step.name for step in focus_area_steps(area, user)] == expected


@pytest.mark.parametrize(("decision", "status"), [("select", "selected"), ("drop", "dropped")])
def test_the_lead_decides_with_a_reason_in_both_languages_and_publishes(
    as_lead: Client, make_focus_area: MakeFocusArea, decision: str, status: str
) -> None:
    area = make_focus_area()
    address = url("work_focus_area_step", area.slug, "decide")
    empty = as_lead.post(address, DECISION | {"decision": decision, "reason_id": ""})
    assert empty.status_code == 422
    assert "Urgent." in empty.content.decode()
    assert as_lead.post(address, DECISION | {"decision": "perhaps"}).status_code == 422
    assert as_lead.post(address, DECISION | {"decision": decision}).status_code == 302
    assert as_lead.post(url("work_focus_area_step", area.slug, "publish")).status_code == 302
    area.refresh_from_db()
    assert (area.status, area.is_published, area.decision_reason_en) == (status, True, "Urgent.")  # type: ignore[attr-defined]


def test_a_late_decision_is_refused_and_keeps_what_was_typed(
    as_lead: Client, make_focus_area: MakeFocusArea, wahyu: User
) -> None:
    area = make_focus_area()
    focus_areas.drop_focus_area(focus_area=FocusArea.objects.get(), reason="Tidak.", by=wahyu, at=AT)
    answer = as_lead.post(url("work_focus_area_step", area.slug, "decide"), DECISION)
    assert answer.status_code == 409
    assert FocusArea.objects.get().status == "dropped"


def test_choosing_without_findings_is_refused_with_what_is_missing(
    as_lead: Client, cycle: Cycle, sari: User
) -> None:
    area = focus_areas.propose_focus_area(
        cycle=cycle, slug="kosong", name="Kosong", rationale="Sebab.", by=sari, at=AT
    )
    answer = as_lead.post(url("work_focus_area_step", area.slug, "decide"), DECISION)
    assert answer.status_code == 409
    assert str(area.selection_gaps()[0]) in answer.content.decode()


def test_a_missing_translation_of_the_reason_is_asked_for_and_completed(
    as_lead: Client, make_focus_area: MakeFocusArea
) -> None:
    area = make_focus_area("dropped")
    form = as_lead.get(url("work_focus_area_edit", area.slug)).context["form"]
    assert [name for name in form.fields if name.startswith("decision")] == ["decision_reason_en"]
    values = {name: form.initial.get(name) or "" for name in form.fields} | {"decision_reason_en": "Done."}
    assert as_lead.post(url("work_focus_area_edit", area.slug), values).status_code == 302
    area.refresh_from_db()
    assert area.decision_reason_en == "Done."  # type: ignore[attr-defined]


def test_unknown_steps_and_areas_are_not_found(as_lead: Client, make_focus_area: MakeFocusArea) -> None:
    area = make_focus_area()
    assert as_lead.post(url("work_focus_area_step", area.slug, "erase")).status_code == 404
    assert as_lead.get(url("work_focus_area", "tidak-ada")).status_code == 404


def test_list_and_page_cost_the_same_with_1_and_with_50(
    as_lead: Client, make_focus_area: MakeFocusArea, make_finding: MakeFinding, sari: User
) -> None:
    area = make_focus_area()
    addresses = [url("work_focus_areas"), url("work_focus_area", area.slug)]
    for address in addresses:
        queries_of(as_lead, address)
    one = [queries_of(as_lead, address) for address in addresses]
    for _number in range(49):
        make_focus_area()
        focus_areas.attach_finding(
            focus_area=area, finding=make_finding("accepted"), reason="Sebab.", by=sari, at=AT
        )
    assert [queries_of(as_lead, address) for address in addresses] == one
    assert max(one) <= 14
