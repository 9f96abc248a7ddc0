"""The letters that this app writes to people of the register."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from semarang_resilience.core.templatetags.formats import day
from semarang_resilience.mail.links import absolute
from semarang_resilience.mail.models import Message
from semarang_resilience.mail.registry import Letter, register_letter

from .models import Agreement, AgreementState, Person
from .personal_data import LINK_DAYS, link_token

AGREEMENT_ENDS = "stakeholders.agreement_ends"
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


def about_agreement(agreement: Agreement) -> str:
    """Names an agreement with one end date: renewed, it is another reminder."""
    return f"agreement:{agreement.pk}:{agreement.ends_on:%Y-%m-%d}"


def build_agreement_ends(message: Message) -> Letter | None:
    """The reminder; None when the agreement was renewed or ended meanwhile."""
    _word, pk, ends_on = message.about.split(":")
    agreement = Agreement.objects.select_related("organization").filter(pk=int(pk)).first()
    is_same = agreement is not None and agreement.ends_on == date.fromisoformat(ends_on)
    if agreement is None or not is_same or agreement.state(timezone.localdate()) == AgreementState.ENDED:
        return None
    return Letter(
        subject=_("An agreement ends on %(day)s") % {"day": day(agreement.ends_on)},
        template="emails/agreement_ends",
        context={
            "agreement": agreement,
            "url": absolute(reverse("stakeholders:work_organization", args=[agreement.organization.code])),
        },
    )


def register() -> None:
    """Called when the app is ready."""
    register_letter(AGREEMENT_ENDS, build_agreement_ends, label=gettext_lazy("Reminder: an agreement ends"))
    register_letter(MY_DATA, build_my_data, label=gettext_lazy("Link to one's own data"))
