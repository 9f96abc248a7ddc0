"""Fixtures for every test. The servers behind them are started by tools/pytest_servers.py."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.utils import translation

from tests.support.browser import browser, new_page, page, viewport
from tests.support.http import PolicyClient
from tests.support.worker import WorkerProcess
from tools.servers import Valkey

__all__ = ["browser", "new_page", "page", "viewport"]


@pytest.fixture(autouse=True)
def default_language() -> Iterator[None]:
    """Every test begins in Indonesian, whatever page the test before it asked for."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def client() -> PolicyClient:
    """Django's test client, refusing every page that breaks the Content-Security-Policy."""
    return PolicyClient()


@pytest.fixture
def broker() -> Iterator[redis.Redis]:
    """The broker's database of this test process, empty before and after."""
    connection = redis.Redis.from_url(settings.REDIS_URL)
    connection.flushdb()
    yield connection
    connection.flushdb()
    connection.close()


@pytest.fixture
def start_worker(
    transactional_db: None, broker: redis.Redis, tmp_path: Path
) -> Iterator[Callable[..., WorkerProcess]]:
    """Real workers: `start_worker(environment={"EDITION_LEASE_SECONDS": "2"})`; ended with the test."""
    workers: list[WorkerProcess] = []

    def start(**options: object) -> WorkerProcess:
        worker = WorkerProcess(tmp_path / f"worker-{len(workers)}.log", **options)  # type: ignore[arg-type]
        workers.append(worker)
        return worker.start()

    yield start
    for worker in workers:
        worker.stop()


@pytest.fixture
def celery_worker_process(start_worker: Callable[..., WorkerProcess]) -> WorkerProcess:
    """One real worker on all queues, with .pid, .output, .kill(), .kill_pool(), .stop() and .start()."""
    return start_worker()


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Valkey]:
    """A broker of this test alone, to be taken away and brought back at one address: .kill(), .start()."""
    with Valkey(tmp_path / "valkey", durable=False) as server:
        yield server
