"""How keys, lists, parts and languages are called in an XLSForm."""

from __future__ import annotations

import re

LANGUAGES = {"id": "Bahasa Indonesia (id)", "en": "English (en)"}
_KNOWN = {
    "id": {"id", "ind", "in", "indonesia", "indonesian", "bahasa indonesia", "bahasa"},
    "en": {"en", "eng", "english", "inggris", "bahasa inggris"},
}
# A reference in a label would be filled in by Kobo; ours are plain text. The mark in between is not seen.
_REFERENCE, _HARMLESS = "${", "$\u200b{"

ABOUT = "about__you"
SECTOR, DISTRICT = "about__sector", "about__district"
DRIVER_LIST, WARD_LIST, SECTOR_LIST, DISTRICT_LIST = "driver_levels", "wards", "sectors", "districts"
HELP, WARD, INTRODUCTION = "help", "ward", "introduction"


def name_of(key: str) -> str:
    """The name of a question: hyphens are not liked by the tools that read answers, nor a digit in front."""
    name = key.replace("-", "_")
    return f"_{name}" if name[:1].isdigit() else name


def key_of(name: str) -> str:
    """The key of a question by its name; empty where the name has no letter or digit."""
    return "-".join(re.findall(r"[a-z0-9]+", name.lower()))[:60].strip("-")


def part_of(key: str, part: str) -> str:
    """The name of a part of a question."""
    return f"{name_of(key)}__{part}"


def section_name(number: int) -> str:
    """The name of the group that is a section."""
    return f"section__{number}"


def language_of(suffix: str) -> str:
    """Our code of a language as a heading names it ("English (en)"); empty for any other language."""
    code = re.search(r"\(([^()]*)\)\s*$", suffix)
    words = {suffix.strip().lower()}
    if code:
        words = {code[1].strip().lower(), suffix[: code.start()].strip().lower()}
    return next((language for language, known in _KNOWN.items() if words & known), "")


def plain(text: str) -> str:
    """A label as it is written: what looks like a reference stays text."""
    return text.replace(_REFERENCE, _HARMLESS)


def unplain(text: str) -> str:
    """The inverse of `plain`."""
    return text.replace(_HARMLESS, _REFERENCE)
