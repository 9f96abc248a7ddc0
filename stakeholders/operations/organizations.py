"""Changes to the register of organisations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import Invalid, apply_changes, content_fields, create, lock
from semarang_resilience.core.choices import Provenance
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.permissions import ensure
from stakeholders.models import Level, Organization

__all__ = ["EDITABLE", "RESERVED_CODES", "Invalid", "create_organization", "update_organization"]

EDITABLE = (
    "name",
    "acronym",
    "sector",
    "level",
    "parent",
    "website",
    "is_published",
    "provenance",
    "source",
)
# These words are addresses of pages below the same path.
RESERVED_CODES = frozenset({"baru", "anggota", "orang"})


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
    parent = changes.get("parent")
    if parent is not None and _is_below(parent, organization):
        raise Refused(_("An organisation cannot stand below one of its own parts."), code="circle")
    changed = apply_changes(organization, changes, allowed=EDITABLE)
    if changed:
        record(verb="update_organization", target=organization, by=by, at=at, changed=changed)
    return organization


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
