"""What the portal holds about a person, and who knows how to give it out and to erase it.

Apps above this one may not be imported from here, so each says what it holds: `register_source`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.errors import Refused
from semarang_resilience.mail.models import Message

from .models import Person

LINK_DAYS = 60


@dataclass(frozen=True, kw_only=True)
class Source:
    """Rows of one kind about a person: `export` answers plain values, `erase` takes the person out."""

    key: str
    label: str | Promise
    export: Callable[[Person], list[dict[str, Any]]]
    erase: Callable[[Person], None]


_SOURCES: dict[str, Source] = {}


def register_source(
    key: str,
    *,
    label: str | Promise,
    export: Callable[[Person], list[dict[str, Any]]],
    erase: Callable[[Person], None] = lambda person: None,
) -> None:
    """Say what an app holds about people; called in its `ready()`.

    `erase` runs inside the erasure's transaction, before the name and the address are taken away.
    """
    _SOURCES[key] = Source(key=key, label=label, export=export, erase=erase)


def sources() -> list[Source]:
    """All sources, in a fixed order."""
    return [_SOURCES[key] for key in sorted(_SOURCES)]


def data_of(person: Person) -> dict[str, Any]:
    """Everything the portal holds about a person, as plain values for JSON; dates are ISO 8601.

    Answers to surveys are not among it: nobody knows whose they are (docs/adr/0012).
    """
    account = person.user
    return {
        "person": {
            "name": person.name,
            "position": person.position,
            "organization": person.organization.name,
            "email": person.email,
            "phone": person.phone,
            "gender": person.gender,
            "district": person.district.name if person.district else "",
            "language": person.language,
            "named_in_public": person.agreed_to_be_named,
            "provenance": person.provenance,
            "source": person.source,
        },
        "account": {"email": account.email, "name": account.name, "roles": list(account.roles)}
        if account
        else None,
        **{source.key: source.export(person) for source in sources()},
    }


# -- what stakeholders themselves hold -------------------------------------------------------------------


def _consents(person: Person) -> list[dict[str, Any]]:
    rows = person.consents.select_related("text").order_by("given_on", "pk")
    return [
        {
            "purpose": row.text.purpose,
            "version": row.text.version,
            "text": row.text.text,
            "given_on": row.given_on.isoformat(),
            "way": row.way,
            "withdrawn_on": row.withdrawn_on.isoformat() if row.withdrawn_on else None,
        }
        for row in rows
    ]


def _memberships(person: Person) -> list[dict[str, Any]]:
    rows = person.memberships.select_related("cycle").order_by("since", "pk")
    return [
        {
            "cycle": row.cycle.name,
            "role": row.role,
            "expertise": list(row.expertise),
            "since": row.since.isoformat(),
            "until": row.until.isoformat() if row.until else None,
        }
        for row in rows
    ]


def _attendances(person: Person) -> list[dict[str, Any]]:
    rows = person.attendances.select_related("engagement").order_by("engagement__held_on", "pk")
    return [
        {
            "event": row.engagement.title,
            "held_on": row.engagement.held_on.isoformat(),
            "state": row.state,
            "note": row.note,
        }
        for row in rows
    ]


def _erase_attendances(person: Person) -> None:
    person.attendances.exclude(note="").update(note="")


def _letters(person: Person) -> list[dict[str, Any]]:
    rows = Message.objects.to(person.email).order_by("created_at", "pk")
    return [
        {
            "kind": row.kind,
            "queued_at": row.created_at.isoformat(),
            "status": row.status,
            "address": row.recipient,
        }
        for row in rows
    ]


def _requests(person: Person) -> list[dict[str, Any]]:
    return [
        {"asked_at": row.asked_at.isoformat(), "status": row.status, "reason": row.reason}
        for row in person.erasure_requests.order_by("asked_at", "pk")
    ]


def register() -> None:
    """Called when the app is ready."""
    register_source("consents", label=_("Consents"), export=_consents)
    register_source("forum_memberships", label=_("Memberships in the forum"), export=_memberships)
    register_source("events", label=_("Events"), export=_attendances, erase=_erase_attendances)
    register_source("letters", label=_("Letters"), export=_letters)
    register_source("erasure_requests", label=_("Requests for erasure"), export=_requests)


# -- the signed link of a letter ---------------------------------------------------------------------------

_SIGNER = signing.TimestampSigner(sep=".", salt="stakeholders.my_data")


class UnknownLink(Refused):
    """Damaged, too old, or about somebody whose address changed."""

    code = "unknown_link"
    message = _("This link is damaged or older than 60 days. Ask for a new one below.")


def link_token(person: Person) -> str:
    """What the link to one's own data carries; it ends after 60 days and when the address changes."""
    return _SIGNER.sign(f"{person.pk}-{_fingerprint(person)}")


def person_of(token: str) -> Person:
    """Whose data the link opens; raises `UnknownLink`."""
    try:
        pk, _dash, fingerprint = _SIGNER.unsign(token, max_age=LINK_DAYS * 86_400).partition("-")
        person = Person.objects.registered().for_list().get(pk=int(pk))
    except (signing.BadSignature, ValueError, Person.DoesNotExist) as error:
        raise UnknownLink from error
    if not person.email or not constant_time_compare(fingerprint, _fingerprint(person)):
        raise UnknownLink
    return person


def _fingerprint(person: Person) -> str:
    return salted_hmac("stakeholders.my_data", person.email.lower()).hexdigest()[:24]
