"""`{% load forum %}`: what a reader may see of an organisation or of the person who represents it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.translation import gettext as _

from stakeholders.expertise import Field, named
from stakeholders.models import ForumMembership, Organization

register = template.Library()


@register.filter
def page_for(organization: Organization | None, user: Any) -> str:
    """The address of its page, or nothing where the reader would find no page."""
    if organization is None or not organization.is_visible_to(user):
        return ""
    return organization.get_absolute_url()


@register.filter
def name_for(membership: ForumMembership, user: Any) -> str:
    """The name of the person, for the office or where the person agreed; otherwise nothing."""
    person = membership.person
    if person is None or not (person.agreed_to_be_named or getattr(user, "is_office", False)):
        return ""
    return person.name


@register.filter
def position_for(membership: ForumMembership, user: Any) -> str:
    """The position, under the same condition as the name: together they point to one person."""
    return membership.person.position if name_for(membership, user) else ""  # type: ignore[union-attr]


@register.filter
def name_of(organization: Organization | None, user: Any) -> str:
    """The name of an organisation that has a public page; of another one only its sector, outside the office.

    One rule for pages, documents and API: a name is public exactly where the organisation has a public page.
    """
    if organization is None:
        return ""
    if organization.is_visible_to(user):
        return organization.name
    return _("an organisation without a public page (%(sector)s)") % {
        "sector": organization.get_sector_display()
    }


@register.filter
def short_name_of(organization: Organization | None, user: Any) -> str:
    """The acronym, else the name, under the same rule."""
    if organization is not None and organization.is_visible_to(user):
        return str(organization)
    return name_of(organization, user)


@register.filter
def expertise_of(membership: ForumMembership, fields: Sequence[Field]) -> list[Field]:
    """What a member knows, by name."""
    return named(membership.expertise, fields)
