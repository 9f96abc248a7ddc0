"""Real workers and a real scheduler with a short lease, so that a fault is noticed within seconds."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from semarang_resilience.documents.models import Edition
from tests.documents.city import at
from tests.support.worker import WorkerProcess, process_environment
from tools.paths import ROOT

__all__ = ["at"]

LEASE_SECONDS = "3"


@pytest.fixture
def hurry(settings: Settings, tmp_path: Path) -> dict[str, str]:
    """Settings of all processes of one test: files of their own, a lease of seconds."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EDITION_LEASE_SECONDS = int(LEASE_SECONDS)
    return {
        "EDITION_LEASE_SECONDS": LEASE_SECONDS,
        "EDITION_SWEEP_SECONDS": "1",
        "MEDIA_ROOT": str(tmp_path / "media"),
    }


@pytest.fixture
def worker(start_worker: Callable[..., WorkerProcess], hurry: dict[str, str]) -> WorkerProcess:
    """One worker on the queue of the documents; the sweeper runs on another one."""
    return start_worker(queues="documents", environment=hurry)


@pytest.fixture
def scheduler(
    start_worker: Callable[..., WorkerProcess], hurry: dict[str, str], tmp_path: Path
) -> Iterator[None]:
    """The real beat, and the worker that runs what it asks for."""
    start_worker(queues="default", environment=hurry)
    log = (tmp_path / "beat.log").open("wb")
    beat = subprocess.Popen(
        [
            *(sys.executable, "-m", "celery", "-A", "semarang_resilience", "beat", "--pidfile="),
            *("--schedule", str(tmp_path / "schedule")),
        ],
        cwd=ROOT,
        env=os.environ | process_environment() | hurry,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )
    yield
    beat.kill()
    beat.wait()
    log.close()


def wait_for(edition: Edition, *statuses: str, seconds: float = 60) -> Edition:
    """The edition once it has one of these statuses."""
    deadline = time.monotonic() + seconds
    while True:
        found = Edition.objects.for_detail().get(pk=edition.pk)
        if found.status in statuses:
            return found
        assert time.monotonic() < deadline, (
            f"still {found.status} (attempt {found.attempt}) after {seconds} s"
        )
        time.sleep(0.05)
