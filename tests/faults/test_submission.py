"""A sheet is counted once, whatever is killed between its arrival and its receipt: the sender repeats it."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import psycopg2
import pytest
from django.db import connection, connections
from django.utils import timezone

from assessment.models import Invitation, OpenAnswer, Response, Survey, Tally
from assessment.operations import surveys
from semarang_resilience.accounts.models import User
from semarang_resilience.demo.chapters.surveys import OPEN_SURVEY_TOKEN
from tests.assessment.surveys.conftest import (
    budi,
    cycle,
    districts,
    draft,
    framework,
    hazards,
)
from tests.support.worker import process_environment
from tools.paths import ROOT
from tools.servers import Postgres

__all__ = ["budi", "cycle", "districts", "draft", "framework", "hazards"]
pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
PATIENCE = 40.0


class Web:
    """The portal behind gunicorn with one worker process, to be shot and started again."""

    def __init__(self, log: Path, environment: dict[str, str]) -> None:
        self.log, self.environment = log, environment
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "semarang_resilience.wsgi", "--workers=1"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, f"--bind=127.0.0.1:{self.port}", "--timeout=60"],
                cwd=ROOT,
                env=os.environ | self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        wait_until(lambda: self.get("/healthz") == 200, "the portal did not start")

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    @property
    def worker(self) -> int:
        """The process that answers requests; 0 while there is none."""
        assert self.process
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0]) if children else 0

    def get(self, path: str) -> int:
        with suppress(OSError, http.client.HTTPException):
            call = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            call.request("GET", path)
            return call.getresponse().status
        return 0

    def sheet(self, address: str, submission: str) -> Callable[[], str]:
        """A filled form; each call sends it again and gives the receipt's address, or "" if it fails."""
        call = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        call.request("GET", address)
        page = call.getresponse()
        cookie = re.search(r"csrftoken=([^;]+)", page.getheader("Set-Cookie") or "")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
        assert cookie
        assert token
        body = urlencode(
            {
                "csrfmiddlewaretoken": token[1],
                "submission": submission,
                "sector": "community",
                "q_driver-01": "2",
            }
        )
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"csrftoken={cookie[1]}",
        }

        def send() -> str:
            with suppress(OSError, http.client.HTTPException):
                call = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                call.request("POST", address, body, headers)
                answer = call.getresponse()
                if answer.status == 303:
                    return answer.getheader("Location") or ""
            return ""

        return send


def wait_until(condition: Callable[[], object], otherwise: str) -> None:
    """Poll until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.02)


@pytest.fixture
def open_survey(draft: Survey, budi: User) -> Survey:
    """Open by the real clock, since another process answers."""
    now = timezone.now()
    Survey.objects.filter(pk=draft.pk).update(
        opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=1)
    )
    draft.refresh_from_db()
    return surveys.open_survey(survey=draft, by=budi, at=now)


@pytest.fixture
def web(open_survey: Survey, tmp_path: Path) -> Iterator[Web]:
    """The portal on the database of this test."""
    server = Web(tmp_path / "web.log", process_environment() | {"PUBLIC_FORM_RATE": "100000/min"})
    server.start()
    yield server
    server.stop()


def address_of(survey: Survey, kind: str, by: User) -> str:
    """Where the form of a new link is."""
    _, token = surveys.issue_link(survey=survey, kind=kind, label="", by=by, at=timezone.now())
    return f"/id/survei/{survey.slug}/isi/{token}/"


@contextmanager
def held_up(statement: str) -> Iterator[None]:
    """Somebody else's transaction stands in the way of every submission."""
    settings = connection.get_connection_params()
    settings.pop("cursor_factory", None)
    settings.pop("context", None)
    other = psycopg2.connect(**settings)
    try:
        other.cursor().execute(statement)
        yield
    finally:
        other.rollback()
        other.close()


