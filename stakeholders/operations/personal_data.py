"""Asking for the link to one's own data, and erasure (UU PDP 27/2022, articles 5 to 8)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from semarang_resilience.accounts.operations import close_account
from semarang_resilience.core.activity import forget_name, record
from semarang_resilience.core.changes import create, lock
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.importing.operations import forget_object
from semarang_resilience.core.permissions import ensure
from semarang_resilience.mail.models import Purpose as LetterPurpose
from semarang_resilience.mail.operations import NotAnAddress, forget_address, queue_message, stop_letters
from stakeholders.letters import MY_DATA
from stakeholders.models import ErasureRequest, ErasureStatus, Gender, Person, Purpose
from stakeholders.personal_data import sources

from .consents import LETTERS


class NotAsked(Refused):
    """The request was answered already."""

    code = "answered_already"

    def __init__(self) -> None:
        super().__init__(_("This request was answered already. Look at the newest state."))


class NoReason(Refused):
    """Every answer needs one."""

    code = "no_reason"

    def __init__(self) -> None:
        super().__init__(_("Write the reason. Do not write names or addresses into it."))


def send_my_data_link(*, address: str, at: datetime) -> None:
    """Send the link to one's own data, if the address belongs to somebody in the register.

    Never says whether it does. At most one letter an hour to a person.
    """
    people = Person.objects.registered().filter(email__iexact=address.strip()).exclude(email="")
    for person in people.order_by("pk")[:5]:
        try:
            queue_message(
                kind=MY_DATA,
                recipient=person.email,
                about=f"person:{person.pk}",
                language=person.language,
                dedup_key=f"{MY_DATA}:{person.pk}:{at:%Y%m%d%H}",
                purpose=LetterPurpose.PRIVACY,
                at=at,
            )
        except NotAnAddress:  # an old entry of the register; the office sees it there
            continue


@transaction.atomic
def ask_for_erasure(*, person: Person, by: Any, at: datetime) -> ErasureRequest:
    """Ask the office to erase a person's data; asked twice is asked once. `by` None: by the signed link."""
    if by is not None:
        ensure(by, "stakeholders.change_consent", person)
    lock(person)
    if person.erased_at is not None:
        raise Refused(_("This person's data were erased."), code="erased")
    waiting = person.erasure_requests.filter(status=ErasureStatus.ASKED).first()
    if waiting is not None:
        return waiting
    request = create(ErasureRequest(person=person, asked_at=at))
    record(verb="ask_for_erasure", target=person, by=by, at=at)
    return request


@transaction.atomic
def refuse_erasure(*, request: ErasureRequest, reason: str, by: Any, at: datetime) -> ErasureRequest:
    """Say no, with a reason that the person reads on the page of his or her data."""
    ensure(by, "stakeholders.erase_person")
    lock(request)
    if request.status != ErasureStatus.ASKED:
        raise NotAsked
    _answer(request, ErasureStatus.REFUSED, reason, by, at)
    record(verb="refuse_erasure", target=request.person, by=by, at=at)
    return request


@transaction.atomic
def erase_person(*, person: Person, reason: str, by: Any, at: datetime) -> Person:
    """Take everything that identifies a person out of the portal; the organisation's history stays.

    The row stays without name, address and phone, so that memberships and meetings keep their number.
    Consents are withdrawn, letters forget the address and stop for good, the account is closed, the log
    loses the name. Editions that were published are not changed: they are printed. Anonymous answers are
    not touched, because nobody knows whose they are. Rows merged into this person are erased with it.
    """
    ensure(by, "stakeholders.erase_person")
    if not reason.strip():
        raise NoReason
    lock(person)
    if person.erased_at is not None:
        raise Refused(_("This person's data were erased."), code="erased")
    if person.merged_into_id is not None:
        raise Refused(_("This entry was merged. Erase the one it was merged into."), code="merged")
    if person.user_id is not None and person.user_id == by.pk:
        raise Refused(_("You cannot erase yourself; ask a colleague."), code="own")
    for row in [*person.merged.order_by("pk"), person]:
        lock(row)
        _erase(row, at)
    asked = person.erasure_requests.filter(status=ErasureStatus.ASKED).first()
    request = asked or ErasureRequest(person=person, asked_at=at)
    _answer(request, ErasureStatus.DONE, reason, by, at)
    record(verb="erase_person", target=person, by=by, at=at)
    return person


def _erase(person: Person, at: datetime) -> None:
    name, address, user = person.name, person.email, person.user
    for source in sources():
        source.erase(person)
    forget_object(kind="orang", pk=person.pk)  # what imports remember for their undo
    for consent in person.consents.filter(withdrawn_on__isnull=True):
        consent.withdrawn_on = max(timezone.localdate(at), consent.given_on)
        consent.save(update_fields=["withdrawn_on"])
    if address:
        for purpose in LETTERS:
            stop_letters(address=address, purpose=Purpose(purpose).value, at=at)
        forget_address(address=address)
    instead = _("erased person")
    related = [person, *person.memberships.all(), *person.attendances.all(), *person.consents.all()]
    forget_name(name=name, instead=instead, targets=related, actor=user)
    if user is not None:
        forget_address(address=user.email)
        forget_name(name=user.name, instead=instead, targets=[user])
        close_account(user=user, at=at)
    person.name, person.position, person.email, person.phone = instead, "", "", ""
    person.gender, person.district, person.source = Gender.UNSTATED, None, ""
    person.provenance = "office" if person.provenance == "quoted" else person.provenance
    person.agreed_to_be_named, person.user, person.erased_at = False, None, at
    person.save()


def _answer(request: ErasureRequest, status: ErasureStatus, reason: str, by: Any, at: datetime) -> None:
    if not reason.strip():
        raise NoReason
    request.status, request.reason = status, reason.strip()[:300]
    request.decided_by, request.decided_at = by, at
    request.save()
