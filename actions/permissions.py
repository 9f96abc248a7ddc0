"""Who may do what with the action plan."""

import rules

from semarang_resilience.accounts.rules import can_see_drafts, is_cro_lead, is_cro_staff

rules.add_perm("actions.edit_actions", is_cro_staff)
rules.add_perm("actions.publish_action", is_cro_lead)
rules.add_perm("actions.see_drafts", can_see_drafts)
