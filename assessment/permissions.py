"""Who may do what in the assessment; a permission carries the name of its operation."""

from typing import Any

import rules

from semarang_resilience.accounts.rules import can_see_drafts, is_administrator, is_cro_lead, is_cro_staff

from .models import Finding


@rules.predicate
def is_author(user: Any, finding: Finding | None) -> bool:
    """Wrote the finding."""
    return finding is not None and finding.author_id == user.pk


@rules.predicate
def is_editable(user: Any, finding: Finding | None) -> bool:
    """The finding is a draft or was returned."""
    return finding is not None and finding.is_editable


# -- surveys
rules.add_perm("assessment.edit_survey", is_cro_staff)
rules.add_perm("assessment.open_survey", is_cro_staff)
rules.add_perm("assessment.close_survey", is_cro_staff)
rules.add_perm("assessment.review_survey", is_cro_staff)
rules.add_perm("assessment.reopen_survey", is_cro_staff)
rules.add_perm("assessment.issue_link", is_cro_staff)
rules.add_perm("assessment.publish_results", is_cro_lead)
rules.add_perm("assessment.see_draft_results", can_see_drafts)
rules.add_perm("assessment.enter_paper", is_cro_staff)
rules.add_perm("assessment.run_workshop", is_cro_staff)
rules.add_perm("assessment.export_responses", is_cro_staff)
rules.add_perm("assessment.code_answers", is_cro_staff)

# -- findings: who decides is never the author
rules.add_perm("assessment.see_draft_findings", can_see_drafts)
rules.add_perm("assessment.create_finding", is_cro_staff)
rules.add_perm("assessment.edit_finding", is_cro_staff & (is_author | is_cro_lead) & is_editable)
# The lead may edit what others wrote, and decides: handing it over stays with somebody else.
rules.add_perm("assessment.submit_finding", is_cro_staff & (is_author | ~is_cro_lead))
rules.add_perm("assessment.decide_finding", is_cro_lead & ~is_author)
rules.add_perm("assessment.publish_finding", is_cro_lead)

# -- frameworks
rules.add_perm("assessment.load_framework", is_administrator)

# -- hazards, assets, programmes
rules.add_perm("assessment.edit_inventory", is_cro_staff)

# -- focus areas
rules.add_perm("assessment.see_draft_focus_areas", can_see_drafts)
rules.add_perm("assessment.propose_focus_area", is_cro_staff)
rules.add_perm("assessment.attach_finding", is_cro_staff)
rules.add_perm("assessment.decide_focus_area", is_cro_lead)
rules.add_perm("assessment.publish_focus_area", is_cro_lead)
