"""Who may do what with the register of organisations and the forum."""

from typing import Any

import rules

from semarang_resilience.accounts.rules import can_see_drafts, is_administrator, is_cro_lead, is_cro_staff

rules.add_perm("stakeholders.see_register", can_see_drafts)
rules.add_perm("stakeholders.manage_organizations", is_cro_staff)
# People and their memberships are personal data: only those who work with them see the pages at all.
rules.add_perm("stakeholders.manage_forum", is_cro_staff)
rules.add_perm("stakeholders.merge", is_cro_staff)
rules.add_perm("stakeholders.manage_engagements", is_cro_staff)
rules.add_perm("stakeholders.manage_agreements", is_cro_staff)
rules.add_perm("stakeholders.set_forum_targets", is_cro_staff)


@rules.predicate
def is_open_file(user: Any, file: Any) -> bool:
    """A public file of a meeting that has a public page."""
    return bool(file is not None and file.is_public and file.engagement.is_published)


@rules.predicate
def holds_no_names(user: Any, file: Any) -> bool:
    """Anything but an attendance list."""
    return file is not None and file.kind != "attendance"


rules.add_perm(
    "stakeholders.open_engagement_file", is_open_file | is_cro_staff | (can_see_drafts & holds_no_names)
)


@rules.predicate
def is_the_person(user: Any, person: Any) -> bool:
    """The account of the very person whose data these are."""
    return bool(person is not None and user.is_authenticated and person.user_id == user.pk)


rules.add_perm("stakeholders.change_consent", is_cro_staff | is_the_person)
rules.add_perm("stakeholders.publish_consent_text", is_cro_lead)
rules.add_perm("stakeholders.erase_person", is_cro_lead | is_administrator)
