"""What the forum is made of, what the office wants it to be made of, and the gap in words.

A member is a seat: an active membership of an organisation, with or without the person who fills it. All
counts come from one query over the seats; a forum has hundreds of them, not millions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from semarang_resilience.places.models import District

from .expertise import Field
from .models import ForumMembership, ForumTarget, Gender, Level, Sector, TargetDimension


@dataclass(frozen=True)
class Seat:
    """What is counted of one member."""

    organization: int
    sector: str
    level: str
    district: str
    gender: str
    expertise: tuple[str, ...]

    def codes(self, dimension: str) -> tuple[str, ...]:
        """The groups of a dimension to which the member belongs."""
        match dimension:
            case TargetDimension.EXPERTISE:
                return self.expertise
            case TargetDimension.SECTOR_EXPERTISE:
                return tuple(f"{self.sector}:{code}" for code in self.expertise)
            case TargetDimension.SECTOR:
                return (self.sector,)
            case TargetDimension.LEVEL:
                return (self.level,)
            case TargetDimension.DISTRICT:
                return (self.district,) if self.district else ()
            case _:
                return (self.gender,) if self.gender != Gender.UNSTATED else ()


def seats(members: QuerySet[ForumMembership]) -> list[Seat]:
    """The seats of members: one query. The district is that of the organisation; people live in private."""
    rows = members.order_by("pk").values_list(
        "organization", "organization__sector", "organization__level", "organization__district",
        "person__gender", "expertise",
    )  # fmt: skip
    return [
        Seat(organization, sector, level, district or "", gender or Gender.UNSTATED, tuple(expertise))
        for organization, sector, level, district, gender, expertise in rows
    ]


@dataclass(frozen=True)
class Group:
    """One group of a dimension: how many members it has, how many are wanted (0: no target)."""

    code: str
    label: str
    members: int
    organizations: int
    wanted: int = 0

    @property
    def missing(self) -> int:
        """How many members are missing to the target."""
        return max(self.wanted - self.members, 0)


Names = Sequence[tuple[str, str]]


def groups_of(
    found: Sequence[Seat], dimension: str, names: Names, wanted: Mapping[str, int] | None = None
) -> list[Group]:
    """The groups of a dimension in the order of `names` (code, label); empty groups count, too."""
    members: Counter[str] = Counter()
    organizations: dict[str, set[int]] = {}
    for seat in found:
        for code in seat.codes(dimension):
            members[code] += 1
            organizations.setdefault(code, set()).add(seat.organization)
    targets = wanted or {}
    return [
        Group(code, label, members[code], len(organizations.get(code, ())), targets.get(code, 0))
        for code, label in names
    ]


@dataclass(frozen=True)
class Cell:
    """Members of one sector who know one field."""

    code: str
    members: int
    wanted: int


@dataclass(frozen=True)
class MatrixRow:
    """A field of expertise with its cell for each sector, and in all."""

    field: Field
    cells: Sequence[Cell]
    total: int


def matrix(
    found: Sequence[Seat], fields: Sequence[Field], wanted: Mapping[str, int] | None = None
) -> list[MatrixRow]:
    """Fields by sectors: how many members of a sector know a field."""
    targets = wanted or {}
    counts = Counter(code for seat in found for code in seat.codes(TargetDimension.SECTOR_EXPERTISE))
    known = Counter(code for seat in found for code in seat.expertise)
    return [
        MatrixRow(
            field,
            [
                Cell(code, counts[code], targets.get(code, 0))
                for code in (f"{sector}:{field.code}" for sector in Sector.values)
            ],
            known[field.code],
        )
        for field in fields
    ]


# -- names of the groups -----------------------------------------------------------------------------------
def names_of(dimension: str, fields: Sequence[Field], districts: Names = ()) -> list[tuple[str, str]]:
    """(code, label) of every group of a dimension, in the order in which they are always listed."""
    match dimension:
        case TargetDimension.SECTOR:
            return [(each.value, str(each.label)) for each in Sector]
        case TargetDimension.LEVEL:
            return [(each.value, str(each.label)) for each in Level]
        case TargetDimension.GENDER:
            return [(each.value, str(each.label)) for each in Gender if each is not Gender.UNSTATED]
        case TargetDimension.DISTRICT:
            return list(districts)
        case TargetDimension.EXPERTISE:
            return [(each.code, each.short_name) for each in fields]
        case _:
            return [
                (f"{sector.value}:{field.code}", f"{sector.label}: {field.short_name}")
                for field in fields
                for sector in Sector
            ]


def district_names() -> list[tuple[str, str]]:
    """(code, name) of the districts by name: one query."""
    return list(District.objects.order_by("name", "code").values_list("code", "name"))


def targets_of(cycle_id: int | None) -> dict[str, dict[str, int]]:
    """Targets of a cycle by dimension and code: one query."""
    found: dict[str, dict[str, int]] = {dimension: {} for dimension in TargetDimension.values}
    for dimension, code, wanted in ForumTarget.objects.filter(cycle=cycle_id).values_list(
        "dimension", "code", "wanted"
    ):
        found[dimension][code] = wanted
    return found


# -- gaps in words -----------------------------------------------------------------------------------------
NOBODY: dict[str, str | Promise] = {
    TargetDimension.SECTOR: _("Nobody from “%(group)s” is a member."),
    TargetDimension.LEVEL: _("No member works on the level “%(group)s”."),
    TargetDimension.DISTRICT: _("No member is at home in the district %(group)s."),
    TargetDimension.GENDER: _("No member is known to be: %(group)s."),
    TargetDimension.EXPERTISE: _("No member knows: %(group)s."),
    TargetDimension.SECTOR_EXPERTISE: _("No member from “%(sector)s” knows: %(group)s."),
}
TOO_FEW: dict[str, str | Promise] = {
    TargetDimension.SECTOR: _("%(group)s: %(members)s of %(wanted)s members wanted."),
    TargetDimension.LEVEL: _("Level “%(group)s”: %(members)s of %(wanted)s members wanted."),
    TargetDimension.DISTRICT: _("District %(group)s: %(members)s of %(wanted)s members wanted."),
    TargetDimension.GENDER: _("%(group)s: %(members)s of %(wanted)s members wanted."),
    TargetDimension.EXPERTISE: _("%(group)s: %(members)s of %(wanted)s members wanted who know it."),
    TargetDimension.SECTOR_EXPERTISE: _(
        "%(sector)s: %(members)s of %(wanted)s members wanted who know %(group)s."
    ),
}


@dataclass(frozen=True)
class Gap:
    """A target that is not reached."""

    dimension: str
    code: str
    label: str
    members: int
    wanted: int

    @property
    def missing(self) -> int:
        """How many members are missing."""
        return self.wanted - self.members

    @property
    def importance(self) -> tuple[bool, float, int]:
        """Nobody at all comes first, then the larger share that is missing, then the larger number."""
        return self.members == 0, self.missing / self.wanted, self.missing

    @property
    def is_empty(self) -> bool:
        """Whether there is nobody at all."""
        return self.members == 0

    @property
    def sentence(self) -> str:
        """The gap as one sentence."""
        sector, _colon, field = self.label.partition(": ")
        is_pair = self.dimension == TargetDimension.SECTOR_EXPERTISE
        words = {
            "group": field if is_pair else self.label,
            "sector": sector,
            "members": self.members,
            "wanted": self.wanted,
        }
        return str((NOBODY if self.is_empty else TOO_FEW)[self.dimension]) % words


def gaps_of(
    found: Sequence[Seat],
    targets: Mapping[str, Mapping[str, int]],
    fields: Sequence[Field],
    districts: Names = (),
) -> list[Gap]:
    """Every target that is not reached, the most important first.

    A target for a group that no longer exists (a field of another framework) is left out: nobody reaches it.
    """
    gaps = []
    for dimension, wanted in targets.items():
        if not wanted:
            continue
        for group in groups_of(found, dimension, names_of(dimension, fields, districts), wanted):
            if group.missing:
                gaps.append(Gap(dimension, group.code, group.label, group.members, group.wanted))
    order = {dimension: place for place, dimension in enumerate(TargetDimension.values)}
    return sorted(gaps, key=lambda gap: (*_falling(gap.importance), order[gap.dimension], gap.label))


def _falling(values: Iterable[float]) -> tuple[float, ...]:
    return tuple(-value for value in values)


@dataclass(frozen=True)
class Composition:
    """The whole picture of a forum on a day."""

    groups: Mapping[str, list[Group]]
    matrix: list[MatrixRow]
    gaps: list[Gap]
    members: int
    organizations: int
    people: int
    reached: int  # targets that are reached
    wanted: int  # targets in all


def composition_of(cycle_id: int | None, on: date, fields: Sequence[Field]) -> Composition:
    """Count a forum's active members by everything, with targets and gaps: four queries."""
    members = ForumMembership.objects.in_cycle(cycle_id).active(on)
    found, targets, districts = seats(members), targets_of(cycle_id), district_names()
    gaps = gaps_of(found, targets, fields, districts)
    number = sum(map(len, targets.values()))
    return Composition(
        groups={
            dimension: groups_of(found, dimension, names_of(dimension, fields, districts), targets[dimension])
            for dimension in TargetDimension.values
        },
        matrix=matrix(found, fields, targets[TargetDimension.SECTOR_EXPERTISE]),
        gaps=gaps,
        members=len(found),
        organizations=len({seat.organization for seat in found}),
        people=members.filter(person__isnull=False).values("person").distinct().count(),
        reached=number - len(gaps),
        wanted=number,
    )
