"""The lists of the forum that make the round trip through a spreadsheet."""

from semarang_resilience.core.importing.resources import register

from .memberships import MembershipResource
from .organizations import OrganizationResource
from .people import PersonResource

register(OrganizationResource())
register(PersonResource())
register(MembershipResource())
