"""The few expressions that both XLSForm and the portal know: shown after an answer, choose up to a number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_NAME = r"\$\{\s*(?P<name>[^}\s]+)\s*\}"
_VALUE = r"(?:'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<number>\d+))"
_EQUALS = re.compile(rf"{_NAME}\s*=\s*{_VALUE}\Z")
_SELECTED = re.compile(rf"selected\(\s*{_NAME}\s*,\s*{_VALUE}\s*\)\Z")
_AT_MOST = re.compile(r"count-selected\(\s*\.\s*\)\s*(?P<sign><=|<)\s*(?P<number>\d+)\Z")
_OR = re.compile(r"\s+or\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Relevance:
    """Shown if the question `name` was answered with one of the choices `values` (names, not codes)."""

    name: str
    values: tuple[str, ...]


def relevance(name: str, values: Iterable[object]) -> str:
    """The `relevant` of a question that is shown after one of several answers."""
    return " or ".join(f"${{{name}}} = '{value}'" for value in values)


def read_relevance(text: str) -> Relevance | None:
    """The inverse of `relevance`, however it is spaced and bracketed; None for anything more complicated."""
    names: set[str] = set()
    values = []
    for term in _OR.split(_unbracketed(text)):
        term = _unbracketed(term)
        match = _EQUALS.match(term) or _SELECTED.match(term)
        if match is None:
            return None
        names.add(match["name"])
        values.append(
            next(each for each in (match["single"], match["double"], match["number"]) if each is not None)
        )
    return Relevance(names.pop(), tuple(values)) if len(names) == 1 else None


def at_most(number: int) -> str:
    """The `constraint` of a vote."""
    return f"count-selected(.) <= {number}"


def read_at_most(text: str) -> int | None:
    """How many may be chosen, if that is all that a `constraint` says."""
    match = _AT_MOST.match(_unbracketed(text))
    if match is None:
        return None
    return int(match["number"]) - (match["sign"] == "<")


def _unbracketed(text: str) -> str:
    """Without brackets around the whole."""
    text = text.strip()
    while text.startswith("(") and text.endswith(")") and _is_one_bracket(text):
        text = text[1:-1].strip()
    return text


def _is_one_bracket(text: str) -> bool:
    depth = 0
    for place, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return place == len(text) - 1
    return False
