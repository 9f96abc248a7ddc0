"""Which app writes which letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from .models import Message


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a builder answers: `template` names `templates/<template>.txt` and `.html`.

    Both are rendered in the message's language with `context`; the subject becomes one line.
    """

    subject: str | Promise
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


Builder = Callable[["Message"], Letter | None]

_BUILDERS: dict[str, Builder] = {}
_LABELS: dict[str, str | Promise] = {}


def register_letter(kind: str, build: Builder, *, label: str | Promise = "") -> None:
    """Say who writes letters of a kind ("survey.invitation"); called in an app's `ready()`.

    `build(message)` runs at sending time in the message's language and outside of any transaction. It
    answers the letter, or None when it is no longer needed (the survey has closed, the person answered).
    `label` names the kind on the page of the outbox.
    """
    if kind in _BUILDERS and _BUILDERS[kind] is not build:
        raise ValueError(f"Two builders for the letter {kind!r}")
    _BUILDERS[kind] = build
    _LABELS[kind] = label or kind


def builder_of(kind: str) -> Builder:
    """The builder of a kind; KeyError when no app registered one."""
    return _BUILDERS[kind]


def label_of(kind: str) -> str | Promise:
    """The kind in words, or its name where its app is gone."""
    return _LABELS.get(kind, kind)


def kinds() -> list[tuple[str, str | Promise]]:
    """All kinds with their labels, as choices."""
    return sorted(_LABELS.items(), key=lambda item: str(item[1]))
