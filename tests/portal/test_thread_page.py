"""The page of the thread and its JSON twin."""

from __future__ import annotations

import json

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from semarang_resilience.core import http_cache
from tests.support.network import Network


@pytest.fixture
def address(network: Network) -> str:
    area = network.area(network.finding(), network.finding(published=False))
    network.action(network.initiative(area), network.organization())
    network.edition("pra")
    return "jejak/initiative/1.1.1/"


@pytest.mark.parametrize(("language", "words"), [("id", "Temuan 1"), ("en", "Finding 1")])
def test_everybody_reads_it_in_both_languages(client, address, language, words):
    page = client.get(f"/{language}/{address}")
    text = page.content.decode()
    assert page.status_code == 200
    assert words in text
    assert "/hasil/soal-1/" in text, "the chart of the question"
    assert "PRA 1 id" in text


def test_no_draft_leaks_in_any_form(client, address):
    for query in ("", "?format=json"):
        assert "2" not in _codes(client.get(f"/id/{address}{query}").content.decode())


def _codes(text: str) -> set[str]:
    return {code for code in ("1", "2") if f"T-00{code}" in text or f"Temuan {code}" in text}


def test_every_anchor_is_there_once(client, network: Network):
    finding = network.finding()
    partner = network.organization()
    initiative = network.initiative(network.area(finding), network.area(finding), lead=partner)
    for _ in range(20):
        network.action(initiative, partner, network.organization())
    for path in ("initiative/1.1.1", "finding/T-001", "organization/mitra-1"):
        text = client.get(f"/id/jejak/{path}/").content.decode()
        ids = [part.split('"')[0] for part in text.split(' id="')[1:]]
        assert len(ids) == len(set(ids))
        anchors = {part.split('"')[0] for part in text.split('href="#')[1:]}
        assert anchors - {"main"} <= set(ids)


@pytest.mark.parametrize(
    "how", [{"headers": {"accept": "application/json"}}, {"query_params": {"format": "json"}}]
)
def test_machines_get_nodes_and_links_with_reasons(client, address, how):
    answer = client.get(f"/id/{address}", **how)
    data = json.loads(answer.content)
    assert answer["Content-Type"] == "application/json"
    stages = {node["stage"] for node in data["nodes"]}
    assert stages == {"survey", "finding", "focus_area", "initiative", "action", "partner", "document"}
    keys = {node["key"] for node in data["nodes"]}
    assert data["start"] in keys
    assert all({link["cause"], link["effect"]} <= keys for link in data["links"])
    assert "menjawab fokus-1" in {link["reason"] for link in data["links"]}
    assert all(node["url"].startswith("http://testserver/id/") for node in data["nodes"] if node["url"])


@pytest.mark.parametrize(
    "path", ["finding/T-999", "finding/T-002", "nothing/T-001", "initiative/9.9.9", "organization/x"]
)
def test_what_a_stranger_may_not_see_is_not_found(client, address, path):
    assert client.get(f"/id/jejak/{path}/").status_code == 404


def test_the_office_sees_the_thread_of_a_draft(client, network: Network, address):
    client.force_login(network.author)
    assert client.get("/id/jejak/finding/T-002/").status_code == 200


def test_the_page_is_kept_for_all_readers_and_the_data_are_not_mistaken_for_it(
    client, address, settings, django_assert_max_num_queries
):
    settings.PUBLIC_PAGE_CACHE_BYTES = 1_000_000
    http_cache.shelf.clear()
    page = client.get(f"/id/{address}")
    data = client.get(f"/id/{address}", headers={"accept": "application/json"})
    with django_assert_max_num_queries(1):
        again = client.get(f"/id/{address}")
    http_cache.shelf.clear()
    assert again.content == page.content != data.content
    assert "Accept" in again["Vary"]


def test_addresses_are_read_in_the_current_cycle(client, network: Network, address):
    old = type(network.cycle).objects.create(
        slug="2010", name="2010", planned_start="2010-01-01", planned_end="2010-12-31"
    )
    network.finding(cycle=old, code="T-001", title_ind="Dari siklus lama")
    assert "Dari siklus lama" not in client.get("/id/jejak/finding/T-001/").content.decode()


def test_the_panel_on_other_pages_marks_where_one_is(network: Network, address, rf: RequestFactory):
    request = rf.get("/")
    finding = network.cycle.findings.get(code="T-001")
    html = Template("{% load thread %}{% thread_panel obj %}").render(
        Context({"request": request, "obj": finding})
    )
    assert 'aria-current="step"' in html
    assert "/id/jejak/finding/T-001/" in html
    assert "Inisiatif 1" in html
