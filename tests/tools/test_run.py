"""`make run` as a newcomer meets it: the real launcher, twice, beginning with nothing."""

import fcntl
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools import run
from tools.paths import ROOT, Unready
from tools.servers import free_port

LANGUAGE_PAGE = re.compile(r"Portal Ketahanan Kota Semarang: (http://localhost:\d+)/")


class Launcher:
    """A running `python -m tools.run`, what it prints, and the processes that it started."""

    def __init__(self, local: Path, port: int) -> None:
        self.port, self.log = port, local.with_suffix(f".{time.monotonic_ns()}.log")
        hidden = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
        environment = {name: value for name, value in os.environ.items() if name not in hidden}
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tools.run"],
                cwd=ROOT,
                env=environment | {"PORTAL_LOCAL": str(local), "PORT": str(port)},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_for(self, condition: Callable[[], object], seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert self.process.poll() is None, f"it ended early:\n{self.output}"
            assert time.monotonic() < deadline, f"nothing came of it:\n{self.output}"
            time.sleep(0.1)

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as response:
            return response.read().decode()

    def descendants(self) -> set[int]:
        """Our children, theirs, and so on; sessions of their own do not hide them."""
        parents = {}
        for directory in Path("/proc").glob("[0-9]*"):
            try:
                parents[int(directory.name)] = int(
                    (directory / "stat").read_text().rsplit(")", 1)[1].split()[1]
                )
            except OSError:
                continue  # it ended while we looked
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return found - {self.process.pid}

    def stop(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(40)


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[[], Launcher]]:
    launched: list[Launcher] = []

    def begin() -> Launcher:
        launched.append(Launcher(tmp_path / "local", free_port()))
        return launched[-1]

    yield begin
    for launcher in launched:
        if launcher.process.poll() is None:
            launcher.process.kill()
            launcher.process.wait()


def alive(processes: set[int]) -> list[int]:
    return [pid for pid in processes if Path(f"/proc/{pid}").exists()]


@pytest.mark.slow
@pytest.mark.faults
@pytest.mark.timeout(400)
def test_the_portal_starts_from_nothing_stops_without_a_trace_and_starts_again(
    launch: Callable[[], Launcher],
) -> None:
    first = launch()
    first.wait_for(lambda: LANGUAGE_PAGE.search(first.output), seconds=240)
    assert first.get("/healthz") == "ok\n"
    first.wait_for(lambda: "ready." in first.output)
    ready = json.loads(first.get("/readyz"))
    assert ready["ready"] is True
    assert ready["checks"]["broker"] is True
    processes = first.descendants()
    assert len(processes) >= 6, "web, worker with its pool, scheduler, database and broker"
    assert first.stop(signal.SIGINT) == 0
    assert alive(processes) == []

    begin = time.monotonic()
    second = launch()
    second.wait_for(lambda: LANGUAGE_PAGE.search(second.output))
    assert time.monotonic() - begin < 30, "a second start takes seconds"
    second.get("/healthz")
    processes = second.descendants()
    assert second.stop(signal.SIGTERM) == 0
    assert alive(processes) == []


@pytest.mark.slow
def test_a_command_finds_the_data_whether_the_portal_runs_or_not(tmp_path: Path) -> None:
    hidden = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    environment["PORTAL_LOCAL"] = str(tmp_path / "local")
    command = [sys.executable, "-m", "tools.manage", "migrate", "core", "--plan"]
    alone = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert alone.returncode == 0, alone.stderr
    assert "core.0001_initial" in alone.stdout
    with (tmp_path / "local" / "run.lock").open() as running:
        fcntl.flock(running, fcntl.LOCK_EX)
        beside = subprocess.run(
            command,
            cwd=ROOT,
            env=environment | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
            capture_output=True,
            text=True,
        )
    assert "127.0.0.1" in beside.stderr, "it went to the servers of the portal that runs"


def test_two_launchers_in_one_checkout_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(run, "LOCAL", tmp_path)
    with (
        run.only_one_run(),
        pytest.raises(Unready, match="already running in this checkout"),
        run.only_one_run(),
    ):
        pass
    with run.only_one_run():
        pass


@pytest.mark.parametrize("wanted", ["http", "-1", "70000", "8000.5"])
def test_what_is_no_port_is_refused(wanted: str) -> None:
    with pytest.raises(Unready, match="PORT must be a number up to 65535"):
        run.chosen_port(wanted)


def test_a_taken_port_is_refused_with_the_next_one_as_advice() -> None:
    with socket.socket() as taken:
        taken.bind((run.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Unready, match=rf"make run PORT={port + 1}"):
            run.chosen_port(str(port))


def test_addresses_are_published_to_ourselves_only_and_withdrawn_at_the_end(tmp_path: Path) -> None:
    file = tmp_path / "servers.env"
    with run.published({"DATABASE_URL": "postgresql://postgres@/city?host=/tmp/x"}, file):
        assert file.read_text() == "DATABASE_URL=postgresql://postgres@/city?host=/tmp/x\n"
        assert file.stat().st_mode & 0o077 == 0
    assert not file.exists()


def test_the_address_is_announced_once_and_only_when_somebody_answers() -> None:
    announced: list[str] = []
    with socket.socket() as server:
        server.bind((run.HOST, 0))
        tick = run.when_open(server.getsockname()[1], lambda: announced.append("open"))
        tick()
        assert announced == []
        server.listen()
        tick()
        tick()
    assert announced == ["open"]
