"""One way to ask for a right, for operations and for views."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.utils.translation import gettext as _

from .errors import NotAllowed

Actor = AbstractBaseUser | AnonymousUser


def allowed(by: Any, permission: str, obj: object = None) -> bool:
    """Whether `by` may do `permission` ("app.operation") to `obj`; the question behind every button."""
    return bool(by is not None and by.has_perm(permission, obj))


def ensure(by: Any, permission: str, obj: object = None) -> None:
    """Raise `NotAllowed` unless `by` may do `permission` to `obj`."""
    if not allowed(by, permission, obj):
        raise NotAllowed(_("Your role does not include this step."))
