"""Background work of the register: adapters of operations."""

from celery import shared_task
from django.utils import timezone

from .operations import agreement_reminders, merging


@shared_task(name="stakeholders.remind_of_agreements")
def remind_of_agreements() -> None:
    """Write to the office about agreements that end soon (queue `default`)."""
    agreement_reminders.remind_of_agreements(at=timezone.now())


@shared_task(name="stakeholders.settle_merges")
def settle_merges() -> None:
    """Move what was linked to a merged entry at the last moment (queue `default`)."""
    merging.settle_merges(at=timezone.now())
