"""Columns of lists: how a cell is read, kept as JSON, handed to an operation, shown and written.

The value of a column is kept as JSON (a day as "2016-05-23"), so that the preview, the comparison with what
the portal holds and the undo all speak of the same thing. An empty cell is "" , [] or None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email, validate_slug
from django.db import models
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from ..sheets import cells
from ..sheets.cells import CellError, normal
from ..sheets.grid import Cell

Text = str | Promise


def in_every_language(text: Text) -> list[str]:
    """A translated text in each language of the portal."""
    texts = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            texts.append(str(text))
    return texts


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of text. `is_required`: the file must have it and a new row must fill it.

    `is_exported_only` columns are written for information and not read back.
    """

    name: str
    heading: Text
    help: Text = ""
    example: Text = ""
    aliases: tuple[str, ...] = ()
    is_required: bool = False
    is_exported_only: bool = False
    max_length: int = 0
    width: int = 18

    empty: Any = ""

    def words(self) -> list[str]:
        """Everything that is accepted as its heading."""
        return [self.name, *in_every_language(self.heading), *self.aliases]

    def read(self, cell: Cell, notes: list[str]) -> Any:
        """The value of a cell as JSON. Raises `CellError`."""
        return cells.as_text(cell, notes, max_length=self.max_length)

    def load(self, value: Any) -> Any:
        """The value as an operation takes it."""
        return value

    def dump(self, value: Any) -> Any:
        """An attribute of a model as JSON, comparable with what `read` gives."""
        return cells.clean(str(value)) if value is not None else self.empty

    def show(self, value: Any) -> str:
        """The value for a page."""
        return str(value) if value not in (None, "", []) else ""

    def write(self, value: Any) -> Any:
        """The value for a cell of an export."""
        return value

    def possible(self) -> list[str]:
        """The values to choose from, where there is a list of them."""
        return []


@dataclass(frozen=True, kw_only=True)
class CodeColumn(Column):
    """A stable key: letters without accents, digits, hyphens, underscores."""

    max_length: int = 60

    def read(self, cell: Cell, notes: list[str]) -> str:
        text = cells.as_text(cell, notes, max_length=self.max_length)
        try:
            if text:
                validate_slug(text)
        except ValidationError as error:
            raise CellError(
                _("A code has only letters, digits, hyphens and underscores: “%(text)s”.") % {"text": text}
            ) from error
        return text


@dataclass(frozen=True, kw_only=True)
class EmailColumn(Column):
    """An e-mail address."""

    max_length: int = 254

    def read(self, cell: Cell, notes: list[str]) -> str:
        text = cells.as_text(cell, notes, max_length=self.max_length).removeprefix("mailto:")
        try:
            if text:
                validate_email(text)
        except ValidationError as error:
            raise CellError(_("“%(text)s” is not an e-mail address.") % {"text": text}) from error
        return text


@dataclass(frozen=True, kw_only=True)
class UrlColumn(Column):
    """An address in the web; one without https:// gets it."""

    max_length: int = 200

    def read(self, cell: Cell, notes: list[str]) -> str:
        text = cells.as_text(cell, notes)
        if text and "://" not in text:
            text = f"https://{text}"
        try:
            if text:
                URLValidator(schemes=["http", "https"])(text)
        except ValidationError as error:
            raise CellError(_("“%(text)s” is not an address in the web.") % {"text": text}) from error
        return cells.as_text(text, notes, max_length=self.max_length)


@dataclass(frozen=True, kw_only=True)
class ChoiceColumn(Column):
    """One of a list, by value or by label in any language; `synonyms` map further words to values."""

    choices: type[models.TextChoices]
    synonyms: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _words(self) -> dict[str, str]:
        words = {normal(word): value for word, value in self.synonyms.items()}
        for choice in self.choices:
            for word in (choice.value, *in_every_language(choice.label)):
                words[normal(word)] = choice.value
        return words

    def read(self, cell: Cell, notes: list[str]) -> str:
        return cells.as_choice(cell, self._words, [choice.label for choice in self.choices])

    def show(self, value: Any) -> str:
        return str(self.choices(value).label) if value in self.choices.values else str(value or "")

    def write(self, value: Any) -> Any:
        return self.show(value)

    def possible(self) -> list[str]:
        return [str(choice.label) for choice in self.choices]


