"""Shocks and stresses, critical assets with their exposure, and existing programmes."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from assessment.models import Asset, Driver, Exposure, Hazard, Programme, ProgrammeDriver
from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import apply_changes, check, content_fields, create
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.permissions import ensure

from .workflow import refuse_reserved

Row = TypeVar("Row", Hazard, Asset, Programme)

PROVENANCE = {"provenance", "source"}
HAZARD = PROVENANCE | {"slug", "kind", "position", "standard_term"}
ASSET = PROVENANCE | {"code", "kind", "ward", "owner", "capacity", "criticality"}
RATING = PROVENANCE | {"exposure", "consequence", "note"}
PROGRAMME = PROVENANCE | {"code", "owner", "status", "year_from", "year_to"}


@transaction.atomic
def register_hazard(*, cycle: Cycle, by: Any, at: datetime, **facts: Any) -> Hazard:
    """Put a shock or stress on the city's list (slug, kind, position, name; standard_term where one fits)."""
    return _register(Hazard(cycle=cycle), facts, HAZARD, by=by, at=at, verb="register_hazard")


@transaction.atomic
def update_hazard(*, hazard: Hazard, changes: Mapping[str, Any], by: Any, at: datetime) -> Hazard:
    """Correct a shock or stress."""
    return _update(hazard, changes, HAZARD, by=by, at=at, verb="update_hazard")


@transaction.atomic
def register_asset(*, cycle: Cycle, by: Any, at: datetime, **facts: Any) -> Asset:
    """Put a critical asset on the list (code, kind, name; ward, owner, capacity, criticality, reason)."""
    return _register(Asset(cycle=cycle), facts, ASSET, by=by, at=at, verb="register_asset")


@transaction.atomic
def update_asset(*, asset: Asset, changes: Mapping[str, Any], by: Any, at: datetime) -> Asset:
    """Correct a critical asset."""
    return _update(asset, changes, ASSET, by=by, at=at, verb="update_asset")


@transaction.atomic
def rate_exposure(
    *,
    asset: Asset,
    hazard: Hazard,
    exposure: int,
    consequence: int,
    by: Any,
    at: datetime,
    **facts: Any,
) -> Exposure:
    """Rate how a shock or stress reaches an asset (each 1 to 3); a second rating replaces the first."""
    ensure(by, "assessment.edit_inventory", asset)
    if hazard.cycle_id != asset.cycle_id:
        raise Refused(_("Asset and hazard belong to different cycles."), code="other_cycle")
    row = Exposure.objects.select_for_update().filter(asset=asset, hazard=hazard).first()
    before = [row.exposure, row.consequence] if row else None
    row = row or Exposure(asset=asset, hazard=hazard)
    for name, value in ({"exposure": exposure, "consequence": consequence} | facts).items():
        if name not in RATING:
            raise TypeError(f"An exposure has no {name}")
        setattr(row, name, value)
    check(row)
    row.save()
    record(
        verb="rate_exposure",
        target=asset,
        by=by,
        at=at,
        hazard=hazard.slug,
        before=before,
        after=[exposure, consequence],
    )
    return row


@transaction.atomic
def remove_exposure(*, asset: Asset, hazard: Hazard, by: Any, at: datetime) -> None:
    """Take a rating back; what it said stays in the activity log."""
    ensure(by, "assessment.edit_inventory", asset)
    row = Exposure.objects.filter(asset=asset, hazard=hazard).first()
    if row is None:
        raise Refused(_("This pair is not rated."), code="not_rated")
    before = [row.exposure, row.consequence]
    row.delete()
    record(verb="remove_exposure", target=asset, by=by, at=at, hazard=hazard.slug, before=before)


@transaction.atomic
def register_programme(
    *,
    cycle: Cycle,
    by: Any,
    at: datetime,
    direct: Iterable[Driver] = (),
    indirect: Iterable[Driver] = (),
    hazards: Iterable[Hazard] = (),
    **facts: Any,
) -> Programme:
    """Put an existing programme into the inventory, with the drivers it addresses directly or indirectly."""
    programme = Programme(cycle=cycle)
    _register(programme, facts, PROGRAMME, by=by, at=at, verb="register_programme")
    _set_drivers(programme, direct, indirect)
    programme.hazards.set(hazards)
    return programme


@transaction.atomic
def update_programme(*, programme: Programme, changes: Mapping[str, Any], by: Any, at: datetime) -> Programme:
    """Correct a programme; `direct` and `indirect` come together, since a driver stands in one of them."""
    links = {name: changes[name] for name in ("direct", "indirect", "hazards") if name in changes}
    facts = {name: value for name, value in changes.items() if name not in links}
    _update(programme, facts, PROGRAMME, by=by, at=at, verb="update_programme", also=sorted(links))
    if "direct" in links or "indirect" in links:
        _set_drivers(programme, links.get("direct", ()), links.get("indirect", ()))
    if "hazards" in links:
        programme.hazards.set(links["hazards"])
    return programme


def _set_drivers(programme: Programme, direct: Iterable[Driver], indirect: Iterable[Driver]) -> None:
    """Replace the drivers; a driver named in both counts as direct."""
    wanted = {driver.pk: False for driver in indirect} | {driver.pk: True for driver in direct}
    programme.driver_links.all().delete()
    ProgrammeDriver.objects.bulk_create(
        ProgrammeDriver(programme=programme, driver_id=pk, is_direct=is_direct)
        for pk, is_direct in wanted.items()
    )


def _register(
    row: Row, facts: Mapping[str, Any], allowed: set[str], *, by: Any, at: datetime, verb: str
) -> Row:
    ensure(by, "assessment.edit_inventory")
    refuse_reserved(str(facts.get("code") or facts.get("slug") or ""))
    plain = {name: value for name, value in facts.items() if name in allowed}
    texts = {name: value for name, value in facts.items() if name not in allowed}
    for name, value in (plain | content_fields(type(row), texts)).items():
        setattr(row, name, value)
    create(row)
    record(verb=verb, target=row, by=by, at=at)
    return row


def _update(
    row: Row,
    changes: Mapping[str, Any],
    allowed: set[str],
    *,
    by: Any,
    at: datetime,
    verb: str,
    also: Iterable[str] = (),
) -> Row:
    ensure(by, "assessment.edit_inventory", row)
    refuse_reserved(str(changes.get("code") or changes.get("slug") or ""))
    changed = [*apply_changes(row, changes, allowed=allowed), *also]
    if changed:
        record(verb=verb, target=row, by=by, at=at, changed=changed)
    return row
