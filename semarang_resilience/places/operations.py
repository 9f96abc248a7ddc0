"""Bring the city, its districts and wards into the database, or up to date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from semarang_resilience.core.activity import record
from semarang_resilience.core.permissions import ensure

from .models import City, District, Ward


@dataclass(frozen=True)
class WardSpec:
    """A kelurahan as a data file describes it."""

    code: str
    name: str
    geometry: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class DistrictSpec:
    """A kecamatan; `area_km2` is the figure of the statistics office, never computed from the polygon."""

    code: str
    name: str
    area_km2: Decimal | None = None
    geometry: dict[str, Any] = field(default_factory=dict)
    wards: Sequence[WardSpec] = ()


@dataclass(frozen=True)
class CitySpec:
    """The city with everything in it."""

    code: str
    name: str
    geometry: dict[str, Any] = field(default_factory=dict)
    districts: Sequence[DistrictSpec] = ()


@transaction.atomic
def load_places(*, places: CitySpec, by: Any, at: datetime) -> City:
    """Create or correct city, districts and wards by their codes; places the data no longer names stay.

    They stay because survey answers and assets point to them.
    """
    ensure(by, "places.load_places")
    city, _created = City.objects.update_or_create(
        code=places.code, defaults={"name": places.name, "geometry": places.geometry}
    )
    districts = [
        District(code=d.code, city=city, name=d.name, area_km2=d.area_km2, geometry=d.geometry)
        for d in places.districts
    ]
    wards = [
        Ward(code=w.code, district_id=d.code, name=w.name, geometry=w.geometry)
        for d in places.districts
        for w in d.wards
    ]
    District.objects.bulk_create(
        districts,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["city", "name", "area_km2", "geometry"],
    )
    Ward.objects.bulk_create(
        wards,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["district", "name", "geometry"],
    )
    record(verb="load_places", target=city, by=by, at=at, districts=len(districts), wards=len(wards))
    return city
