"""Background work of the register: adapters of operations."""

from celery import shared_task
from django.utils import timezone

from .operations import agreement_reminders


@shared_task(name="stakeholders.remind_of_agreements")
def remind_of_agreements() -> None:
    """Write to the office about agreements that end soon (queue `default`)."""
    agreement_reminders.remind_of_agreements(at=timezone.now())
