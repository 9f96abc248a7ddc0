"""What every operation does around its own rule: lock, copy the permitted fields, validate, save."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransition, FSMFieldMixin
from modeltranslation.translator import NotRegistered, translator
from modeltranslation.utils import build_localized_fieldname

from .errors import Refused

Row = TypeVar("Row", bound=models.Model)


class Invalid(Refused):
    """The values break a rule of the model; `fields` says which field breaks what (pages: 422)."""

    code = "invalid"

    def __init__(self, error: ValidationError) -> None:
        self.fields: dict[str, list[str]] = {
            ("" if name == NON_FIELD_ERRORS else name): [str(each) for each in messages]
            for name, messages in error.message_dict.items()
        }
        super().__init__(" ".join(message for messages in self.fields.values() for message in messages))


class ChangedMeanwhile(Refused):
    """Somebody else was faster."""

    code = "changed_meanwhile"
    message = _("Somebody else changed this at the same moment. Look at the newest state and try again.")


def content_fields(model: type[models.Model], content: Mapping[str, Any]) -> dict[str, Any]:
    """Texts of a translated model by the names of its columns.

    Callers write `name_id=` and `name_en=`; the Indonesian column is called `name_ind`, because Django keeps
    the ending `_id` for foreign keys. A bare `name=` is the text in the active language. Anything that is
    not a translated text of the model is a mistake of the caller.
    """
    columns = _columns(model)
    if unknown := content.keys() - columns.keys():
        raise TypeError(f"{model.__name__} has no translated text called {', '.join(sorted(unknown))}")
    return {columns[name]: value for name, value in content.items()}


def lock(row: models.Model) -> None:
    """Read `row` anew and hold it until the end of the transaction; rows may still point at it meanwhile.

    Not by `refresh_from_db`: the state machine's version lifts the protection of the state field for the
    whole process while it works, so that two threads that lock at the same moment trip over each other.
    """
    fresh = type(row)._default_manager.select_for_update(no_key=True).get(pk=row.pk)
    row.__dict__.pop("_prefetched_objects_cache", None)
    row.__dict__.update(fresh.__dict__)


def check(row: models.Model) -> None:
    """Validate fields, uniqueness and constraints, so that a broken rule is a sentence and not a crash."""
    # The state of a machine cannot be assigned to, and its arrows guard it better than a list of choices.
    machine = {f.name for f in row._meta.concrete_fields if isinstance(f, FSMFieldMixin) and f.protected}
    try:
        row.full_clean(exclude=machine)
    except ValidationError as error:
        raise Invalid(error) from error


def create(row: Row) -> Row:
    """Check and insert; two who enter the same at the same moment get one row and one refusal."""
    check(row)
    return save(row)


def apply_changes(row: models.Model, changes: Mapping[str, Any], *, allowed: Collection[str]) -> list[str]:
    """Set, check and save those of `changes` that differ; returns their names, sorted."""
    if unknown := changes.keys() - set(allowed) - _columns(type(row)).keys():
        raise TypeError(f"{type(row).__name__}: {', '.join(sorted(unknown))} cannot be changed this way")
    columns = _columns(type(row))
    changed = []
    for name, value in changes.items():
        column = columns.get(name, name)
        if getattr(row, column) != value:
            setattr(row, column, value)
            changed.append(name)
    if changed:
        check(row)
        save(row)
    return sorted(changed)


def save(row: Row) -> Row:
    """Save; a lost race is a refusal, and the transaction around it stays usable."""
    try:
        with transaction.atomic():
            row.save()
    except (IntegrityError, ConcurrentTransition) as error:
        raise ChangedMeanwhile() from error
    return row


def _columns(model: type[models.Model]) -> dict[str, str]:
    """How callers call the translated texts of a model -> the attribute that holds them."""
    try:
        options: Any = translator.get_options_for_model(model)  # the stubs do not know its fields
        fields = tuple(options.fields)
    except NotRegistered:
        return {}
    columns = {field: field for field in fields}
    for field in fields:
        for code, _label in settings.LANGUAGES:
            column = build_localized_fieldname(field, code)
            columns[f"{field}_{code}"] = columns[column] = column
    return columns
