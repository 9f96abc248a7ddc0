"""Who may do what to editions."""

import rules

from semarang_resilience.accounts.rules import can_see_drafts, may_export

rules.add_perm("documents.request_edition", may_export)
rules.add_perm("documents.publish_edition", may_export)
rules.add_perm("documents.see_drafts", can_see_drafts)
