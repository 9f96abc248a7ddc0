"""Long lists are carried out by a worker: the row says what is owed; nothing is lost or done twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import get_language

from ..changes import lock
from ..errors import NotAllowed, Refused
from ..permissions import ensure
from .models import ImportJob, ImportRun
from .operations import apply_import, undo_import
from .resources import resource_named

AT_ONCE = 300  # rows that are written while somebody waits for the page
OWED_AFTER = timedelta(minutes=2)
_WORK: dict[str, Callable[..., ImportRun]] = {ImportJob.APPLY: apply_import, ImportJob.UNDO: undo_import}


def is_long(run: ImportRun) -> bool:
    """Whether nobody should wait for it."""
    return run.to_do() > AT_ONCE


@transaction.atomic
def ask_worker(
    *, run: ImportRun, job: str, by: Any, at: datetime, send: Callable[[int], object]
) -> ImportRun:
    """Write down what a worker shall do with a long list, and `send` its number once that is committed.

    Asking again while it is being done changes nothing. The worker checks the rules when it begins.
    """
    ensure(by, resource_named(run.kind).permission)
    lock(run)
    if not run.job:
        run.job, run.job_by, run.job_asked_at, run.failure = ImportJob(job), by, at, ""
        run.plan |= {"language": get_language()}
        run.save(update_fields=["job", "job_by", "job_asked_at", "failure", "plan"])
        transaction.on_commit(lambda: send(run.pk), robust=True)
    return run


def carry_out(*, run_id: int, at: datetime) -> None:
    """Do what is owed. Killed on the way nothing is written, and it is still owed; done, it is not.

    What is refused stands in `failure`, in the language of who asked.
    """
    run = ImportRun.objects.select_related("job_by").filter(pk=run_id).exclude(job="").first()
    if run is None:
        return
    mine = ImportRun.objects.filter(pk=run_id)
    with translation.override(run.plan.get("language") or "id"), transaction.atomic():
        if not mine.exclude(job="").select_for_update(skip_locked=True).exists():
            return  # another worker is at it
        failure = ""
        try:
            _WORK[run.job](run=run, by=run.job_by, at=at)
        except (Refused, NotAllowed) as refusal:
            failure = str(getattr(refusal, "message", "") or refusal)
        mine.update(job="", job_by=None, job_asked_at=None, failure=failure)


def owed(*, at: datetime | None = None) -> list[int]:
    """Numbers of imports whose worker has not come for a while."""
    before = (at or timezone.now()) - OWED_AFTER
    rows = ImportRun.objects.exclude(job="").filter(job_asked_at__lt=before)
    return list(rows.order_by("pk").values_list("pk", flat=True))