@dataclass(frozen=True, kw_only=True)
class YesNoColumn(Column):
    """Yes or no."""

    empty: Any = None

    def read(self, cell: Cell, notes: list[str]) -> bool | None:
        return cells.as_yes_no(cell, notes)

    def dump(self, value: Any) -> Any:
        return value

    def show(self, value: Any) -> str:
        return "" if value is None else _("yes") if value else _("no")

    def write(self, value: Any) -> Any:
        return self.show(value)

    def possible(self) -> list[str]:
        return [_("yes"), _("no")]


@dataclass(frozen=True, kw_only=True)
class DateColumn(Column):
    """A day."""

    empty: Any = None

    def read(self, cell: Cell, notes: list[str]) -> str | None:
        day = cells.as_date(cell, notes)
        return day.isoformat() if day else None

    def load(self, value: Any) -> date | None:
        return date.fromisoformat(value) if value else None

    def dump(self, value: Any) -> Any:
        return value.isoformat() if value else None

    def show(self, value: Any) -> str:
        return date_format(date.fromisoformat(value), "DATE_FORMAT") if value else ""

    def write(self, value: Any) -> Any:
        return date.fromisoformat(value) if value else None


@dataclass(frozen=True, kw_only=True)
class IntegerColumn(Column):
    """A whole number between `at_least` and `at_most`."""

    empty: Any = None
    at_least: int | None = None
    at_most: int | None = None

    def read(self, cell: Cell, notes: list[str]) -> int | None:
        number = cells.as_integer(cell, notes)
        _check_range(number, self.at_least, self.at_most)
        return number

    def dump(self, value: Any) -> Any:
        return value

    def show(self, value: Any) -> str:
        return "" if value is None else number_format(value, force_grouping=True)


@dataclass(frozen=True, kw_only=True)
class DecimalColumn(Column):
    """A number with decimals, kept exactly (as text without trailing zeros)."""

    empty: Any = None
    at_least: Decimal | None = None
    at_most: Decimal | None = None

    def read(self, cell: Cell, notes: list[str]) -> str | None:
        number = cells.as_decimal(cell, notes)
        _check_range(number, self.at_least, self.at_most)
        return self.dump(number)

    def load(self, value: Any) -> Decimal | None:
        return Decimal(value) if value is not None else None

    def dump(self, value: Any) -> Any:
        return None if value is None else format(Decimal(value).normalize(), "f")

    def show(self, value: Any) -> str:
        return "" if value is None else number_format(Decimal(value), force_grouping=True)

    def write(self, value: Any) -> Any:
        return None if value is None else Decimal(value)


@dataclass(frozen=True, kw_only=True)
class ListColumn(Column):
    """Several words in one cell; `check` looks at each and may put it right."""

    empty: Any = field(default_factory=list)
    check: Callable[[str], str] | None = None

    def read(self, cell: Cell, notes: list[str]) -> list[str]:
        words = cells.as_list(cell, notes)
        if self.max_length and any(len(word) > self.max_length for word in words):
            raise CellError(_("One entry is longer than %(limit)s characters.") % {"limit": self.max_length})
        return list(dict.fromkeys(self.check(word) for word in words)) if self.check else words

    def dump(self, value: Any) -> Any:
        return list(value or [])

    def show(self, value: Any) -> str:
        return "; ".join(value or [])

    def write(self, value: Any) -> Any:
        # A single entry with a comma would be read back as two without the mark behind it.
        return f"{value[0]};" if value and len(value) == 1 and "," in value[0] else self.show(value)


@dataclass(frozen=True, kw_only=True)
class ReferenceColumn(Column):
    """Points to a row of another list (or of the same one) by its key; `find` asks once for many keys.

    `find(keys)` gives the objects by key. `by_words(words)`, where given, turns what people write instead
    of a key (a name) into keys: word -> keys that fit. `same_list`: the row may come in the same file.
    """

    empty: Any = ""
    find: Callable[[set[str]], Mapping[str, Any]]
    by_words: Callable[[set[str]], Mapping[str, list[str]]] | None = None
    same_list: bool = False
    attribute: str = "pk"

    def dump(self, value: Any) -> Any:
        return "" if value is None else str(getattr(value, self.attribute))


def _check_range(number: Any, at_least: Any, at_most: Any) -> None:
    if number is None:
        return
    if at_least is not None and number < at_least:
        raise CellError(_("This must be at least %(limit)s.") % {"limit": at_least})
    if at_most is not None and number > at_most:
        raise CellError(_("This must be at most %(limit)s.") % {"limit": at_most})
