"""Forms that hand their values to one operation; what the operation refuses becomes an error of the form."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .changes import Invalid, content_fields
from .choices import Provenance
from .errors import Refused
from .http import View, reads, writes

LANGUAGE_NAMES = dict(settings.LANGUAGES)
CHOOSE = gettext_lazy("Choose…")


def form_view(view: View) -> View:
    """Mark a view whose one address shows a form (only reading) and takes it (invalid input answers 422)."""
    shows, takes = reads(view), writes(view)

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return (takes if request.method == "POST" else shows)(request, *args, **kwargs)

    return inner


class OperationForm(forms.Form):
    """Fields are named like the arguments of the operation, texts like `name_id` and `name_en`."""

    def run(self, operation: Callable[..., Any], **arguments: Any) -> Any:
        """Call the operation; returns its result, or None after putting its refusal on the form."""
        try:
            return operation(**arguments)
        except Invalid as refusal:
            for name, messages in refusal.fields.items():
                for message in messages:
                    self.add_error(self._field_of(name), message)
        except Refused as refusal:
            self.add_error(None, str(refusal.message))
        return None

    def _field_of(self, name: str) -> str | None:
        """The field that shows an error of the model's field: a text shows it at its first language."""
        names = (name, *(f"{name}_{code}" for code in LANGUAGE_NAMES))
        return next((each for each in names if each in self.fields), None)

    def answer(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        """The page with this form: 422 where it was sent and refused, so that nothing typed is lost."""
        status = 422 if self.is_bound and self.errors else 200
        return render(request, template, context | {"form": self}, status=status)


class ProvenanceForm(OperationForm):
    """Adds where the entry comes from; a quotation needs its source."""

    provenance = forms.ChoiceField(
        label=gettext_lazy("Provenance"), choices=Provenance.choices, initial=Provenance.OFFICE
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Needed for quotations: title, year and page, or an address."),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("provenance") == Provenance.QUOTED and not values.get("source"):
            self.add_error("source", _("A quoted statement must name its source."))
        return values


def indonesian(label: str | Promise, **options: Any) -> forms.CharField:
    """The Indonesian text of a field; `rows` makes it a text box."""
    return _text("id", label, **options)


def english(label: str | Promise, **options: Any) -> forms.CharField:
    """The English text of a field; it may be added later, and is counted as missing until then."""
    return _text("en", label, **({"required": False} | options))


def _text(code: str, label: str | Promise, *, rows: int = 0, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "lang": code}) if rows else forms.TextInput({"lang": code})
    named = format_lazy("{label} ({language})", label=label, language=LANGUAGE_NAMES[code])
    return forms.CharField(label=named, widget=widget, **options)


def texts_of(row: Model, *names: str) -> dict[str, Any]:
    """The stored texts of a row in every language, under the names that forms and operations use."""
    keys = [f"{name}_{code}" for name in names for code in LANGUAGE_NAMES]
    columns = {key: next(iter(content_fields(type(row), {key: ""}))) for key in keys}
    return {key: getattr(row, column) or "" for key, column in columns.items()}


def values_of(row: Model, names: Iterable[str]) -> dict[str, Any]:
    """Plain fields of a row as the initial values of a form."""
    return {name: getattr(row, name) for name in names}
