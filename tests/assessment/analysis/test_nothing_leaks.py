"""A group that must stay hidden is hidden in every way out: page, CSV, API, figure, snapshot."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from assessment import figures
from assessment.models import Evidence, Finding, Survey
from assessment.operations.citations import take_citation
from assessment.results import SurveyTables, results_of, tables_of
from assessment.results.crosstab import crosstab_of
from semarang_resilience.accounts.models import User
from semarang_resilience.core.errors import Refused
from semarang_resilience.documents.snapshots.base import Reader
from semarang_resilience.documents.snapshots.perceptions import perception_facts
from stakeholders.models import Sector

from ..surveys.conftest import AT
from ..surveys.test_form_pages import text_of
from .conftest import Build, Rows, World, draw_rows

pytestmark = pytest.mark.django_db
BASE = "/en/survei/analisis"


def sheets() -> Rows:
    """Four sectors that may be shown, a medium one, and two people of the media."""
    large = draw_rows(90, 4, sectors=["government", "private", "community"])
    return [*large, *draw_rows(7, 8, sectors=["academia"]), *draw_rows(2, 9, sectors=["media"])]


@pytest.fixture
def world(build: Build) -> World:
    """A published survey with small groups."""
    cache.clear()
    world = build()
    world.take(sheets())
    Survey.objects.filter(pk=world.survey.pk).update(status="published", published_at=AT)
    world.survey.refresh_from_db()
    return world


@pytest.fixture
def tables(world: World) -> SurveyTables:
    return tables_of([world.survey])[world.survey.pk]


def hidden_groups(tables: SurveyTables, key: str, part: str) -> set[tuple[str | None, str | None]]:
    """The groups that may not be shown, sectors and districts and both."""
    districts = [*(one.code for one in tables.questionnaire.districts), ""]
    groups: list[tuple[str | None, str | None]] = [(code, None) for code in Sector.values]
    groups += [(None, code) for code in districts]
    groups += [(sector, district) for sector in Sector.values for district in districts]
    answers = tables.answers(tables.questionnaire.by_key[key], part)
    return {(s, d) for s, d in groups if answers.of(sector=s, district=d) is None}


def test_the_data_hide_something(tables: SurveyTables) -> None:
    hidden = hidden_groups(tables, "trust", "")
    assert ("media", None) in hidden
    assert len(hidden) >= 3


def test_the_csv_says_hidden_and_nothing_else(client: Client, tables: SurveyTables) -> None:
    for key, part in (("trust", ""), ("vote", ""), ("follow", "")):
        answer = client.get(f"{BASE}/hasil/{key}.csv")
        assert answer.status_code == 200
        assert answer["Content-Disposition"] == f'attachment; filename="analisis-{key}.csv"'
        lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        names = {str(label): code for code, label in Sector.choices} | {"All": None}
        places = {one.name: one.code for one in tables.questionnaire.districts} | {
            "All": None,
            "not given": "",
        }
        hidden = hidden_groups(tables, key, part)
        for line in lines:
            group = (names[line["Sector"]], places[line["District"]])
            if group in hidden:
                assert line["State"] == "hidden"
                assert not any(line[name] for name in ("n", "Mean", "Count", "Share", "Blank", "Not asked"))
            else:
                assert line["State"] != "hidden"
                assert int(line["n"]) == 0 or int(line["n"]) >= 5


def test_the_api_says_null(client: Client, tables: SurveyTables) -> None:
    data = client.get("/api/v1/surveys/analisis/results/").json()
    assert {question["key"] for question in data["questions"]} == {
        question.key for question in tables.questionnaire if not question.is_open
    }
    for question in data["questions"]:
        for group in question["groups"]:
            hidden = hidden_groups(tables, question["key"], group["part"])
            is_hidden = (group["sector"], group["district"]) in hidden
            assert (group["n"] is None) == is_hidden
            if is_hidden:
                assert group["counts"] is None
                assert group["mean"] is None


def test_the_api_s_csv_is_public_and_in_the_reader_s_language(client: Client, world: World) -> None:
    answer = client.get("/api/v1/surveys/analisis/results/csv/", HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/csv")
    assert answer.content.decode("utf-8-sig").startswith("Key,Question")
    Survey.objects.update(status="closed", published_at=None)
    assert client.get("/api/v1/surveys/analisis/results/csv/").status_code == 404


def test_tables_behind_figures_hide_the_same_groups(tables: SurveyTables) -> None:
    question = tables.questionnaire.by_key["trust"]
    hidden = hidden_groups(tables, "trust", "")
    with translation.override("en"):
        table = crosstab_of(tables, question)
        figure = figures.by_district_and_sector(table)
        places = figures.map_of_values(table, {})
    for row, district in zip(figure.table.rows[1:], table.districts, strict=True):
        assert (row[1] == "hidden") == ((None, district.code) in hidden)
        for cell, sector in zip(row[2:], Sector.values, strict=True):
            assert (cell == "hidden") == ((sector, district.code) in hidden)
    for row, district in zip(places.table.rows, table.districts, strict=True):
        assert (row[2] == "hidden") == ((None, district.code) in hidden)


@pytest.mark.parametrize(
    "query", ["sector=media", "sector=media&district=33.74.01", "sector=donor&district=x"]
)
def test_a_hidden_group_of_the_address_shows_no_number(client: Client, world: World, query: str) -> None:
    page = text_of(client.get(f"{BASE}/hasil/trust/?{query}"))
    assert "This group stays hidden" in page
    assert "This group beside everybody" not in page


def test_a_group_that_may_be_shown_is_shown_beside_everybody(client: Client, world: World) -> None:
    page = text_of(client.get(f"{BASE}/hasil/trust/?sector=government"))
    assert "This group beside everybody" in page
    assert "This group stays hidden" not in page


def test_the_snapshot_of_a_document_holds_no_hidden_number(world: World, tables: SurveyTables) -> None:
    facts = perception_facts(world.survey, Reader("en", ("id",)))
    assert facts is not None
    results = facts.results
    assert results.votes
    assert results.risks
    media = [group for group in results.sectors if group.code == "media"]
    assert [group.n for group in media] == [None]
    for driver in results.drivers:
        for group in driver.rating.by_sector:
            if (group.code, None) in hidden_groups(tables, driver.key, ""):
                assert asdict(group) == {"code": group.code, "label": group.label} | dict.fromkeys(
                    ("n", "mean")
                ) | {"counts": ()}


def test_a_hidden_group_is_not_cited(world: World, tables: SurveyTables) -> None:
    for sector, district in sorted(hidden_groups(tables, "trust", ""), key=str):
        if district == "":
            continue  # nobody can choose those who named no district
        with pytest.raises(Refused) as refusal:
            take_citation(
                version=world.version(1),
                question_key="trust",
                sector=sector or "",
                district=district or "",
                on=AT.date(),
            )
        assert refusal.value.code == "too_few"
    citation = take_citation(
        version=world.version(1), question_key="trust", district="33.74.01", on=AT.date()
    )
    assert citation.n >= 5
    assert citation.cited["district"] == "Semarang Tengah"


# -- pages


PAGES = [
    "hasil/",
    "hasil/?mean=balanced",
    "perbandingan/",
    "pertentangan/",
    "putaran/",
    "hasil.csv",
    "putaran.csv",
]
KEYS = ["driver-01", "hazard-rob", "hazard-banjir", "trust", "one", "follow", "deeper", "many", "vote"]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("page", [*PAGES, *(f"hasil/{key}/" for key in KEYS)])
def test_every_page_stands_in_both_languages(client: Client, world: World, page: str, language: str) -> None:
    answer = client.get(f"/{language}/survei/analisis/{page}")
    assert answer.status_code == 200
    assert b"NaN" not in answer.content
    assert b">None<" not in answer.content
    assert b"= None" not in answer.content


@pytest.mark.parametrize("page", [*PAGES, "hasil/trust/", "hasil/trust.csv"])
def test_before_publication_a_stranger_gets_nothing_and_the_office_a_note(
    client: Client, world: World, wali: User, page: str
) -> None:
    Survey.objects.update(status="closed", published_at=None)
    assert client.get(f"{BASE}/{page}").status_code == 404
    client.force_login(wali)
    answer = client.get(f"{BASE}/{page}")
    assert answer.status_code == 200
    if page.endswith(".csv"):
        assert answer["Cache-Control"] == "private, no-store"
    else:
        assert "Only the office sees these results" in text_of(answer)


def test_while_open_the_office_reads_why_no_group_is_shown(client: Client, world: World, wali: User) -> None:
    Survey.objects.update(status="open", published_at=None)
    client.force_login(wali)
    for page in ("hasil/", "hasil/trust/", "perbandingan/"):
        text = text_of(client.get(f"{BASE}/{page}"))
        assert "counted in steps" in text
    assert "Make a finding" not in text_of(client.get(f"{BASE}/hasil/trust/"))


def test_the_office_s_analysis_leads_to_findings_for_those_who_may_write_them(
    client: Client, world: World, wali: User, budi: User
) -> None:
    link = "/en/kerja/temuan/baru/?survey=analisis&amp;question=trust"
    address = "/en/kerja/survei/analisis/analisis/"
    client.force_login(wali)
    page = text_of(client.get(address))
    assert "What stands out" in page
    assert link not in page
    client.force_login(budi)
    assert link in text_of(client.get(address))


def test_a_finding_keeps_the_filter_it_was_made_with(client: Client, world: World, budi: User) -> None:
    client.force_login(budi)
    address = "/en/kerja/temuan/baru/?survey=analisis&question=trust&sector=government"
    assert "Government" in text_of(client.get(address))
    sent = client.post(
        address,
        {
            "kind": "weakness", "title_id": "Judul", "title_en": "Title", "statement_id": "Isi",
            "statement_en": "Text", "provenance": "office",
        },
    )  # fmt: skip
    assert sent.status_code == 302
    evidence = Evidence.objects.select_related("survey_version__survey").get()
    assert (evidence.sector, evidence.district, evidence.question_key) == ("government", "", "trust")
    assert (evidence.n or 0) >= 5
    assert evidence.chart_path.endswith("/hasil/trust/?sector=government")
    assert client.get(evidence.chart_path).status_code == 200


def test_a_small_group_cannot_become_a_finding(client: Client, world: World, budi: User) -> None:
    client.force_login(budi)
    address = "/en/kerja/temuan/baru/?survey=analisis&question=trust&sector=media"
    assert "cannot be cited" in text_of(client.get(address))
    assert not Finding.objects.exists()


def test_downloads_are_limited(client: Client, world: World, settings: Any) -> None:
    settings.RESULTS_CSV_RATE = "2/min"
    codes = [client.get(f"{BASE}/hasil.csv").status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    assert parse_ok(django_settings.RESULTS_CSV_RATE)


def parse_ok(rate: str) -> bool:
    return "/" in rate


def test_a_published_file_is_made_once_and_answers_304(client: Client, world: World) -> None:
    first = client.get(f"{BASE}/hasil.csv")
    with CaptureQueriesContext(connection) as queries:
        again = client.get(f"{BASE}/hasil.csv", HTTP_IF_NONE_MATCH=first["ETag"])
    assert again.status_code == 304
    assert not [one for one in queries if "tally" in one["sql"]]


@pytest.mark.parametrize("page", ["hasil/", "hasil/trust/", "perbandingan/", "pertentangan/", "putaran/"])
def test_pages_cost_the_same_queries_whatever_was_answered(
    client: Client, build: Build, wali: User, page: str
) -> None:
    counts = []
    for number, size in enumerate((40, 160)):
        world = build(slug=f"besar-{number}")
        world.take(draw_rows(size, 3))
        results_of(world.survey)
        client.force_login(wali)
        client.get(f"/id/survei/besar-{number}/{page}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/id/survei/besar-{number}/{page}").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 16
