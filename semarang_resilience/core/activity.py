"""The activity log: one line for each thing that somebody did, in words that a person can read."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Value
from django.db.models.functions import Cast, Replace

from .models import Activity


def record(*, verb: str, target: models.Model, by: Any, at: datetime, **data: Any) -> Activity:
    """Write one line: `verb` is the operation's name ("accept_finding"), `by` None means the system itself.

    The labels are copied, so the line stays readable when actor or target are gone.
    """
    actor = by if by is not None and getattr(by, "pk", None) else None
    return Activity.objects.create(
        verb=verb,
        actor=actor,
        actor_label=str(actor or "")[:200],
        target_type=ContentType.objects.get_for_model(target),
        target_id=str(target.pk),
        target_label=str(target)[:200],
        data=data,
        at=at,
    )


def forget_name(*, name: str, instead: str, targets: Iterable[models.Model], actor: Any = None) -> int:
    """Take the name of an erased person out of the log; what was done, and when, stays.

    The one exception to "never changed" (docs/adr/0018). Lines about `targets` and by `actor` lose
    their labels, and values that are exactly the name lose it wherever they stand. Returns how many lines
    changed.
    """
    changed = 0
    for target in targets:
        kind = ContentType.objects.get_for_model(target)
        rows = Activity.objects.filter(target_type=kind, target_id=str(target.pk))
        changed += rows.update(target_label=Replace("target_label", Value(name[:200]), Value(instead)))
    if actor is not None:
        changed += Activity.objects.filter(actor=actor).update(actor_label=instead)
    if name:
        written = json.dumps(name, ensure_ascii=False)
        mentioning = Activity.objects.annotate(text=Cast("data", models.TextField()))
        for row in mentioning.filter(text__contains=written):
            row.data = {key: instead if value == name else value for key, value in row.data.items()}
            row.save(update_fields=["data"])
            changed += 1
    return changed
