"""What pages and documents show of the inventory: coverage of the drivers, assets against hazards."""

import pytest

from assessment.inventory_figures import coverage_figure, coverage_of, exposure_matrix
from assessment.models import Asset, Driver, Framework, Hazard, RiskBand
from assessment.operations import inventory
from semarang_resilience.accounts.models import User
from semarang_resilience.core.models import Cycle

from .conftest import AT

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("score", "band"),
    [(1, "low"), (2, "low"), (3, "medium"), (4, "medium"), (6, "high"), (9, "high")],
)
def test_the_score_in_words(score: int, band: str) -> None:
    assert RiskBand.of(score) == band


def test_coverage_counts_each_driver_of_this_cycle_only(
    cycle: Cycle, other_cycle: Cycle, drivers: list[Driver], sari: User
) -> None:
    first, second, *_rest = drivers
    for place, code in ((cycle, "a"), (cycle, "b"), (other_cycle, "c")):
        inventory.register_programme(
            cycle=place, code=code, name=code, direct=[first], indirect=[second], by=sari, at=AT
        )
    rows = coverage_of(Driver.objects.in_use(cycle.pk).with_coverage(cycle.pk))
    assert [(row.number, row.direct, row.indirect) for row in rows] == [
        (1, 2, 0),
        (2, 0, 2),
        (3, 0, 0),
        (4, 0, 0),
    ]
    figure = coverage_figure(rows)
    assert "1" in figure.description
    assert [row[1:] for row in figure.table.rows] == [["2", "0"], ["0", "2"], ["0", "0"], ["0", "0"]]
    assert "<svg" in figure.svg


def test_a_cycle_without_programmes_and_surveys_works_with_the_newest_framework(
    cycle: Cycle, drivers: list[Driver]
) -> None:
    assert list(Driver.objects.in_use(cycle.pk)) == drivers
    newest = Framework.objects.create(slug="baru", name="Kerangka baru", version="2")
    assert not Driver.objects.in_use(cycle.pk).exists()
    dimension = newest.dimensions.create(position=1, name="Tata kelola")
    driver = dimension.drivers.create(position=1, name="Pendanaan", short_name="Pendanaan")
    assert list(Driver.objects.in_use(cycle.pk)) == [driver]


def test_the_matrix_puts_the_worst_first_and_leaves_out_hazards_nobody_rated(
    cycle: Cycle, polder: Asset, rob: Hazard, banjir: Hazard, sari: User
) -> None:
    clinic = inventory.register_asset(
        cycle=cycle, code="klinik", kind="health", name="Klinik", by=sari, at=AT
    )
    unrated = inventory.register_asset(
        cycle=cycle, code="taman", kind="natural", name="Taman", by=sari, at=AT
    )
    for asset, exposure, consequence in ((polder, 2, 2), (clinic, 3, 3)):
        inventory.rate_exposure(
            asset=asset, hazard=rob, exposure=exposure, consequence=consequence, by=sari, at=AT
        )
    matrix = exposure_matrix(Asset.objects.for_list(), Hazard.objects.for_list())
    assert [slug for slug, _name in matrix.hazards] == ["rob"]
    assert [(row.code, row.worst, row.total) for row in matrix.rows] == [
        (clinic.code, 9, 9),
        (polder.code, 4, 4),
        (unrated.code, None, None),
    ]
    assert [row.cells[0].band for row in matrix.rows] == ["high", "medium", None]
