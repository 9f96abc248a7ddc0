"""The user: logs in by e-mail and holds roles."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What people do in the programme. Membership of a working group is an object-level right, not a role."""

    FORUM_MEMBER = "forum_member", _("Forum member")
    PARTNER_CONTACT = "partner_contact", _("Partner contact")
    CRO_STAFF = "cro_staff", _("CRO staff")
    CRO_LEAD = "cro_lead", _("CRO lead")
    LEADERSHIP = "leadership", _("Leadership")
    ADMINISTRATOR = "administrator", _("Administrator")


OFFICE_ROLES = frozenset({Role.CRO_STAFF, Role.CRO_LEAD, Role.LEADERSHIP, Role.ADMINISTRATOR})


class UserManager(BaseUserManager["User"]):
    """Makes users; roles are given by `accounts.operations`."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user with a normalised e-mail; without password the account cannot log in until one is set."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An administrator who may also use the repair pages (/admin/)."""
        return self.create_user(
            email, password, is_staff=True, is_superuser=True, roles=[Role.ADMINISTRATOR.value], **fields
        )


class User(AbstractBaseUser, PermissionsMixin):
    """A person who logs in. Respondents of surveys and the public have no user."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    roles = ArrayField(
        models.CharField(max_length=20, choices=Role), verbose_name=_("roles"), default=list, blank=True
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may use the repair pages"), default=False)
    is_example = models.BooleanField(_("example login"), default=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once_whatever_case"),
            models.CheckConstraint(
                condition=models.Q(roles__contained_by=[r.value for r in Role]),
                name="user_roles_known",
                violation_error_message=_("One of these roles is not known."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def has_role(self, *roles: str) -> bool:
        """Whether the user is active and holds one of `roles`."""
        return self.is_active and any(role in self.roles for role in roles)

    @property
    def is_office(self) -> bool:
        """Whether the user works in the office: sees drafts and needs two-factor login."""
        return self.has_role(*OFFICE_ROLES)

    @property
    def is_administrator(self) -> bool:
        """Whether the user manages accounts."""
        return self.has_role(Role.ADMINISTRATOR)

    @property
    def role_labels(self) -> list[str]:
        """The roles in words, in the order of the product document."""
        return [str(role.label) for role in Role if role in self.roles]
