"""Run as a process: set snapshots while every file, socket and process outside of an allow-list is refused.

`python -m tests.documents.set_in_silence snapshot.json … ` prints one SHA-256 for each snapshot. There is no
database behind it either: DATABASE_URL leads nowhere.
"""

import hashlib
import json
import logging
import os
import sys
import sysconfig
import tempfile
import zoneinfo
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TEMPORARY = Path(tempfile.gettempdir())
READABLE = (
    Path(sys.prefix),
    Path(sys.base_prefix),
    Path(sysconfig.get_path("purelib")),
    ROOT / "templates" / "documents",
    ROOT / "semarang_resilience" / "documents" / "style",
    ROOT / "static" / "dist" / "fonts" / "edition",
    ROOT / "locale",
    *map(Path, zoneinfo.TZPATH),
)
OWN_TEMPORARY = ("weasyprint-", "edition-fonts-")
FORBIDDEN = (
    *("socket.connect", "socket.getaddrinfo", "socket.bind"),
    *("subprocess.Popen", "os.system", "os.exec"),
)


def _is_allowed(path: str) -> bool:
    place = Path(os.path.abspath(path))  # noqa: PTH100  resolve() would itself look at the disk
    if place.suffix in {".py", ".pyc"} and ROOT in place.parents:
        return True  # our own modules, imported when they are first needed
    if any(home == place or home in place.parents for home in READABLE):
        return True  # asked first: a checkout may itself lie in the temporary directory
    return TEMPORARY in place.parents and place.relative_to(TEMPORARY).parts[0].startswith(OWN_TEMPORARY)


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(FORBIDDEN):
        raise PermissionError(f"{event} while a document is being set: {arguments!r}")
    if event == "open" and isinstance(arguments[0], str) and not _is_allowed(arguments[0]):
        raise PermissionError(f"a file is opened while a document is being set: {arguments[0]}")


def main(files: list[str]) -> None:
    """Read the snapshots first, then close the doors, then set them."""
    packed = [json.loads(Path(name).read_text()) for name in files]

    import django

    django.setup()
    logging.disable(logging.INFO)

    from semarang_resilience.documents import rendering
    from semarang_resilience.documents.snapshots import digest, load

    assert rendering.is_available()  # importing WeasyPrint reads the machine's list of media types, once
    sys.addaudithook(_watch)
    for one in packed:
        sha256 = digest(one)
        rendered = rendering.render(load(one, sha256=sha256), snapshot_sha256=sha256)
        print(hashlib.sha256(rendered.pdf).hexdigest())  # noqa: T201  the answer to the test


if __name__ == "__main__":
    main(sys.argv[1:])
