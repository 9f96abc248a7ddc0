"""Load a version of a resilience framework; its dimensions and drivers are data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assessment.models import Dimension, Driver, Framework
from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import content_fields, create
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.permissions import ensure


@dataclass(frozen=True)
class DriverSpec:
    """A driver with its number in the framework; `content` is name, short name, description per language."""

    number: int
    content: Mapping[str, str]


@dataclass(frozen=True)
class DimensionSpec:
    """A dimension with its drivers, in the order of the wheel."""

    content: Mapping[str, str]
    drivers: Sequence[DriverSpec] = field(default_factory=tuple)


@transaction.atomic
def load_framework(
    *,
    slug: str,
    name: str,
    version: str,
    dimensions: Sequence[DimensionSpec],
    by: Any,
    at: datetime,
    source: str = "",
) -> Framework:
    """Make a framework version; an existing one is never changed: surveys and findings point to it."""
    ensure(by, "assessment.load_framework")
    if Framework.objects.filter(slug=slug).exists():
        raise Refused(_("This version of the framework is loaded already."), code="framework_exists")
    framework = create(Framework(slug=slug, name=name, version=version, source=source))
    for position, spec in enumerate(dimensions, start=1):
        dimension = create(
            Dimension(framework=framework, position=position, **content_fields(Dimension, spec.content))
        )
        for driver in spec.drivers:
            create(
                Driver(dimension=dimension, position=driver.number, **content_fields(Driver, driver.content))
            )
    record(verb="load_framework", target=framework, by=by, at=at, dimensions=len(dimensions))
    return framework
