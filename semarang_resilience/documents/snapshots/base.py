"""What all snapshots share: words in a language, canonical JSON, reading it back, finding gaps."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from django.db import models
from django.utils import translation
from modeltranslation.utils import build_localized_fieldname

SCHEMA = 1  # raise it when a snapshot of an older shape can no longer be set by the templates

T = TypeVar("T")


class UnreadableSnapshot(Exception):
    """A snapshot that was changed, or that was frozen in a shape which these templates do not know."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Words:
    """A published text and the language it is in, which is another one where the translation is missing."""

    text: str
    language: str

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Term:
    """A value of a fixed list with its word in the edition's language."""

    value: str
    label: str

    def __str__(self) -> str:
        return self.label


@dataclasses.dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a statement comes from: office, quoted (with its source) or example."""

    provenance: str
    source: str

    @property
    def is_example(self) -> bool:
        """Whether it was invented to show a feature."""
        return self.provenance == "example"

    @property
    def is_quoted(self) -> bool:
        """Whether it is quoted from `source`."""
        return self.provenance == "quoted"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Gap:
    """Something that is missing, to be known before an edition is frozen. Nothing here stops the request."""

    key: str
    count: int
    examples: tuple[str, ...] = ()


class Reader:
    """Reads bilingual rows in the language of the edition."""

    def __init__(self, language: str, others: tuple[str, ...]) -> None:
        self.language, self.others = language, others

    def words(self, row: models.Model, field: str) -> Words:
        """The text of `field` in the edition's language, else in another one, which is then named."""
        for language in (self.language, *self.others):
            text = getattr(row, build_localized_fieldname(field, language)) or ""
            if text.strip():
                return Words(text=text.strip(), language=language)
        return Words(text="", language=self.language)

    def pick(self, texts: Mapping[str, str], *, otherwise: str = "") -> Words:
        """As `words`, from a mapping by language."""
        for language in (self.language, *self.others):
            if texts.get(language, "").strip():
                return Words(text=texts[language].strip(), language=language)
        return Words(text=otherwise, language=self.language)

    def term(self, choice: Any) -> Term:
        """A member of a list of choices."""
        with translation.override(self.language):
            return Term(value=str(choice.value), label=str(choice.label))

    def origin(self, row: Any) -> Origin:
        """The provenance of a row."""
        return Origin(provenance=row.provenance, source=row.source)


def pack(snapshot: Any) -> dict[str, Any]:
    """A snapshot's dataclasses as plain JSON values."""
    return json.loads(json.dumps(dataclasses.asdict(snapshot), default=_plain, allow_nan=False))


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not belong in a snapshot")


def canonical(packed: Mapping[str, Any]) -> bytes:
    """One spelling for one content: sorted keys, no spaces, UTF-8."""
    text = json.dumps(packed, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def digest(packed: Mapping[str, Any]) -> str:
    """The SHA-256 of the canonical spelling: what the imprint prints and anyone can compute again."""
    return hashlib.sha256(canonical(packed)).hexdigest()


def unpack(kind: type[T], packed: Any) -> T:
    """Plain JSON values as the dataclass `kind`, refusing every unknown or missing field.

    A field that came later and has a default may be missing: older editions stay readable.
    """
    try:
        return _restore(kind, packed)
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableSnapshot(f"{kind.__name__}: {error}") from error


@lru_cache(maxsize=256)
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


@lru_cache(maxsize=256)
def _optional(kind: type) -> frozenset[str]:
    """The fields of a dataclass that have a default."""
    fields = dataclasses.fields(kind)
    return frozenset(one.name for one in fields if one.default is not dataclasses.MISSING)


def _restore(hint: Any, value: Any) -> Any:
    if dataclasses.is_dataclass(hint):
        hints = _hints(hint)  # type: ignore[arg-type]
        missing = set(hints) - set(value) - _optional(hint)  # type: ignore[arg-type]
        if missing or set(value) - set(hints):
            raise ValueError(f"fields differ: {sorted(missing | set(value) - set(hints))}")
        return hint(**{name: _restore(hints[name], value[name]) for name in value})  # type: ignore[operator]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        (inner,) = (one for one in arguments if one is not type(None))
        return None if value is None else _restore(inner, value)
    if origin is tuple:
        return tuple(_restore(arguments[0], one) for one in value)
    if origin is dict:
        return {name: _restore(arguments[1], one) for name, one in value.items()}
    if hint in (date, datetime):
        return hint.fromisoformat(value)
    if hint is Any:
        return value
    if not isinstance(value, (int, float) if hint is float else hint):
        raise TypeError(f"{value!r} is not {hint}")
    return value


def walk(thing: Any, kind: type[T]) -> Iterator[T]:
    """Every part of `kind` (texts, origins) in a snapshot."""
    if isinstance(thing, kind):
        yield thing
    elif dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            yield from walk(getattr(thing, field.name), kind)
    elif isinstance(thing, tuple):
        for one in thing:
            yield from walk(one, kind)


def untranslated(part: Any, language: str) -> list[str]:
    """Texts in `part` that had to be taken from another language."""
    return [words.text for words in walk(part, Words) if words and words.language != language]


def sources_of(part: Any) -> tuple[str, ...]:
    """The sources that quoted statements name, each once, in the order of the alphabet."""
    return tuple(sorted({one.source for one in walk(part, Origin) if one.is_quoted and one.source}))
