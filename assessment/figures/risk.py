"""Likelihood and impact of shocks and stresses: where on the board each of them lies."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.questionnaire import IMPACT, LIKELIHOOD
from assessment.results import HazardResult, SurveyResults
from semarang_resilience.core.figures import Figure, FigureTable
from semarang_resilience.core.templatetags.formats import number

from .canvas import INK, PAPER, SOFT, WIDTH, Canvas, fit, text_width
from .words import mean_words

# Likelihood x impact, each from 1 to 5. A band begins at this score; other cities may choose others.
BANDS: tuple[tuple[int, str, str | Promise], ...] = (
    (1, "#e4efe9", gettext_lazy("Low (below 11)")),
    (11, "#f7e6bf", gettext_lazy("Medium (from 11)")),
    (16, "#efc8bd", gettext_lazy("High (from 16)")),
)
LEFT, TOP, SIDE, LEVELS = 24, 46, 300, 5
ROW, STRIPS = 21, 40


def likelihood_and_impact(results: SurveyResults, *, permalink: str = "") -> Figure:
    """A dot for each shock and stress: further right is more likely, further up has more impact."""
    rated = sorted(
        (hazard for hazard in results.risks if hazard.risk is not None),
        key=lambda hazard: (-(hazard.risk or 0), hazard.key),
    )
    key_top = TOP + SIDE + 44
    canvas = Canvas(height=key_top + len(rated) * ROW + 4)
    _board(canvas)
    _dots(canvas, rated)
    for place, hazard in enumerate(rated, start=1):
        y = key_top + (place - 1) * ROW + ROW / 2
        canvas.dot(10, y, size=190, fill=INK)
        canvas.text(10, y + 0.5, str(place), size=10.5, bold=True, align="center", color=PAPER)
        canvas.text(26, y, fit(hazard.name, WIDTH - 90)[0])
        canvas.text(WIDTH, y, number(hazard.risk, 1), bold=True, align="right")
    return Figure(
        key="likelihood-impact",
        title=_("How likely, and with what impact"),
        description=_describe(rated),
        spec=canvas.spec(),
        table=_table(rated),
        note=_(
            "Means of the ratings from 1 to 5. The number beside a name is mean likelihood × mean impact "
            "(1 to 25)."
        ),
        permalink=permalink,
    )


def _board(canvas: Canvas) -> None:
    """The ground: where likelihood x impact reaches each band, strip by strip, so that dots lie in theirs."""
    step = SIDE / LEVELS
    for strip in range(STRIPS):
        likelihood = 0.5 + LEVELS * (strip + 0.5) / STRIPS
        x = LEFT + SIDE * strip / STRIPS
        for begins, color, _label in BANDS:
            lowest = 0.5 if begins == BANDS[0][0] else begins / likelihood
            height = step * (LEVELS + 0.5 - lowest)
            if height > 0:
                canvas.rect(x, TOP, SIDE / STRIPS + 0.3, height, color)
    for level in range(1, LEVELS + 1):
        middle = (level - 0.5) * step
        canvas.text(LEFT + middle, TOP + SIDE + 12, str(level), size=11, align="center", color=SOFT)
        canvas.text(LEFT - 8, TOP + SIDE - middle, str(level), size=11, align="right", color=SOFT)
    canvas.text(LEFT + SIDE, TOP + SIDE + 30, _("Likelihood →"), size=11, align="right")
    canvas.text(0, TOP - 12, _("↑ Impact"), size=11)
    x = 0.0
    for _from, color, label in BANDS:
        canvas.rect(x, 3, 10, 10, color)
        canvas.text(x + 14, 8.5, str(label), size=10)
        x += 24 + text_width(str(label), size=10)


def band_label(score: float) -> str:
    """The band of a score in words."""
    return str(next(label for begins, _color, label in reversed(BANDS) if score >= begins))


def _dots(canvas: Canvas, rated: Sequence[HazardResult]) -> None:
    """Dots that would lie on each other stand side by side."""
    taken: list[tuple[float, float]] = []
    step = SIDE / LEVELS
    for place, hazard in enumerate(rated, start=1):
        x = LEFT + ((hazard.rating_of(LIKELIHOOD).mean or 1) - 0.5) * step
        y = TOP + SIDE - ((hazard.rating_of(IMPACT).mean or 1) - 0.5) * step
        while any(abs(x - other) < 13 and abs(y - line) < 13 for other, line in taken):
            x += 13
        taken.append((x, y))
        canvas.dot(x, y, size=190, fill=INK)
        canvas.text(x, y + 0.5, str(place), size=10.5, bold=True, align="center", color=PAPER)


def _describe(rated: Sequence[HazardResult]) -> str:
    if not rated:
        return _("Too few people answered so far.")
    first = rated[0]
    message = _(
        "Seen as the greatest risk: %(name)s (likelihood %(likelihood)s, impact %(impact)s of 5; n = %(n)s)."
    )
    return message % {
        "name": first.name,
        "likelihood": mean_words(first.rating_of(LIKELIHOOD).mean),
        "impact": mean_words(first.rating_of(IMPACT).mean),
        "n": number(min(first.rating_of(LIKELIHOOD).n or 0, first.rating_of(IMPACT).n or 0)),
    }


def _table(rated: Sequence[HazardResult]) -> FigureTable:
    rows = []
    for hazard in rated:
        rows.append(
            [
                hazard.name,
                mean_words(hazard.rating_of(LIKELIHOOD).mean),
                number(hazard.rating_of(LIKELIHOOD).n),
                mean_words(hazard.rating_of(IMPACT).mean),
                number(hazard.rating_of(IMPACT).n),
                number(hazard.risk, 1),
                band_label(hazard.risk or 0),
            ]
        )
    headers = [_("Shock or stress"), _("Likelihood"), _("n (likelihood)"), _("Impact"), _("n (impact)")]
    return FigureTable(headers=[*headers, _("Likelihood × impact"), _("Band")], rows=rows)
