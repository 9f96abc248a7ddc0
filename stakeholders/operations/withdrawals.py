"""Taking back what an import has entered, as long as nothing has come to rest on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models.deletion import CASCADE, ProtectedError
from django.utils.translation import gettext as _

from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import lock
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.permissions import ensure
from stakeholders.models import ForumMembership, Organization, Person


@transaction.atomic
def withdraw_organization(*, organization: Organization, by: Any, at: datetime) -> None:
    """Remove an organisation that was entered by an import. Raises `Refused` where anything points to it."""
    ensure(by, "stakeholders.manage_organizations", organization)
    record(verb="withdraw_organization", target=organization, by=by, at=at)
    _remove(organization)


@transaction.atomic
def withdraw_person(*, person: Person, by: Any, at: datetime) -> None:
    """Remove a person who was entered by an import. Raises `Refused` where anything points to the entry."""
    ensure(by, "stakeholders.manage_forum", person)
    record(verb="withdraw_person", target=person, by=by, at=at)
    _remove(person)


@transaction.atomic
def withdraw_membership(*, membership: ForumMembership, by: Any, at: datetime) -> None:
    """Remove a membership that was entered by an import; one that was left properly has ended instead."""
    ensure(by, "stakeholders.manage_forum", membership)
    record(verb="withdraw_membership", target=membership, by=by, at=at)
    _remove(membership)


def _remove(row: models.Model) -> None:
    lock(row)
    refusal = Refused(
        _("Other entries point to %(name)s already, so it stays.") % {"name": row}, code="pointed_to"
    )
    for relation in row._meta.related_objects:
        if (
            relation.on_delete is CASCADE
            and relation.related_model._default_manager.filter(**{relation.field.name: row.pk}).exists()
        ):
            raise refusal
    try:
        row.delete()
    except ProtectedError as error:
        raise refusal from error