def somebody_waits() -> bool:
    """Whether a statement of the portal waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
            "AND datname = current_database() AND query LIKE '%%assessment_%%'"
        )
        return bool(cursor.fetchone()[0])


def nothing_runs() -> bool:
    """Whether the database has finished with everything that others asked for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND state <> 'idle' AND backend_type = 'client backend'"
        )
        return not cursor.fetchone()[0]


def counted_once(survey: Survey) -> bool:
    """One sheet is there, and folding counts one."""
    surveys.fold_all_responses()
    sheets = Tally.objects.get(version=survey.current_version, slot=Tally.RESPONSES)
    return Response.objects.count() == 1 and sheets.counts == [1]


@pytest.mark.parametrize(
    ("kind", "obstacle"),
    [
        ("open", "LOCK TABLE assessment_response IN EXCLUSIVE MODE"),
        ("personal", "LOCK TABLE assessment_response IN EXCLUSIVE MODE"),
        ("personal", "SELECT * FROM assessment_participation FOR UPDATE"),
    ],
)
def test_killed_between_receiving_and_committing(
    web: Web, open_survey: Survey, budi: User, kind: str, obstacle: str
) -> None:
    """The process dies while its statement waits; the sender repeats, and one sheet is counted."""
    send = web.sheet(address_of(open_survey, kind, budi), str(uuid4()))
    first = web.worker
    replies: list[str] = []
    with held_up(obstacle):
        sender = threading.Thread(target=lambda: replies.append(send()))
        sender.start()
        wait_until(somebody_waits, "the submission did not get stuck")
        os.kill(first, signal.SIGKILL)
        sender.join(PATIENCE)
        assert replies == [""], "the sender heard nothing"
    wait_until(nothing_runs, "the statement of the dead process never ended")
    wait_until(lambda: web.worker not in (0, first) and web.get("/healthz") == 200, "no new process came")
    receipt = send()
    assert receipt.startswith("/id/survei/terima/")
    assert send() == receipt
    assert counted_once(open_survey)


def test_killed_after_the_commit_and_before_the_reply(web: Web, open_survey: Survey, budi: User) -> None:
    """The process stands still while the database commits, and never wakes up again."""
    send = web.sheet(address_of(open_survey, "open", budi), str(uuid4()))
    first = web.worker
    replies: list[str] = []
    with held_up("LOCK TABLE assessment_response IN EXCLUSIVE MODE"):
        sender = threading.Thread(target=lambda: replies.append(send()))
        sender.start()
        wait_until(somebody_waits, "the submission did not get stuck")
        os.kill(first, signal.SIGSTOP)
    wait_until(lambda: Response.objects.count() == 1, "the database did not commit")
    os.kill(first, signal.SIGKILL)
    sender.join(PATIENCE)
    assert replies == [""], "the sender heard nothing"
    wait_until(lambda: web.worker not in (0, first) and web.get("/healthz") == 200, "no new process came")
    assert send().endswith(f"/{Response.objects.get().receipt}/")
    assert counted_once(open_survey)


