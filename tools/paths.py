"""Where things lie in a checkout, and the two small habits that every tool shares."""

import hashlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCAL = Path(os.environ.get("PORTAL_LOCAL") or ROOT / ".local")  # data of the private servers


class Unready(Exception):
    """The machine lacks something that we cannot provide; the text tells the reader what to do."""


def say(text: str) -> None:
    """One line to the person at the terminal, apart from what the programs themselves print."""
    print(f"\033[1m»\033[0m {text}" if sys.stderr.isatty() else f"» {text}", file=sys.stderr, flush=True)


def digest(files: Iterable[Path], *extra: str) -> str:
    """A name for the content of these files, so that work is repeated only when it would differ."""
    result = hashlib.sha256("\0".join(extra).encode())
    for file in sorted(files):
        if file.is_file():
            result.update(file.relative_to(ROOT).as_posix().encode() if file.is_relative_to(ROOT) else b"")
            result.update(hashlib.sha256(file.read_bytes()).digest())
    return result.hexdigest()


def is_done(stamp: Path, mark: str) -> bool:
    """Whether the work that left this stamp was done for exactly this mark; it lies inside its product."""
    return stamp.is_file() and stamp.read_text() == mark
