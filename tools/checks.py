"""`make check`: every check that needs no server, side by side, with one summary at the end.

`python -m tools.checks [NAME ...]` runs only those named; `--write-openapi` writes docs/openapi.yaml.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path

from tools.paths import ROOT, VENV, say

OPENAPI = ROOT / "docs" / "openapi.yaml"
TEMPLATES = ROOT / "templates"
# Addresses that nobody answers at: these checks look at code, not at a database.
NOWHERE = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}
DEVELOPMENT = NOWHERE | {"DJANGO_SETTINGS_MODULE": "semarang_resilience.settings.dev"}
PRODUCTION = NOWHERE | {
    "DJANGO_SETTINGS_MODULE": "semarang_resilience.settings.production",
    "SECRET_KEY": "a-key-only-for-looking-at-the-settings-0123456789-abcdefghijklmnop",
    "ALLOWED_HOSTS": "portal.example.org",
    "STAFF_TWO_FACTOR_REQUIRED": "1",
    "EMAIL_URL": "smtp://mail.example.org:25",
}


@dataclass(frozen=True)
class Outcome:
    passed: bool
    output: str


@dataclass(frozen=True)
class Check:
    """A named question with a yes-or-no answer; the output is read only when the answer is no."""

    name: str
    command: Sequence[str] = ()
    environment: dict[str, str] = field(default_factory=lambda: DEVELOPMENT)
    ask: Callable[[], Outcome] | None = None

    def run(self) -> Outcome:
        return self.ask() if self.ask else run(self.command, self.environment)


def checks() -> list[Check]:
    """The slow ones first, because they run side by side."""
    python, tool = sys.executable, lambda name: str(VENV / "bin" / name)
    manage = [python, "-W", "ignore::RuntimeWarning", "manage.py"]
    return [
        Check("types", [tool("mypy")]),
        Check("templates", [tool("djlint"), str(TEMPLATES), "--lint", "--quiet"]),
        Check("openapi", ask=openapi_is_current),
        Check("deployment settings", [*manage, "check", "--deploy", "--fail-level=WARNING"], PRODUCTION),
        Check("migrations", [*manage, "makemigrations", "--check", "--dry-run"]),
        Check("layers", [tool("lint-imports"), "--no-cache"]),
        Check("translations", [python, "-m", "tools.messages", "check"]),
        Check("lint", [tool("ruff"), "check", ".", "--output-format=concise"]),
        Check("format", [tool("ruff"), "format", "--check", ".", "--output-format=concise"]),
    ]


def main(arguments: list[str]) -> int:
    if "--write-openapi" in arguments:
        return write_openapi(OPENAPI)
    known = {check.name: check for check in checks()}
    if unknown := set(arguments) - known.keys():
        say(f"There is no check called {', '.join(sorted(unknown))}; there are: {', '.join(sorted(known))}")
        return 2
    wanted = [check for check in known.values() if not arguments or check.name in arguments]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        outcomes = list(pool.map(_timed, wanted))
    for check, (outcome, _seconds) in zip(wanted, outcomes, strict=True):
        if not outcome.passed:
            print(f"\n--- {check.name} ---\n{outcome.output.rstrip()}")
    print()
    for check, (outcome, seconds) in zip(wanted, outcomes, strict=True):
        print(f"  {'ok    ' if outcome.passed else 'FAILED'}  {check.name:<20} {seconds:5.1f} s")
    failed = [
        check.name for check, (outcome, _seconds) in zip(wanted, outcomes, strict=True) if not outcome.passed
    ]
    say(
        f"{len(failed)} of {len(wanted)} checks failed: {', '.join(failed)}"
        if failed
        else "All checks passed"
    )
    return 1 if failed else 0


def run(command: Sequence[str], environment: dict[str, str]) -> Outcome:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return Outcome(done.returncode == 0, done.stdout)


def openapi_is_current() -> Outcome:
    """The checked-in description is what the code would write now."""
    with tempfile.TemporaryDirectory() as directory:
        fresh = Path(directory) / "openapi.yaml"
        generated = generate_openapi(fresh)
        if not generated.passed:
            return generated
        have = OPENAPI.read_text() if OPENAPI.exists() else ""
        difference = list(
            unified_diff(have.splitlines(), fresh.read_text().splitlines(), "checked in", "now", lineterm="")
        )
    advice = "\nRun `make openapi` and look at what changed for those who use the API." if difference else ""
    return Outcome(not difference, "\n".join(difference[:60]) + advice)


def write_openapi(target: Path) -> int:
    target.parent.mkdir(exist_ok=True)
    outcome = generate_openapi(target)
    print(outcome.output, end="")
    return 0 if outcome.passed else 1


def generate_openapi(target: Path) -> Outcome:
    """In English, so that the file does not change with the catalogue."""
    command = [sys.executable, "manage.py", "spectacular", "--lang=en", "--validate", "--fail-on-warn"]
    return run([*command, "--file", str(target)], DEVELOPMENT)


def _timed(check: Check) -> tuple[Outcome, float]:
    begin = time.monotonic()
    return check.run(), time.monotonic() - begin


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
