"""Background work of the assessment: adapters of operations."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from .operations import survey_drafts, survey_paper, survey_workshop, surveys


@shared_task(name="assessment.fold_responses")
def fold_responses() -> None:
    """Count the answers that have arrived since the last time, never a few alone while a survey is open."""
    surveys.fold_all_responses(least=settings.SMALL_GROUP_THRESHOLD)


@shared_task(name="assessment.close_due_surveys")
def close_due_surveys() -> None:
    """Close the surveys whose closing date has passed."""
    surveys.close_due_surveys(at=timezone.now())


@shared_task(name="assessment.count_due_paper_sheets")
def count_due_paper_sheets() -> None:
    """Count the paper sheets that were entered before today, where enough of them wait."""
    survey_paper.count_due_sheets(at=timezone.now())


@shared_task(name="assessment.end_forgotten_workshops")
def end_forgotten_workshops() -> None:
    """End the workshops that nobody ended."""
    survey_workshop.end_forgotten_workshops(at=timezone.now())


@shared_task(name="assessment.forget_stale_drafts")
def forget_stale_drafts() -> None:
    """Remove drafts of surveys that accept no answers any more."""
    survey_drafts.forget_stale_drafts()
