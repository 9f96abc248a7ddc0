"""`{% load forum %}`: what a reader may see of an organisation or of the person who represents it."""

from __future__ import annotations

from typing import Any

from django import template

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
