"""Whatever is taken away in the middle of the work: an accepted edition ends ready or failed, once."""

import hashlib
import os
import signal
import socket
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import redis
from celery import current_app
from django.core.files.storage import default_storage
from django.core.management import call_command

from semarang_resilience.documents.models import Edition
from semarang_resilience.documents.operations import render_edition, request_edition
from tests.documents.city import make_city, make_people
from tests.faults.conftest import wait_for
from tests.support.worker import WorkerProcess
from tools.servers import Valkey

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def request_pra(at: datetime, hurry: dict[str, str], broker: redis.Redis) -> Callable[..., Edition]:
    people = make_people()
    cycle = make_city(people.staff, people.lead, rows=20)

    def request(language: str = "id") -> Edition:
        return request_edition(kind="pra", cycle=cycle, language=language, by=people.administrator, at=at)

    return request


def assert_one_whole_file(edition: Edition) -> None:
    """The row's file is there, it is what the row says, and it is alone."""
    folder = f"editions/{edition.file_key}"
    _folders, files = default_storage.listdir(folder)
    assert [f"{folder}/{name}" for name in files] == [edition.file.name]
    content = default_storage.open(edition.file.name).read()
    assert hashlib.sha256(content).hexdigest() == edition.sha256
    assert content.rstrip().endswith(b"%%EOF")


def test_without_faults_a_worker_sets_what_was_requested(
    request_pra: Callable[..., Edition], worker: WorkerProcess, tmp_path: Path
) -> None:
    """And the command line sets the same bytes from the same snapshot, in another process."""
    edition = wait_for(request_pra(), "ready", "failed")
    assert edition.status == "ready", worker.output
    assert edition.attempt == 1
    assert_one_whole_file(edition)
    output = tmp_path / "again.pdf"
    call_command("export_edition", "pra", language="id", output=str(output), verbosity=0)
    assert hashlib.sha256(output.read_bytes()).hexdigest() == edition.sha256


@pytest.mark.usefixtures("scheduler")
def test_a_worker_killed_in_the_middle_of_the_work(
    request_pra: Callable[..., Edition],
    worker: WorkerProcess,
    start_worker: Callable[..., WorkerProcess],
    hurry: dict[str, str],
) -> None:
    edition = request_pra()
    wait_for(edition, "rendering")
    worker.kill()
    assert wait_for(edition, "rendering").attempt == 1, "it died holding the edition"
    start_worker(queues="documents", environment=hurry)
    edition = wait_for(edition, "ready", "failed")
    assert (edition.status, edition.attempt) == ("ready", 2)
    assert_one_whole_file(edition)


@pytest.mark.usefixtures("scheduler")
def test_a_pool_process_killed_in_the_middle_of_the_work(
    request_pra: Callable[..., Edition], worker: WorkerProcess
) -> None:
    edition = request_pra()
    wait_for(edition, "rendering")
    worker.kill_pool()
    edition = wait_for(edition, "ready", "failed")
    assert (edition.status, edition.attempt) == ("ready", 2)
    assert_one_whole_file(edition)


@pytest.mark.usefixtures("scheduler")
def test_a_worker_killed_every_time_ends_in_a_reason(
    request_pra: Callable[..., Edition],
    start_worker: Callable[..., WorkerProcess],
    hurry: dict[str, str],
) -> None:
    edition = request_pra()
    for attempt in (1, 2, 3):
        worker = start_worker(queues="documents", environment=hurry)
        deadline = time.monotonic() + 60
        while Edition.objects.get(pk=edition.pk).attempt < attempt:
            assert time.monotonic() < deadline, worker.output
            time.sleep(0.02)
        worker.kill()
    edition = wait_for(edition, "ready", "failed")
    assert (edition.status, edition.failure) == ("failed", "interrupted")
    assert not default_storage.exists(f"editions/{edition.file_key}/1.pdf")


@pytest.mark.usefixtures("scheduler")
def test_the_broker_forgets_everything(
    request_pra: Callable[..., Edition],
    broker: redis.Redis,
    start_worker: Callable[..., WorkerProcess],
    hurry: dict[str, str],
) -> None:
    edition = request_pra()
    assert Edition.objects.get(pk=edition.pk).announced_at is not None
    broker.flushdb()
    start_worker(queues="documents", environment=hurry)
    edition = wait_for(edition, "ready", "failed")
    assert (edition.status, edition.attempt) == ("ready", 1)
    assert_one_whole_file(edition)


def test_a_broker_that_is_away_costs_the_request_nothing(
    request_pra: Callable[..., Edition],
    own_broker: Valkey,
    start_worker: Callable[..., WorkerProcess],
    hurry: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(current_app.conf, "broker_write_url", own_broker.url)
    own_broker.kill()
    started = time.monotonic()
    edition = request_pra()
    assert time.monotonic() - started < 1.0
    assert Edition.objects.get(pk=edition.pk).announced_at is None
    own_broker.start()
    environment = hurry | {"REDIS_URL": own_broker.url}
    start_worker(queues="documents", environment=environment)
    from semarang_resilience.documents.tasks import requeue_owed_editions

    requeue_owed_editions()
    edition = wait_for(edition, "ready", "failed")
    assert (edition.status, edition.attempt) == ("ready", 1)
    assert_one_whole_file(edition)


def test_a_broker_that_hangs_costs_the_request_less_than_a_second(
    request_pra: Callable[..., Edition], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as deaf:  # accepts, and never says a word
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(8)
        url = f"redis://127.0.0.1:{deaf.getsockname()[1]}/0"
        monkeypatch.setattr(current_app.conf, "broker_write_url", url)
        started = time.monotonic()
        edition = request_pra()
        assert time.monotonic() - started < 1.0
    assert Edition.objects.get(pk=edition.pk).status == "queued"


def test_ten_messages_for_one_edition_set_it_once(
    request_pra: Callable[..., Edition],
    worker: WorkerProcess,
    start_worker: Callable[..., WorkerProcess],
    hurry: dict[str, str],
) -> None:
    start_worker(queues="documents", environment=hurry)
    edition = request_pra()
    for _ in range(10):
        current_app.send_task("documents.render_edition", args=[edition.pk])
    edition = wait_for(edition, "ready", "failed")
    assert (edition.status, edition.attempt) == ("ready", 1)
    assert_one_whole_file(edition)


def test_a_worker_that_stopped_and_woke_up_late_overwrites_nothing(
    request_pra: Callable[..., Edition], worker: WorkerProcess
) -> None:
    """SIGSTOP outlasts the lease, another process finishes, the sleeper goes on: its file is not kept."""
    edition = request_pra()
    wait_for(edition, "rendering")
    os.killpg(worker.pid, signal.SIGSTOP)
    held = Edition.objects.get(pk=edition.pk)
    time.sleep(max(0.0, (held.lease_until - datetime.now(held.lease_until.tzinfo)).total_seconds()) + 0.2)
    assert render_edition(edition_id=edition.pk), "the lease has run out"
    done = Edition.objects.get(pk=edition.pk)
    assert (done.status, done.attempt) == ("ready", 2)
    os.killpg(worker.pid, signal.SIGCONT)
    deadline = time.monotonic() + 30
    while "lost its lease" not in worker.output and "succeeded" not in worker.output:
        assert time.monotonic() < deadline, worker.output
        time.sleep(0.05)
    after = Edition.objects.get(pk=edition.pk)
    assert (after.attempt, after.sha256, after.file.name) == (done.attempt, done.sha256, done.file.name)
    assert_one_whole_file(after)
