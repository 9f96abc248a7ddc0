"""Where a thread may begin, by the names that its addresses use."""

from __future__ import annotations

from typing import Any

from django.db import models

from actions.models import Action
from assessment.models import Finding, FocusArea
from semarang_resilience.core.models import Cycle
from stakeholders.models import Organization
from strategy.models import Initiative

START_TYPES: dict[str, type[models.Model]] = {
    "finding": Finding,
    "focus-area": FocusArea,
    "initiative": Initiative,
    "action": Action,
    "organization": Organization,
}
_CODE_FIELDS = {"focus-area": "slug"}
_CYCLE_FIELDS = {
    "finding": "cycle",
    "focus-area": "cycle",
    "initiative": "strategy__pillar__cycle",
    "action": "cycle",
}
_RELATED = {"initiative": ("strategy__pillar", "lead"), "action": ("initiative__strategy__pillar", "lead")}


def newest_cycle() -> models.QuerySet[Cycle, Any]:
    """The current cycle as a subquery: codes are read in it."""
    return Cycle.objects.order_by("-planned_start", "-pk").values("pk")[:1]


def find_start(kind: str, code: str, user: Any) -> models.Model | None:
    """The object of the current cycle that `user` may see under this address; one query."""
    model = START_TYPES.get(kind)
    if model is None:
        return None
    rows = model._default_manager.all().visible_to(user)  # type: ignore[attr-defined]
    rows = rows.filter(**{_CODE_FIELDS.get(kind, "code"): code})
    if kind in _CYCLE_FIELDS:
        rows = rows.filter(**{_CYCLE_FIELDS[kind]: newest_cycle()})
    return rows.select_related(*_RELATED.get(kind, ())).first()
