"""Changes to accounts."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from semarang_resilience.core.activity import record
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.permissions import ensure

from .models import Role, User


@transaction.atomic
def create_account(
    *,
    email: str,
    name: str,
    roles: list[str],
    password: str | None,
    by: Any,
    at: datetime,
    is_example: bool = False,
) -> User:
    """Make an account with roles; `by` None is the installation itself (the example city)."""
    if by is not None:
        ensure(by, "accounts.manage_accounts")
    user = User.objects.create_user(
        email,
        password,
        name=name,
        roles=[Role(r).value for r in roles],
        is_example=is_example,
        joined_at=at,
    )
    record(verb="create_account", target=user, by=by, at=at, roles=list(user.roles))
    return user


@transaction.atomic
def assign_roles(*, user: User, roles: list[str], by: Any, at: datetime) -> User:
    """Replace the roles of `user`; the former ones stay in the activity log."""
    ensure(by, "accounts.manage_accounts")
    if user.pk == by.pk and Role.ADMINISTRATOR not in roles:
        raise Refused(_("You cannot take the administrator role from yourself; ask another administrator."))
    before, user.roles = list(user.roles), [Role(r).value for r in roles]
    user.save(update_fields=["roles"])
    record(verb="assign_roles", target=user, by=by, at=at, before=before, after=user.roles)
    return user


@transaction.atomic
def set_active(*, user: User, active: bool, by: Any, at: datetime) -> User:
    """Deactivate an account (it keeps its history) or activate it again; nobody locks himself out."""
    ensure(by, "accounts.manage_accounts")
    if user.pk == by.pk and not active:
        raise Refused(_("You cannot deactivate your own account; ask another administrator."))
    user.is_active = active
    user.save(update_fields=["is_active"])
    record(verb="activate_account" if active else "deactivate_account", target=user, by=by, at=at)
    return user
