"""Form parts with label, help and error wired together; and large choices for a thumb."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms, template
from django.forms import BaseForm, BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from .rendering import render

register = template.Library()

RATINGS: tuple[dict[str, Any], ...] = (
    {"value": "1", "label": _("Needs to get better"), "icon": "circle-alert", "tone": "danger"},
    {"value": "2", "label": _("Fair, could be better"), "icon": "circle-minus", "tone": "warning"},
    {"value": "3", "label": _("A strength"), "icon": "circle-check", "tone": "success"},
    {"value": "0", "label": _("I do not know"), "icon": "circle-help", "tone": "neutral"},
)


def _kind(field: BoundField) -> str:
    """Which of the component's shapes fits the widget."""
    widget = field.field.widget
    match widget:
        case forms.CheckboxInput():
            return "checkbox"
        case forms.RadioSelect() | forms.CheckboxSelectMultiple():
            return "group"
        case forms.Select():
            return "select"
        case _:
            return "input"


def _described_by(field: BoundField) -> str:
    """The ids of help and error, for `aria-describedby`."""
    ids = []
    if field.help_text:
        ids.append(f"{field.auto_id}_help")
    if field.errors:
        ids.append(f"{field.auto_id}_error")
    return " ".join(ids)


def _control(field: BoundField, *, kind: str, autofocus: bool) -> SafeString:
    """The widget with the attributes that tie it to its label, help and error."""
    css = {"select": "form-select", "checkbox": "form-check-input"}.get(kind, "form-control")
    # A placeholder vanishes when one needs it; labels and help do that work.
    attrs: dict[str, Any] = {"class": f"{css} is-invalid" if field.errors else css, "placeholder": False}
    if described := _described_by(field):
        attrs["aria-describedby"] = described
    if field.errors:
        attrs["aria-invalid"] = "true"
    if autofocus:
        attrs["autofocus"] = True
    widget = field.field.widget
    if isinstance(widget, forms.DateInput) and widget.input_type == "text":
        # The browser's own date picker needs the ISO form, whatever the language of the page.
        iso_widget = forms.DateInput(attrs=widget.attrs | {"type": "date"}, format="%Y-%m-%d")
        return field.as_widget(widget=iso_widget, attrs=attrs)
    return field.as_widget(attrs=attrs)


@register.simple_tag
def field(
    *,
    field: BoundField,
    label: str = "",
    help: str = "",
    hide_label: bool = False,
    hide_help: bool = False,
    optional_mark: bool = True,
    autofocus: bool = False,
    width: str = "",
) -> SafeString:
    """One field of a form: label, help, control, error. `width`: short, medium or (empty) full.

    Radio buttons and several checkboxes become a fieldset. What may stay empty says so; the rest is required.
    """
    if help or hide_help:
        field.help_text = help
    kind = _kind(field)
    return render(
        "field",
        field=field,
        kind=kind,
        label=label or field.label,
        control="" if kind == "group" else _control(field, kind=kind, autofocus=autofocus),
        options=_options(field) if kind == "group" else (),
        described_by=_described_by(field),
        hide_label=hide_label,
        optional=optional_mark and not field.field.required and kind != "checkbox",
        width=width,
    )


def _options(field: BoundField) -> list[dict[str, Any]]:
    """The choices of a radio or checkbox group, as plain values."""
    multiple = isinstance(field.field.widget, forms.CheckboxSelectMultiple)
    return [
        {
            "id": option.id_for_label,
            "value": option.data["value"],
            "label": option.choice_label,
            "checked": option.data["selected"],
            "type": "checkbox" if multiple else "radio",
        }
        for option in field
    ]


@register.simple_tag
def form_fields(*, form: BaseForm, optional_mark: bool = True) -> SafeString:
    """All fields of a form one under another, the hidden ones too. Put `error_summary` before it."""
    return render(
        "form_fields", hidden=form.hidden_fields(), fields=form.visible_fields(), optional_mark=optional_mark
    )


@register.inclusion_tag("components/error_summary.html")
def error_summary(
    *, form: BaseForm | None = None, forms: Iterable[BaseForm] = (), errors: Sequence[Any] = ()
) -> Any:
    """What is wrong, at the top of the form, each with a link to its field; takes the focus.

    `errors` adds (message, "#anchor") pairs for forms that are not Django forms.
    """
    rows: list[dict[str, str]] = [{"message": str(message), "url": anchor} for message, anchor in errors]
    for each in [form] if form is not None else list(forms):
        rows += [{"message": str(message), "url": ""} for message in each.non_field_errors()]
        for bound in each.visible_fields():
            anchor = f"#{bound.id_for_label or bound.auto_id}"
            rows += [{"message": f"{bound.label}: {message}", "url": anchor} for message in bound.errors]
    return {"rows": rows}


