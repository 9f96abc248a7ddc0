"""Two people changed the same thing: what the page of the second one shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from semarang_resilience.core.models import Activity


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One field that reads otherwise in the two wordings."""

    label: str | Promise
    mine: str
    theirs: str


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Who was faster, when, and what differs."""

    by: str
    at: datetime | None
    differences: tuple[Difference, ...]


def conflict_of(
    form: forms.Form, theirs: Mapping[str, Any], *, target: models.Model, **data: Any
) -> Conflict:
    """What was typed into `form` beside what stands now (`theirs`: the initial values of a fresh form).

    Who was faster is told by the newest line of the activity log about `target` with this `data`.
    """
    line = (
        Activity.objects.filter(
            target_type=ContentType.objects.get_for_model(target),
            target_id=str(target.pk),
            **{f"data__{name}": value for name, value in data.items()},
        )
        .order_by("-at", "-pk")
        .first()
    )
    rows = []
    for name, field in form.fields.items():
        if isinstance(field.widget, forms.HiddenInput):
            continue
        mine, other = _words(field, form[name].value()), _words(field, theirs.get(name))
        if mine != other:
            rows.append(Difference(label=field.label or "", mine=mine, theirs=other))
    return Conflict(
        by=line.actor_label if line else "", at=line.at if line else None, differences=tuple(rows)
    )


def _words(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.BooleanField):
        return _("yes") if value in (True, "on", "True") else _("no")
    if value in (None, ""):
        return ""
    if isinstance(field, forms.ModelChoiceField):
        found = field.queryset.filter(pk=getattr(value, "pk", value)).first() if field.queryset else None
        return str(found or value)
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(str(value), value))  # type: ignore[arg-type]
    return str(value).replace("\r\n", "\n").strip()
