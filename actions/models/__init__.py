"""Actions and partnerships."""

from .actions import Action, ActionQuerySet, ActionStatus
from .partnerships import Partnership, partners_of
from .roles import PartnershipRole

__all__ = ["Action", "ActionQuerySet", "ActionStatus", "Partnership", "PartnershipRole", "partners_of"]
