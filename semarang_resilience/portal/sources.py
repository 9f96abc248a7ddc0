"""Where published content comes from, counted from the rows that quote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Model, QuerySet, Value

from actions.models import Action
from assessment.models import Asset, Finding, FocusArea, Hazard, Programme, Survey
from semarang_resilience.core.choices import Provenance
from semarang_resilience.core.models import Cycle, Phase
from stakeholders.models import Organization
from strategy.models import Initiative, Pillar

# What quotes, in the order of the chain; rows that can be drafts know who may see them.
_QUOTING: tuple[type[Model], ...] = (
    Cycle,
    Phase,
    Organization,
    Survey,
    Hazard,
    Asset,
    Programme,
    Finding,
    FocusArea,
    Pillar,
    Initiative,
    Action,
)


@dataclass(frozen=True, kw_only=True)
class QuotedSource:
    """A source and what is quoted from it: (number, what) pairs."""

    name: str
    uses: tuple[tuple[int, str], ...]


def quoted_sources() -> list[QuotedSource]:
    """Every source that published rows name, by name; one query."""
    first, *others = _counts()
    uses: dict[str, list[tuple[int, int]]] = {}
    for source, model, count in first.union(*others, all=True):
        uses.setdefault(source, []).append((model, count))
    return [
        QuotedSource(
            name=name,
            uses=tuple((count, str(_words(_QUOTING[model], count))) for model, count in sorted(uses[name])),
        )
        for name in sorted(uses, key=str.casefold)
    ]


def _words(model: type[Model], count: int) -> object:
    return model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural


def _counts() -> Iterator[QuerySet[Model, tuple[str, int, int]]]:
    for index, model in enumerate(_QUOTING):
        rows = model._default_manager.all()
        if hasattr(rows, "visible_to"):
            rows = rows.visible_to(AnonymousUser())
        yield (
            rows.order_by()
            .filter(provenance=Provenance.QUOTED)
            .values_list("source", Value(index))
            .annotate(n=Count("pk"))
        )
