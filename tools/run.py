"""`make run`: the whole portal for one developer: servers, example city, web, worker and scheduler."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.paths import LOCAL, ROOT, Unready, say
from tools.servers import private_servers
from tools.supervisor import Program, Supervisor

HOST = "127.0.0.1"
DEFAULT_PORT = 8000
ADDRESSES = LOCAL / "servers.env"


class AlreadyRunning(Unready):
    """Another launcher holds this checkout's data."""


def main() -> int:
    """Run until Ctrl-C; 0 after a clean stop, 1 with one clear line when the portal could not start."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # one way out, whoever asks
    try:
        port = chosen_port(os.environ.get("PORT"))
        with only_one_run(), private_servers(LOCAL, durable=True) as addresses, published(addresses):
            os.environ.update(addresses)
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "semarang_resilience.settings.dev")
            welcome = prepare(port)
            once_open = when_open(port, lambda: say(welcome))
            Supervisor(programs(port), on_tick=once_open).run()
            say("Stopping the servers")
    except Unready as problem:
        say(str(problem))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def chosen_port(wanted: str | None) -> int:
    """The port from PORT=, refused early when it is no port or not free."""
    try:
        port = int(wanted) if wanted else DEFAULT_PORT
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
    except (ValueError, OverflowError) as problem:
        raise Unready(f"PORT must be a number up to 65535, not {wanted!r}.") from problem
    except OSError as problem:
        raise Unready(
            f"Port {port} cannot be used ({problem.strerror}): try `make run PORT={port + 1}`."
        ) from problem
    return port


def prepare(port: int) -> str:
    """Migrate and load the example city in one process; what it prints is the newcomer's welcome."""
    done = subprocess.run(
        [sys.executable, "-m", "tools.prepare", f"http://localhost:{port}"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise Unready("The portal could not be prepared: see the message above.")
    return done.stdout.rstrip()


def programs(port: int) -> list[Program]:
    """Web, worker and scheduler as they run in production, with the reloading web server in front."""
    python = sys.executable
    celery = [python, "-m", "celery", "--quiet", "-A", "semarang_resilience"]
    background = {
        "STATEMENT_TIMEOUT_MS": "300000",
        # A developer who works as root knows it; production does not run as root.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser",
    }
    schedule = f"--schedule={LOCAL / 'beat-schedule'}"
    queues = ["-Q", "default,mail,documents", "--concurrency=2"]
    return [
        Program("web", [python, "manage.py", "runserver", f"{HOST}:{port}"]),
        Program("worker", [*celery, "worker", *queues, "--loglevel=INFO"], background),
        Program("scheduler", [*celery, "beat", schedule, "--pidfile=", "--loglevel=WARNING"], background),
    ]


def when_open(port: int, announce: Callable[[], None]) -> Callable[[], None]:
    """A tick that announces once, as soon as the web server takes connections."""
    waiting = True

    def tick() -> None:
        nonlocal waiting
        if waiting and _is_open(port):
            waiting = False
            announce()

    return tick


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((HOST, port)) == 0


@contextmanager
def only_one_run() -> Iterator[None]:
    """Two launchers in one checkout would fight over the same data."""
    LOCAL.mkdir(parents=True, exist_ok=True)
    with (LOCAL / "run.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise AlreadyRunning(
                "`make run` is already running in this checkout; stop it with Ctrl-C there."
            ) from problem
        yield


@contextmanager
def published(addresses: dict[str, str], file: Path = ADDRESSES) -> Iterator[None]:
    """Tell `manage.py` commands in another terminal where the servers are, as long as they are there."""
    file.touch(mode=0o600)
    file.write_text("".join(f"{name}={value}\n" for name, value in addresses.items()))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
