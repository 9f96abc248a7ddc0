"""Choices that carry their tone and icon, so that a badge can never disagree with its state."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class ToneChoices(models.TextChoices):
    """Text choices declared as `NAME = value, tone, icon, label`.

    `tone` is one of neutral, info, success, warning, danger; `icon` a name of the icon sprite.
    """

    tone: str
    icon: str

    def __new__(cls, value: str, tone: str = "neutral", icon: str = "circle") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.tone = tone
        member.icon = icon
        return member


class Provenance(ToneChoices):
    """Where a statement comes from; the interface shows it wherever it matters."""

    OFFICE = "office", "neutral", "building", _("Entered by the office")
    QUOTED = "quoted", "info", "quote", _("Quoted from a source")
    EXAMPLE = "example", "warning", "flask-conical", _("Example")
