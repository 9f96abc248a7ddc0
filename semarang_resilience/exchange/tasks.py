"""Background work of imports."""

from celery import shared_task
from django.utils import timezone

from semarang_resilience.core.importing.operations import expire_imports


@shared_task(name="exchange.expire_imports")
def expire() -> None:
    """Forget rows that nobody needs any more."""
    expire_imports(at=timezone.now())
