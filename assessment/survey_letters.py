"""The letters about surveys, and what the invitations hold about people."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.models import Invitation
from assessment.operations.survey_tokens import link_token
from semarang_resilience.mail.links import absolute
from semarang_resilience.mail.models import Message
from semarang_resilience.mail.registry import Letter, register_letter
from stakeholders.letters import my_data_url
from stakeholders.models import Person
from stakeholders.personal_data import register_source

INVITATION = "assessment.survey_invitation"
REMINDER = "assessment.survey_reminder"


def about(invitation: Invitation) -> str:
    """What letters to one invited person are about."""
    return f"invitation:{invitation.pk}"


def build_invitation(message: Message) -> Letter | None:
    """The first letter; None when the link was withdrawn or used, or the survey is over."""
    return _letter(message, _("Invitation to a survey: %(title)s"), "emails/survey_invitation")


def build_reminder(message: Message) -> Letter | None:
    """The reminder; None for whoever has answered since it was queued."""
    return _letter(message, _("Reminder: %(title)s"), "emails/survey_reminder")


def _letter(message: Message, subject: str, template: str) -> Letter | None:
    links = Invitation.objects.with_use().select_related("survey", "person")
    invitation = links.filter(pk=int(message.about.removeprefix("invitation:"))).first()
    if invitation is None or invitation.is_revoked or invitation.is_used:
        return None
    survey, person = invitation.survey, invitation.person
    if invitation.email.lower() != message.recipient or not survey.is_answerable(timezone.now()):
        return None
    return Letter(
        subject=subject % {"title": survey.title},
        template=template,
        context={
            "survey": survey,
            "url": absolute(reverse("assessment:survey_form", args=[survey.slug, link_token(invitation)])),
            "about_url": absolute(survey.get_absolute_url()),
            "my_data_url": my_data_url(person) if person and person.email else "",
        },
    )


# -- personal data -------------------------------------------------------------------------------------


def _of(person: Person) -> Q:
    return Q(person=person) | Q(email__iexact=person.email) if person.email else Q(person=person)


def _export(person: Person) -> list[dict[str, Any]]:
    """That somebody was invited; not what he or she answered, which nobody knows."""
    rows = Invitation.objects.filter(_of(person)).select_related("survey").order_by("pk")
    return [
        {
            "survey": row.survey.title,
            "address": row.email,
            "invited_on": row.created_on.isoformat() if row.created_on else None,
            "withdrawn": row.is_revoked,
        }
        for row in rows
    ]


def _erase(person: Person) -> None:
    """Links lose the address and stop working; the bit that says "used" stays, it names nobody."""
    Invitation.objects.filter(_of(person)).update(email="", person=None, label="", is_revoked=True)


def register() -> None:
    """Called when the app is ready."""
    register_letter(INVITATION, build_invitation, label=gettext_lazy("Invitation to a survey"))
    register_letter(REMINDER, build_reminder, label=gettext_lazy("Reminder of a survey"))
    register_source(
        "survey_invitations", label=gettext_lazy("Invitations to surveys"), export=_export, erase=_erase
    )
