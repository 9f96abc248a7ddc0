"""The signed link at the end of every letter that one may say no to. It names the letter, not the address."""

from __future__ import annotations

from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.errors import Refused

from .links import absolute
from .models import Message

_SIGNER = signing.Signer(sep=".", salt="mail.unsubscribe")


class UnknownLink(Refused):
    """The link is damaged, or the letter's address was forgotten meanwhile."""

    code = "unknown_link"
    message = _(
        "This link is damaged or too old. If you still get letters, use the link in the newest one, "
        "or write to us."
    )


def token_for(message: Message) -> str:
    """What the link of one letter carries: its number, signed."""
    return _SIGNER.sign(str(message.pk))


def unsubscribe_url(message: Message) -> str:
    """The whole address of the page on which the recipient can say no."""
    with translation.override(message.language):
        return absolute(reverse("mail:unsubscribe", args=[token_for(message)]))


def message_of(token: str) -> Message:
    """The letter that carried `token`; raises `UnknownLink`."""
    try:
        pk = int(_SIGNER.unsign(token))
    except (signing.BadSignature, ValueError) as error:
        raise UnknownLink from error
    message = Message.objects.filter(pk=pk).exclude(recipient="").first()
    if message is None or message.is_necessary:
        raise UnknownLink
    return message
