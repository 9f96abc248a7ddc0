"""The activity log: one line for each thing that somebody did, in words that a person can read."""

from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

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
