"""Adapters between the queue and the operations."""

from celery import shared_task
from django.utils import timezone

from . import operations


@shared_task(name="mail.send_due_messages")
def send_due_messages() -> None:
    """Send what is due (queue `mail`); called after a commit and by the scheduler."""
    operations.send_due_messages(at=timezone.now())


@shared_task(name="mail.forget_old_addresses")
def forget_old_addresses() -> None:
    """Forget the addresses of letters of long ago."""
    operations.forget_old_addresses(at=timezone.now())
