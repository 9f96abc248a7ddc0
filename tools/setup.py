"""From a fresh clone to a ready checkout: `python3 -m tools.setup [--browser]`. Standard library only.

Every step looks first whether its work is already done, so running this again costs a second.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tools.assets import ensure_assets
from tools.native import apt_install, ensure_chromium, ensure_pdf_libraries
from tools.paths import LOCAL, PYTHON, ROOT, VENV, Unready, digest, is_done, say

OLDEST_PYTHON = (3, 11)
LOCKS = (ROOT / "requirements.txt", ROOT / "requirements-dev.txt")


def main(arguments: list[str]) -> int:
    """Bring the checkout up to date; 0 when it is ready, 1 with one clear line when it cannot be."""
    try:
        with _one_at_a_time():
            ensure_virtual_environment()
            ensure_packages()
            ensure_assets()
            ensure_pdf_libraries()
            subprocess.run([str(PYTHON), "-m", "tools.messages", "compile"], cwd=ROOT, check=True)
            if "--browser" in arguments:
                ensure_chromium()
    except Unready as problem:
        say(str(problem))
        return 1
    return 0


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two commands started at once (run and test) must not install into the same directories together."""
    LOCAL.mkdir(parents=True, exist_ok=True)
    with (LOCAL / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ensure_virtual_environment() -> None:
    """A `.venv` whose Python starts and has pip; one left by a Python that is gone is made anew."""
    if _has_pip():
        return
    if sys.version_info < OLDEST_PYTHON:
        raise Unready(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    say("Making the virtual environment")
    for make in (_with_ensurepip, _with_debian_package, _with_other_pip, _with_uv):
        shutil.rmtree(VENV, ignore_errors=True)
        if make() and _has_pip():
            return
    shutil.rmtree(VENV, ignore_errors=True)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    raise Unready(f"This Python cannot make virtual environments: sudo apt-get install python{version}-venv")


def ensure_packages() -> None:
    """The locked packages, installed when a lock or the interpreter changed."""
    mark = digest(LOCKS, sys.version)
    stamp = VENV / ".lock-digest"
    if not is_done(stamp, mark):
        say("Installing the locked Python packages")
        requirements = [part for lock in LOCKS for part in ("-r", str(lock))]
        quiet = ["-qq", "--disable-pip-version-check", "--no-input", "--root-user-action=ignore"]
        done = subprocess.run([str(PYTHON), "-m", "pip", "install", *quiet, *requirements], cwd=ROOT)
        if done.returncode:
            raise Unready("The Python packages could not be installed: see pip's message above.")
        stamp.write_text(mark)
    # So that `pytest` and `celery` find the project's packages from whatever directory they are started in.
    for site_packages in VENV.glob("lib/python3*/site-packages"):
        (site_packages / "portal.pth").write_text(f"{ROOT}\n")


def _has_pip() -> bool:
    """Whether the environment is usable: its interpreter starts, is new enough and can install."""
    check = f"import sys, pip; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    return PYTHON.exists() and _succeeds([str(PYTHON), "-c", check])


def _with_ensurepip() -> bool:
    return _succeeds([sys.executable, "-m", "venv", str(VENV)])


def _with_debian_package() -> bool:
    """Debian and Ubuntu leave `ensurepip` out of Python; a package named after the version brings it."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    return apt_install(version) and _with_ensurepip()


def _with_other_pip() -> bool:
    """A pip that belongs to the machine can put another one into an environment made without."""
    bare = [sys.executable, "-m", "venv", "--without-pip", str(VENV)]
    return _succeeds(bare) and _succeeds(
        [sys.executable, "-m", "pip", "--python", str(PYTHON), "install", "pip"]
    )


def _with_uv() -> bool:
    uv = shutil.which("uv")
    return bool(uv) and _succeeds([str(uv), "venv", "--seed", "--python", sys.executable, str(VENV)])


def _succeeds(command: list[str]) -> bool:
    """Whether the command exists and ends well; its chatter is not the reader's concern."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    try:
        return subprocess.run(command, capture_output=True, env=environment).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
