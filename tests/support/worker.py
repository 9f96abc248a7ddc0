"""A real Celery worker in a process of its own, on the test's database and broker."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote, urlencode

from django.db import connection

from tools.paths import ROOT

START_SECONDS = 40.0
STOP_SECONDS = 20.0


class WorkerProcess:
    """Started by `start()`; its log is kept for the message of a test that fails."""

    def __init__(
        self,
        log: Path,
        *,
        queues: str = "default,mail,documents",
        environment: Mapping[str, str] = MappingProxyType({}),
    ):
        self.log, self.queues, self.environment = log, queues, environment
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self.process, "the worker was not started"
        return self.process.pid

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def start(self) -> "WorkerProcess":
        celery = [sys.executable, "-m", "celery", "-A", "semarang_resilience", "worker", "-Q", self.queues]
        options = ["--concurrency=1", "--loglevel=INFO", "--without-gossip", "--without-mingle"]
        begin = len(self.output)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*celery, *options, f"--hostname=test-{os.getpid()}-{time.monotonic_ns()}@localhost"],
                cwd=ROOT,
                env=os.environ | process_environment() | dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while " ready." not in self.output[begin:]:
            assert self.is_running, f"the worker ended early:\n{self.output}"
            assert time.monotonic() < deadline, f"the worker did not start in time:\n{self.output}"
            time.sleep(0.05)
        return self

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """SIGKILL to the worker and its pool at once: nobody gets to say goodbye."""
        if self.process:
            self._signal_group(signal.SIGKILL)
            self.process.wait()

    def kill_pool(self) -> None:
        """SIGKILL to the processes that do the work, while the worker that watches them lives on."""
        for child in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)

    def stop(self) -> None:
        """The polite end: running tasks are finished first."""
        if self.is_running:
            assert self.process
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):  # then the group is ended by force below
                self.process.wait(STOP_SECONDS)
        self.kill()

    def _signal_group(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):  # all of them have ended
            os.killpg(self.pid, number)


def process_environment() -> dict[str, str]:
    """What a child process needs to work on this test's database instead of the developer's."""
    return {"DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"], "DATABASE_URL": database_url()}


def database_url() -> str:
    """The address of the test database that the current test is using."""
    wanted = connection.settings_dict
    user = quote(wanted["USER"]) + (f":{quote(wanted['PASSWORD'])}" if wanted["PASSWORD"] else "")
    address = wanted["HOST"] + (f":{wanted['PORT']}" if wanted["PORT"] else "")
    socket = wanted["OPTIONS"].get("host")
    query = f"?{urlencode({'host': socket}, safe='/')}" if socket else ""
    return f"postgresql://{user}@{address}/{wanted['NAME']}{query}"
