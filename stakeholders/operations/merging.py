"""Merging two entries of the register; saying that two are different; moving what came too late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, OperationalError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import ChangedMeanwhile, check, lock
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.permissions import ensure
from stakeholders.merging import Plan, combined, plan_links
from stakeholders.models import DISTINCT, Gender, Organization, Person
from stakeholders.references import references_to

from .consents import follow_naming

Entry = Organization | Person

# What a reader compares and chooses; a text of two languages is chosen with both.
ORGANIZATION_CHOICES: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "acronym": ("acronym",),
    "sector": ("sector",),
    "level": ("level",),
    "parent": ("parent",),
    "district": ("district",),
    "description": ("description_ind", "description_en"),
    "website": ("website",),
    "logo": ("logo",),
    "is_published": ("is_published",),
    "provenance": ("provenance", "source"),
}
PERSON_CHOICES: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "position": ("position",),
    "organization": ("organization",),
    "email": ("email",),
    "phone": ("phone",),
    "gender": ("gender",),
    "district": ("district",),
    "language": ("language",),
    "agreed_to_be_named": ("agreed_to_be_named",),
    "user": ("user",),
    "provenance": ("provenance", "source"),
}
# Where the winner says nothing, the word of the loser is taken unasked.
FILLED = frozenset({"acronym", "parent", "district", "description", "website", "logo"}) | frozenset(
    {"position", "email", "phone", "gender", "user"}
)


@dataclass
class Merged:
    """What merging did: how many rows moved, by `app.Model.field`, and how many met another one."""

    winner: Entry
    moved: Counter[str] = field(default_factory=Counter)
    met: int = 0


def merge_organizations(
    *, winner: Organization, loser: Organization, by: Any, at: datetime, take: Collection[str] = ()
) -> Merged:
    """Make one organisation of two: every link of every app moves to `winner`, `loser` becomes its shadow.

    `take` names the values (keys of `ORGANIZATION_CHOICES`) that the winner takes from the loser. What the
    loser was called stays as a former name, so that searches and imports still find it. Raises `Refused`.
    """
    ensure(by, "stakeholders.merge", winner)
    return _merged(winner, loser, take, by=by, at=at, verb="merge_organizations")


def merge_people(
    *, winner: Person, loser: Person, by: Any, at: datetime, take: Collection[str] = ()
) -> Merged:
    """Make one person of two; `take` names the values (keys of `PERSON_CHOICES`) taken from the loser.

    The shadow keeps its name only: nobody is written to twice. Raises `Refused`.
    """
    ensure(by, "stakeholders.merge", winner)
    return _merged(winner, loser, take, by=by, at=at, verb="merge_people")


@transaction.atomic
def keep_apart(*, first: Any, second: Any, by: Any, at: datetime) -> None:
    """Remember that two entries which look alike are different; saying it twice changes nothing."""
    ensure(by, "stakeholders.merge", first)
    if first.pk == second.pk or type(first) is not type(second):
        raise Refused(_("Choose two different entries."), code="same_entry")
    low, high = sorted((first.pk, second.pk))
    _pair, is_new = DISTINCT[type(first)]._default_manager.get_or_create(
        first_id=low, second_id=high, defaults={"said_by": by, "said_at": at}
    )
    if is_new:
        record(verb="keep_apart", target=first, by=by, at=at, other=str(second))


@transaction.atomic
def settle_merges(*, at: datetime) -> int:
    """Move what was linked to a loser in the very moment in which it was merged; returns how many rows.

    Somebody may have chosen the loser in a form before it was merged, and saved just afterwards. Called by
    the clock; nothing is lost in between, it only stands at the shadow.
    """
    moved = 0
    for model in DISTINCT:
        for loser in _with_late_links(model):
            winner = loser.merged_into
            for row in sorted((winner, loser), key=lambda each: each.pk):
                lock(row)
            merged = Merged(winner)
            if isinstance(winner, Organization) and _leads_to(winner.parent, winner, loser):
                winner.parent = valid_parent(winner, loser)
                winner.save(update_fields=["parent"])
            _carry_out(plan_links(winner, loser), merged)
            moved += sum(merged.moved.values()) + merged.met
            record(verb="settle_merge", target=winner, by=None, at=at, **_log(merged))
    return moved


def _with_late_links(model: type[models.Model]) -> list[Any]:
    """Losers that something points at again."""
    losers: set[int] = set()
    for reference in references_to(model):
        if reference.model in DISTINCT.values() or reference.field.name == "merged_into":
            continue
        path = f"{reference.field.name}__merged_into__isnull"
        rows = reference.model._base_manager.filter(**{path: False})
        losers |= set(rows.order_by().values_list(reference.field.attname, flat=True))
    found = model._default_manager.filter(pk__in=losers).select_related("merged_into")
    return list(found.order_by("pk"))


# -- the merge itself --------------------------------------------------------------------------------------
def _merged(winner: Any, loser: Any, take: Collection[str], *, by: Any, at: datetime, verb: str) -> Merged:
    try:
        with transaction.atomic():
            return _merge(winner, loser, take, by=by, at=at, verb=verb)
    except (IntegrityError, OperationalError) as error:  # a row or a lock of somebody who was faster
        raise ChangedMeanwhile() from error


def _merge(winner: Any, loser: Any, take: Collection[str], *, by: Any, at: datetime, verb: str) -> Merged:
    if winner.pk == loser.pk:
        raise Refused(_("Choose two different entries."), code="same_entry")
    for row in sorted((winner, loser), key=lambda each: each.pk):
        lock(row)
        _refuse_settled(row)
    merged = Merged(winner)
    values = chosen_values(winner, loser, take)
    own_parent, logo = getattr(winner, "parent", None), getattr(winner, "logo", None)
    _make_shadow(loser, winner, values)
    for name, value in values.items():
        setattr(winner, name, value)
    if isinstance(winner, Organization):
        winner.parent = valid_parent(winner, loser, own_parent)
        _forget_file(logo, unless=winner.logo)
    check(winner)
    winner.save()
    _carry_out(plan_links(winner, loser), merged)
    _move_pairs(winner, loser)
    type(loser)._base_manager.filter(merged_into=loser).update(merged_into=winner)
    if isinstance(winner, Person):
        follow_naming(person=winner, at=at)
    name = str(loser) if isinstance(loser, Organization) else ""  # a person's name stands in no line's data
    record(verb=verb, target=winner, by=by, at=at, loser=name, loser_id=loser.pk, **_log(merged, take))
    return merged


def _refuse_settled(row: Any) -> None:
    if row.merged_into_id is not None:
        raise Refused(
            _("%(name)s was merged into %(winner)s. Work with that entry.")
            % {"name": row, "winner": row.merged_into},
            code="merged",
        )
    if getattr(row, "erased_at", None) is not None:
        raise Refused(_("The data of this person were erased; nothing is merged any more."), code="erased")


def chosen_values(winner: Any, loser: Any, take: Collection[str]) -> dict[str, Any]:
    """The columns of the winner that change: what `take` names, and what the winner says nothing about."""
    choices = ORGANIZATION_CHOICES if isinstance(winner, Organization) else PERSON_CHOICES
    if unknown := set(take) - choices.keys():
        raise TypeError(f"These values cannot be chosen: {', '.join(sorted(unknown))}")
    taken = {*take, *(name for name in FILLED & choices.keys() if is_blank(winner, choices[name]))}
    values = {column: getattr(loser, column) for name in choices if name in taken for column in choices[name]}
    if isinstance(winner, Organization):
        values["former_names"] = former_names(winner, loser, values)
    return values


def is_blank(row: Any, columns: Collection[str]) -> bool:
    """Whether a row says nothing there."""
    return all(not (said := getattr(row, column)) or said == Gender.UNSTATED for column in columns)


def former_names(winner: Organization, loser: Organization, values: dict[str, Any]) -> list[str]:
    """All names under which either was known, except the two that stay."""
    now = {
        values.get("name", winner.name).casefold(),
        values.get("acronym", winner.acronym).casefold(),
        "",
    }
    names = [*winner.former_names, winner.name, winner.acronym]
    names += [loser.name, loser.acronym, *loser.former_names]
    kept: dict[str, str] = {}
    for name in names:
        if name.casefold() not in now:
            kept.setdefault(name.casefold(), name)
    return list(kept.values())


def valid_parent(
    winner: Organization, loser: Organization, own: Organization | None = None
) -> Organization | None:
    """The chosen parent, or the next best: nothing may stand below itself when two become one."""
    for parent in (winner.parent, own, loser.parent):
        if parent is not None and not _leads_to(parent, winner, loser):
            return parent
    return None


def _leads_to(start: Organization | None, winner: Organization, loser: Organization) -> bool:
    """Whether the way up from `start` comes to one of the two that become one."""
    seen: set[int] = set()
    above = start
    while above is not None and above.pk not in seen:
        if above.pk in {winner.pk, loser.pk}:
            return True
        seen.add(above.pk)
        above = above.parent
    return False


def _make_shadow(loser: Any, winner: Any, values: dict[str, Any]) -> None:
    """The loser keeps its names and leads to the winner; what may exist once only is taken from it first."""
    loser.merged_into = winner
    if isinstance(loser, Organization):
        loser.is_published = False
        if "logo" in values:
            values["logo"] = loser.logo.name
            loser.logo = ""
    else:
        loser.email = loser.phone = ""
        loser.user, loser.agreed_to_be_named = None, False
    loser.save()


def _forget_file(before: Any, *, unless: Any) -> None:
    """Throw the winner's old logo away where another one took its place."""
    name = before.name if before else ""
    if name and name != getattr(unless, "name", unless):
        storage = before.storage
        transaction.on_commit(lambda: storage.delete(name))


