"""Changes to accounts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import lock
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.permissions import ensure
from semarang_resilience.mail.models import Message, Purpose
from semarang_resilience.mail.operations import queue_message

from . import invitations
from .models import Role, User

INVITE_AGAIN_AFTER = timedelta(minutes=10)


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
    language: str = "id",
) -> User:
    """Make an account with roles; `by` None is the installation itself (the example city).

    Without a password its owner is invited by letter (in `language`) to choose one.
    """
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
    if password is None and by is not None:
        _send_invitation(user, language, at)
    return user


@transaction.atomic
def invite_account(*, user: User, language: str, by: Any, at: datetime) -> Message:
    """Send the link to choose a first password once more; the links before it keep working for their week."""
    ensure(by, "accounts.manage_accounts")
    lock(user)
    if not user.is_active:
        raise Refused(_("This account is closed. Open it before you invite its owner."), code="closed")
    if user.has_usable_password():
        raise Refused(
            _("The person has chosen a password already and can use “Forgot your password?”."), code="done"
        )
    newest = Message.objects.about(invitations.KIND, invitations.about(user)).for_list().first()
    if newest is not None and at - newest.created_at < INVITE_AGAIN_AFTER:
        raise Refused(
            _("An invitation was sent a moment ago. Wait ten minutes before the next."), code="floor"
        )
    message = _send_invitation(user, language, at)
    record(verb="invite_account", target=user, by=by, at=at)
    return message


def _send_invitation(user: User, language: str, at: datetime) -> Message:
    message = queue_message(
        kind=invitations.KIND,
        recipient=user.email,
        about=invitations.about(user),
        language=language,
        dedup_key=f"{invitations.KIND}:{user.pk}:{at.timestamp():.3f}",
        purpose=Purpose.ACCOUNT,
        at=at,
    )
    if message is None:
        raise Refused(
            _("An invitation was sent a moment ago. Wait ten minutes before the next."), code="floor"
        )
    return message


def send_password_link(*, user: User, language: str, at: datetime) -> Message | None:
    """Owe the letter with a link to choose a new password; asked twice within a minute it is one letter."""
    return queue_message(
        kind=invitations.RESET,
        recipient=user.email,
        about=invitations.about(user),
        language=language,
        dedup_key=f"{invitations.RESET}:{user.pk}:{at:%Y%m%d%H%M}",
        purpose=Purpose.ACCOUNT,
        at=at,
    )


@transaction.atomic
def choose_password(*, token: str, password: str, at: datetime) -> User:
    """Set the first password by the link of an invitation; raises `UnknownInvitation`.

    Of two who use it at the same moment one wins.
    """
    user = invitations.user_of(token)
    lock(user)
    invitations.user_of(token)  # as it is now that nobody else can change it
    user.set_password(password)
    user.save(update_fields=["password"])
    record(verb="choose_password", target=user, by=user, at=at)
    return user


@transaction.atomic
def assign_roles(*, user: User, roles: list[str], by: Any, at: datetime) -> User:
    """Replace the roles of `user`; the former ones stay in the activity log."""
    others = _hold(user, by)
    stays = Role.ADMINISTRATOR in roles
    if user.pk == by.pk and not stays:
        raise Refused(_("You cannot take the administrator role from yourself; ask another administrator."))
    if user.is_administrator and not stays and not others:
        raise LastAdministrator
    before, user.roles = list(user.roles), [Role(r).value for r in roles]
    user.save(update_fields=["roles"])
    record(verb="assign_roles", target=user, by=by, at=at, before=before, after=user.roles)
    return user


@transaction.atomic
def set_active(*, user: User, active: bool, by: Any, at: datetime) -> User:
    """Deactivate an account (it keeps its history) or activate it again; nobody locks himself out."""
    others = _hold(user, by)
    if user.pk == by.pk and not active:
        raise Refused(_("You cannot deactivate your own account; ask another administrator."))
    if user.is_administrator and not active and not others:
        raise LastAdministrator
    user.is_active = active
    user.save(update_fields=["is_active"])
    record(verb="activate_account" if active else "deactivate_account", target=user, by=by, at=at)
    return user


@transaction.atomic
def close_account(*, user: User, at: datetime) -> User:
    """Close the account of somebody whose data are erased: no name, no address, no way in.

    Called by the operation that erases, which checks the right and writes the line. The row stays, because
    decisions point to it.
    """
    lock(user)
    others = _administrators().exclude(pk=user.pk).exists()
    if user.is_administrator and not others:
        raise LastAdministrator
    user.name, user.email = _("erased person"), f"erased-{user.pk}@invalid.invalid"
    user.is_active, user.is_staff, user.is_superuser, user.roles = False, False, False, []
    user.set_unusable_password()
    user.save()
    return user


class LastAdministrator(Refused):
    """Somebody must be able to let the others in."""

    code = "last_administrator"

    def __init__(self) -> None:
        super().__init__(_("This is the last administrator. Make somebody else an administrator first."))


def _administrators() -> Any:
    return User.objects.filter(roles__contains=[Role.ADMINISTRATOR.value], is_active=True).order_by("pk")


def _hold(user: User, by: Any) -> bool:
    """Hold all administrators and `user`, always in one order, so that two cannot close each other.

    Returns whether an administrator other than `user` remains. The right is asked of the actor as he or
    she is now: somebody may have been closed while waiting.
    """
    ensure(by, "accounts.manage_accounts")
    held = [row.pk for row in _administrators().select_for_update(no_key=True)]
    ensure(User.objects.get(pk=by.pk), "accounts.manage_accounts")
    lock(user)
    return any(pk != user.pk for pk in held)
