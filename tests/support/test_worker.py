"""The worker fixture is a real process on the test's own database and broker."""

import time
from collections.abc import Callable

import psycopg2
import pytest
import redis
from django.db import connection

from tests.support.worker import WorkerProcess, database_url

pytestmark = pytest.mark.faults


@pytest.mark.django_db(transaction=True)
def test_its_address_leads_to_the_database_of_this_test() -> None:
    with connection.cursor() as cursor:
        cursor.execute("create table footprint as select 42 as number")
    other = psycopg2.connect(database_url())
    try:
        with other.cursor() as cursor:
            cursor.execute("select current_database(), number from footprint")
            assert cursor.fetchone() == (connection.settings_dict["NAME"], 42)
    finally:
        other.close()
        with connection.cursor() as cursor:
            cursor.execute("drop table footprint")


def test_it_works_survives_the_death_of_its_pool_and_can_be_killed(
    start_worker: Callable[..., WorkerProcess], broker: redis.Redis
) -> None:
    worker = start_worker()
    assert worker.is_running
    assert "documents" in worker.output or worker.pid
    worker.kill_pool()
    deadline = time.monotonic() + 10
    while "exited with 'signal 9" not in worker.output and time.monotonic() < deadline:
        time.sleep(0.1)
    assert worker.is_running, "the worker outlives its pool"
    worker.kill()
    assert not worker.is_running
    worker.start()
    worker.stop()
    assert worker.process.returncode == 0
