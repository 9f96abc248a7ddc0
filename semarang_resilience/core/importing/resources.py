"""What an app says about a list that people keep in a spreadsheet; the registry of such lists."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..errors import Refused
from ..permissions import allowed
from ..sheets.cells import normal
from .columns import Column, ReferenceColumn, Text
from .models import RowAction

BATCH = 500


@dataclass
class Draft:
    """One row of a file on its way: what was understood, and what is wrong with it."""

    number: int
    values: dict[str, Any]
    raw: dict[str, str]
    key: str = ""
    errors: dict[str, str] = field(default_factory=dict)  # column, or "" for the row -> sentence
    notes: list[list[str]] = field(default_factory=list)  # [column or "", sentence]
    action: RowAction = RowAction.ERROR
    before: dict[str, Any] = field(default_factory=dict)
    object_pk: str = ""
    found: dict[str, Any] = field(default_factory=dict)  # column -> the object that it points to

    def fail(self, column: str, sentence: str) -> None:
        """Note a problem at a cell (or, with "", of the row); the first one of a cell counts."""
        self.errors.setdefault(column, sentence)

    def remark(self, column: str, sentence: str) -> None:
        """Note something that the reader should know before confirming."""
        self.notes.append([column, sentence])


class Resource(ABC):
    """A list that is imported and exported. Apps subclass it and `register` an instance.

    The unit of comparison is a dictionary of JSON values by column name, see `columns`.
    """

    identifier: str
    label: Text  # in the plural: "Organisations"
    icon: str = "table-2"
    permission: str  # to import
    export_permission: str
    is_personal: bool = False  # people: the pages say so
    list_url_name: str = ""  # the page on which these rows are kept
    columns: Sequence[Column]
    needed: tuple[str, ...]  # columns without which a file is not understood

    # -- about the columns --------------------------------------------------------------------------------
    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Columns by name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def imported(self) -> list[Column]:
        """Columns that are read back."""
        return [column for column in self.columns if not column.is_exported_only]

    @cached_property
    def words(self) -> dict[str, str]:
        """Every accepted heading in its normal form -> name of the column."""
        words: dict[str, str] = {}
        for column in self.columns:
            for word in column.words():
                words.setdefault(normal(word), column.name)
        return words

    # -- finding ------------------------------------------------------------------------------------------
    def prepare(self, drafts: Sequence[Draft]) -> None:  # noqa: B027  most lists need none
        """Complete a batch of drafts before keys are made: find rows by name, refuse what is ambiguous."""

    @abstractmethod
    def key_of(self, draft: Draft) -> str:
        """The natural key of a row as text; empty where it has none (it should then have an error)."""

    @abstractmethod
    def find(self, keys: Collection[str], *, lock: bool = False) -> Mapping[str, Any]:
        """Existing objects by key, in a number of queries that does not depend on how many keys there are."""

    @abstractmethod
    def label_of(self, values: Mapping[str, Any]) -> str:
        """What a person calls the row."""

    def values_of(self, obj: Any) -> dict[str, Any]:
        """What the portal holds, by column, as JSON."""
        return {column.name: column.dump(self.attribute_of(obj, column)) for column in self.columns}

    def attribute_of(self, obj: Any, column: Column) -> Any:
        """The attribute behind a column."""
        return getattr(obj, column.name)

    def check(self, draft: Draft, existing: Any) -> None:  # noqa: B027  most lists need none
        """Further rules between the cells of a row, without queries."""

    def look_over(self, drafts: Sequence[Draft]) -> None:  # noqa: B027  most lists need none
        """Remarks that need the whole file, such as two rows of one name."""

    def in_order(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Rows to apply in an order in which each finds what it points to."""
        return rows

    # -- changing, always by the app's operations ---------------------------------------------------------
    @abstractmethod
    def add(self, values: Mapping[str, Any], *, by: Any, at: datetime) -> models.Model:
        """Enter a new object; `values` are loaded: days are dates, references are objects."""

    @abstractmethod
    def change(self, obj: Any, changes: Mapping[str, Any], *, by: Any, at: datetime) -> None:
        """Change an object; `changes` are loaded."""

    @abstractmethod
    def withdraw(self, obj: Any, *, by: Any, at: datetime) -> None:
        """Take back an object that an import has entered. Raises `Refused` where something points to it."""

    @abstractmethod
    def find_by_pk(self, pks: Collection[str], *, lock: bool = False) -> Mapping[str, Any]:
        """Objects by primary key as text."""

    # -- taking away --------------------------------------------------------------------------------------
    @abstractmethod
    def rows_for_export(self, query: QueryDict, user: Any) -> models.QuerySet[Any]:
        """What the list page shows for this address and this person, with all that the columns need."""

    def cells_for_export(self, query: QueryDict, user: Any) -> Iterator[list[Any]]:
        """Rows of cells, read from the database in batches."""
        for obj in self.rows_for_export(query, user).iterator(chunk_size=BATCH):
            values = self.values_of(obj)
            yield [column.write(values[column.name]) for column in self.columns]

    def examples(self) -> list[list[Any]]:
        """Rows of the template: made-up values that show how to fill it in."""
        return [[column.example for column in self.columns]]


