"""Who may do what to accounts."""

import rules

from .rules import is_administrator

rules.add_perm("accounts.manage_accounts", is_administrator)
