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
