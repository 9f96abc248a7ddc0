"""Who may do what on the pages of the portal itself."""

import rules

from semarang_resilience.accounts.rules import can_see_drafts

rules.add_perm("portal.see_today", can_see_drafts)
