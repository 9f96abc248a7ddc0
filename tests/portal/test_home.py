"""The home page: computed numbers, published rows only, small, readable by everybody."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from assessment.models import Survey
from semarang_resilience.core.models import Cycle, Phase
from semarang_resilience.portal import overview
from tests.support.network import Network

DONE = {"actual_start": date(2016, 6, 1), "actual_end": date(2016, 7, 1)}
RUNNING = {"actual_start": date(2016, 6, 1)}


@pytest.fixture
def city(network: Network) -> Network:
    """Two findings (one a draft), three actions in three states and a hidden one, two partners."""
    partner, helper = network.organization(), network.organization()
    area = network.area(network.finding(), network.finding(published=False))
    initiative = network.initiative(area)
    network.initiative(area, published=False)
    network.action(initiative, partner, helper, **DONE)
    network.action(initiative, partner, **RUNNING)
    network.action(initiative)
    network.action(initiative, published=False, **DONE)
    Phase.objects.create(
        cycle=network.cycle,
        position=1,
        name_ind="Tahap 1",
        name_en="Stage 1",
        planned_start=date(2015, 5, 1),
        planned_end=date(2016, 1, 31),
        actual_start=date(2015, 5, 1),
        actual_end=date(2016, 5, 23),
        inputs_ind="Persepsi",
        outputs_ind="PRA\nFokus area",
    )
    return network


def test_numbers_are_counted_from_what_is_published(city: Network):
    numbers = [(row.value, row.url) for row in overview.key_numbers(city.cycle)]
    assert [value for value, _url in numbers] == ["2", "1", "1", "1", "1", "1"]
    assert numbers[1][1].endswith("/rencana-tindak-lanjut/?status=done")


def test_pillars_count_initiatives_and_actions_by_status(city: Network):
    (tile,) = overview.pillar_tiles(city.cycle)
    assert (tile.initiatives, tile.done, tile.ongoing, tile.planned) == (1, 1, 1, 1)


@pytest.mark.parametrize(("language", "words"), [("id", "Temuan 1"), ("en", "Finding 1")])
def test_everybody_reads_it_in_both_languages(client, city: Network, language, words):
    page = client.get(f"/{language}/")
    text = page.content.decode()
    assert page.status_code == 200
    assert text.count("<h1") == 1
    assert words in text, "the example thread shows a finding"
    assert len(page.content) < 100_000


def test_no_draft_leaks(client, city: Network):
    client.force_login(city.lead)
    for page in (client.get("/id/"), client.get("/id/?x=1")):
        text = page.content.decode()
        assert "Temuan 2" not in text
        assert "Inisiatif 2" not in text


def test_the_open_survey_is_called_for_while_it_is_open(client, city: Network):
    now = timezone.now()
    assert overview.open_survey(city.cycle, now) is None
    Survey.objects.create(
        cycle=city.cycle,
        slug="buka",
        title_ind="Survei 2026",
        status="open",
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=1),
        opened_at=now,
        current_version=city.version,
    )
    assert "Survei 2026" in client.get("/id/").content.decode()
    assert overview.open_survey(city.cycle, now + timedelta(days=2)) is None


def test_the_newest_edition_of_each_document_in_the_language_of_the_reader(city: Network):
    for kind, language in (("crs", "id"), ("pra", "id"), ("pra", "id"), ("pra", "en")):
        city.edition(kind, language=language)
    city.edition("action_plan", published=False)
    assert [str(row.title) for row in overview.newest_editions(city.cycle)] == ["PRA 2 id", "CRS 1 id"]
    with translation.override("en"):
        assert [str(row.title) for row in overview.newest_editions(city.cycle)] == ["PRA 1 en", "CRS 1 id"]


def test_a_page_for_everybody_carries_no_form_token(client, city: Network):
    assert "csrfmiddlewaretoken" not in client.get("/id/").content.decode()


def test_before_anything_was_entered(client, db):
    assert Cycle.objects.count() == 0
    assert client.get("/id/").status_code == 200
    assert client.get("/id/tahapan/").status_code == 200


def test_query_budget_does_not_grow(client, city: Network, django_assert_max_num_queries):
    with django_assert_max_num_queries(20) as few:
        client.get("/id/")
    area = city.area(*(city.finding() for _ in range(10)))
    partners = [city.organization() for _ in range(5)]
    for _ in range(25):
        city.action(city.initiative(area), *partners)
    with django_assert_max_num_queries(20) as many:
        client.get("/id/")
    assert len(many) == len(few)


class TestStages:
    def test_planned_and_actual_stand_side_by_side(self, client, city: Network):
        text = re.sub(r"\s+", " ", client.get("/id/tahapan/").content.decode())
        for words in ("Mei 2015 – Januari 2016", "1 Mei 2015 – 23 Mei 2016", "Persepsi", "PRA · Fokus area"):
            assert words in text

    def test_the_address_of_a_phase_leads_to_it(self, client, city: Network):
        path, anchor = Phase.objects.get().get_absolute_url().split("#")
        assert client.get(path).content.decode().count(f'id="{anchor}"') == 1

    @pytest.mark.parametrize(
        ("planned", "actual", "months"),
        [
            (date(2016, 1, 31), date(2016, 5, 23), 4),
            (date(2016, 1, 31), date(2016, 1, 10), 0),
            (date(2016, 1, 31), date(2016, 2, 3), 0),
            (None, date(2016, 2, 3), 0),
        ],
    )
    def test_how_late_is_said_in_months(self, planned, actual, months):
        assert overview.months_late(planned, actual) == months


@pytest.mark.parametrize("path", ["tentang", "privasi", "aksesibilitas", "sumber-data", "tahapan"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_text_pages_answer_in_both_languages(client, db, path, language):
    page = client.get(f"/{language}/{path}/")
    assert page.status_code == 200
    assert page.content.decode().count("<h1") == 1
    assert f'<html lang="{language}"' in page.content.decode()


def test_privacy_names_the_law_and_the_threshold(client, db, settings):
    settings.SMALL_GROUP_THRESHOLD = 7
    text = client.get("/en/privasi/").content.decode()
    assert "Law number 27 of 2022" in text
    assert "fewer than 7 answers" in text


def test_sources_are_counted_from_published_rows(client, network: Network, django_assert_num_queries):
    network.finding(provenance="quoted", source="RISPAM 2018")
    network.finding(provenance="quoted", source="RISPAM 2018")
    network.finding(provenance="quoted", source="Rahasia", published=False)
    client.get("/en/sumber-data/")
    with django_assert_num_queries(1):
        text = client.get("/en/sumber-data/").content.decode()
    assert "RISPAM 2018" in text
    assert "2 findings" in text
    assert "Rahasia" not in text
