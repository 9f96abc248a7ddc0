"""Agreements (MoU) with organisations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import apply_changes, create, lock, save
from semarang_resilience.core.choices import Provenance
from semarang_resilience.core.permissions import ensure
from semarang_resilience.core.uploads import AcceptedFile
from stakeholders.models import Agreement, Organization

from .organizations import refuse_merged

EDITABLE = (
    "number",
    "title",
    "signed_on",
    "starts_on",
    "ends_on",
    "reminder_days",
    "note",
    "provenance",
    "source",
)


@transaction.atomic
def register_agreement(
    *,
    organization: Organization,
    title: str,
    signed_on: date,
    starts_on: date,
    by: Any,
    at: datetime,
    ends_on: date | None = None,
    number: str = "",
    reminder_days: int = 60,
    note: str = "",
    file: AcceptedFile | None = None,
    provenance: str = Provenance.OFFICE,
    source: str = "",
) -> Agreement:
    """Enter a signed agreement, with its file where there is one."""
    ensure(by, "stakeholders.manage_agreements")
    refuse_merged(organization)
    agreement = create(
        Agreement(
            organization=organization,
            number=number,
            title=title,
            signed_on=signed_on,
            starts_on=starts_on,
            ends_on=ends_on,
            reminder_days=reminder_days,
            note=note,
            file=file.content if file else "",
            content_type=file.kind.media_type if file else "",
            provenance=provenance,
            source=source,
        )
    )
    record(verb="register_agreement", target=agreement, by=by, at=at, organization=organization.code)
    return agreement


@transaction.atomic
def update_agreement(
    *,
    agreement: Agreement,
    changes: Mapping[str, Any],
    by: Any,
    at: datetime,
    file: AcceptedFile | None = None,
) -> Agreement:
    """Change what differs; a new file takes the place of the old one. Renewing is a later end date."""
    ensure(by, "stakeholders.manage_agreements", agreement)
    lock(agreement)
    changed = apply_changes(agreement, changes, allowed=EDITABLE)
    if file is not None:
        before, storage = agreement.file.name, agreement.file.storage
        agreement.file, agreement.content_type = file.content, file.kind.media_type
        save(agreement)
        if before:
            transaction.on_commit(lambda: storage.delete(before))
        changed.append("file")
    if changed:
        record(verb="update_agreement", target=agreement, by=by, at=at, changed=changed)
    return agreement
