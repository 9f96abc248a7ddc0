"""Focus areas: proposed with findings that speak for them, chosen or not chosen with a reason, published."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assessment.models import Finding, FindingStatus, FocusArea, FocusAreaFinding, FocusAreaStatus
from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import apply_changes, check, content_fields, create, lock
from semarang_resilience.core.choices import Provenance
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.permissions import ensure

from .workflow import one_winner, refuse_gaps, refuse_reserved, required_reason

PLAIN = ("position", "provenance", "source")


@transaction.atomic
def propose_focus_area(
    *,
    cycle: Cycle,
    slug: str,
    by: Any,
    at: datetime,
    position: int | None = None,
    provenance: str = Provenance.OFFICE,
    source: str = "",
    **content: str,
) -> FocusArea:
    """Put a theme on the list from which the city chooses; without `position` it comes last."""
    ensure(by, "assessment.propose_focus_area")
    refuse_reserved(slug)
    focus_area = create(
        FocusArea(
            cycle=cycle,
            slug=slug,
            position=position or _next_position(cycle),
            provenance=provenance,
            source=source,
            **content_fields(FocusArea, content),
        )
    )
    record(verb="propose_focus_area", target=focus_area, by=by, at=at)
    return focus_area


@transaction.atomic
def update_focus_area(
    *, focus_area: FocusArea, changes: Mapping[str, Any], by: Any, at: datetime
) -> FocusArea:
    """Change texts and order. The reason of a decision may only be completed in a language that lacks it."""
    ensure(by, "assessment.propose_focus_area", focus_area)
    lock(focus_area)
    _refuse_rewritten_reason(focus_area, changes)
    changed = apply_changes(focus_area, changes, allowed=PLAIN)
    if changed:
        record(verb="update_focus_area", target=focus_area, by=by, at=at, changed=changed)
    return focus_area


@transaction.atomic
def attach_finding(
    *,
    focus_area: FocusArea,
    finding: Finding,
    by: Any,
    at: datetime,
    reason: str = "",
    **content: str,
) -> FocusAreaFinding:
    """Say that an accepted finding speaks for a focus area, and why."""
    ensure(by, "assessment.attach_finding", focus_area)
    if finding.status != FindingStatus.ACCEPTED:
        raise Refused(_("Only an accepted finding can support a focus area."), code="not_accepted")
    if finding.cycle_id != focus_area.cycle_id:
        raise Refused(_("Finding and focus area belong to different cycles."), code="other_cycle")
    if FocusAreaFinding.objects.filter(focus_area=focus_area, finding=finding).exists():
        raise Refused(_("This finding supports the focus area already."), code="already_attached")
    texts = content_fields(FocusAreaFinding, ({"reason": reason} if reason else {}) | content)
    link = FocusAreaFinding(focus_area=focus_area, finding=finding, **texts)
    required_reason(link.reason or "")
    create(link)
    record(verb="attach_finding", target=focus_area, by=by, at=at, finding=finding.code, reason=link.reason)
    return link


@transaction.atomic
def detach_finding(*, focus_area: FocusArea, finding: Finding, by: Any, at: datetime) -> None:
    """Take a finding away from a proposed focus area; after the decision it stays, being its ground."""
    ensure(by, "assessment.attach_finding", focus_area)
    if focus_area.status != FocusAreaStatus.PROPOSED:
        raise Refused(_("The decision rests on this finding, so it stays attached."), code="decided")
    deleted, _rows = FocusAreaFinding.objects.filter(focus_area=focus_area, finding=finding).delete()
    if not deleted:
        raise Refused(_("This finding does not support the focus area."), code="not_attached")
    record(verb="detach_finding", target=focus_area, by=by, at=at, finding=finding.code)


@transaction.atomic
def select_focus_area(
    *, focus_area: FocusArea, by: Any, at: datetime, reason: str = "", **reasons: str
) -> FocusArea:
    """Choose it for stage 2. `reason` is in the active language; or pass `reason_id=` and `reason_en=`."""
    ensure(by, "assessment.decide_focus_area", focus_area)
    with one_winner(focus_area):
        focus_area.select(by=by, at=at, reason=_first_reason(reason, reasons))
        refuse_gaps(focus_area.selection_gaps())
        _save_decision(focus_area, reason, reasons)
    record(verb="select_focus_area", target=focus_area, by=by, at=at, reason=focus_area.decision_reason)
    return focus_area


@transaction.atomic
def drop_focus_area(
    *, focus_area: FocusArea, by: Any, at: datetime, reason: str = "", **reasons: str
) -> FocusArea:
    """Do not choose it; the reason is published with it."""
    ensure(by, "assessment.decide_focus_area", focus_area)
    with one_winner(focus_area):
        focus_area.drop(by=by, at=at, reason=_first_reason(reason, reasons))
        _save_decision(focus_area, reason, reasons)
    record(verb="drop_focus_area", target=focus_area, by=by, at=at, reason=focus_area.decision_reason)
    return focus_area


@transaction.atomic
def publish_focus_area(*, focus_area: FocusArea, by: Any, at: datetime) -> FocusArea:
    """Let everybody read it, chosen or not; the row count says who was first."""
    ensure(by, "assessment.publish_focus_area", focus_area)
    refuse_gaps(focus_area.publication_gaps())
    first = FocusArea.objects.filter(pk=focus_area.pk, is_published=False)
    if not first.exclude(status=FocusAreaStatus.PROPOSED).update(is_published=True):
        raise Refused(_("This focus area is published already."), code="already_published")
    focus_area.is_published = True
    record(verb="publish_focus_area", target=focus_area, by=by, at=at)
    return focus_area


def _first_reason(reason: str, reasons: Mapping[str, str]) -> str:
    """The reason in whichever language it was written; refuses none at all."""
    return required_reason(reason or next((text for text in reasons.values() if text.strip()), ""))


def _save_decision(focus_area: FocusArea, reason: str, reasons: Mapping[str, str]) -> None:
    """Save the decision with its reason in the languages that were given."""
    if not reason:
        # The transition wrote the reason under the active language, which may not be the one it is in.
        focus_area.decision_reason = ""
        texts = {f"decision_{name}": text.strip() for name, text in reasons.items()}
        for column, text in content_fields(FocusArea, texts).items():
            setattr(focus_area, column, text)
    check(focus_area)
    focus_area.save()


def _refuse_rewritten_reason(focus_area: FocusArea, changes: Mapping[str, Any]) -> None:
    texts = {name: text for name, text in changes.items() if name.startswith("decision_reason")}
    undecided = focus_area.status == FocusAreaStatus.PROPOSED
    for column, text in content_fields(FocusArea, texts).items():
        before = getattr(focus_area, column) or ""
        if text != before and (before or undecided):
            raise Refused(_("The reason of a decision is not rewritten afterwards."), code="reason_fixed")


def _next_position(cycle: Cycle) -> int:
    """The next number; locks the cycle, so that two proposals made at once get two numbers."""
    Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    last = FocusArea.objects.filter(cycle=cycle).order_by("-position").values_list("position", flat=True)
    return (last.first() or 0) + 1
