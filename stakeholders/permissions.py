"""Who may do what with the register of organisations and the forum."""

import rules

from semarang_resilience.accounts.rules import can_see_drafts, is_cro_staff

rules.add_perm("stakeholders.see_register", can_see_drafts)
rules.add_perm("stakeholders.manage_organizations", is_cro_staff)
# People and their memberships are personal data: only those who work with them see the pages at all.
rules.add_perm("stakeholders.manage_forum", is_cro_staff)
