"""How figures name levels, numbers and groups."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.results import DriverResult, Group, Rating
from semarang_resilience.core.figures import LEVELS, UNKNOWN
from semarang_resilience.core.templatetags.formats import DASH, number, percent

from .canvas import Canvas, text_width

LEVEL_NAMES: dict[int, str | Promise] = {
    1: gettext_lazy("Needs to get better"),
    2: gettext_lazy("Fair, could be better"),
    3: gettext_lazy("A strength"),
}
LEVEL_COLORS = dict(enumerate(LEVELS, start=1))
ON_LEVEL = {1: "#ffffff", 2: "#14262d", 3: "#ffffff"}


def color_of(level: int | None) -> str:
    """The colour of a level; grey where there is no result."""
    return LEVEL_COLORS.get(level or 0, UNKNOWN)


def legend(canvas: Canvas, y: float) -> None:
    """The three levels with their colours, in one line."""
    width = sum(15 + text_width(str(name), size=10.5) for name in LEVEL_NAMES.values())
    gap = min(12, max(2, (canvas.width - width) / (len(LEVEL_NAMES) - 1)))
    x = 0.0
    for level, name in LEVEL_NAMES.items():
        canvas.rect(x, y - 5, 11, 11, color_of(level))
        canvas.text(x + 15, y + 1, str(name), size=10.5)
        x += 15 + text_width(str(name), size=10.5) + gap


def mean_words(mean: float | None) -> str:
    """1.93 -> 1,9 in Indonesian; nothing gives a dash."""
    return DASH if mean is None else number(mean, 1)


def net_words(net: float | None) -> str:
    """A net with its sign: −0.41."""
    if net is None:
        return DASH
    sign = "−" if round(net, 2) < 0 else "+" if round(net, 2) > 0 else ""
    return f"{sign}{number(abs(net), 2)}"


def n_words(group: Group) -> str:
    """How many answered in a group, or that this stays hidden."""
    return _("hidden") if group.n is None else number(group.n)


def share_words(share: float) -> str:
    """A share without decimals."""
    return percent(share)


def names(drivers: Sequence[DriverResult]) -> str:
    """Names in a sentence: “A”, “B” and “C”."""
    quoted = [f"“{driver.short}”" for driver in drivers]
    if len(quoted) < 2:
        return "".join(quoted)
    return _("%(others)s and %(last)s") % {"others": ", ".join(quoted[:-1]), "last": quoted[-1]}


def aside(rating: Rating) -> str:
    """What does not enter the mean: “12 could not judge, 5 left it blank”, and who was not asked."""
    if rating.is_hidden:
        return ""
    words = _("%(cannot)s could not judge, %(blank)s left it blank.") % {
        "cannot": number(rating.cannot_judge),
        "blank": number(rating.blank),
    }
    if rating.not_asked:
        words += " " + _("%(count)s were not asked, because of an earlier answer.") % {
            "count": number(rating.not_asked)
        }
    return words
