"""The filters of the outbox; they live in the URL."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from .models import Message, MessageStatus
from .registry import kinds


class MessageFilter(django_filters.FilterSet):
    """By state and by kind."""

    status = django_filters.ChoiceFilter(
        label=_("State"), choices=MessageStatus.choices, empty_label=_("All")
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=lambda: kinds(), empty_label=_("All"))

    class Meta:
        model = Message
        fields: list[str] = []
