"""Actions and partnerships."""

from .actions import Action, ActionQuerySet, ActionStatus
from .partnerships import Partnership, PartnershipRole, partners_of

__all__ = ["Action", "ActionQuerySet", "ActionStatus", "Partnership", "PartnershipRole", "partners_of"]
