"""A letter of a made-up kind, and a real mail server."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from semarang_resilience.mail import registry
from semarang_resilience.mail.models import Message
from semarang_resilience.mail.operations import Letter, queue_message
from tests.support.smtp import MailServer


@pytest.fixture
def at() -> datetime:
    return datetime(2016, 5, 23, 3, 0, tzinfo=UTC)


@pytest.fixture
def mail_server(settings: Any) -> Iterator[MailServer]:
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield server


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the builder of the kind "uji" answers; `built` counts how often it was asked."""
    told: dict[str, Any] = {"built": 0, "error": None}
    told["letter"] = Letter(
        subject="Uji\ncoba", template="emails/account_invitation", context={"name": "Siti"}
    )

    def build(message: Message) -> Letter | None:
        told["built"] += 1
        if told["error"]:
            raise told["error"]
        return told["letter"]

    monkeypatch.setattr(registry, "_BUILDERS", registry._BUILDERS | {"uji": build})
    monkeypatch.setattr(registry, "_LABELS", registry._LABELS | {"uji": "Surat uji"})
    return told


@pytest.fixture
def queue(db: None, at: datetime, builds: dict[str, Any]) -> Callable[..., Message | None]:
    def queue(recipient: str = "siti@contoh.id", key: str = "", **options: Any) -> Message | None:
        given = {
            "kind": "uji",
            "recipient": recipient,
            "about": "uji:1",
            "language": "id",
            "dedup_key": key or f"uji:{Message.objects.count()}",
            "purpose": "surveys",
            "at": at,
        }
        return queue_message(**(given | options))

    return queue
