"""Adapters between the queue and the operations."""

from celery import shared_task
from django.utils import timezone

from . import operations, paper_forms


@shared_task(name="documents.render_edition")
def render_edition(edition_id: int) -> None:
    """Set one edition (queue `documents`)."""
    operations.render_edition(edition_id=edition_id)


@shared_task(name="documents.requeue_owed_editions")
def requeue_owed_editions() -> None:
    """Announce editions again whose message or worker was lost (queue `default`)."""
    operations.requeue_owed_editions(at=timezone.now())


@shared_task(name="documents.set_paper_form")
def set_paper_form(form_id: int) -> None:
    """Set one questionnaire to be filled in by hand (queue `documents`)."""
    paper_forms.set_paper_form(form_id=form_id)


@shared_task(name="documents.requeue_owed_paper_forms")
def requeue_owed_paper_forms() -> None:
    """Announce questionnaires again whose message or worker was lost (queue `default`)."""
    paper_forms.requeue_owed_paper_forms(at=timezone.now())
