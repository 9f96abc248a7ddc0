"""Changes to the register of organisations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import Invalid, apply_changes, content_fields, create, lock, save
from semarang_resilience.core.choices import Provenance
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.permissions import ensure
from semarang_resilience.core.uploads import AcceptedFile
from semarang_resilience.places.models import District
from stakeholders.models import Level, Organization, Person

__all__ = [
    "EDITABLE",
    "RESERVED_CODES",
    "Invalid",
    "create_organization",
    "refuse_merged",
    "set_logo",
    "update_organization",
]

EDITABLE = (
    "name",
    "acronym",
    "former_names",
    "sector",
    "level",
    "parent",
    "district",
    "website",
    "is_published",
    "provenance",
    "source",
)
# These words are addresses of pages below the same path (a test compares them with urls.py).
RESERVED_CODES = frozenset(
    {"anggota", "baru", "duplikat", "ekspor", "impor", "kehadiran", "kesepakatan", "orang", "penghapusan"}
    | {"persetujuan", "pertemuan", "saran", "susunan"}
)


@transaction.atomic
def create_organization(
    *,
    code: str,
    name: str,
    sector: str,
    by: Any,
    at: datetime,
    level: str = Level.CITY,
    acronym: str = "",
    parent: Organization | None = None,
    former_names: Sequence[str] = (),
    district: District | None = None,
    website: str = "",
    is_published: bool = False,
    provenance: str = Provenance.OFFICE,
    source: str = "",
    **content: str,
) -> Organization:
    """Enter an organisation; `content` is its description (`description_id`, `description_en`)."""
    ensure(by, "stakeholders.manage_organizations")
    if code in RESERVED_CODES:
        raise Refused(_("This code is reserved. Choose another one."), code="reserved_code")
    organization = create(
        Organization(
            code=code,
            name=name,
            acronym=acronym,
            sector=sector,
            level=level,
            parent=parent,
            former_names=list(former_names),
            district=district,
            website=website,
            is_published=is_published,
            provenance=provenance,
            source=source,
            **content_fields(Organization, content),
        )
    )
    record(verb="create_organization", target=organization, by=by, at=at)
    return organization


@transaction.atomic
def update_organization(
    *, organization: Organization, changes: Mapping[str, Any], by: Any, at: datetime
) -> Organization:
    """Change what differs; the code stays, because spreadsheets and addresses rely on it."""
    ensure(by, "stakeholders.manage_organizations", organization)
    lock(organization)
    refuse_merged(organization)
    parent = changes.get("parent")
    if parent is not None and _is_below(parent, organization):
        raise Refused(_("An organisation cannot stand below one of its own parts."), code="circle")
    changed = apply_changes(organization, changes, allowed=EDITABLE)
    if changed:
        record(verb="update_organization", target=organization, by=by, at=at, changed=changed)
    return organization


@transaction.atomic
def set_logo(*, organization: Organization, logo: AcceptedFile | None, by: Any, at: datetime) -> Organization:
    """Keep a picture as the logo, or take the logo away; the picture before it is thrown away."""
    ensure(by, "stakeholders.manage_organizations", organization)
    lock(organization)
    refuse_merged(organization)
    before = organization.logo.name
    if logo is None and not before:
        return organization
    if before:
        storage = organization.logo.storage
        transaction.on_commit(lambda: storage.delete(before))
    organization.logo = logo.content if logo else ""
    save(organization)
    record(verb="set_logo" if logo else "remove_logo", target=organization, by=by, at=at)
    return organization


def refuse_merged(row: Organization | Person) -> None:
    """What was merged away is changed no more: the winner is (`Refused`)."""
    if row.merged_into_id is not None:
        raise Refused(
            _("%(name)s was merged into %(winner)s. Work with that entry.")
            % {"name": row, "winner": row.merged_into},
            code="merged",
        )


def _is_below(organization: Organization, top: Organization) -> bool:
    """Whether `top` is among the ancestors of `organization`."""
    seen: set[int] = set()
    above: Organization | None = organization
    while above is not None and above.pk not in seen:
        if above.pk == top.pk:
            return above.pk != organization.pk
        seen.add(above.pk)
        above = above.parent
    return False
