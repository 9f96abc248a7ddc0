"""Predicates about the actor, to be composed in each app's `permissions.py`."""

from typing import Any

import rules

from .models import Role


@rules.predicate
def is_administrator(user: Any) -> bool:
    """Users, roles, settings, keys."""
    return user.is_authenticated and user.has_role(Role.ADMINISTRATOR)


@rules.predicate
def is_cro_lead(user: Any) -> bool:
    """Approves, chooses focus areas, publishes."""
    return user.is_authenticated and user.has_role(Role.CRO_LEAD)


@rules.predicate
def is_cro_staff(user: Any) -> bool:
    """Enters and edits; the lead is staff too."""
    return user.is_authenticated and user.has_role(Role.CRO_STAFF, Role.CRO_LEAD)


@rules.predicate
def can_see_drafts(user: Any) -> bool:
    """Everybody in the office, leadership included."""
    return user.is_authenticated and user.is_office


@rules.predicate
def may_export(user: Any) -> bool:
    """Administrators and the lead request editions."""
    return user.is_authenticated and user.has_role(Role.ADMINISTRATOR, Role.CRO_LEAD)
