"""What merging two entries of the register will do: every link that moves, every pair of rows that meet.

The plan only reads. The page shows it, and `operations/merging.py` carries out the very same plan under a
lock, so that what people saw is what happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Q

from .models import AttendanceState, ForumRole
from .references import Reference, links_to

Row = models.Model


@dataclass(frozen=True)
class Move:
    """Rows of one kind that will point at the winner."""

    reference: Reference
    rows: Sequence[Row]


@dataclass(frozen=True)
class Meeting:
    """Two rows that may not both point at the winner: `keep` stays, `drop` is added to it and goes.

    Both organisations were members of the same forum, took part in the same meeting, carry the same action.
    What points at `drop` moves to `keep` by a plan of its own.
    """

    reference: Reference
    keep: Row
    drop: Row
    inner: Plan


@dataclass(frozen=True)
class Plan:
    """Everything that happens to the rows that point at `loser`."""

    winner: Row
    loser: Row
    moves: list[Move] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)

    @property
    def moved_count(self) -> int:
        """How many rows will point at the winner instead of the loser."""
        return sum(len(move.rows) for move in self.moves)

    def all_meetings(self) -> Iterator[Meeting]:
        """The meetings of this plan and of the plans within."""
        for meeting in self.meetings:
            yield meeting
            yield from meeting.inner.all_meetings()


def plan_links(winner: Row, loser: Row) -> Plan:
    """Find every row that points at `loser` and what becomes of it when it points at `winner`."""
    plan = Plan(winner, loser)
    for reference in links_to(type(loser)):
        rows = [row for row in _described(reference.rows(loser), reference) if not _is(row, winner)]
        if not rows:
            continue
        twins = twins_of(reference, winner, loser)
        free = [row for row in rows if row.pk not in twins]
        if free:
            plan.moves.append(Move(reference, free))
        for row in rows:
            if row.pk in twins:
                twin = twins[row.pk]
                plan.meetings.append(Meeting(reference, twin, row, plan_links(twin, row)))
    return plan


def _is(row: Row, other: Row) -> bool:
    return type(row) is type(other) and row.pk == other.pk


def _described(rows: models.QuerySet[Any], reference: Reference) -> models.QuerySet[Any]:
    """With what the rows' names are made of (two steps along their keys), without the districts' polygons."""
    paths = []
    for near in _named_relations(reference.model):
        paths.append(near.name)
        paths += [f"{near.name}__{far.name}" for far in _named_relations(near.related_model)]
    return rows.select_related(*paths).order_by("pk") if paths else rows.order_by("pk")


def _named_relations(model: Any) -> list[Any]:
    """Keys of a model that its name may be made of; accounts and places never are."""
    return [
        each
        for each in model._meta.concrete_fields
        if each.many_to_one
        and each.related_model is not model
        and each.related_model._meta.app_label not in {"accounts", "places", "contenttypes"}
    ]


# -- rows that meet -----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Uniqueness:
    """A rule of the database by which two rows may not be alike in `names` (where `condition` holds)."""

    names: tuple[str, ...]
    condition: Q | None = None
    is_null_alike: bool = False


def uniqueness_of(reference: Reference) -> list[Uniqueness]:
    """The rules of uniqueness that a row could break by pointing elsewhere.

    Raises `NotImplementedError` for a rule made of expressions over the key: such a rule would have to be
    taught here first (a test holds that no model has one).
    """
    meta, name = reference.model._meta, reference.field.name
    rules = [Uniqueness((name,))] if reference.field.unique else []
    rules += [Uniqueness(tuple(names)) for names in meta.unique_together if name in names]
    for each in meta.constraints:
        if not isinstance(each, models.UniqueConstraint):
            continue
        if each.expressions and name in str(each.expressions):
            raise NotImplementedError(f"{reference.key}: {each.name} is made of expressions")
        if name in each.fields:
            alike = each.nulls_distinct is False
            rules.append(Uniqueness(tuple(each.fields), each.condition, alike))
    return rules


def twins_of(reference: Reference, winner: Row, loser: Row) -> dict[Any, Row]:
    """Rows of the loser that would meet a row of the winner: key of the one -> the other."""
    twins: dict[Any, Row] = {}
    for rule in uniqueness_of(reference):
        others = [name for name in rule.names if name != reference.field.name]
        theirs = {
            key: row
            for key, row in _keyed(reference.rows(winner), others, rule, reference)
            if key is not None
        }
        for key, row in _keyed(reference.rows(loser), others, rule, reference):
            if key is not None and key in theirs:
                twins.setdefault(row.pk, theirs[key])
    return twins


def _keyed(
    rows: models.QuerySet[Any], names: Iterable[str], rule: Uniqueness, reference: Reference
) -> Iterator[tuple[tuple[Any, ...] | None, Row]]:
    """Rows with what must not be alike; None where a missing value makes every row different."""
    if rule.condition is not None:
        rows = rows.filter(rule.condition)
    columns = [reference.model._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
    for row in _described(rows, reference):
        key = tuple(getattr(row, column) for column in columns)
        yield (None if None in key and not rule.is_null_alike else key), row


# -- what the row that stays learns from the one that goes -------------------------------------------------
Values = dict[str, Any]
ROLES = (ForumRole.CHAIR, ForumRole.SECRETARY, ForumRole.RESOURCE, ForumRole.MEMBER)
STATES = (
    AttendanceState.ATTENDED,
    AttendanceState.EXCUSED,
    AttendanceState.ABSENT,
    AttendanceState.CONFIRMED,
    AttendanceState.INVITED,
)


def combined(keep: Any, drop: Any) -> Values:
    """The values of `keep` that change because `drop` is added to it."""
    values = filled(keep, drop) | COMBINE.get(keep._meta.label, lambda _keep, _drop: {})(keep, drop)
    return {name: value for name, value in values.items() if getattr(keep, name) != value}


def filled(keep: Row, drop: Row) -> Values:
    """Where the one that stays says nothing, the word of the other; both texts and all words of lists."""
    values: Values = {}
    for column in keep._meta.concrete_fields:
        name = column.attname
        mine, theirs = getattr(keep, name), getattr(drop, name)
        if column.primary_key or column.generated or theirs in (None, "", []) or theirs == mine:
            continue
        if mine in (None, "", []):
            values[name] = theirs
        elif isinstance(mine, list):
            values[name] = list(dict.fromkeys([*mine, *theirs]))
        elif isinstance(column, models.TextField) and not column.choices:
            values[name] = mine if theirs in mine else f"{mine}\n\n{theirs}"
    return values


def _membership(keep: Any, drop: Any) -> Values:
    """In the forum since the earlier day, until the later one or still, in the higher role."""
    open_ended = keep.until is None or drop.until is None
    return {
        "since": min(keep.since, drop.since),
        "until": None if open_ended else max(keep.until, drop.until),
        "role": min((keep.role, drop.role), key=[*map(str, ROLES)].index),
    }


def _attendance(keep: Any, drop: Any) -> Values:
    """Who came, came, whatever the other line says."""
    return {"state": min((keep.state, drop.state), key=[*map(str, STATES)].index)}


def _earliest(name: str) -> Callable[[Any, Any], Values]:
    return lambda keep, drop: {name: min(getattr(keep, name), getattr(drop, name))}


COMBINE: dict[str, Callable[[Any, Any], Values]] = {
    "stakeholders.ForumMembership": _membership,
    "stakeholders.Attendance": _attendance,
    "stakeholders.Consent": _earliest("given_on"),
    "stakeholders.ErasureRequest": _earliest("asked_at"),
}
