"""Who is invited to a meeting, and who came."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import create, lock
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.permissions import ensure
from stakeholders.models import (
    Attendance,
    AttendanceState,
    Engagement,
    EngagementStatus,
    ForumMembership,
    Organization,
    Person,
)

from .organizations import refuse_merged

CAME = frozenset({AttendanceState.ATTENDED, AttendanceState.ABSENT, AttendanceState.EXCUSED})


@transaction.atomic
def invite(*, engagement: Engagement, memberships: Iterable[ForumMembership], by: Any, at: datetime) -> int:
    """Put members of the forum on the list; who stands there already stays. Returns how many are new."""
    ensure(by, "stakeholders.manage_engagements", engagement)
    lock(engagement)
    _refuse_cancelled(engagement)
    listed = set(engagement.attendances.values_list("organization", "person"))
    wanted = {(each.organization_id, each.person_id): None for each in memberships}
    new = [
        Attendance(engagement=engagement, organization_id=organization, person_id=person)
        for organization, person in wanted
        if (organization, person) not in listed
    ]
    Attendance.objects.bulk_create(new)
    if new:
        record(verb="invite", target=engagement, by=by, at=at, count=len(new))
    return len(new)


@transaction.atomic
def take_attendance(
    *,
    engagement: Engagement,
    attended: Collection[int],
    excused: Collection[int],
    by: Any,
    at: datetime,
    rest_is_absent: bool = False,
) -> dict[str, int]:
    """Set who came and who excused themselves (keys of the list's lines); returns how many lines changed.

    The others keep their state, unless they were marked before (then the mark is taken back) or
    `rest_is_absent`: then they did not come. Who is both ticked as there and as excused, came.
    """
    ensure(by, "stakeholders.manage_engagements", engagement)
    lock(engagement)
    _refuse_cancelled(engagement)
    changed = []
    came, sorry = set(attended), set(excused)
    for row in engagement.attendances.select_for_update(no_key=True).order_by("pk"):
        state = _state(row, came, sorry, rest_is_absent)
        if row.state != state:
            row.state = state
            changed.append(row)
    Attendance.objects.bulk_update(changed, ["state"])
    if changed:
        record(verb="take_attendance", target=engagement, by=by, at=at, count=len(changed))
    return {"changed": len(changed)}


def _state(row: Attendance, came: set[int], sorry: set[int], rest_is_absent: bool) -> str:
    if row.pk in came:
        return AttendanceState.ATTENDED
    if row.pk in sorry:
        return AttendanceState.EXCUSED
    if rest_is_absent:
        return AttendanceState.ABSENT
    return AttendanceState.INVITED if row.state in CAME else row.state


@transaction.atomic
def add_walk_in(
    *,
    engagement: Engagement,
    organization: Organization,
    by: Any,
    at: datetime,
    person: Person | None = None,
    name: str = "",
    state: str = AttendanceState.ATTENDED,
) -> Attendance:
    """Put somebody on the list who came without being on it; a new `name` is entered as a person first.

    Who is on the list already is only marked. `state` may be another one where somebody is added by hand.
    """
    ensure(by, "stakeholders.manage_engagements", engagement)
    lock(engagement)
    _refuse_cancelled(engagement)
    refuse_merged(organization)
    if person is None and name.strip():
        person = _person_called(name.strip(), organization, by=by, at=at)
    row = engagement.attendances.filter(organization=organization, person=person).first()
    if row is None:
        row = create(Attendance(engagement=engagement, organization=organization, person=person, state=state))
    else:
        row.state = state
        row.save(update_fields=["state"])
    record(verb="add_walk_in", target=engagement, by=by, at=at, organization=str(organization))
    return row


def _person_called(name: str, organization: Organization, *, by: Any, at: datetime) -> Person:
    """The person of this name who acts for the organisation, entered now if nobody is called so."""
    from .forum import add_person

    known = Person.objects.registered().filter(organization=organization, name__iexact=name)
    return known.order_by("pk").first() or add_person(organization=organization, name=name, by=by, at=at)


@transaction.atomic
def remove_attendance(*, attendance: Attendance, by: Any, at: datetime) -> Engagement:
    """Take a line off the list that was put there by mistake; who came stays in the history."""
    engagement = attendance.engagement
    ensure(by, "stakeholders.manage_engagements", engagement)
    if attendance.state == AttendanceState.ATTENDED:
        raise Refused(
            _("Who took part stays on the list. Take the tick away first if it is wrong."), code="took_part"
        )
    record(
        verb="remove_attendance",
        target=engagement,
        by=by,
        at=at,
        organization=str(attendance.organization),
    )
    attendance.delete()
    return engagement


def _refuse_cancelled(engagement: Engagement) -> None:
    if engagement.status == EngagementStatus.CANCELLED:
        raise Refused(_("This meeting was cancelled."), code="cancelled")
