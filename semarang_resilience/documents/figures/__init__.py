"""Figures of the documents: the builders of the domain apps, fed from the snapshot instead of from rows."""

from __future__ import annotations

from typing import Any

from semarang_resilience.core.figures import Figure

__all__ = ["figures_of"]


def figures_of(snapshot: Any) -> dict[str, Figure]:
    """All figures of a document by key, in the language that is active."""
    return {}
