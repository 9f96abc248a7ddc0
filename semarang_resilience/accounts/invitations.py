"""The letter with which a new account begins: a signed link to choose a password, good for a week, once."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from semarang_resilience.core.errors import Refused
from semarang_resilience.mail.links import absolute
from semarang_resilience.mail.models import Message
from semarang_resilience.mail.registry import Letter, register_letter

from .models import User

KIND = "accounts.invitation"
RESET = "accounts.password_reset"
DAYS = 7
_SIGNER = signing.TimestampSigner(sep=".", salt="accounts.invitation")


class UnknownInvitation(Refused):
    """Damaged, too old, used, or the account was closed."""

    code = "unknown_invitation"
    message = gettext_lazy(
        "This link was used already, is older than a week, or was not copied whole. "
        "Ask the office for a new one, or use “Forgot your password?” if you have chosen one."
    )


def about(user: User) -> str:
    """What the letters to one account are about."""
    return f"user:{user.pk}"


def token_for(user: User) -> str:
    """The signed token; it stops working when the password is chosen, the address changes, or in a week."""
    return _SIGNER.sign(f"{user.pk}-{_fingerprint(user)}")


def user_of(token: str) -> User:
    """The account that `token` opens; raises `UnknownInvitation`."""
    try:
        pk, _dash, fingerprint = _SIGNER.unsign(token, max_age=timedelta(days=DAYS)).partition("-")
        user = User.objects.get(pk=int(pk))
    except (signing.BadSignature, ValueError, User.DoesNotExist) as error:
        raise UnknownInvitation from error
    if not is_open(user) or not constant_time_compare(fingerprint, _fingerprint(user)):
        raise UnknownInvitation
    return user


def is_open(user: User) -> bool:
    """Whether the account still waits for its first password."""
    return user.is_active and not user.has_usable_password()


def build(message: Message) -> Letter | None:
    """The letter; None once the password is chosen or the account is closed or gone."""
    user = User.objects.filter(pk=int(message.about.removeprefix("user:"))).first()
    if user is None or not is_open(user) or user.email != message.recipient:
        return None
    return Letter(
        subject=_("Your account on the resilience portal"),
        template="emails/account_invitation",
        context={
            "name": user.name,
            "roles": user.role_labels,
            "days": DAYS,
            "url": absolute(reverse("accounts:choose_password", args=[token_for(user)])),
        },
    )


def build_reset(message: Message) -> Letter | None:
    """The letter of "Forgot your password?"; its key is made now, and nowhere kept."""
    user = User.objects.filter(pk=int(message.about.removeprefix("user:"))).first()
    if user is None or not user.is_active or user.email != message.recipient:
        return None
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    return Letter(
        subject=_("A new password for the resilience portal"),
        template="emails/password_reset",
        context={"name": user.name, "url": absolute(path.replace("UID-KEY", key))},
    )


def register() -> None:
    """Called when the app is ready."""
    register_letter(RESET, build_reset, label=gettext_lazy("Link to a new password"))
    register_letter(KIND, build, label=gettext_lazy("Invitation to the portal"))


def _fingerprint(user: User) -> str:
    return salted_hmac("accounts.invitation", f"{user.password}|{user.email}").hexdigest()[:32]
