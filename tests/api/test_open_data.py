"""The open data: published rows only, the same for everybody, in a constant number of queries."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from assessment.models import Hazard
from tests.support.network import Network

LISTS = (
    "cycles",
    "organizations",
    "hazards",
    "surveys",
    "findings",
    "focus-areas",
    "initiatives",
    "actions",
    "editions",
)


def get(client: Any, path: str, **options: Any) -> Any:
    return json.loads(client.get(f"/api/v1/{path}", **options).content)


def fill(network: Network, times: int = 1) -> None:
    """So many rows of everything, linked to each other, half of them drafts."""
    for _ in range(times):
        area = network.area(network.finding(), network.finding(published=False))
        draft = network.area(network.finding(), published=False)
        partner, hidden = network.organization(), network.organization(published=False)
        initiative = network.initiative(area, draft, lead=hidden)
        network.initiative(area, published=False)
        network.action(initiative, partner, hidden, lead=partner, actual_start=date(2016, 6, 1))
        network.action(initiative, partner, published=False)
        n = network.number("hazard")
        Hazard.objects.create(
            cycle=network.cycle, slug=f"rob-{n}", kind="stress", position=n, name_ind="Rob", name_en="Tides"
        )
    for kind in ("pra", "crs"):
        network.edition(kind)


@pytest.fixture
def city(network: Network) -> Network:
    fill(network)
    return network


@pytest.mark.parametrize("name", LISTS)
def test_every_list_answers_and_every_row_has_its_own_address(client, city: Network, name):
    data = get(client, f"{name}/")
    assert data["count"] >= 1
    row = data["results"][0]
    if name != "editions":
        code = row.get("code") or row["slug"]
        assert get(client, f"{name}/{code}/") == row


class TestPublishedOnly:
    @pytest.mark.parametrize("is_office", [False, True], ids=["public", "office"])
    def test_drafts_are_not_there_for_anybody(self, client, city: Network, is_office):
        if is_office:
            client.force_login(city.lead)
        codes = {name: [row["code"] for row in get(client, f"{name}/")["results"]] for name in LISTS[4:8]}
        assert codes == {
            "findings": ["T-001", "T-003"],
            "focus-areas": ["fokus-1"],
            "initiatives": ["1.1.1"],
            "actions": ["RTL-01"],
        }
        assert client.get("/api/v1/findings/T-002/").status_code == 404
        assert client.get("/api/v1/initiatives/1.1.2/").status_code == 404

    def test_related_drafts_are_left_out_too(self, client, city: Network):
        (initiative,) = get(client, "initiatives/")["results"]
        assert initiative["lead"] is None
        assert [row["code"] for row in initiative["focus_areas"]] == ["fokus-1"]
        assert initiative["actions"] == ["RTL-01"]
        (action,) = get(client, "actions/")["results"]
        assert [row["organization"] for row in action["partners"]] == ["mitra-1"]
        assert action["lead"] == "mitra-1"
        (area,) = get(client, "focus-areas/")["results"]
        assert [row["code"] for row in area["findings"]] == ["T-001"]
        findings = get(client, "findings/")["results"]
        assert [row["focus_areas"] for row in findings] == [["fokus-1"], []]

    def test_an_action_hides_its_draft_initiative(self, client, network: Network):
        network.action(network.initiative(published=False))
        (action,) = get(client, "actions/")["results"]
        assert action["initiative"] is None

    def test_a_draft_survey_is_not_there(self, client, city: Network):
        type(city.survey).objects.update(
            status="draft", published_at=None, closed_at=None, opened_at=None, current_version=None
        )
        assert get(client, "surveys/")["count"] == 0

    def test_results_wait_for_their_publication(self, client, city: Network):
        assert client.get("/api/v1/surveys/persepsi/results/").status_code == 200
        type(city.survey).objects.update(status="closed", published_at=None)
        assert client.get("/api/v1/surveys/persepsi/results/").status_code == 404

    def test_threads_are_those_of_the_public(self, client, city: Network):
        client.force_login(city.lead)
        data = get(client, "threads/initiative/1.1.1/")
        assert {node["stage"] for node in data["nodes"]} == {
            "survey",
            "finding",
            "focus_area",
            "initiative",
            "action",
            "partner",
            "document",
        }
        assert "Temuan 2" not in str(data)
        assert client.get("/api/v1/threads/initiative/1.1.2/").status_code == 404
        assert client.get("/api/v1/threads/pillar/1/").status_code == 404


@pytest.mark.parametrize("name", LISTS)
def test_queries_do_not_grow_with_the_rows(client, network: Network, name, django_assert_max_num_queries):
    fill(network)
    get(client, f"{name}/")
    with django_assert_max_num_queries(14) as few:
        get(client, f"{name}/")
    fill(network, times=12)
    with django_assert_max_num_queries(14) as many:
        get(client, f"{name}/")
    assert len(many) == len(few)


def test_texts_come_in_both_languages(client, city: Network):
    finding = get(client, "findings/T-001/")
    assert finding["title"] == {"id": "Temuan 1", "en": "Finding 1"}
    assert finding["page"] == "http://testserver/id/penilaian/temuan/T-001/"
    assert finding["evidence"][0] | {"summary": None} == {
        "kind": "survey",
        "survey": "persepsi",
        "version": 1,
        "question_key": "soal-1",
        "sector": "",
        "district": "",
        "n": 412,
        "summary": None,
        "url": "",
        "provenance": "office",
        "source": "",
    }


def test_filters_are_those_of_the_pages(client, city: Network):
    assert get(client, "actions/?status=ongoing")["count"] == 1
    assert get(client, "actions/?status=done")["count"] == 0
    assert get(client, "findings/?kind=strength")["count"] == 0
    assert get(client, "organizations/?sector=government")["count"] == 1


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("initiatives/?pillar=1", 1),
        ("initiatives/?pillar=2", 0),
        ("initiatives/?focus_area=fokus-1", 1),
        ("initiatives/?focus_area=fokus-2", 0),  # linked, but that focus area is a draft
        ("focus-areas/?status=selected", 1),
        ("focus-areas/?status=dropped", 0),
        ("editions/?document=pra", 1),
        ("editions/?language=en", 0),
    ],
)
def test_lists_without_a_filtered_page_have_filters_of_their_own(client, city: Network, query, count):
    assert get(client, query)["count"] == count


def test_other_sites_may_read_it(client, city: Network):
    assert client.get("/api/v1/findings/")["Access-Control-Allow-Origin"] == "*"


class TestErrors:
    """One shape for all: code, message, fields."""

    def test_a_wrong_filter_is_invalid(self, client, city: Network):
        answer = client.get("/api/v1/actions/?status=finished")
        body = json.loads(answer.content)
        assert answer.status_code == 422
        assert body["code"] == "invalid"
        assert "status" in body["fields"]

    def test_what_is_not_there_is_not_found(self, client, city: Network):
        answer = client.get("/api/v1/actions/RTL-99/")
        assert (answer.status_code, json.loads(answer.content)["code"]) == (404, "not_found")

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_nothing_can_be_written(self, client, city: Network, method):
        answer = getattr(client, method)("/api/v1/actions/")
        assert answer.status_code in {403, 405}
        assert set(json.loads(answer.content)) == {"code", "message", "fields"}

    def test_too_many_requests_are_throttled(self, client, city: Network):
        for _ in range(120):
            answer = client.get("/api/v1/cycles/")
        assert answer.status_code == 200
        answer = client.get("/api/v1/cycles/")
        assert (answer.status_code, json.loads(answer.content)["code"]) == (429, "throttled")
        assert int(answer["Retry-After"]) > 0


def test_a_reader_who_has_it_gets_304(client, city: Network):
    first = client.get("/api/v1/findings/")
    again = client.get("/api/v1/findings/", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_pages_are_numbered_and_bounded(client, city: Network):
    for _ in range(5):
        city.organization()
    data = get(client, "organizations/?page_size=2&page=2")
    assert len(data["results"]) == 2
    assert data["previous"]
    assert client.get("/api/v1/organizations/?page=99").status_code == 404


def test_only_the_current_cycle_is_read(client, city: Network):
    old = type(city.cycle).objects.create(
        slug="2010", name="2010", planned_start="2010-01-01", planned_end="2010-12-31"
    )
    city.finding(cycle=old, code="T-900")
    assert client.get("/api/v1/findings/T-900/").status_code == 404
    assert get(client, "cycles/")["count"] == 2


def test_the_description_is_served_and_the_one_in_the_repository_is_current(client, db, tmp_path):
    assert client.get("/api/v1/schema/").status_code == 200
    fresh = tmp_path / "openapi.yaml"
    call_command("spectacular", "--lang=en", "--validate", "--fail-on-warn", "--file", str(fresh))
    assert fresh.read_text() == (settings.BASE_DIR / "docs" / "openapi.yaml").read_text()
