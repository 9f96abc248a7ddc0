"""Next steps of findings and focus areas: a button shows when its arrow exists and the right holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_fsm import can_proceed

from semarang_resilience.core.permissions import allowed

from .gaps import Gap
from .models import Finding, FindingStatus, FocusArea, FocusAreaStatus


@dataclass(frozen=True, kw_only=True)
class Step:
    """One button. With `gaps` it is not pressed yet: the page says what is missing instead."""

    name: str
    label: str | Promise
    icon: str
    variant: str = "secondary"
    reason: str | Promise = ""
    reason_help: str | Promise = ""
    gaps: Sequence[Gap] = ()


def finding_steps(finding: Finding, user: Any) -> list[Step]:
    """What `user` may do with `finding` now."""
    steps = []
    if can_proceed(finding.submit) and allowed(user, "assessment.submit_finding", finding):
        steps.append(
            Step(
                name="submit",
                label=_("Submit for decision"),
                icon="send",
                variant="primary",
                gaps=finding.submission_gaps(),
            )
        )
    if can_proceed(finding.accept) and allowed(user, "assessment.decide_finding", finding):
        steps += _DECISIONS
    is_unpublished = finding.status == FindingStatus.ACCEPTED and not finding.is_published
    if is_unpublished and allowed(user, "assessment.publish_finding", finding):
        steps.append(
            Step(
                name="publish",
                label=_("Publish"),
                icon="globe",
                variant="primary",
                gaps=finding.publication_gaps(),
            )
        )
    return steps


_DECISIONS = (
    Step(
        name="accept",
        label=_("Accept"),
        icon="circle-check",
        variant="primary",
        reason=_("Why is it accepted?"),
        reason_help=_("The reason is published with the finding."),
    ),
    Step(
        name="return",
        label=_("Return to the author"),
        icon="undo-2",
        reason=_("What should the author improve?"),
    ),
    Step(
        name="reject", label=_("Reject"), icon="circle-x", variant="danger", reason=_("Why is it left out?")
    ),
)


def focus_area_steps(focus_area: FocusArea, user: Any) -> list[Step]:
    """What `user` may do with `focus_area` now; "decide" opens a form with the reason in both languages."""
    steps = []
    if can_proceed(focus_area.select) and allowed(user, "assessment.decide_focus_area", focus_area):
        steps.append(
            Step(
                name="decide",
                label=_("Decide"),
                icon="vote",
                variant="primary",
                gaps=focus_area.selection_gaps(),
            )
        )
    is_unpublished = focus_area.status != FocusAreaStatus.PROPOSED and not focus_area.is_published
    if is_unpublished and allowed(user, "assessment.publish_focus_area", focus_area):
        steps.append(
            Step(
                name="publish",
                label=_("Publish"),
                icon="globe",
                variant="primary",
                gaps=focus_area.publication_gaps(),
            )
        )
    return steps
