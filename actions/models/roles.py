"""The parts that organisations play in an action."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PartnershipRole(models.TextChoices):
    """What a partner brings."""

    IMPLEMENTER = "implementer", _("Implements")
    FUNDER = "funder", _("Funds")
    TECHNICAL = "technical", _("Gives technical support")
    RESEARCH = "research", _("Does research")
    BENEFICIARY = "beneficiary", _("Takes part")
