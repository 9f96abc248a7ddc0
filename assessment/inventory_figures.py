"""Tables and figures of the inventory: programmes by driver, assets against shocks and stresses.

Pages and documents share them, so they take rows that are loaded already and give plain dataclasses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from semarang_resilience.core.figures import ACCENT, Figure, FigureTable

from .models import Asset, Driver, Hazard, RiskBand

INDIRECT = "#9fc3ca"


@dataclass(frozen=True, kw_only=True)
class CoverageRow:
    """How many programmes address a driver."""

    driver_id: int
    number: int
    name: str
    short: str
    dimension: str
    direct: int
    indirect: int


@dataclass(frozen=True, kw_only=True)
class MatrixCell:
    """One pair; `score` is None where nobody rated it."""

    hazard: str
    score: int | None
    band: RiskBand | None


@dataclass(frozen=True, kw_only=True)
class MatrixRow:
    """One asset against all hazards."""

    name: str
    code: str
    cells: tuple[MatrixCell, ...]
    worst: int | None
    total: int | None


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """Assets against shocks and stresses; only hazards that reach at least one of the assets are columns."""

    hazards: tuple[tuple[str, str], ...]
    rows: tuple[MatrixRow, ...]


def coverage_of(drivers: Iterable[Driver]) -> list[CoverageRow]:
    """Rows from `Driver.objects.in_use(…).with_coverage(…)`, in the order of the wheel."""
    return [
        CoverageRow(
            driver_id=driver.pk,
            number=number,
            name=driver.name,
            short=driver.short_name or driver.name,
            dimension=driver.dimension.name,
            direct=driver.direct_count,  # type: ignore[attr-defined]
            indirect=driver.indirect_count,  # type: ignore[attr-defined]
        )
        for number, driver in enumerate(drivers, start=1)
    ]


def exposure_matrix(assets: Iterable[Asset], hazards: Iterable[Hazard]) -> Matrix:
    """The matrix of `Asset.objects.for_list()`, most threatened first."""
    assets = sorted(assets, key=lambda row: (-(row.worst_score or 0), -(row.total_score or 0), row.pk))  # type: ignore[attr-defined]
    scores = {(row.asset_id, row.hazard_id): row.score for asset in assets for row in asset.exposures.all()}
    rated = {hazard_id for _asset_id, hazard_id in scores}
    columns = [hazard for hazard in hazards if hazard.pk in rated]
    return Matrix(
        hazards=tuple((hazard.slug, hazard.name) for hazard in columns),
        rows=tuple(
            MatrixRow(
                name=asset.name,
                code=asset.code,
                cells=tuple(_cell(hazard, scores.get((asset.pk, hazard.pk))) for hazard in columns),
                worst=asset.worst_score,  # type: ignore[attr-defined]
                total=asset.total_score,  # type: ignore[attr-defined]
            )
            for asset in assets
        ),
    )


def _cell(hazard: Hazard, score: int | None) -> MatrixCell:
    return MatrixCell(hazard=hazard.name, score=score, band=None if score is None else RiskBand.of(score))


def coverage_figure(rows: Iterable[CoverageRow], *, permalink: str = "") -> Figure:
    """Programmes by driver: direct and indirect, one after the other in a bar."""
    rows = list(rows)
    covered = sum(row.direct > 0 for row in rows)
    return Figure(
        key="coverage",
        title=_("Existing programmes by driver"),
        description=_("%(covered)s of %(total)s drivers are addressed directly by at least one programme.")
        % {"covered": covered, "total": len(rows)},
        spec=_coverage_bars(rows, direct=_("directly"), indirect=_("indirectly")),
        table=FigureTable(
            headers=[_("Driver"), _("Directly"), _("Indirectly")],
            rows=[[f"{row.number}. {row.name}", str(row.direct), str(row.indirect)] for row in rows],
        ),
        permalink=permalink,
    )


def _coverage_bars(rows: Sequence[CoverageRow], *, direct: str, indirect: str) -> dict[str, Any]:
    values = [
        {"driver": f"{row.number}. {row.short}", "way": way, "count": count, "order": row.number}
        for row in rows
        for way, count in ((direct, row.direct), (indirect, row.indirect))
    ]
    top = max((row.direct + row.indirect for row in rows), default=0)
    axis = {"tickMinStep": 1, "tickCount": min(top, 8) or 1, "format": "d"}
    colours = {"domain": [direct, indirect], "range": [ACCENT, INDIRECT]}
    return {
        "width": 420,
        "height": {"step": 22},
        "data": {"values": values},
        "mark": {"type": "bar", "cornerRadiusEnd": 2},
        "encoding": {
            "y": {"field": "driver", "type": "nominal", "sort": {"field": "order"}, "title": None},
            "x": {"field": "count", "type": "quantitative", "title": _("programmes"), "axis": axis},
            "color": {
                "field": "way",
                "type": "nominal",
                "title": None,
                "scale": colours,
                "legend": {"orient": "top"},
            },
        },
    }
