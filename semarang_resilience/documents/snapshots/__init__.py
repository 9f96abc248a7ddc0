"""Freezing: domain rows become dataclasses, these become JSON, and the JSON can be read back.

One module per document with a dataclass, `take()` and `gaps()`. Rendering starts from `load()` and
never asks the database again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from semarang_resilience.core.models import Cycle

from . import action_plan, crs, pra
from .base import SCHEMA, Gap, Reader, UnreadableSnapshot, Words, canonical, digest, pack, unpack

__all__ = ["Frozen", "Gap", "UnreadableSnapshot", "Words", "canonical", "digest", "freeze", "load"]


@dataclass(frozen=True, kw_only=True)
class _Maker:
    """How one kind of document is frozen and read back."""

    shape: type[Any]
    take: Callable[..., Any]
    gaps: Callable[[Any], Iterable[Gap]]


MAKERS = {
    "pra": _Maker(shape=pra.PraSnapshot, take=pra.take, gaps=pra.gaps),
    "crs": _Maker(shape=crs.CrsSnapshot, take=crs.take, gaps=crs.gaps),
    "action_plan": _Maker(shape=action_plan.ActionPlanSnapshot, take=action_plan.take, gaps=action_plan.gaps),
}


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """A snapshot as it is stored, with its hash and what it lacks."""

    packed: dict[str, Any]
    sha256: str
    gaps: tuple[Gap, ...]


def freeze(*, kind: str, cycle: Cycle, language: str, number: int, at: datetime) -> Frozen:
    """Take a snapshot of the domain for one document in one language."""
    maker = MAKERS[kind]
    others = tuple(code for code, _label in settings.LANGUAGES if code != language)
    snapshot = maker.take(cycle=cycle, number=number, reader=Reader(language, others), at=at)
    packed = pack(snapshot)
    return Frozen(packed=packed, sha256=digest(packed), gaps=tuple(maker.gaps(snapshot)))


def load(packed: Mapping[str, Any], *, sha256: str = "") -> Any:
    """Read a stored snapshot back, refusing one that was changed or has another shape."""
    if sha256 and digest(packed) != sha256:
        raise UnreadableSnapshot("the content does not match its SHA-256")
    try:
        head = packed["head"]
        schema, maker = head["schema"], MAKERS[head["kind"]]
    except (KeyError, TypeError) as error:
        raise UnreadableSnapshot("the content has no known head") from error
    if schema != SCHEMA:
        raise UnreadableSnapshot(f"schema {schema} is not {SCHEMA}")
    return unpack(maker.shape, packed)
