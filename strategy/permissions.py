"""Who may do what with working groups and the strategy tree."""

from typing import Any

import rules

from semarang_resilience.accounts.rules import can_see_drafts, is_cro_lead, is_cro_staff

from .models import WorkingGroup


@rules.predicate
def coordinates(user: Any, group: WorkingGroup | None) -> bool:
    """Is a coordinator of this very group."""
    return bool(group is not None and user.is_authenticated and group.is_coordinated_by(user))


# Without a group the right is the office's alone: forming groups and naming their coordinators.
rules.add_perm("strategy.manage_groups", is_cro_staff | coordinates)
rules.add_perm("strategy.edit_tree", is_cro_staff)
rules.add_perm("strategy.publish_initiative", is_cro_lead)
rules.add_perm("strategy.see_drafts", can_see_drafts)
