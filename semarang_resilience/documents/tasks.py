"""Adapters between the queue and the operations."""

from celery import shared_task
from django.utils import timezone

from . import operations


@shared_task(name="documents.render_edition")
def render_edition(edition_id: int) -> None:
    """Set one edition (queue `documents`)."""
    operations.render_edition(edition_id=edition_id)


@shared_task(name="documents.requeue_owed_editions")
def requeue_owed_editions() -> None:
    """Announce editions again whose message or worker was lost (queue `default`)."""
    operations.requeue_owed_editions(at=timezone.now())
