"""Who gets what answer on every address: route -> method -> role -> outcome.

Outcomes: "ok" 200 · "login" redirect to the login · "no" 403 · "gone" 404 · "acts" the operation was
reached (a redirect after it, a form shown again, or a refusal with its reason).
"""

from __future__ import annotations

from dataclasses import dataclass, field

ROLES = (
    "anonymous",
    "forum_member",
    "partner_contact",
    "cro_staff",
    "cro_lead",
    "leadership",
    "administrator",
)
OFFICE = frozenset({"cro_staff", "cro_lead", "leadership", "administrator"})
STAFF = frozenset({"cro_staff", "cro_lead"})
LEAD = frozenset({"cro_lead"})
ADMIN = frozenset({"administrator"})
EXPORTS = frozenset({"cro_lead", "administrator"})
EVERYBODY = frozenset(ROLES)


@dataclass(frozen=True)
class Row:
    """Who passes; everybody else gets the login page (anonymous) or 403."""

    may: frozenset[str]
    method: str = "GET"
    arguments: str = ""
    data: dict[str, str] = field(default_factory=dict)
    passed: str = "ok"


def reads(may: frozenset[str], arguments: str = "") -> list[Row]:
    """A page that is only read."""
    return [Row(may=may, arguments=arguments)]


def acts(may: frozenset[str], arguments: str = "", **data: str) -> list[Row]:
    """An address that only takes POST."""
    return [Row(may=may, method="POST", arguments=arguments, data=data, passed="acts")]


def form(may: frozenset[str], arguments: str = "") -> list[Row]:
    """A form: shown on GET, carried out on POST."""
    return [*reads(may, arguments), *acts(may, arguments)]


def expected(row: Row, role: str) -> str:
    """The outcome for one role."""
    if role in row.may:
        return row.passed
    return "login" if role == "anonymous" else "no"


# fmt: off
MATRIX: dict[str, list[Row]] = {
    "root": [Row(may=EVERYBODY, passed="acts")],
    "readyz": reads(EVERYBODY),
    # -- portal
    "portal:home": reads(EVERYBODY),
    "portal:stages": reads(EVERYBODY),
    "portal:about": reads(EVERYBODY),
    "portal:accessibility": reads(EVERYBODY),
    "portal:privacy": reads(EVERYBODY),
    "portal:sources": reads(EVERYBODY),
    "portal:thread": reads(EVERYBODY, "thread"),
    "portal:today": reads(OFFICE),
    "portal:gallery": reads(OFFICE),
    # -- accounts
    "accounts:list": reads(ADMIN),
    "accounts:new": form(ADMIN),
    "accounts:edit": form(ADMIN, "user"),
    "accounts:switch": acts(ADMIN, "user", active="1"),
    # -- stakeholders
    "stakeholders:forum": reads(EVERYBODY),
    "stakeholders:organizations": reads(EVERYBODY),
    "stakeholders:organization": reads(EVERYBODY, "organization"),
    "stakeholders:work_organizations": reads(OFFICE),
    "stakeholders:work_organization_new": form(STAFF),
    "stakeholders:work_organization": form(STAFF, "organization"),
    "stakeholders:work_members": reads(STAFF),
    "stakeholders:work_member_new": form(STAFF),
    "stakeholders:work_member_leave": acts(STAFF, "membership"),
    "stakeholders:work_person_new": form(STAFF),
    "stakeholders:work_person": form(STAFF, "person"),
    # -- strategy
    "strategy:tree": reads(EVERYBODY),
    "strategy:pillar": reads(EVERYBODY, "pillar"),
    "strategy:initiative": reads(EVERYBODY, "initiative"),
    "strategy:groups": reads(EVERYBODY),
    "strategy:group": reads(EVERYBODY, "group"),
    "strategy:work_tree": reads(OFFICE),
    "strategy:work_pillar_new": form(STAFF),
    "strategy:work_pillar": form(STAFF, "pillar"),
    "strategy:work_strategy_new": form(STAFF, "pillar"),
    "strategy:work_strategy": form(STAFF, "strategy"),
    "strategy:work_initiative_new": form(STAFF),
    "strategy:work_initiative": form(STAFF, "initiative"),
    "strategy:work_initiative_link": acts(STAFF, "initiative"),
    "strategy:work_initiative_unlink": acts(STAFF, "initiative_link"),
    "strategy:work_initiative_publish": acts(LEAD, "initiative"),
    "strategy:work_groups": reads(OFFICE),
    "strategy:work_group_new": form(STAFF),
    "strategy:work_group": form(STAFF, "group"),
    "strategy:work_group_member": acts(STAFF, "group"),
    "strategy:work_group_member_remove": acts(STAFF, "group_member"),
    "strategy:work_question_new": acts(STAFF, "group"),
    "strategy:work_question_answer": acts(STAFF, "question"),
    # -- actions
    "actions:action_list": reads(EVERYBODY),
    "actions:partners": reads(EVERYBODY),
    "actions:action": reads(EVERYBODY, "action"),
    "actions:work_actions": reads(OFFICE),
    "actions:work_action_new": form(STAFF),
    "actions:work_action": form(STAFF, "action"),
    "actions:work_action_start": acts(STAFF, "action"),
    "actions:work_action_finish": acts(STAFF, "action"),
    "actions:work_action_correct": acts(STAFF, "action"),
    "actions:work_action_publish": acts(LEAD, "action"),
    "actions:work_action_partner": acts(STAFF, "action"),
    "actions:work_action_partner_remove": acts(STAFF, "partnership"),
}
# fmt: on

# Other people's pages, whose access their own packages test.
NOT_OURS = ("admin:", "account_", "mfa_")
