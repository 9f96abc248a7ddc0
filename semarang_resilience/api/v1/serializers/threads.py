"""The thread (benang merah) of one object."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from semarang_resilience.thread import Stage


class NodeSerializer(serializers.Serializer[Any]):
    """One step of the chain."""

    key = serializers.CharField()
    stage = serializers.ChoiceField(Stage.choices)
    kind = serializers.CharField()
    code = serializers.CharField()
    title = serializers.CharField()
    note = serializers.CharField()
    status = serializers.CharField()
    is_example = serializers.BooleanField()
    url = serializers.CharField()


class LinkSerializer(serializers.Serializer[Any]):
    """`cause` led to `effect`, because of `reason`."""

    cause = serializers.CharField()
    effect = serializers.CharField()
    reason = serializers.CharField()
    detail = serializers.CharField()


class QuotationSerializer(serializers.Serializer[Any]):
    """A published edition holds a step."""

    node = serializers.CharField()
    document = serializers.CharField()


class ThreadSerializer(serializers.Serializer[Any]):
    """Everything that led to `start` and came of it, in the reader's language."""

    start = serializers.CharField()
    nodes = NodeSerializer(many=True)
    links = LinkSerializer(many=True)
    quoted_in = QuotationSerializer(many=True)
