"""The start script of the containers, run here with production settings against the test servers."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.worker import database_url
from tools.paths import ROOT
from tools.servers import free_port

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
START = str(ROOT / "deploy" / "start.sh")
HOST = "portal.example.org"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A production machine: only what an operator would set, and nothing of the test settings."""
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "DATABASE_URL": database_url(),
        "REDIS_URL": os.environ["REDIS_URL"],
        "SECRET_KEY": "k" * 25 + "production-settings-under-test",
        "ALLOWED_HOSTS": HOST,
        "EMAIL_URL": "smtp://127.0.0.1:1",
        "HOST": "127.0.0.1",
        "PORT": str(free_port()),
        "WEB_WORKERS": "1",
        "WORKER_CONCURRENCY": "1",
        "WORKER_NAME": f"worker-{os.getpid()}@localhost",
        "SCHEDULE_FILE": str(tmp_path / "schedule"),
        "STATIC_ROOT": str(tmp_path / "static"),
    }


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., "Running"]]:
    running: list[Running] = []

    def begin(role: str) -> Running:
        running.append(Running(role, environment, tmp_path / f"{role}.log"))
        return running[-1]

    yield begin
    for process in running:
        process.end_by_force()


class Running:
    """A process that the start script became."""

    def __init__(self, role: str, environment: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [START, role], env=environment, stdout=output, stderr=output, start_new_session=True
            )

    def wait_for(self, condition: Callable[[], bool], seconds: float = 40) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert self.process.poll() is None, f"it ended early:\n{self.output}"
            assert time.monotonic() < deadline, f"it is not ready:\n{self.output}"
            time.sleep(0.1)

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def stop(self) -> int:
        """What a container engine does, and what the process answers."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def end_by_force(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([START, *arguments], env=environment, capture_output=True, text=True)


def get(environment: dict[str, str], path: str, **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(f"http://127.0.0.1:{environment['PORT']}{path}", headers=headers)
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(request, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers.get("Location", "")
    except OSError:
        return 0, ""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: object) -> None:
        return None


def test_web_serves_the_portal_and_stops_cleanly(
    start: Callable[..., Running], environment: dict[str, str]
) -> None:
    assert run(environment, "collect").returncode == 0
    web = start("web")
    web.wait_for(lambda: get(environment, "/healthz") == (200, "ok\n"))
    assert run(environment, "health", "web").returncode == 0
    secure = {"Host": HOST, "X-Forwarded-Proto": "https"}
    assert get(environment, "/readyz", **secure)[0] == 200
    assert get(environment, "/id/", Host=HOST) == (301, f"https://{HOST}/id/")
    status, page = get(environment, "/id/", **secure)
    assert status == 200
    assert "/static/dist/app." in page, "the style sheet carries the hash of its content"
    assert get(environment, "/id/", **secure | {"Host": "evil.example"})[0] == 400
    assert web.stop() == 0
    assert run(environment, "health", "web").returncode != 0


def test_worker_takes_tasks_and_stops_cleanly(
    start: Callable[..., Running], environment: dict[str, str]
) -> None:
    worker = start("worker")
    worker.wait_for(lambda: " ready." in worker.output)
    assert run(environment, "health", "worker").returncode == 0
    assert worker.stop() == 0


def test_scheduler_writes_its_schedule_which_is_its_sign_of_life(
    start: Callable[..., Running], environment: dict[str, str]
) -> None:
    assert run(environment, "health", "scheduler").returncode != 0
    scheduler = start("scheduler")
    scheduler.wait_for(lambda: "beat: Starting" in scheduler.output)
    scheduler.wait_for(lambda: run(environment, "health", "scheduler").returncode == 0)
    assert scheduler.stop() == 0
    an_hour_ago = time.time() - 3600
    for file in Path(environment["SCHEDULE_FILE"]).parent.glob("schedule*"):
        os.utime(file, (an_hour_ago, an_hour_ago))
    assert run(environment, "health", "scheduler").returncode != 0


def test_migrate_ends_when_it_is_done(environment: dict[str, str]) -> None:
    done = run(environment, "migrate")
    assert done.returncode == 0, done.stderr
    assert "No migrations to apply" in done.stdout


def test_any_command_of_the_portal_can_be_run(environment: dict[str, str]) -> None:
    done = run(environment, "manage", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


def test_an_unknown_role_is_refused_with_the_list_of_roles(environment: dict[str, str]) -> None:
    done = run(environment, "everything")
    assert done.returncode == 64
    assert "web|worker|scheduler|migrate" in done.stderr


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY must be"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS must name"),
        ("DEBUG", "1", "DEBUG cannot be"),
        ("DATABASE_URL", None, "DATABASE_URL"),
    ],
)
def test_a_half_set_environment_refuses_to_start(
    environment: dict[str, str], variable: str, value: str | None, sentence: str
) -> None:
    changed = environment | {variable: value} if value else {**environment, variable: ""}
    if value is None:
        del changed[variable]
    done = run(changed, "migrate")
    assert done.returncode != 0
    assert sentence in done.stderr
