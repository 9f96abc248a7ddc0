"""Who carries an action together with its lead."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from semarang_resilience.core.models import ProvenanceFields
from stakeholders.models import Organization, OrganizationQuerySet

from .actions import Action
from .roles import PartnershipRole


class Partnership(ProvenanceFields):
    """An organisation takes part in an action in one role, with what it committed."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="partnerships")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="partnerships", verbose_name=_("organisation")
    )
    role = models.CharField(
        _("role"), max_length=12, choices=PartnershipRole, default=PartnershipRole.IMPLEMENTER
    )
    commitment = models.TextField(_("commitment"), blank=True)

    class Meta(ProvenanceFields.Meta):
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        constraints = [
            *ProvenanceFields.Meta.constraints,
            models.UniqueConstraint(
                fields=["action", "organization"],
                name="partnership_once_per_action",
                violation_error_message=_("This organisation is a partner of the action already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} / {self.action}"


def partners_of(cycle_id: int, *, published_only: bool = True) -> OrganizationQuerySet:
    """Organisations that take part in an action of the cycle: their number is computed, never typed."""
    actions = Q(partnerships__action__cycle_id=cycle_id)
    if published_only:
        actions &= Q(partnerships__action__is_published=True)
    return Organization.objects.filter(actions).distinct()
