"""What is missing in a document, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from semarang_resilience.core.templatetags.formats import number

from .snapshots import Gap

Say = Callable[[int], str]


@dataclass(frozen=True, kw_only=True)
class GapText:
    """One gap as people read it."""

    sentence: str
    examples: tuple[str, ...]


SENTENCES: dict[str, Say] = {
    "untranslated": lambda n: ngettext(
        "%(n)s text has no translation; it appears in the other language, marked as such.",
        "%(n)s texts have no translation; they appear in the other language, marked as such.",
        n,
    ),
    "no_survey": lambda n: _("There is no survey yet, so the chapter on perceptions is left out."),
    "survey_open": lambda n: _("The survey is still open; its results may change after the freezing."),
    "no_findings": lambda n: _("No finding has been accepted yet."),
    "no_focus_areas": lambda n: _("No focus area has been decided on yet."),
    "no_assets": lambda n: _("No critical asset is registered."),
    "no_hazards": lambda n: _("No shock or stress is registered."),
    "no_programmes": lambda n: _("No existing programme is registered."),
    "findings_waiting": lambda n: ngettext(
        "%(n)s finding waits for a decision and stays out.",
        "%(n)s findings wait for a decision and stay out.",
        n,
    ),
    "focus_areas_undecided": lambda n: ngettext(
        "%(n)s focus area is neither chosen nor dropped and stays out.",
        "%(n)s focus areas are neither chosen nor dropped and stay out.",
        n,
    ),
    "findings_without_evidence": lambda n: ngettext(
        "%(n)s accepted finding names no evidence.", "%(n)s accepted findings name no evidence.", n
    ),
    "no_pillars": lambda n: _("The strategy has no pillar yet."),
    "initiatives_draft": lambda n: ngettext(
        "%(n)s initiative is still a draft and stays out.",
        "%(n)s initiatives are still drafts and stay out.",
        n,
    ),
    "initiatives_without_focus_area": lambda n: ngettext(
        "%(n)s initiative answers no focus area.", "%(n)s initiatives answer no focus area.", n
    ),
    "initiatives_without_lead": lambda n: ngettext(
        "%(n)s initiative has no lead.", "%(n)s initiatives have no lead.", n
    ),
    "focus_areas_without_group": lambda n: ngettext(
        "%(n)s chosen focus area has no working group.", "%(n)s chosen focus areas have no working group.", n
    ),
    "no_launch": lambda n: _("The launch date is not known, so the years of the plan cannot be counted."),
    "no_actions": lambda n: _("No action has been published yet."),
    "actions_draft": lambda n: ngettext(
        "%(n)s action is not published and stays out.", "%(n)s actions are not published and stay out.", n
    ),
    "actions_without_lead": lambda n: ngettext("%(n)s action has no lead.", "%(n)s actions have no lead.", n),
    "actions_without_date": lambda n: ngettext("%(n)s action has no date.", "%(n)s actions have no date.", n),
    "actions_without_initiative": lambda n: ngettext(
        "%(n)s action belongs to no initiative.", "%(n)s actions belong to no initiative.", n
    ),
}


def gap_texts(gaps: Iterable[Gap | dict[str, Any]]) -> list[GapText]:
    """Gaps of a snapshot, or as an edition keeps them, in the reader's language."""
    texts = []
    for gap in gaps:
        key, count, examples = _parts(gap)
        sentence = SENTENCES[key](count).replace("%(n)s", number(count)) if key in SENTENCES else key
        texts.append(GapText(sentence=sentence, examples=examples))
    return texts


def _parts(gap: Gap | dict[str, Any]) -> tuple[str, int, tuple[str, ...]]:
    if isinstance(gap, Gap):
        return gap.key, gap.count, gap.examples
    return gap["key"], gap["count"], tuple(gap["examples"])
