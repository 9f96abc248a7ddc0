"""Everything in the portal that points at a row, found in the models themselves.

Stakeholders stand below the apps whose rows point at organisations and people, and may not import them.
Django knows all foreign keys of all installed apps, so nothing has to be listed here, and a model that is
added later is found like the others (a test compares this with the database's own catalogue).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count, QuerySet, Subquery
from django.db.models.functions import Coalesce

from .models import DistinctOrganizations, DistinctPeople

# A shadow's pointer to its winner and the pairs of different rows are the register's own bookkeeping:
# merging treats them by themselves, and they are no links that a reader would look for.
BOOKKEEPING: tuple[type[models.Model], ...] = (DistinctOrganizations, DistinctPeople)


@dataclass(frozen=True)
class Reference:
    """A foreign key (or one-to-one) of some model that points at the model in question."""

    model: type[models.Model]
    field: models.ForeignKey[Any, Any]

    @property
    def key(self) -> str:
        """Its name in plans and in the log: `actions.Partnership.organization`."""
        return f"{self.model._meta.label}.{self.field.name}"

    @property
    def label(self) -> str:
        """What the rows are, in the reader's language."""
        return str(self.model._meta.verbose_name_plural).capitalize()

    @property
    def field_label(self) -> str:
        """As what they point here: lead, owner, organisation …"""
        return str(self.field.verbose_name)

    def rows(self, target: models.Model) -> QuerySet[Any]:
        """The rows that point at `target`, also those that a default manager would hide."""
        return self.model._base_manager.filter(**{self.field.name: target})

    def rows_of(self, targets: Iterable[models.Model]) -> QuerySet[Any]:
        """The rows that point at any of `targets`."""
        return self.model._base_manager.filter(**{f"{self.field.name}__in": [each.pk for each in targets]})


@cache
def references_to(model: type[models.Model]) -> tuple[Reference, ...]:
    """Every foreign key of every installed app that points at `model`, the hidden tables of m2m included."""
    found = [
        Reference(source, field)
        for source in apps.get_models(include_auto_created=True)
        if not source._meta.proxy
        for field in source._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and field.model is source  # a parent's field counts once, at the parent
        and field.remote_field.model._meta.concrete_model is model
    ]
    return tuple(sorted(found, key=lambda each: each.key))


def links_to(model: type[models.Model]) -> tuple[Reference, ...]:
    """The references that mean something to a reader: all but the register's own bookkeeping."""
    return tuple(
        each
        for each in references_to(model)
        if each.model not in BOOKKEEPING and each.field.name != "merged_into"
    )


@dataclass(frozen=True)
class LinkCount:
    """How many rows of one kind point at something."""

    reference: Reference
    count: int


def link_counts(target: models.Model, *, without: Sequence[str] = ()) -> list[LinkCount]:
    """Everything that hangs on a row, counted by kind, the empty kinds left out: one query.

    `without`: keys of references that the page shows in full anyway.
    """
    references = [each for each in links_to(type(target)) if each.key not in without]
    names = [f"count_{number}" for number in range(len(references))]
    counts = {name: Coalesce(_count(each, target), 0) for name, each in zip(names, references, strict=True)}
    found = type(target)._base_manager.filter(pk=target.pk).annotate(**counts).values_list(*names).get()
    return [LinkCount(each, n) for each, n in zip(references, found, strict=True) if n]


def _count(reference: Reference, target: models.Model) -> Subquery:
    rows = reference.rows(target).order_by().values(reference.field.name)
    return Subquery(rows.annotate(row_count=Count("pk")).values("row_count"))
