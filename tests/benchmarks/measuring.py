"""Clocks, a load generator, a web server to aim at."""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass

from tools.paths import ROOT

CONNECTIONS = 16
SECONDS = 4.0
ROUNDS = 3


@dataclass(frozen=True, kw_only=True)
class Row:
    """One figure: `ratio` is measured / reference unless `text` explains otherwise."""

    name: str
    measured: float
    unit: str
    reference: float
    reference_name: str
    target: str = ""

    @property
    def ratio(self) -> float:
        return self.measured / self.reference if self.reference else float("nan")

    def cells(self) -> tuple[str, str, str, str, str]:
        reference = f"{self.reference:,.2f} {self.unit} ({self.reference_name})"
        return self.name, f"{self.measured:,.2f} {self.unit}", reference, f"{self.ratio:.3f}", self.target

    def as_dict(self) -> dict[str, object]:
        return asdict(self) | {"ratio": self.ratio}


@dataclass(frozen=True)
class Load:
    """What a burst of requests showed."""

    per_second: float
    p99_ms: float
    statuses: dict[int, int]


def median_seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median wall time of `work`."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


@contextmanager
def web_server(workers: int = 2) -> Iterator[int]:
    """The portal behind gunicorn's synchronous workers, as in production; yields the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "semarang_resilience.wsgi"]
    command += [f"--bind=127.0.0.1:{port}", f"--workers={workers}", "--log-level=error"]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        _wait(f"http://127.0.0.1:{port}/readyz")
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        with suppress(OSError), urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  loopback
            if answer.status == 200:
                return
        if time.monotonic() > deadline:
            raise TimeoutError(url)
        time.sleep(0.1)


def fetch(port: int, path: str, headers: str = "") -> tuple[int, str, bytes]:
    """One GET: status, head, body."""
    return _split(_exchange(port, _get(path, headers)))


def exchange_status(port: int, message: bytes) -> int:
    """Send one prepared request: its status, 0 if there was no answer."""
    return int(_exchange(port, message)[9:12] or b"0")


def load(port: int, requests: Callable[[], bytes], seconds: float = SECONDS) -> Load:
    """Send what `requests` makes over CONNECTIONS connections for `seconds`, from this process."""
    latencies: list[float] = []
    statuses: dict[int, int] = {}
    lock, stop = threading.Lock(), time.perf_counter() + seconds

    def client() -> None:
        mine, seen = [], {}
        while time.perf_counter() < stop:
            message = requests()
            begin = time.perf_counter()
            status = int(_exchange(port, message)[9:12] or b"0")
            mine.append(time.perf_counter() - begin)
            seen[status] = seen.get(status, 0) + 1
        with lock:
            latencies.extend(mine)
            for status, count in seen.items():
                statuses[status] = statuses.get(status, 0) + count

    threads = [threading.Thread(target=client) for _ in range(CONNECTIONS)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begin
    latencies.sort()
    return Load(len(latencies) / took, latencies[int(len(latencies) * 0.99)] * 1000, statuses)


def get_requests(path: str, headers: str = "") -> Callable[[], bytes]:
    """The same GET again and again."""
    message = _get(path, headers)
    return lambda: message


def _get(path: str, headers: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n".encode()


def _exchange(port: int, message: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(message)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def _split(answer: bytes) -> tuple[int, str, bytes]:
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head[9:12]), head.decode("latin-1"), body