def test_a_worker_killed_while_it_counts(open_survey: Survey, budi: User) -> None:
    """It dies between marking the sheets and storing their texts: the next one counts everything, once."""
    rows = [
        {"sector": "community", "answers": {"driver-01": 2, "suggestion": f"Saran {number}"}}
        for number in range(30)
    ]
    surveys.load_responses(version=open_survey.current_version, rows=rows, by=budi, at=timezone.now())
    with held_up("LOCK TABLE assessment_openanswer IN EXCLUSIVE MODE"):
        worker = subprocess.Popen(
            [
                *(sys.executable, "manage.py", "shell", "-v0", "-c"),
                "from assessment.operations import surveys; surveys.fold_all_responses()",
            ],
            cwd=ROOT,
            env=os.environ | process_environment(),
        )
        wait_until(somebody_waits, "the worker did not get so far")
        worker.kill()
        worker.wait()
    wait_until(nothing_runs, "the statement of the dead process never ended")
    assert Response.objects.filter(is_folded=False).count() == 30
    assert surveys.fold_all_responses() == 30
    assert Tally.objects.get(version=open_survey.current_version, slot=Tally.RESPONSES).counts == [30]
    texts = OpenAnswer.objects.values_list("text", flat=True)
    assert sorted(texts) == sorted(f"Saran {number}" for number in range(30))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_postgresql_killed_and_restarted_during_a_burst(tmp_path: Path, django_db_blocker: object) -> None:
    """Every sheet that was acknowledged is there, once: 60 sheets, repeated until a receipt comes."""
    with Postgres(tmp_path / "postgres", durable=True) as database:
        environment = process_environment() | {
            "DATABASE_URL": database.url,
            "PUBLIC_FORM_RATE": "100000/min",
        }
        for command in ("migrate", "load_demo"):
            subprocess.run(
                [sys.executable, "manage.py", command, "-v0"],
                cwd=ROOT, env=os.environ | environment, check=True, capture_output=True,
            )  # fmt: skip
        web = Web(tmp_path / "web.log", environment)
        web.start()
        try:
            receipts = _burst(web, database, senders=4, sheets_each=15)
        finally:
            web.stop()
        assert len(set(receipts)) == 60
        with psycopg2.connect(database.url) as direct, direct.cursor() as cursor:
            cursor.execute("SELECT receipt FROM assessment_response")
            stored = [receipt for (receipt,) in cursor.fetchall()]
    assert len(stored) == len(set(stored))
    mine = {address.rstrip("/").rpartition("/")[2] for address in receipts}
    assert mine <= set(stored), "an acknowledged sheet is missing"


def _burst(web: Web, database: Postgres, *, senders: int, sheets_each: int) -> list[str]:
    address = f"/id/survei/{_open_slug(database)}/isi/{OPEN_SURVEY_TOKEN}/"
    receipts: list[str] = []
    failures: list[int] = []
    signposts: list[Path] = []

    def sender() -> None:
        for _ in range(sheets_each):
            send = retried(lambda: web.sheet(address, str(uuid4())))
            deadline = time.monotonic() + PATIENCE
            while not (receipt := send()):
                failures.append(1)
                assert time.monotonic() < deadline
                time.sleep(0.1)
            receipts.append(receipt)

    threads = [threading.Thread(target=sender) for _ in range(senders)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(receipts) >= 10, "the burst did not begin")
    for _ in range(2):
        signposts.append(restart(database))
        reached = len(receipts)
        wait_until(lambda reached=reached: len(receipts) >= reached + 8, "the portal did not recover")  # type: ignore[misc]
    for thread in threads:
        thread.join(PATIENCE)
    assert failures, "the faults were felt"
    for signpost in signposts:
        signpost.unlink()
    return receipts


def restart(database: Postgres) -> Path:
    """Kill the server as a power cut would, and bring it back at the same address; returns the signpost."""
    before = database.sockets
    assert before
    database.kill()
    time.sleep(0.5)
    database.start()
    assert database.sockets
    shutil.rmtree(before)
    before.symlink_to(database.sockets)
    return before


def retried(load: Callable[[], Callable[[], str]]) -> Callable[[], str]:
    """The form, asked for again until it comes."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return load()
        except (OSError, http.client.HTTPException, AssertionError):
            assert time.monotonic() < deadline
            time.sleep(0.1)


def _open_slug(database: Postgres) -> str:
    with psycopg2.connect(database.url) as direct, direct.cursor() as cursor:
        cursor.execute(
            "SELECT slug FROM assessment_survey WHERE id IN "
            "(SELECT survey_id FROM assessment_invitation WHERE token_hash = %s)",
            [Invitation.hash_of(OPEN_SURVEY_TOKEN)],
        )
        return str(cursor.fetchone()[0])


@pytest.fixture(autouse=True)
def _close_connections() -> Iterator[None]:
    yield
    connections.close_all()
