"""How far a survey has come: answers by sector, district, day and channel beside what the office wants.

Sizes of groups only, never answers. While a survey is open they are told by fives ("at least 15"), so that
nobody sees a single sheet arrive; afterwards exactly, but for groups that are hidden (suppression.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from assessment.models import Channel, InvitationKind, Response, Survey, SurveyStatus, Tally
from assessment.suppression import Cell, disclosure_of
from semarang_resilience.core.templatetags.formats import number
from semarang_resilience.places.models import District
from stakeholders.models import Sector


@dataclass(frozen=True, kw_only=True)
class GroupProgress:
    """One group: `count` answers (None: hidden), `is_floor` if it is "at least"; `wanted` 0: no target."""

    label: str | Promise
    count: int | None
    is_floor: bool = False
    wanted: int = 0
    invited: int = 0
    used: int = 0

    @property
    def words(self) -> str:
        """The number as people may read it."""
        if self.count is None:
            return _("fewer than %(n)s, or hidden") % {"n": settings.SMALL_GROUP_THRESHOLD}
        if not self.is_floor:
            return str(number(self.count))
        if self.count:
            return _("at least %(n)s") % {"n": number(self.count)}
        return _("fewer than %(n)s") % {"n": settings.SMALL_GROUP_THRESHOLD}

    @property
    def text(self) -> str:
        """The number beside its target."""
        if not self.wanted:
            return self.words
        return _("%(count)s of %(wanted)s wanted") % {"count": self.words, "wanted": number(self.wanted)}

    @property
    def bar(self) -> int:
        """How much of the bar is filled."""
        return min(self.count or 0, self.wanted)

    @property
    def is_reached(self) -> bool:
        """Whether the target is certainly reached."""
        return bool(self.wanted) and (self.count or 0) >= self.wanted


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Everything the monitor shows; `days` are (day, answers)."""

    received: int
    counted: int
    sectors: list[GroupProgress]
    districts: list[GroupProgress]
    crossed: list[GroupProgress]
    channels: list[GroupProgress]
    days: list[tuple[date, int]]

    @property
    def pending(self) -> int:
        """Answers that wait to be counted."""
        return max(0, self.received - self.counted)


def progress_of(survey: Survey) -> Progress:
    """Read how far a survey has come, in seven queries whatever its size; tallies carry the groups."""
    cells = _cells(survey)
    days = list(Response.objects.filter(version__survey=survey).count_by_day())
    size = _size_of(survey, cells)
    invited = _invited(survey)
    targets = {
        (target.sector, target.district_id or ""): target.wanted for target in survey.targets.order_by("pk")
    }
    names = dict(District.objects.order_by("name", "code").values_list("code", "name"))
    group = _grouper(size, targets, invited, is_floor=survey.status == SurveyStatus.OPEN)
    return Progress(
        received=sum(n for _day, n in days),
        counted=sum(cells.values()),
        sectors=[group(str(each.label), each.value, "") for each in Sector],
        districts=[group(name, "", code) for code, name in names.items() if _matters(code, cells, targets)],
        crossed=[
            group(f"{Sector(sector).label}, {names.get(code, code)}", sector, code)
            for sector, code in targets
            if sector and code
        ],
        channels=_channels(survey),
        days=days,
    )


def _matters(code: str, cells: Counter[Cell], targets: dict[Cell, int]) -> bool:
    return any(where == code for _sector, where in [*cells, *targets])


def _cells(survey: Survey) -> Counter[Cell]:
    """Counted sheets by (sector, district code): one query, constant in their number."""
    rows = (
        Tally.objects.filter(version__survey=survey, slot=Tally.RESPONSES)
        .values_list("sector", "district_code")
        .annotate(n=Sum("counts__0"))
    )
    return Counter({(sector, code): n for sector, code, n in rows})


Size = Callable[[str, str], int | None]


def _size_of(survey: Survey, cells: Counter[Cell]) -> Size:
    """What may be told of a group; "" stands for all sectors or all districts."""
    step = settings.SMALL_GROUP_THRESHOLD
    disclosure = disclosure_of(cells, threshold=step)

    def size(sector: str, district: str) -> int | None:
        n = sum(
            count
            for (its_sector, its_district), count in cells.items()
            if sector in ("", its_sector) and district in ("", its_district)
        )
        if survey.status == SurveyStatus.OPEN:
            return n - n % step
        return n if disclosure.shows(sector=sector or None, district=district or None) else None

    return size


def _grouper(
    size: Size, targets: dict[Cell, int], invited: Iterable[tuple[str, str, int, int]], *, is_floor: bool
) -> Callable[[str, str, str], GroupProgress]:
    links = list(invited)

    def group(label: str, sector: str, district: str) -> GroupProgress:
        own = [row for row in links if sector in ("", row[0]) and district in ("", row[1])]
        return GroupProgress(
            label=label,
            count=size(sector, district),
            is_floor=is_floor,
            wanted=targets.get((sector, district), 0),
            invited=sum(row[2] for row in own),
            used=sum(row[3] for row in own),
        )

    return group


def _invited(survey: Survey) -> list[tuple[str, str, int, int]]:
    """(sector, district code, personal links, how many of them were used): one query."""
    rows: Any = (
        survey.invitations.with_use()
        .filter(kind=InvitationKind.PERSONAL, is_revoked=False)
        .order_by()
        .values_list("sector", "district_id")
        .annotate(n=Count("pk"), used=Sum("is_used"))
    )
    return [(sector, code or "", n, used or 0) for sector, code, n, used in rows]


def _channels(survey: Survey) -> list[GroupProgress]:
    """How the sheets came in, by fives throughout: they are not part of the suppression's pattern."""
    counts = Response.objects.filter(version__survey=survey).count_by_channel()
    step = settings.SMALL_GROUP_THRESHOLD
    return [
        GroupProgress(
            label=channel.label, count=counts[channel.value] - counts[channel.value] % step, is_floor=True
        )
        for channel in Channel
        if counts.get(channel.value)
    ]