def _carry_out(plan: Plan, merged: Merged) -> None:
    """Move the rows; where two meet, the one is added to the other, and what points at it moves along."""
    for meeting in plan.meetings:
        _carry_out(meeting.inner, merged)
        values = combined(meeting.keep, meeting.drop)
        meeting.drop.delete()
        if values:
            meeting.reference.model._base_manager.filter(pk=meeting.keep.pk).update(**values)
        merged.met += 1
    for move in plan.moves:
        reference = move.reference
        rows = reference.model._base_manager.filter(pk__in=[row.pk for row in move.rows])
        merged.moved[reference.key] += rows.update(**{reference.field.name: plan.winner})


def _move_pairs(winner: Any, loser: Any) -> None:
    """What was said to differ from the loser differs from the winner; that they differ is no longer true."""
    table: Any = DISTINCT[type(winner)]
    pairs = table._default_manager
    for pair in pairs.filter(Q(first=loser) | Q(second=loser)).order_by("pk"):
        other = pair.second_id if pair.first_id == loser.pk else pair.first_id
        if other != winner.pk:
            low, high = sorted((other, winner.pk))
            said = {"said_by": pair.said_by, "said_at": pair.said_at}
            pairs.get_or_create(first_id=low, second_id=high, defaults=said)
        pair.delete()


def _log(merged: Merged, take: Collection[str] = ()) -> dict[str, Any]:
    """What the line of the log remembers: kinds and numbers, names of values, never the values."""
    return {"moved": dict(merged.moved), "met": merged.met, "took": sorted(take)}


def shadows_of(entry: Entry) -> Iterator[Entry]:
    """The entries that were merged into this one: their lines of the log belong to its history."""
    yield from type(entry)._default_manager.filter(merged_into=entry).order_by("pk")  # type: ignore[misc]
