"""The chapters of the example city, in the order in which they are played."""

from semarang_resilience.demo.story import Chapter

from . import (
    accounts,
    actions,
    cycle,
    engagements,
    findings,
    focus_areas,
    framework,
    groups,
    inventory,
    organizations,
    pilot_round,
    places,
    question_bank,
    reaching,
    strategy,
    surveys,
    workshop,
)

IN_ORDER = (
    accounts,
    places,
    cycle,
    framework,
    organizations,
    inventory,
    pilot_round,
    surveys,
    question_bank,
    reaching,
    workshop,
    findings,
    focus_areas,
    groups,
    strategy,
    actions,
    engagements,
)
CHAPTERS: tuple[Chapter, ...] = tuple(module.CHAPTER for module in IN_ORDER)
