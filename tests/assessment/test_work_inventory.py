"""Shocks and stresses, assets and programmes at work."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessment.models import Asset, Driver, Exposure, Hazard, Programme
from assessment.operations import inventory
from semarang_resilience.accounts.models import User
from semarang_resilience.core.models import Cycle

from .conftest import AT

pytestmark = pytest.mark.django_db

ORIGIN = {"provenance": "office", "source": ""}
HAZARD = ORIGIN | {"slug": "api", "kind": "shock", "position": 3, "name_id": "Kebakaran", "name_en": "Fire"}
ASSET = ORIGIN | {"code": "rs", "kind": "health", "name_id": "Rumah sakit", "criticality": 3}
PROGRAMME = ORIGIN | {"code": "pompa", "name_id": "Pompa air", "status": "ongoing", "year_from": 2012}


def url(route: str, *args: Any) -> str:
    return reverse(f"assessment:{route}", args=args)


@pytest.fixture
def as_staff(client: Client, sari: User) -> Client:
    client.force_login(sari)
    return client


def test_leadership_reads_and_members_stay_out(
    client: Client, polder: Asset, rob: Hazard, bagas: User, mitra: User
) -> None:
    for route in ("work_hazards", "work_assets", "work_programmes"):
        client.force_login(mitra)
        assert client.get(url(route)).status_code == 403
        client.force_login(bagas)
        assert client.get(url(route)).status_code == 200
    for address in (
        url("work_hazard_new"),
        url("work_hazard", rob.slug),
        url("work_asset_new"),
        url("work_asset", polder.code),
        url("work_asset_exposure", polder.code),
        url("work_programme_new"),
    ):
        assert client.get(address).status_code == 403


def test_a_hazard_is_entered_and_corrected(as_staff: Client, cycle: Cycle, rob: Hazard) -> None:
    taken = as_staff.post(url("work_hazard_new"), HAZARD | {"slug": "rob"})
    assert (taken.status_code, "Kebakaran" in taken.content.decode()) == (422, True)
    assert as_staff.post(url("work_hazard_new"), HAZARD).status_code == 302
    assert as_staff.post(url("work_hazard", "api"), HAZARD | {"position": 4}).status_code == 302
    assert Hazard.objects.get(slug="api").position == 4
    assert as_staff.post(url("work_hazard", "api"), HAZARD | {"position": ""}).status_code == 422


def test_an_asset_is_entered_rated_and_corrected(as_staff: Client, cycle: Cycle, rob: Hazard) -> None:
    assert as_staff.post(url("work_asset_new"), ASSET | {"name_id": ""}).status_code == 422
    assert as_staff.post(url("work_asset_new"), ASSET | {"code": "baru"}).status_code == 422
    answer = as_staff.post(url("work_asset_new"), ASSET)
    assert answer.url == url("work_asset", "rs")
    rating = ORIGIN | {"hazard": rob.pk, "exposure": 3, "consequence": 2, "note": ""}
    assert as_staff.post(url("work_asset_exposure", "rs"), rating | {"exposure": 7}).status_code == 422
    assert as_staff.post(url("work_asset_exposure", "rs"), rating).status_code == 302
    again = as_staff.get(url("work_asset_exposure", "rs") + "?hazard=rob")
    assert again.context["form"].initial["consequence"] == 2
    as_staff.post(url("work_asset_exposure", "rs"), rating | {"consequence": 3})
    assert Exposure.objects.get().score == 9
    assert "Rob" in as_staff.get(url("work_asset", "rs")).content.decode()
    assert as_staff.post(url("work_asset", "rs"), ASSET | {"capacity": "200"}).status_code == 302
    assert Asset.objects.get().capacity == "200"


def test_a_programme_is_entered_with_its_drivers_and_corrected(
    as_staff: Client, cycle: Cycle, drivers: list[Driver], rob: Hazard
) -> None:
    first, second, *_rest = drivers
    links = {"direct": [first.pk], "indirect": [second.pk], "hazards": [rob.pk]}
    both = as_staff.post(
        url("work_programme_new"), PROGRAMME | {"direct": [first.pk], "indirect": [first.pk]}
    )
    assert (both.status_code, "Kebutuhan dasar" in both.content.decode()) == (422, True)
    assert as_staff.post(url("work_programme_new"), PROGRAMME | links | {"year_to": 2010}).status_code == 422
    assert as_staff.post(url("work_programme_new"), PROGRAMME | links).status_code == 302
    form = as_staff.get(url("work_programme", "pompa")).context["form"]
    assert (form.initial["direct"], form.initial["indirect"]) == ([first.pk], [second.pk])
    as_staff.post(url("work_programme", "pompa"), PROGRAMME | links | {"indirect": []})
    assert [link.driver for link in Programme.objects.get().driver_links.all()] == [first]


def test_lists_cost_the_same_with_1_and_with_50(
    as_staff: Client, cycle: Cycle, drivers: list[Driver], sari: User
) -> None:
    def add(number: int) -> None:
        hazard = inventory.register_hazard(
            cycle=cycle, slug=f"h{number}", kind="shock", position=number, name="H", by=sari, at=AT
        )
        asset = inventory.register_asset(
            cycle=cycle, code=f"a{number}", kind="water", name="A", by=sari, at=AT
        )
        inventory.rate_exposure(asset=asset, hazard=hazard, exposure=1, consequence=1, by=sari, at=AT)
        inventory.register_programme(
            cycle=cycle, code=f"p{number}", name="P", direct=drivers[:2], hazards=[hazard], by=sari, at=AT
        )

    def counts() -> list[int]:
        numbers = []
        for route in ("work_hazards", "work_assets", "work_programmes"):
            with CaptureQueriesContext(connection) as queries:
                assert as_staff.get(url(route)).status_code == 200
            numbers.append(len(queries))
        return numbers

    add(1)
    counts()
    one = counts()
    for number in range(2, 51):
        add(number)
    assert counts() == one
    assert max(one) <= 14