# -- references -------------------------------------------------------------------------------------------
def resolve_references(
    resource: Resource, drafts: Sequence[Draft], *, same_list: bool, own_keys: Collection[str] = ()
) -> None:
    """Turn what stands in columns that point elsewhere into keys; at most three queries a column and batch.

    First the columns that point to other lists, of which keys may be made; then, with `same_list`, those
    that point to rows of this one, where `own_keys` are the rows of the file itself.
    """
    for column in resource.imported:
        if isinstance(column, ReferenceColumn) and column.same_list == same_list:
            _resolve(column, drafts, set(own_keys))


def _resolve(column: ReferenceColumn, drafts: Sequence[Draft], own_keys: set[str]) -> None:
    words = {draft.values[column.name] for draft in drafts if draft.values.get(column.name)}
    found = dict(column.find(words)) if words else {}
    rest = words - found.keys() - own_keys
    by_words = column.by_words(rest) if column.by_words and rest else {}
    if named := {keys[0] for keys in by_words.values() if len(keys) == 1} - found.keys():
        found |= column.find(named)
    for draft in drafts:
        word = str(draft.values.get(column.name) or "")
        if not word:
            continue
        fitting = by_words.get(word, []) if word in rest else [word]
        if len(fitting) == 1:
            draft.values[column.name] = fitting[0]
            draft.found[column.name] = found.get(fitting[0])
        elif fitting:
            sentence = _("“%(word)s” fits several entries (%(keys)s). Write the code.")
            draft.fail(column.name, sentence % {"word": word, "keys": ", ".join(fitting[:5])})
        else:
            draft.fail(column.name, _("“%(word)s” is not in the portal.") % {"word": word})


class Loader:
    """Loads the values of a batch for operations: references become objects, found once for all rows."""

    def __init__(self, resource: Resource, batches_of_values: Sequence[Mapping[str, Any]]) -> None:
        self.resource = resource
        self.found: dict[str, dict[str, Any]] = {}
        for column in resource.imported:
            if isinstance(column, ReferenceColumn):
                keys = {values[column.name] for values in batches_of_values if values.get(column.name)}
                self.found[column.name] = dict(column.find(keys)) if keys else {}

    def load(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values as an operation takes them. Raises `Refused` for a reference that is gone."""
        return {name: self._load(self.resource.by_name[name], value) for name, value in values.items()}

    def _load(self, column: Column, value: Any) -> Any:
        if not isinstance(column, ReferenceColumn):
            return column.load(value)
        if not value:
            return None
        known = self.found[column.name]
        if value not in known:  # entered by an earlier row of this same import
            known.update(column.find({value}))
        if value not in known:
            raise Refused(_("“%(word)s” is not in the portal.") % {"word": value}, code="reference_gone")
        return known[value]


# -- registry ---------------------------------------------------------------------------------------------
class UnknownResource(Refused):
    """No app has such a list."""

    message = gettext_lazy("There is no such list.")


_registry: dict[str, Resource] = {}


def register(resource: Resource) -> Resource:
    """Make a list known; called where the app's `resources` package is loaded."""
    _registry[resource.identifier] = resource
    return resource


def resource_named(identifier: str) -> Resource:
    """The list of this name. Raises `UnknownResource`."""
    try:
        return _registry[identifier]
    except KeyError as error:
        raise UnknownResource() from error


def resources_for(user: Any) -> list[Resource]:
    """Lists that a person may import or export, in the order in which they were registered."""
    return [
        each
        for each in _registry.values()
        if allowed(user, each.permission) or allowed(user, each.export_permission)
    ]
