"""Resolve requirements*.in into the lock files: `python -m tools.lock [--upgrade]`.

One resolution for all Python versions and processors that we support, with hashes, and without any
registry's address: where packages come from is the machine's own setting.
"""

import subprocess
import sys

from tools.paths import PYTHON, ROOT

NAMES = ("requirements", "requirements-dev")
OPTIONS = ("--universal", "--python-version=3.11", "--generate-hashes", "--no-emit-index-url", "--quiet")


def main(extra: list[str]) -> int:
    for name in NAMES:
        command = [str(PYTHON.with_name("uv")), "pip", "compile", *OPTIONS, *extra]
        command += ["--custom-compile-command=make lock", f"{name}.in", f"--output-file={name}.txt"]
        done = subprocess.run(command, cwd=ROOT)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