@register.simple_block_tag
def fieldset(content: str, *, legend: str, help: str = "", id: str = "") -> SafeString:
    """Fields that belong together under one legend."""
    return render("fieldset", legend=legend, help=help, id=id, content=content)


def _choices(options: Iterable[Any], chosen: set[str]) -> list[dict[str, Any]]:
    """(value, label) pairs or mappings with `help`, `icon`, `tone`, with what was chosen before."""
    rows = []
    for option in options:
        row = dict(option) if isinstance(option, dict) else {"value": option[0], "label": option[1]}
        row["checked"] = str(row["value"]) in chosen
        rows.append(row)
    return rows


@register.inclusion_tag("components/choice_group.html")
def choice_group(
    *,
    name: str,
    legend: str,
    options: Iterable[Any],
    value: Any = None,
    multiple: bool = False,
    required: bool = False,
    help: str = "",
    error: str = "",
    layout: str = "stack",
    number: int | str = "",
) -> dict[str, Any]:
    """Choices as large buttons for a thumb. `options`: (value, label) or mappings with help, icon, tone.

    `layout`: stack (one under another), row (side by side, for short scales) or pair (two to compare).
    `multiple` makes checkboxes.
    """
    chosen = {str(v) for v in value} if isinstance(value, list | tuple | set) else {str(value)}
    return {
        "name": name,
        "legend": legend,
        "choices": _choices(options, chosen if value is not None else set()),
        "type": "checkbox" if multiple else "radio",
        "required": required and not multiple,
        "optional": not required,
        "help": help,
        "error": error,
        "layout": layout,
        "number": number,
    }


@register.inclusion_tag("components/choice_group.html")
def rating(
    *,
    name: str,
    legend: str,
    value: Any = None,
    options: Iterable[Any] = RATINGS,
    required: bool = False,
    help: str = "",
    error: str = "",
    number: int | str = "",
) -> dict[str, Any]:
    """The rating of the perception survey: needs to get better, fair, a strength, or "I do not know"."""
    return choice_group(
        name=name,
        legend=legend,
        options=options,
        value=value,
        required=required,
        help=help,
        error=error,
        layout="rating",
        number=number,
    )


@register.inclusion_tag("components/scales.html")
def scales(
    *,
    name: str,
    legend: str,
    rows: Iterable[Any],
    levels: int = 5,
    low: str = "",
    high: str = "",
    unknown: str = "",
    help: str = "",
    error: str = "",
    number: int | str = "",
) -> dict[str, Any]:
    """Several short scales for one thing under one legend, to be compared ("now" and "in ten years").

    `rows` have `name`, `label` (empty for a single scale) and `value`; each is a scale from 1 to `levels`,
    with `unknown` (value 0) beside it if given. `low` and `high` say what the ends mean, unless a row does.
    """
    return {
        "name": name,
        "legend": legend,
        "rows": [_scale(row, levels, low, high) for row in rows],
        "levels": levels,
        "is_long": levels > 5,
        "unknown": unknown,
        "help": help,
        "error": error,
        "number": number,
    }


def _scale(row: Any, levels: int, low: str, high: str) -> dict[str, Any]:
    """One scale with its steps; the ends are read aloud with the first and the last step."""
    low, high = _read(row, "low") or low, _read(row, "high") or high
    return {
        "name": _read(row, "name"),
        "label": _read(row, "label"),
        "value": str(_read(row, "value")),
        "low": low,
        "high": high,
        "top": levels,
        "steps": [
            {"value": str(level), "says": low if level == 1 else high if level == levels else ""}
            for level in range(1, levels + 1)
        ],
    }


def _read(row: Any, name: str) -> Any:
    """Read from a mapping or an object alike."""
    return row.get(name, "") if isinstance(row, dict) else getattr(row, name, "")


@register.simple_block_tag
def form_page(content: str, *, width: str = "narrow") -> SafeString:
    """Keeps a form at the width at which it is easy to fill in; `width`: narrow or wide."""
    return render("form_page", width=width, content=content)
