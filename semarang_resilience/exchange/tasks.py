"""Background work of imports."""

from celery import shared_task
from django.utils import timezone

from semarang_resilience.core.importing.jobs import carry_out, owed
from semarang_resilience.core.importing.operations import expire_imports


@shared_task(name="exchange.carry_out")
def carry_out_import(run_id: int) -> None:
    """Write or take back a long list."""
    carry_out(run_id=run_id, at=timezone.now())


@shared_task(name="exchange.carry_out_owed")
def carry_out_owed() -> None:
    """Ask again for what no worker came for: a broker may lose everything."""
    for run_id in owed():
        carry_out_import.delay(run_id)


@shared_task(name="exchange.expire_imports")
def expire() -> None:
    """Forget rows that nobody needs any more."""
    expire_imports(at=timezone.now())
