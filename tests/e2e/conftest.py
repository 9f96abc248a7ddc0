"""The example city behind real processes: gunicorn, a Celery worker, a database and a broker of its own."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from playwright.sync_api import Page, expect

from tools.paths import ROOT
from tools.servers import Valkey

START_SECONDS = 60.0


@dataclass(frozen=True)
class City:
    """A running portal with the example city; `environment` lets a test call manage.py against it."""

    base_url: str
    environment: dict[str, str]
    survey_path: str
    password: str
    mail: Path

    def url(self, path: str) -> str:
        return f"{self.base_url}{path}"

    def manage(self, *arguments: str) -> str:
        """Run a management command against this city and return what it printed."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """Load the example city once and serve it until the run ends."""
    home = tmp_path_factory.mktemp("city")
    with Valkey(home / "valkey", durable=False) as broker, _Database() as database_url:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "semarang_resilience.settings.test",
            "DATABASE_URL": database_url,
            "REDIS_URL": broker.url,
            "MEDIA_ROOT": str(home / "media"),
            "TEST_MAIL_FOLDER": str(home / "mail"),
            "PYTHONUNBUFFERED": "1",
        }
        for command in (["migrate", "--verbosity=0"], ["load_demo"]):
            _run([sys.executable, "manage.py", *command], environment)
        info = _run([sys.executable, "manage.py", "demo_info"], environment)
        port = _free_port()
        web = [
            sys.executable,
            "-m",
            "gunicorn",
            "semarang_resilience.wsgi",
            f"--bind=127.0.0.1:{port}",
            "--workers=2",
        ]
        worker = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "semarang_resilience",
            "worker",
            "--beat",
            "--concurrency=1",
        ]
        worker += ["-Q", "default,mail,documents", f"--schedule={home / 'beat'}", "--loglevel=INFO"]
        processes = [
            _start(web, environment, home / "web.log"),
            _start(worker, environment, home / "worker.log"),
        ]
        base_url = f"http://127.0.0.1:{port}"
        try:
            _wait_for(f"{base_url}/readyz", home / "web.log")
            yield City(base_url, environment, _survey_path(info), _password(info), home / "mail")
        finally:
            for process in processes:
                _end(process)


@pytest.fixture
def log_in(city: City, new_page: Callable[..., Page]) -> Callable[..., Page]:
    """`log_in("staf.cro@contoh.semarang")`: a browser of that person, just logged in."""

    def log_in(email: str, **options: object) -> Page:
        page = new_page(**options)
        page.goto(city.url("/id/akun/login/"))
        page.locator("input[name=login]").fill(email)
        page.locator("input[name=password]").fill(city.password)
        page.locator("main form button[type=submit]").first.click()
        expect(page).not_to_have_url(city.url("/id/akun/login/"))
        return page

    return log_in


class _Database:
    """A database of the run's own beside the test database, dropped at the end."""

    def __enter__(self) -> str:
        self.name = f"city_{os.getpid()}"
        self.server = os.environ["DATABASE_URL"]
        self._execute(f'CREATE DATABASE "{self.name}"')
        parts = urlsplit(self.server)
        return urlunsplit(parts._replace(path=f"/{self.name}"))

    def __exit__(self, *_exception: object) -> None:
        self._execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _execute(self, sql: str) -> None:
        with closing(psycopg2.connect(self.server)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql)


def _run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)} failed:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _start(command: list[str], environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as stream:
        return subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(20)
    if process.poll() is None:
        process.kill()
        process.wait()


def _wait_for(url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with suppress(OSError), urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  our own loopback
            if answer.status == 200:
                return
        assert time.monotonic() < deadline, f"the portal did not start:\n{log.read_text(errors='replace')}"
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _survey_path(info: str) -> str:
    return urlsplit(next(word for word in info.split() if "/isi/" in word)).path


def _password(info: str) -> str:
    """The example password, as `demo_info` prints it: (password for all: …)."""
    found = re.search(r"password for all: (\S+)\)", info)
    assert found, info
    return found[1]
