"""Shocks and stresses, assets and programmes: who enters them, and what does not fit together."""

from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from assessment.models import Asset, Driver, Exposure, Hazard, Programme, ProgrammeDriver
from assessment.operations import inventory
from semarang_resilience.accounts.models import User
from semarang_resilience.core.changes import Invalid
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.models import Activity, Cycle

from .conftest import AT

pytestmark = pytest.mark.django_db


def register_programme(cycle: Cycle, by: User, **facts: Any) -> Programme:
    facts = {"code": "pompa", "name_id": "Pompa", "name_en": "Pumps"} | facts
    return inventory.register_programme(cycle=cycle, by=by, at=AT, **facts)


def rate(asset: Asset, hazard: Hazard, by: User, *levels: int, **facts: Any) -> Exposure:
    exposure, consequence = levels
    return inventory.rate_exposure(
        asset=asset, hazard=hazard, exposure=exposure, consequence=consequence, by=by, at=AT, **facts
    )


def test_only_staff_keep_the_inventory(
    cycle: Cycle, polder: Asset, rob: Hazard, lestari: User, bagas: User
) -> None:
    inventory.update_asset(asset=polder, changes={"capacity": "3 pompa"}, by=lestari, at=AT)
    for attempt in (
        lambda: inventory.register_hazard(
            cycle=cycle, slug="x", kind="shock", position=9, name="X", by=bagas, at=AT
        ),
        lambda: inventory.update_hazard(hazard=rob, changes={"name_id": "X"}, by=bagas, at=AT),
        lambda: inventory.register_asset(cycle=cycle, code="x", kind="health", name="X", by=bagas, at=AT),
        lambda: inventory.update_asset(asset=polder, changes={"capacity": "9"}, by=bagas, at=AT),
        lambda: rate(polder, rob, bagas, 3, 3),
        lambda: inventory.remove_exposure(asset=polder, hazard=rob, by=bagas, at=AT),
        lambda: register_programme(cycle, bagas),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_a_second_rating_replaces_the_first_and_the_log_keeps_both(
    polder: Asset, rob: Hazard, sari: User
) -> None:
    rate(polder, rob, sari, 3, 2, note="Di garis pantai")
    row = rate(polder, rob, sari, 3, 3)
    row.refresh_from_db()
    assert (Exposure.objects.get(), row.score, row.note) == (row, 9, "Di garis pantai")
    lines = Activity.objects.filter(verb="rate_exposure").order_by("pk")
    assert [(line.data["before"], line.data["after"]) for line in lines] == [
        (None, [3, 2]),
        ([3, 2], [3, 3]),
    ]


def test_a_rating_has_three_levels_and_one_cycle(
    polder: Asset, rob: Hazard, sari: User, other_cycle: Cycle
) -> None:
    with pytest.raises(Invalid) as refusal:
        rate(polder, rob, sari, 4, 1)
    assert set(refusal.value.fields) == {"exposure"}
    foreign = inventory.register_hazard(
        cycle=other_cycle, slug="rob", kind="stress", position=1, name="Rob", by=sari, at=AT
    )
    with pytest.raises(Refused) as other:
        rate(polder, foreign, sari, 1, 1)
    assert other.value.code == "other_cycle"


def test_a_rating_can_be_taken_back_once(polder: Asset, rob: Hazard, sari: User) -> None:
    rate(polder, rob, sari, 3, 2)
    inventory.remove_exposure(asset=polder, hazard=rob, by=sari, at=AT)
    with pytest.raises(Refused) as refusal:
        inventory.remove_exposure(asset=polder, hazard=rob, by=sari, at=AT)
    assert refusal.value.code == "not_rated"


def test_a_programme_addresses_drivers_directly_or_indirectly(
    cycle: Cycle, drivers: list[Driver], rob: Hazard, sari: User
) -> None:
    first, second, third, _fourth = drivers
    programme = register_programme(
        cycle, sari, direct=[first, second], indirect=[second, third], hazards=[rob]
    )
    kinds = dict(programme.driver_links.values_list("driver_id", "is_direct"))
    assert kinds == {first.pk: True, second.pk: True, third.pk: False}
    changes = {"direct": [third], "indirect": [], "hazards": [], "name_id": "Pompa baru"}
    inventory.update_programme(programme=programme, changes=changes, by=sari, at=AT)
    assert list(programme.driver_links.values_list("driver_id", "is_direct")) == [(third.pk, True)]
    assert not programme.hazards.exists()
    assert Activity.objects.get(verb="update_programme").data["changed"] == [
        "name_id",
        "direct",
        "hazards",
        "indirect",
    ]


def test_changes_without_drivers_keep_them(cycle: Cycle, drivers: list[Driver], sari: User) -> None:
    programme = register_programme(cycle, sari, direct=drivers[:1])
    inventory.update_programme(programme=programme, changes={"status": "done"}, by=sari, at=AT)
    assert programme.driver_links.count() == 1


def test_a_programme_does_not_end_before_it_begins(cycle: Cycle, sari: User) -> None:
    with pytest.raises(Invalid):
        register_programme(cycle, sari, year_from=2015, year_to=2014)


def test_an_unknown_fact_is_a_mistake_of_the_caller(cycle: Cycle, sari: User) -> None:
    with pytest.raises(TypeError):
        register_programme(cycle, sari, budget=1)


def test_the_database_holds_the_rules(
    cycle: Cycle, polder: Asset, rob: Hazard, banjir: Hazard, drivers: list[Driver], sari: User
) -> None:
    rate(polder, rob, sari, 1, 1)
    programme = register_programme(cycle, sari, direct=drivers[:1])
    other = register_programme(cycle, sari, code="lain")
    link = programme.driver_links.get()
    second = inventory.register_asset(cycle=cycle, code="x", kind="health", name="X", by=sari, at=AT)
    stress = inventory.register_hazard(
        cycle=cycle, slug="s", kind="stress", position=2, name="S", by=sari, at=AT
    )
    breaks: list[tuple[str, models.QuerySet[Any], dict[str, Any]]] = [
        ("hazard_slug_once_per_cycle", Hazard.objects.filter(pk=banjir.pk), {"slug": "rob"}),
        ("hazard_position_once", Hazard.objects.filter(pk=stress.pk), {"position": 1}),
        ("assessment_hazard_quoted_has_source", Hazard.objects.all(), {"provenance": "quoted"}),
        ("asset_code_once_per_cycle", Asset.objects.filter(pk=second.pk), {"code": polder.code}),
        ("asset_criticality_in_range", Asset.objects.all(), {"criticality": 4}),
        ("assessment_asset_quoted_has_source", Asset.objects.all(), {"provenance": "quoted"}),
        ("exposure_levels_in_range", Exposure.objects.all(), {"consequence": 0}),
        ("assessment_exposure_quoted_has_source", Exposure.objects.all(), {"provenance": "quoted"}),
        ("programme_code_once_per_cycle", Programme.objects.filter(pk=other.pk), {"code": "pompa"}),
        ("programme_years_in_order", Programme.objects.all(), {"year_from": 2015, "year_to": 2014}),
        ("assessment_programme_quoted_has_source", Programme.objects.all(), {"provenance": "quoted"}),
    ]
    for constraint, rows, change in breaks:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            rows.update(**change)
    for constraint, row in (
        ("exposure_once_per_pair", Exposure(asset=polder, hazard=rob, exposure=2, consequence=2)),
        ("programme_driver_once", ProgrammeDriver(programme=programme, driver=link.driver)),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            row.save()
