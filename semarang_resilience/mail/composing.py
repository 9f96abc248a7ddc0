"""Letter -> e-mail: a text, a plain HTML twin, and the headers that mail programs ask for."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse

from .links import absolute
from .models import Message
from .registry import Letter
from .unsubscribing import unsubscribe_url


def compose(message: Message, letter: Letter) -> EmailMultiAlternatives:
    """The e-mail of one letter, in the language that is active now (the message's)."""
    context: dict[str, Any] = {
        **letter.context,
        "subject": " ".join(str(letter.subject).split()),  # a header is one line
        "language": message.language,
        "site_name": settings.SITE_NAME,
        "home_url": absolute(reverse("portal:home")),
        "privacy_url": absolute(reverse("portal:privacy")),
        "unsubscribe_url": "" if message.is_necessary else unsubscribe_url(message),
        "purpose": message.get_purpose_display(),
    }
    envelope = EmailMultiAlternatives(
        subject=context["subject"],
        body=_text(letter.template, context),
        to=[message.recipient],
        reply_to=[settings.MAIL_REPLY_TO] if settings.MAIL_REPLY_TO else None,
        headers=_headers(message, context["unsubscribe_url"]),
    )
    envelope.attach_alternative(_render(f"{letter.template}.html", context, autoescape=True), "text/html")
    return envelope


def _text(template: str, context: dict[str, Any]) -> str:
    """The text without the empty lines that template tags leave behind."""
    lines = _render(f"{template}.txt", context, autoescape=False).splitlines()
    kept: list[str] = []
    for line in lines:
        if line.strip() or (kept and kept[-1]):
            kept.append(line.rstrip())
    return "\n".join(kept).strip() + "\n"


def _render(name: str, context: dict[str, Any], *, autoescape: bool) -> str:
    # Through the engine, because a text must not be escaped like HTML.
    loaded: Any = get_template(name)
    return str(loaded.template.render(Context(context, autoescape=autoescape)))


def _headers(message: Message, unsubscribe: str) -> dict[str, str]:
    """RFC 3834 (no automatic answers, please), RFC 8058 (unsubscribe by one click), a repeatable id."""
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    headers = {
        "Message-ID": f"<letter-{message.pk}-{message.created_at:%Y%m%d%H%M%S}@{host}>",
        "Auto-Submitted": "auto-generated",
    }
    if unsubscribe:
        headers |= {
            "List-Unsubscribe": f"<{unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return headers
