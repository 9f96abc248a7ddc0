"""Who may do what to accounts."""

import rules

from .rules import is_administrator, is_cro_lead, is_cro_staff

rules.add_perm("accounts.manage_accounts", is_administrator)

# -- cycle, places and letters: their apps stand beside or below accounts and may not name roles themselves
rules.add_perm("core.open_cycle", is_cro_lead | is_administrator)
rules.add_perm("core.add_phase", is_cro_lead | is_administrator)
rules.add_perm("core.date_phase", is_cro_lead | is_administrator)
rules.add_perm("core.launch_cycle", is_cro_lead | is_administrator)
rules.add_perm("places.load_places", is_administrator)
rules.add_perm("mail.see_outbox", is_cro_staff | is_administrator)
rules.add_perm("mail.retry_message", is_cro_staff | is_administrator)
rules.add_perm("mail.mark_bounced", is_cro_staff | is_administrator)
