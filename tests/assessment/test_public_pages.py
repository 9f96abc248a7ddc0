"""What everybody reads: published things only, on every page, at a constant number of queries."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessment.models import Asset, Driver, Hazard, Survey
from assessment.operations import findings, focus_areas, inventory, surveys
from semarang_resilience.accounts.models import User
from semarang_resilience.core.models import Cycle

from .conftest import AT, MakeFinding, MakeFocusArea

pytestmark = pytest.mark.django_db

LISTS = ["overview", "findings", "hazards", "assets", "programmes", "focus_areas"]


def text_of(client: Client, route: str, *args: str, query: str = "") -> str:
    answer = client.get(reverse(f"assessment:{route}", args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("route", LISTS)
def test_lists_answer_before_anything_exists(client: Client, db: None, route: str) -> None:
    text_of(client, route)


@pytest.mark.parametrize("route", LISTS)
def test_lists_answer_in_an_empty_cycle(client: Client, cycle: Cycle, route: str) -> None:
    text_of(client, route)


def test_the_public_reads_published_findings_only(
    client: Client, make_finding: MakeFinding, bagas: User
) -> None:
    for status in ("draft", "submitted", "returned", "rejected", "accepted"):
        make_finding(status, title_id=f"Rahasia {status}")
    published = make_finding("published", title_id="Terbuka untuk semua")
    for user in (None, bagas):
        if user:
            client.force_login(user)
        for route in ("findings", "overview"):
            page = text_of(client, route)
            assert "Terbuka untuk semua" in page
            assert "Rahasia" not in page
    client.logout()
    assert "Rob masuk ke jalan." in text_of(client, "finding", published.code)


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "rejected", "accepted"])
def test_an_unpublished_finding_is_a_404_for_strangers_and_marked_for_the_office(
    client: Client, make_finding: MakeFinding, bagas: User, mitra: User, status: str
) -> None:
    url = reverse("assessment:finding", args=[make_finding(status).code])
    assert client.get(url).status_code == 404
    client.force_login(mitra)
    assert client.get(url).status_code == 404
    client.force_login(bagas)
    assert "#eye-off" in text_of(client, "finding", url.rstrip("/").rsplit("/")[-1])


def test_findings_are_filtered_by_kind_driver_hazard_and_words(
    client: Client,
    make_finding: MakeFinding,
    drivers: list[Driver],
    rob: Hazard,
    lestari: User,
    cycle: Cycle,
    sari: User,
) -> None:
    inventory.register_programme(cycle=cycle, code="p", name="P", direct=drivers[:1], by=sari, at=AT)
    make_finding("published", title_id="Kuat sekali", kind="strength", drivers=drivers[:1])
    make_finding("published", title_id="Lemah sekali", hazards=[rob])

    def shown(query: str) -> tuple[bool, bool]:
        page = text_of(client, "findings", query=query)
        return "Kuat sekali" in page, "Lemah sekali" in page

    assert shown("") == (True, True)
    assert shown("?kind=strength") == (True, False)
    assert shown(f"?driver={drivers[0].pk}") == (True, False)
    assert shown("?hazard=rob") == (False, True)
    assert shown("?q=sekali+lemah") == (False, True)
    assert shown("?kind=strength&hazard=rob") == (False, False)
    assert shown("?kind=nonsense&driver=x&page=99") == (True, True)


def test_a_finding_shows_its_evidence_with_n_and_voices_and_why_it_was_taken(
    client: Client, make_finding: MakeFinding, survey: Survey, sari: User, lestari: User
) -> None:
    finding = make_finding()
    findings.cite_survey(
        finding=finding, version=survey.current_version, question_key="driver-01", by=sari, at=AT
    )
    findings.submit_finding(finding=finding, by=sari, at=AT)
    findings.accept_finding(finding=finding, reason="Bukti cukup kuat.", by=lestari, at=AT)
    findings.publish_finding(finding=finding, by=lestari, at=AT)
    page = text_of(client, "finding", finding.code)
    for words in ("n = 22", "Kebutuhan dasar", "Bukti cukup kuat.", "82%"):
        assert words in page


def test_only_published_focus_areas_are_read_chosen_or_not(
    client: Client, make_focus_area: MakeFocusArea, lestari: User, bagas: User
) -> None:
    hidden = make_focus_area("selected", name_id="Belum terbit")
    chosen = make_focus_area("published", name_id="Air dan rob")
    dropped = make_focus_area("dropped", name_id="Kemacetan")
    focus_areas.publish_focus_area(focus_area=dropped, by=lestari, at=AT)
    page = text_of(client, "focus_areas")
    assert page.index("Air dan rob") < page.index("Kemacetan")
    assert "Sudah ada program." in page
    assert "Belum terbit" not in page
    detail = text_of(client, "focus_area", chosen.slug)
    assert "Menunjuk ke sana." in detail
    assert "Penting." in detail
    url = reverse("assessment:focus_area", args=[hidden.slug])
    assert client.get(url).status_code == 404
    client.force_login(bagas)
    assert client.get(url).status_code == 200


def test_hazards_show_how_severe_people_find_them_once_results_are_published(
    client: Client, survey: Survey, lestari: User
) -> None:
    assert "n = 22" not in text_of(client, "hazards")
    surveys.publish_results(survey=survey, by=lestari, at=AT)
    page = text_of(client, "hazards")
    assert "n = 22" in page
    assert "4,0" in page


def test_assets_show_the_worst_pair_beside_the_sum_whatever_the_filter(
    client: Client, polder: Asset, rob: Hazard, banjir: Hazard, sari: User
) -> None:
    for hazard, levels in ((rob, (3, 3)), (banjir, (1, 2))):
        inventory.rate_exposure(
            asset=polder, hazard=hazard, exposure=levels[0], consequence=levels[1], by=sari, at=AT
        )
    for query in ("", "?hazard=banjir", "?kind=drainage", "?q=tawang"):
        page = text_of(client, "assets", query=query)
        assert "Polder Tawang" in page
        assert ">11<" in page
    assert "Polder Tawang" not in text_of(client, "assets", query="?kind=health")
    matrix = text_of(client, "assets", query="?view=matrix")
    assert 'heat__cell--high">9<' in matrix
    assert 'heat__cell--low">2<' in matrix
    detail = text_of(client, "asset", polder.code)
    assert detail.index("Rob") < detail.index("Banjir")


def test_coverage_counts_direct_and_indirect_programmes_and_opens_their_list(
    client: Client, cycle: Cycle, drivers: list[Driver], sari: User
) -> None:
    first, second, *_others = drivers
    for number in range(3):
        inventory.register_programme(
            cycle=cycle,
            code=f"p{number}",
            name_id=f"Program {number}",
            name_en=f"Programme {number}",
            direct=[first] if number else [],
            indirect=[second] if number else [first],
            by=sari,
            at=AT,
        )
    coverage = text_of(client, "programmes")
    assert f'?driver={first.pk}&amp;directly=yes#daftar">2<' in coverage
    assert f'?driver={first.pk}&amp;directly=no#daftar">1<' in coverage
    listed = text_of(client, "programmes", query=f"?driver={first.pk}&directly=no")
    assert ("Program 0" in listed, "Program 1" in listed) == (True, False)


# -- the same number of queries with 1 and with 50 rows


@pytest.fixture
def fill(
    cycle: Cycle,
    drivers: list[Driver],
    sari: User,
    make_finding: MakeFinding,
    make_focus_area: MakeFocusArea,
) -> Callable[[int], None]:
    """Add rows of everything, each linked to things of its own."""
    start = iter(range(1000))

    def fill(count: int) -> None:
        for _row in range(count):
            number = next(start)
            hazard = inventory.register_hazard(
                cycle=cycle,
                slug=f"h{number}",
                kind="stress",
                position=number,
                name=f"H{number}",
                by=sari,
                at=AT,
            )
            asset = inventory.register_asset(
                cycle=cycle, code=f"a{number}", kind="water", name=f"A{number}", by=sari, at=AT
            )
            inventory.rate_exposure(asset=asset, hazard=hazard, exposure=2, consequence=2, by=sari, at=AT)
            inventory.register_programme(
                cycle=cycle,
                code=f"p{number}",
                name=f"P{number}",
                direct=drivers[:2],
                hazards=[hazard],
                by=sari,
                at=AT,
            )
            make_finding("published", drivers=drivers[:2], hazards=[hazard], assets=[asset])
            make_focus_area("published")

    return fill


BUDGETS = {
    ("overview", ""): 16,
    ("findings", ""): 9,
    ("hazards", ""): 4,
    ("assets", ""): 8,
    ("assets", "?view=matrix"): 8,
    ("programmes", ""): 11,
    ("focus_areas", ""): 3,
}


def test_lists_cost_the_same_with_1_and_with_50_rows(client: Client, fill: Callable[[int], None]) -> None:
    def counts() -> dict[tuple[str, str], int]:
        return {
            (route, query): queries_of(client, reverse(f"assessment:{route}") + query)
            for route, query in BUDGETS
        }

    fill(1)
    counts()  # content types and the like are looked up once per process
    one = counts()
    fill(49)
    assert counts() == one
    assert {page: count for page, count in one.items() if count > BUDGETS[page]} == {}


def test_details_cost_the_same_with_1_and_with_50_links(
    client: Client,
    make_finding: MakeFinding,
    make_focus_area: MakeFocusArea,
    drivers: list[Driver],
    cycle: Cycle,
    polder: Asset,
    rob: Hazard,
    sari: User,
    lestari: User,
) -> None:
    def link(finding: Any, area: Any, number: int) -> None:
        hazard = inventory.register_hazard(
            cycle=cycle, slug=f"x{number}", kind="shock", position=number, name=f"X{number}", by=sari, at=AT
        )
        inventory.rate_exposure(asset=polder, hazard=hazard, exposure=1, consequence=2, by=sari, at=AT)
        findings.add_evidence(finding=finding, kind="document", summary=f"D{number}", by=sari, at=AT)
        other = make_finding("published", assets=[polder], hazards=[hazard])
        focus_areas.attach_finding(focus_area=area, finding=other, reason="Sebab.", by=sari, at=AT)

    def counts(finding: Any, area: Any) -> list[int]:
        urls = [finding.get_absolute_url(), area.get_absolute_url(), polder.get_absolute_url()]
        client.force_login(lestari)
        for url in urls:
            client.get(url)
        return [queries_of(client, url) for url in urls]

    finding, area = make_finding(drivers=drivers, hazards=[rob]), make_focus_area("published")
    link(finding, area, 1)
    few = counts(finding, area)
    for number in range(2, 51):
        link(finding, area, number)
    assert counts(finding, area) == few
    assert max(few) <= 20
