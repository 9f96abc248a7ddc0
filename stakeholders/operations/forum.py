"""Changes to people and to the forum of a cycle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import apply_changes, create, lock
from semarang_resilience.core.choices import Provenance
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.permissions import ensure
from semarang_resilience.places.models import District
from stakeholders.models import ForumMembership, ForumRole, Gender, Organization, Person

from .consents import follow_naming
from .organizations import refuse_merged

PERSON_FIELDS = (
    "name",
    "position",
    "organization",
    "email",
    "phone",
    "gender",
    "district",
    "language",
    "agreed_to_be_named",
    "user",
)
MEMBERSHIP_FIELDS = ("role", "expertise", "since", "until", "provenance", "source")


@transaction.atomic
def add_person(
    *,
    organization: Organization,
    name: str,
    by: Any,
    at: datetime,
    position: str = "",
    email: str = "",
    phone: str = "",
    gender: str = Gender.UNSTATED,
    district: District | None = None,
    language: str = "id",
    agreed_to_be_named: bool = False,
    user: Any = None,
    provenance: str = Provenance.OFFICE,
    source: str = "",
) -> Person:
    """Enter a person who acts for an organisation; nobody is named in public without having agreed."""
    ensure(by, "stakeholders.manage_forum")
    refuse_merged(organization)
    person = create(
        Person(
            organization=organization,
            name=name,
            position=position,
            email=email,
            phone=phone,
            gender=gender,
            district=district,
            language=language,
            agreed_to_be_named=agreed_to_be_named,
            user=user,
            provenance=provenance,
            source=source,
        )
    )
    if agreed_to_be_named:
        follow_naming(person=person, at=at)
    record(verb="add_person", target=person, by=by, at=at, organization=organization.code)
    return person


@transaction.atomic
def update_person(*, person: Person, changes: Mapping[str, Any], by: Any, at: datetime) -> Person:
    """Change what differs, also the consent to be named; the log keeps which fields, never their values."""
    ensure(by, "stakeholders.manage_forum", person)
    lock(person)
    refuse_merged(person)
    changed = apply_changes(person, changes, allowed=PERSON_FIELDS)
    if "agreed_to_be_named" in changed:
        follow_naming(person=person, at=at)
    if changed:
        record(verb="update_person", target=person, by=by, at=at, changed=changed)
    return person


@transaction.atomic
def join_forum(
    *,
    cycle: Cycle,
    organization: Organization,
    since: date,
    by: Any,
    at: datetime,
    person: Person | None = None,
    role: str = ForumRole.MEMBER,
    expertise: Sequence[str] = (),
    until: date | None = None,
    provenance: str = Provenance.OFFICE,
    source: str = "",
) -> ForumMembership:
    """Take an organisation (with the person who represents it) into the forum of a cycle."""
    ensure(by, "stakeholders.manage_forum")
    if person is not None and person.organization_id != organization.pk:
        raise Refused(_("This person acts for another organisation."), code="other_organization")
    refuse_merged(person or organization)
    membership = create(
        ForumMembership(
            cycle=cycle,
            organization=organization,
            person=person,
            role=role,
            expertise=[str(code) for code in expertise],
            since=since,
            until=until,
            provenance=provenance,
            source=source,
        )
    )
    record(verb="join_forum", target=membership, by=by, at=at, organization=organization.code)
    return membership


@transaction.atomic
def update_membership(
    *, membership: ForumMembership, changes: Mapping[str, Any], by: Any, at: datetime
) -> ForumMembership:
    """Correct role, fields of expertise and dates; an end that was entered by mistake may be taken back."""
    ensure(by, "stakeholders.manage_forum", membership)
    lock(membership)
    changed = apply_changes(membership, changes, allowed=MEMBERSHIP_FIELDS)
    if changed:
        record(verb="update_membership", target=membership, by=by, at=at, changed=changed)
    return membership


@transaction.atomic
def leave_forum(*, membership: ForumMembership, until: date, by: Any, at: datetime) -> ForumMembership:
    """End a membership; it stays in the forum's history."""
    ensure(by, "stakeholders.manage_forum", membership)
    lock(membership)
    if membership.until is not None:
        raise Refused(_("This membership has ended already."), code="ended_already")
    apply_changes(membership, {"until": until}, allowed=("until",))
    record(verb="leave_forum", target=membership, by=by, at=at, until=until.isoformat())
    return membership
