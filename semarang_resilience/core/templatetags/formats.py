"""Numbers, money, dates and sizes as the reader's language writes them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.template.defaultfilters import filesizeformat
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

register = template.Library()

Number = int | float | Decimal
DASH = "–"


@register.filter
def number(value: Number | None, decimals: int = 0) -> str:
    """1602717 -> 1.602.717 (Indonesian) or 1,602,717 (English); nothing gives a dash."""
    if value is None or value == "":
        return DASH
    # Django cuts further digits off where a reader expects rounding: 1.59 would become 1.5.
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return formats.number_format(rounded, decimal_pos=decimals, use_l10n=True, force_grouping=True)


@register.filter
def percent(value: Number | None, decimals: int = 0) -> str:
    """A share from 0 to 1 in per cent: 0.613 -> 61% (English) or 61% (Indonesian)."""
    if value is None or value == "":
        return DASH
    return f"{number(Decimal(str(value)) * 100, decimals)}%"


@register.filter
def rupiah(value: int | None) -> str:
    """Whole rupiah in the words that budgets use: 1200000000 -> Rp1,2 miliar."""
    if value is None or value == "":
        return DASH
    for size, word in (
        (10**12, pgettext("money", "trillion")),
        (10**9, pgettext("money", "billion")),
        (10**6, pgettext("money", "million")),
    ):
        if abs(value) >= size:
            amount = (Decimal(value) / size).quantize(Decimal("0.1")).normalize()
            digits = 0 if amount == amount.to_integral() else 1
            return f"Rp{number(amount, digits)} {word}"
    return rupiah_exact(value)


@register.filter
def rupiah_exact(value: int | None) -> str:
    """Every rupiah: 1200000000 -> Rp1.200.000.000."""
    return DASH if value is None or value == "" else f"Rp{number(value)}"


@register.filter
def day(value: date | datetime | None) -> str:
    """23 Mei 2016 / 23 May 2016; a moment is given as the day in Semarang."""
    if not value:
        return DASH
    return formats.date_format(_local(value), "j F Y")


@register.filter
def day_short(value: date | datetime | None) -> str:
    """23 Mei: for lists in which the year is plain."""
    return formats.date_format(_local(value), "j M") if value else DASH


@register.filter
def month(value: date | datetime | None) -> str:
    """Mei 2015 / May 2015."""
    return formats.date_format(_local(value), "F Y") if value else DASH


@register.filter
def moment(value: datetime | None) -> str:
    """23 Mei 2016, 14.05 WIB: with the time zone of the city, since records are read elsewhere too."""
    if not value:
        return DASH
    local = timezone.localtime(value)
    clock = formats.date_format(local, _("H:i"))
    return f"{day(local)}, {clock} {local.tzname()}"


@register.filter
def iso(value: date | datetime | None) -> str:
    """For `<time datetime>`: the machine's form of a day or a moment."""
    return _local(value).isoformat() if value else ""


@register.simple_tag
def period(*, start: date | None, end: date | None, precision: str = "month") -> str:
    """Mei 2015 – Januari 2016; open ends are said in words. `precision`: month or day."""
    write = month if precision == "month" else day
    if start and end:
        return write(start) if write(start) == write(end) else f"{write(start)} – {write(end)}"
    if start:
        return _("since %(date)s") % {"date": write(start)}
    if end:
        return _("until %(date)s") % {"date": write(end)}
    return DASH


@register.filter
def filesize(value: int | None) -> str:
    """How big a file is, before somebody on a phone taps it."""
    return DASH if value is None else filesizeformat(value)


def _local(value: Any) -> Any:
    """A moment becomes the city's time; a day stays a day."""
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
