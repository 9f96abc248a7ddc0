"""Whom to ask: members of the forum who know a field, each with the reasons for the place on the list.

Points, so that everybody can follow them: 4 for each wanted field that a member knows · 3 where the forum
lacks members of the sector who know such a field (the office's own target) · 1 where the sector as a whole is
too few · 2 where the sector is not yet in the group · up to 2 for coming when invited (share of meetings from
three invitations on). Who left the forum and who is in the group already is never suggested.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from .composition import Gap, gaps_of, seats, targets_of
from .expertise import Field, named
from .models import Attendance, AttendanceState, ForumMembership, Sector, TargetDimension

KNOWS, SCARCE, FEW, NEW_SECTOR, COMES = 4, 3, 1, 2, 2
ENOUGH_INVITATIONS = 3
# A meeting that lies ahead says nothing about coming.
PAST = (AttendanceState.ATTENDED, AttendanceState.ABSENT, AttendanceState.EXCUSED)


@dataclass(frozen=True)
class Point:
    """One reason with its points."""

    points: float
    words: str


@dataclass
class Suggestion:
    """A member with the reasons that speak for asking it."""

    membership: ForumMembership
    reasons: list[Point] = field(default_factory=list)

    @property
    def score(self) -> float:
        """The sum of the points."""
        return sum(reason.points for reason in self.reasons)


def suggest_members(
    *,
    cycle_id: int | None,
    wanted: Collection[str],
    fields: Sequence[Field],
    on: date,
    without: Iterable[int] = (),
    sectors: Collection[str] = (),
) -> list[Suggestion]:
    """Members who know at least one of the `wanted` fields (codes), the best first: four queries.

    `without`: memberships that are in the group already; `sectors`: the sectors they come from.
    """
    if not wanted:
        return []
    active = ForumMembership.objects.in_cycle(cycle_id).active(on)
    rows = active.filter(expertise__overlap=list(wanted)).exclude(pk__in=list(without)).for_list()
    gaps = _gaps_by_group(gaps_of(seats(active), targets_of(cycle_id), fields))
    presence = _presence(cycle_id)
    found = [
        Suggestion(
            row,
            [*_knows(row, wanted, fields), *_balances(row, wanted, gaps, sectors), *_comes(row, presence)],
        )
        for row in rows
    ]
    return sorted(
        found, key=lambda each: (-each.score, each.membership.organization.name, each.membership.pk)
    )


def _gaps_by_group(gaps: Iterable[Gap]) -> dict[tuple[str, str], Gap]:
    return {(gap.dimension, gap.code): gap for gap in gaps}


def _knows(row: ForumMembership, wanted: Collection[str], fields: Sequence[Field]) -> Iterable[Point]:
    for each in named((code for code in row.expertise if code in wanted), fields):
        yield Point(KNOWS, _("knows: %(field)s") % {"field": each.short_name})


def _balances(
    row: ForumMembership,
    wanted: Collection[str],
    gaps: dict[tuple[str, str], Gap],
    sectors: Collection[str],
) -> Iterable[Point]:
    """What asking this member does for the balance of forum and group."""
    sector = row.organization.sector
    label = Sector(sector).label
    pairs = {
        (str(TargetDimension.SECTOR_EXPERTISE), f"{sector}:{code}")
        for code in row.expertise
        if code in wanted
    }
    if pairs & gaps.keys():
        yield Point(SCARCE, _("few of this sector know it: %(sector)s") % {"sector": label})
    if (str(TargetDimension.SECTOR), sector) in gaps:
        yield Point(FEW, _("the forum has too few of this sector: %(sector)s") % {"sector": label})
    if sectors and sector not in sectors:
        yield Point(NEW_SECTOR, _("this sector is not in the group yet: %(sector)s") % {"sector": label})


Presence = dict[tuple[int, int | None], tuple[int, int]]


def _presence(cycle_id: int | None) -> Presence:
    """(organisation, person) -> meetings they came to and meetings they were invited to: one query."""
    came: Counter[tuple[int, int | None]] = Counter()
    invited: Counter[tuple[int, int | None]] = Counter()
    rows = Attendance.objects.filter(engagement__cycle=cycle_id, state__in=PAST).order_by()
    for organization, person, state in rows.values_list("organization", "person", "state"):
        invited[organization, person] += 1
        came[organization, person] += state == AttendanceState.ATTENDED
    return {key: (came[key], invited[key]) for key in invited}


def _comes(row: ForumMembership, presence: Presence) -> Iterable[Point]:
    came, invited = presence.get((row.organization_id, row.person_id), (0, 0))
    if invited >= ENOUGH_INVITATIONS and came:
        words = _("came to %(came)s of %(invited)s meetings") % {"came": came, "invited": invited}
        yield Point(round(COMES * came / invited, 1), words)
