"""`make bench`: `python -m tests.benchmarks` against private, durable servers, or those that are given."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.paths import ROOT, Unready, say
from tools.servers import private_servers


def main(arguments: list[str]) -> int:
    """Durable means that commits wait for the disk, as they do in production."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as directory:
        try:
            with private_servers(Path(directory), durable=True) as addresses:
                command = [sys.executable, "-m", "tests.benchmarks", *arguments]
                return subprocess.run(command, cwd=ROOT, env=os.environ | addresses).returncode
        except Unready as problem:
            say(str(problem))
            return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
