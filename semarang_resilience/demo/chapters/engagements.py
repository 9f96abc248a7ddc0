"""Meetings with who came, agreements, targets of the forum, and a pair of entries to be merged."""

from __future__ import annotations

from datetime import date, timedelta

from semarang_resilience.demo.cast import STAFF, actor
from semarang_resilience.demo.data import table
from semarang_resilience.demo.story import Chapter, Row, moment, origin, pick, texts, the_cycle
from semarang_resilience.places.models import District
from stakeholders.models import Engagement, ForumMembership, ForumTarget, Organization
from stakeholders.operations.agreements import register_agreement
from stakeholders.operations.attendance import add_walk_in, invite, take_attendance
from stakeholders.operations.engagements import (
    cancel_engagement,
    hold_engagement,
    plan_engagement,
    publish_engagement,
)
from stakeholders.operations.forum import add_person
from stakeholders.operations.organizations import create_organization
from stakeholders.operations.targets import set_forum_targets

from .organizations import memberships

Members = dict[str, ForumMembership]
TARGETS_SET_ON = date(2026, 2, 10)


def is_played() -> bool:
    return ForumTarget.objects.filter(cycle=the_cycle()).exists()


def play() -> None:
    data, forum = table("engagements"), memberships()
    for row in data["engagements"]:
        _meet(row, forum)
    for row in data["agreements"]:
        _agree(row)
    for dimension, wanted in data["targets"].items():
        set_forum_targets(
            cycle=the_cycle(),
            dimension=dimension,
            wanted=wanted,
            by=actor(STAFF),
            at=moment(TARGETS_SET_ON, hour=15),
        )
    _enter_twice(data["duplicate"])


def _meet(row: Row, forum: Members) -> None:
    """Planned two weeks ahead, then held or cancelled, written down and published."""
    staff = actor(STAFF)
    planned_at = moment(row.get("planned_on", row["held_on"] - timedelta(days=14)))
    engagement = plan_engagement(
        cycle=the_cycle(),
        district=District.objects.defer("geometry").get(code=row["district"]) if "district" in row else None,
        by=staff,
        at=planned_at,
        **pick(row, "code", "kind", "held_on", "until", "place"),
        **texts(row, "title", "agenda", "minutes", "outputs"),
        **origin(row),
    )
    members = [forum[key] for key in row.get("invited", ())]
    if members:
        invite(engagement=engagement, memberships=members, by=staff, at=planned_at)
    closed_at = moment(row["held_on"], hour=16)
    if "cancelled_reason" in row:
        cancel_engagement(engagement=engagement, reason=row["cancelled_reason"], by=staff, at=planned_at)
    elif not row.get("planned"):
        hold_engagement(engagement=engagement, on=row["held_on"], by=staff, at=closed_at)
        _who_came(engagement, row, forum)
    if row.get("published", True):
        publish_engagement(
            engagement=engagement,
            with_minutes=row.get("minutes_public", False),
            by=staff,
            at=planned_at if row.get("planned") else closed_at,
        )


def _who_came(engagement: Engagement, row: Row, forum: Members) -> None:
    if "attended" not in row:
        return
    lines = {(line.organization_id, line.person_id): line.pk for line in engagement.attendances.all()}

    def on_list(name: str) -> list[int]:
        return [lines[forum[key].organization_id, forum[key].person_id] for key in row.get(name, ())]

    take_attendance(
        engagement=engagement,
        attended=on_list("attended"),
        excused=on_list("excused"),
        rest_is_absent=True,
        by=actor(STAFF),
        at=moment(row["held_on"], hour=17),
    )


def _agree(row: Row) -> None:
    register_agreement(
        organization=Organization.objects.get(code=row["organization"]),
        by=actor(STAFF),
        at=moment(row["signed_on"]),
        **pick(row, "number", "title", "signed_on", "starts_on", "ends_on", "reminder_days", "note"),
        **origin(row),
    )


def _enter_twice(row: Row) -> None:
    """What happens in every office: the same organisation and the same person under two names."""
    met = Engagement.objects.get(code=row["met"])
    staff, at = actor(STAFF), moment(met.held_on, hour=18)
    twin = create_organization(
        by=staff,
        at=at,
        **pick(row, "code", "name", "sector", "level"),
        **texts(row, "description"),
        **origin({}),
    )
    add_walk_in(engagement=met, organization=twin, by=staff, at=at)
    employer = Organization.objects.get(code=row["person_organization"])
    add_person(organization=employer, name=row["person"], by=staff, at=at, **origin({}))


CHAPTER = Chapter("meetings, agreements and targets", is_played, play)
