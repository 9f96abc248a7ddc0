"""The letters that this app writes to people of the register."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from semarang_resilience.mail.links import absolute
from semarang_resilience.mail.models import Message
from semarang_resilience.mail.registry import Letter, register_letter

from .models import Person
from .personal_data import LINK_DAYS, link_token

MY_DATA = "stakeholders.my_data"


def my_data_url(person: Person) -> str:
    """The whole address of the page with a person's own data, for letters (in the active language)."""
    return absolute(reverse("stakeholders:my_data_link", args=[link_token(person)]))


def build_my_data(message: Message) -> Letter | None:
    """The link somebody asked for; None when the person is gone or has another address now."""
    person = Person.objects.registered().filter(pk=int(message.about.removeprefix("person:"))).first()
    if person is None or person.email.lower() != message.recipient:
        return None
    return Letter(
        subject=_("What the resilience portal keeps about you"),
        template="emails/my_data",
        context={"name": person.name, "url": my_data_url(person), "days": LINK_DAYS},
    )


def register() -> None:
    """Called when the app is ready."""
    register_letter(MY_DATA, build_my_data, label=gettext_lazy("Link to one's own data"))
