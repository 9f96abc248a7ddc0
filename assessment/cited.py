"""A citation as a reader sees it: the numbers that were copied when a finding cited a survey result.

`Evidence.cited` holds this shape (texts in both languages, so that a citation outlives the survey):

    {"kind": "driver_rating", "label": {"id": …}, "as_of": "2015-09-15", "responses": 400, "versions": [1],
     "sector": "", "district": "",
     "series": [{"part": "", "n": 380, "mean": 1.6, "balanced_mean": 1.7, "top": 3,
                 "counts": [200, 120, 60], "cannot_judge": 15, "blank": 5,
                 "by_sector": [{"code": "government", "n": 90, "mean": 1.8}, …]}],
     "options": [{"label": {"id": …}, "count": 40, "share": 0.4}]}

`series` is for ratings (two or four for a hazard), `options` for choices. A citation of one group has no
voices, blanks and balanced mean. A hidden sector keeps None. Older citations know no district and versions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from stakeholders.models import Sector

from .questionnaire import Words

DRIVER_LEVELS = (_("Needs to get better"), _("Fair, could be better"), _("A strength"))
PARTS: dict[str, str | Promise] = {
    "": "",
    "now": _("Now"),
    "future": _("In ten years"),
    "likelihood": _("Likelihood"),
    "impact": _("Impact"),
}


@dataclass(frozen=True, kw_only=True)
class CitedLevel:
    """One step of the scale."""

    label: str | Promise
    count: int
    share: float

    @property
    def width(self) -> str:
        """The length of its bar in per cent, as SVG writes it in every language."""
        return f"{100 * self.share:.2f}"


@dataclass(frozen=True, kw_only=True)
class CitedVoice:
    """What one sector said, and how much of all voices it is; None where a small group is hidden."""

    label: str | Promise
    n: int | None
    mean: float | None
    share: float | None


@dataclass(frozen=True, kw_only=True)
class CitedSeries:
    """The answers to one scale."""

    label: str | Promise
    n: int
    mean: float | None
    balanced_mean: float | None
    top: int
    cannot_judge: int
    blank: int
    levels: tuple[CitedLevel, ...]
    voices: tuple[CitedVoice, ...]

    @property
    def width(self) -> str:
        """The length of the bar of its mean in per cent, as SVG writes it in every language."""
        return f"{100 * (self.mean or 0) / self.top:.2f}"


@dataclass(frozen=True, kw_only=True)
class Cited:
    """Everything a finding copied from one survey result."""

    label: str
    as_of: date | None
    responses: int
    sector: str | Promise
    district: str
    versions: tuple[int, ...]
    series: tuple[CitedSeries, ...]
    options: tuple[CitedLevel, ...]

    @property
    def group(self) -> str:
        """The filter in words: sector and district; empty for everybody."""
        return " · ".join(str(word) for word in (self.sector, self.district) if word)

    @property
    def is_pair(self) -> bool:
        """Whether it is a hazard, rated in two aspects or four."""
        return len(self.series) > 1

    @property
    def has_details(self) -> bool:
        """Whether more is known than the means."""
        return any(series.voices for series in self.series)


def read_cited(data: Mapping[str, Any]) -> Cited:
    """Read the copied numbers; labels are in the language of the reader."""
    sector = data.get("sector", "")
    return Cited(
        label=str(Words(data.get("label", {}))),
        as_of=date.fromisoformat(data["as_of"]) if data.get("as_of") else None,
        responses=data.get("responses", 0),
        sector=Sector(sector).label if sector else "",
        district=data.get("district", ""),
        versions=tuple(data.get("versions", ())),
        series=tuple(_series(row, data["kind"]) for row in data.get("series", ())),
        options=tuple(
            CitedLevel(label=str(Words(row["label"])), count=row["count"], share=row["share"])
            for row in data.get("options", ())
        ),
    )


def _series(row: Mapping[str, Any], kind: str) -> CitedSeries:
    counts: Sequence[int] = row.get("counts") or ()
    labels: Sequence[str | Promise] = DRIVER_LEVELS
    if kind != "driver_rating":
        labels = [str(number) for number in range(1, len(counts) + 1)]
    n = row["n"]
    return CitedSeries(
        label=PARTS.get(row.get("part", ""), ""),
        n=n,
        mean=row.get("mean"),
        balanced_mean=row.get("balanced_mean"),
        top=row.get("top", len(labels)),
        cannot_judge=row.get("cannot_judge", 0),
        blank=row.get("blank", 0),
        levels=tuple(
            CitedLevel(label=label, count=count, share=count / n if n else 0)
            for label, count in zip(labels, counts, strict=False)
        ),
        voices=tuple(_voice(voice, n) for voice in row.get("by_sector", ())),
    )


def _voice(voice: Mapping[str, Any], total: int) -> CitedVoice:
    n = voice["n"]
    return CitedVoice(
        label=Sector(voice["code"]).label,
        n=n,
        mean=voice["mean"],
        share=None if n is None or not total else n / total,
    )
