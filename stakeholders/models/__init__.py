"""Organisations, people, forum membership."""

from .forum import ForumMembership, ForumMembershipQuerySet, ForumRole
from .organizations import Level, Organization, OrganizationQuerySet, Sector
from .people import Gender, Person, PersonQuerySet

__all__ = [
    "ForumMembership",
    "ForumMembershipQuerySet",
    "ForumRole",
    "Gender",
    "Level",
    "Organization",
    "OrganizationQuerySet",
    "Person",
    "PersonQuerySet",
    "Sector",
]
