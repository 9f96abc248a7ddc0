"""`make check` runs everything, reports everything, and notices drift."""

import sys
from pathlib import Path

import pytest

from tools import checks
from tools.checks import Check, Outcome


def asking(name: str, *, passed: bool, output: str = "") -> Check:
    return Check(name, ask=lambda: Outcome(passed, output))


def test_one_failure_does_not_hide_another(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    those = [
        asking("types", passed=False, output="wrong type"),
        asking("lint", passed=True, output="never shown"),
        asking("format", passed=False, output="wrong indent"),
    ]
    monkeypatch.setattr(checks, "checks", lambda: those)
    assert checks.main([]) == 1
    printed = capsys.readouterr()
    assert "wrong type" in printed.out
    assert "wrong indent" in printed.out
    assert "never shown" not in printed.out
    assert "2 of 3 checks failed: types, format" in printed.err


def test_all_good_is_status_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "checks", lambda: [asking("lint", passed=True)])
    assert checks.main([]) == 0


def test_named_checks_run_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    those = [asking("lint", passed=True), asking("types", passed=False)]
    monkeypatch.setattr(checks, "checks", lambda: those)
    assert checks.main(["lint"]) == 0
    assert checks.main(["types"]) == 1


def test_a_misspelt_check_is_an_error_and_not_a_success() -> None:
    assert checks.main(["lnit"]) == 2


def test_a_command_is_judged_by_its_status() -> None:
    fail = Check("x", [sys.executable, "-c", "import sys; print('why'); sys.exit(3)"])
    assert fail.run() == Outcome(False, "why\n")


def test_every_promised_check_is_there() -> None:
    assert {check.name for check in checks.checks()} == {
        "lint",
        "format",
        "types",
        "layers",
        "templates",
        "migrations",
        "translations",
        "openapi",
        "deployment settings",
    }


@pytest.mark.slow
def test_a_stale_api_description_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(checks, "OPENAPI", tmp_path / "openapi.yaml")
    assert checks.write_openapi(checks.OPENAPI) == 0
    assert checks.openapi_is_current() == Outcome(True, "")
    with checks.OPENAPI.open("a") as file:
        file.write("x-left-over: true\n")
    outcome = checks.openapi_is_current()
    assert not outcome.passed
    assert "-x-left-over: true" in outcome.output
    assert "make openapi" in outcome.output
