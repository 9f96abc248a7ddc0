"""`make manage ARGS="…"`: a Django command on the development data, whether the portal is running or not."""

import os
import subprocess
import sys

from tools.paths import LOCAL, ROOT, Unready, say
from tools.run import AlreadyRunning, only_one_run
from tools.servers import private_servers


def main(arguments: list[str]) -> int:
    """The command's own status."""
    command = [sys.executable, "manage.py", *arguments]
    try:
        with only_one_run(), private_servers(LOCAL, durable=True) as addresses:
            return subprocess.run(command, cwd=ROOT, env=os.environ | addresses).returncode
    except AlreadyRunning:
        # The development settings find that portal's servers by themselves.
        return subprocess.run(command, cwd=ROOT).returncode
    except Unready as problem:
        say(str(problem))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
