"""Consents: the wording in versions, giving, taking back. What somebody took back stays as a record."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import content_fields, create, lock
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.permissions import ensure
from semarang_resilience.mail.operations import allow_letters, stop_letters
from stakeholders.models import Consent, ConsentText, ConsentWay, Person, Purpose

# Purposes that are letters, too: no consent, no letter, whoever queued it.
LETTERS = frozenset({Purpose.CONTACT, Purpose.SURVEYS})


class NoText(Refused):
    """There is nothing to agree to."""

    code = "no_consent_text"

    def __init__(self) -> None:
        super().__init__(_("There is no consent text for this purpose yet. Write one first."))


@transaction.atomic
def publish_consent_text(
    *, purpose: str, text_id: str, text_en: str, in_use_from: date, by: Any, at: datetime
) -> ConsentText:
    """Add a version of a wording, in both languages. Earlier consents keep the earlier one."""
    ensure(by, "stakeholders.publish_consent_text")
    if not text_id.strip() or not text_en.strip():
        raise Refused(_("Write the text in both languages: people agree to what they can read."), code="gap")
    purpose = Purpose(purpose).value
    # Two who publish at once: the second waits here, or finds its number taken (a refusal).
    rows = ConsentText.objects.filter(purpose=purpose)
    newest = rows.aggregate(Max("version"))["version__max"] or 0
    texts = content_fields(ConsentText, {"text_id": text_id.strip(), "text_en": text_en.strip()})
    text = create(ConsentText(purpose=purpose, version=newest + 1, in_use_from=in_use_from, **texts))
    record(verb="publish_consent_text", target=text, by=by, at=at, version=text.version)
    return text


def text_in_use(purpose: str, on: date) -> ConsentText | None:
    """The newest wording that people agree to on a day."""
    rows = ConsentText.objects.filter(purpose=purpose, in_use_from__lte=on)
    return rows.order_by("-version").first()


@transaction.atomic
def give_consent(
    *, person: Person, purpose: str, way: str, by: Any, at: datetime, given_on: date | None = None
) -> Consent:
    """Note that a person agrees to the wording in use; a consent to an older wording is replaced by it.

    `by` None: the person, by the signed link of a letter.
    """
    _ensure_own(by, person)
    lock(person)
    if person.erased_at is not None:
        raise Refused(_("This person's data were erased."), code="erased")
    today = timezone.localdate(at)
    day = given_on or today
    if day > today:
        raise Refused(_("A consent cannot be given in the future. Correct the date."), code="future")
    text = text_in_use(purpose, today)
    if text is None:
        raise NoText
    held = person.consents.filter(text__purpose=purpose, withdrawn_on__isnull=True)
    same = held.filter(text=text).first()
    if same is not None:
        return same
    for older in held:
        older.withdrawn_on = max(day, older.given_on)
        older.save(update_fields=["withdrawn_on"])
    consent = create(Consent(person=person, text=text, given_on=day, way=ConsentWay(way)))
    if purpose == Purpose.NAMED:
        _set_named(person, True)
    elif person.email:
        allow_letters(address=person.email, purpose=purpose)
    record(verb="give_consent", target=person, by=by, at=at, purpose=str(purpose), version=text.version)
    return consent


@transaction.atomic
def withdraw_consent(*, person: Person, purpose: str, by: Any, at: datetime) -> int:
    """Take a consent back: the name leaves the public pages, letters of that purpose stop at once.

    Returns how many consents were in force. Without one it still stops the letters: no means no.
    """
    _ensure_own(by, person)
    lock(person)
    today = timezone.localdate(at)
    held = list(person.consents.filter(text__purpose=purpose, withdrawn_on__isnull=True))
    for consent in held:
        consent.withdrawn_on = max(today, consent.given_on)
        consent.save(update_fields=["withdrawn_on"])
    if purpose == Purpose.NAMED:
        _set_named(person, False)
    elif person.email:
        stop_letters(address=person.email, purpose=purpose, at=at)
    record(verb="withdraw_consent", target=person, by=by, at=at, purpose=str(purpose))
    return len(held)


def follow_naming(*, person: Person, at: datetime) -> None:
    """Keep the record of consents with a mark that the office set on the person's form (called inside it)."""
    today = timezone.localdate(at)
    held = person.consents.filter(text__purpose=Purpose.NAMED, withdrawn_on__isnull=True)
    if not person.agreed_to_be_named:
        for consent in held:
            consent.withdrawn_on = max(today, consent.given_on)
            consent.save(update_fields=["withdrawn_on"])
    elif not held.exists() and (text := text_in_use(Purpose.NAMED, today)):
        Consent.objects.create(person=person, text=text, given_on=today, way=ConsentWay.SPOKEN)


def _set_named(person: Person, named: bool) -> None:
    person.agreed_to_be_named = named
    person.save(update_fields=["agreed_to_be_named"])


def _ensure_own(by: Any, person: Person) -> None:
    """The office, the person with an account, or (None) the person by the signed link of a letter."""
    if by is not None:
        ensure(by, "stakeholders.change_consent", person)
