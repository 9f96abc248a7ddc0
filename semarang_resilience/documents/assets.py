"""The portal's own files that a document may use, under addresses that only our fetcher understands."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings

SCHEME = "edition-asset:"
TYPES = {".css": "text/css", ".woff2": "font/woff2", ".ttf": "font/ttf"}


class MissingAsset(Exception):
    """A file that belongs to the portal is not there: the assets were not built."""


def _folders() -> dict[str, Path]:
    """Which folders there are; nothing outside of them can be asked for."""
    return {
        "style": Path(__file__).resolve().parent / "style",
        "paper": Path(__file__).resolve().parent / "paper_style",
        "fonts": settings.BASE_DIR / "static" / "dist" / "fonts" / "edition",
    }


@lru_cache(maxsize=64)
def read(address: str) -> tuple[bytes, str]:
    """The bytes and media type behind `edition-asset:folder/name`; LookupError for anything else."""
    folder, _slash, name = address.removeprefix(SCHEME).partition("/")
    home = _folders().get(folder)
    if not address.startswith(SCHEME) or home is None or name != Path(name).name:
        raise LookupError(address)
    file = home / name
    if file.suffix not in TYPES:
        raise LookupError(address)
    if not file.is_file():
        raise MissingAsset(str(file.name))
    return file.read_bytes(), TYPES[file.suffix]


@lru_cache(maxsize=1)
def template_version() -> str:
    """A short hash over templates, style and fonts: two editions that share it were set by the same rules."""
    folders = [folder for name, folder in _folders().items() if name != "paper"]
    sources = [
        *sorted((settings.BASE_DIR / "templates" / "documents" / "pdf").rglob("*.html")),
        *(file for folder in folders for file in sorted(folder.glob("*"))),
    ]
    total = hashlib.sha256()
    for file in sources:
        total.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()[:16]
