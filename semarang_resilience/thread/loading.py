"""The rows of one thread, in at most six queries whatever its length.

Each query asks for all links of one kind that may be reached from the start, with both ends visible
to the reader. Which of them really are reached is decided by the walk (`chain.Thread`), so a hidden
object hides everything that only it connects.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, FilteredRelation, Model, Q, QuerySet

from actions.models import Action, Partnership
from assessment.models import Evidence, Finding, FocusArea, FocusAreaFinding, Survey
from assessment.models.findings import EvidenceKind
from semarang_resilience.documents.models import Edition
from stakeholders.models import Organization
from strategy.models import Initiative, InitiativeFocusArea, Pillar

from .quotations import published_editions
from .starts import newest_cycle


@dataclass(kw_only=True)
class Reach:
    """Which rows a start may reach: subqueries of primary keys, not yet looked at for visibility."""

    findings: Any
    focus_areas: Any
    initiatives: Any
    actions: Any


@dataclass(kw_only=True)
class Rows:
    """Everything that was loaded, ready to become nodes and links."""

    evidence: list[Evidence] = field(default_factory=list)
    finding_links: list[FocusAreaFinding] = field(default_factory=list)
    initiative_links: list[InitiativeFocusArea] = field(default_factory=list)
    initiatives: list[Initiative] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    partnerships: list[Partnership] = field(default_factory=list)
    editions: list[Edition] = field(default_factory=list)


def reach_of(start: Model) -> Reach:
    """What can be reached from `start` in both directions."""
    if isinstance(start, Finding):
        areas: Any = FocusAreaFinding.objects.filter(finding=start).values("focus_area")
        return Reach(findings=[start.pk], focus_areas=areas, initiatives=_initiatives(areas), actions=None)
    if isinstance(start, FocusArea):
        areas = [start.pk]
        return Reach(findings=None, focus_areas=areas, initiatives=_initiatives(areas), actions=None)
    if isinstance(start, Initiative):
        return Reach(findings=None, focus_areas=None, initiatives=[start.pk], actions=None)
    if isinstance(start, Action):
        return Reach(findings=None, focus_areas=None, initiatives=[start.initiative_id], actions=[start.pk])
    if isinstance(start, Organization):
        actions = _actions_of(start)
        initiatives = Initiative.objects.filter(
            Q(lead=start, strategy__pillar__cycle=newest_cycle())
            | Q(pk__in=actions.order_by().values("initiative"))
        )
        return Reach(findings=None, focus_areas=None, initiatives=initiatives.values("pk"), actions=actions)
    raise TypeError(f"{type(start).__name__} has no thread")


def load(start: Model, user: Any) -> Rows:
    """The rows of the thread of `start` that `user` may see."""
    reach = reach_of(start)
    # One condition each: what was derived from it holds by itself, and saying so twice would only join
    # the link tables with themselves.
    found = {"finding__in": reach.findings} if reach.findings is not None else {}
    aimed = {"initiative__in": reach.initiatives} if reach.focus_areas is None else {}
    if reach.focus_areas is None:
        reach.focus_areas = InitiativeFocusArea.objects.filter(initiative__in=reach.initiatives).values(
            "focus_area"
        )
    if reach.findings is None:
        reach.findings = FocusAreaFinding.objects.filter(focus_area__in=reach.focus_areas).values("finding")
    is_organization = isinstance(start, Organization)
    return Rows(
        evidence=list(_evidence(reach, user)),
        finding_links=list(_finding_links(found or {"focus_area__in": reach.focus_areas}, user)),
        initiative_links=list(_initiative_links(aimed or {"focus_area__in": reach.focus_areas}, user)),
        initiatives=list(_led_initiatives(start, user)) if is_organization else [],
        actions=list(_actions(reach, user, start)),
        partnerships=[] if is_organization else list(_partnerships(reach, user)),
        editions=list(published_editions(_cycle_of(start))),
    )


def _cycle_of(start: Any) -> Any:
    """The cycle of the start; an organisation belongs to none and shows the current one."""
    if isinstance(start, Initiative):
        return Pillar.objects.filter(strategies__initiatives=start).values("cycle")
    return newest_cycle() if isinstance(start, Organization) else [start.cycle_id]


def _initiatives(areas: Any) -> Any:
    return InitiativeFocusArea.objects.filter(focus_area__in=areas).values("initiative")


def _evidence(reach: Reach, user: Any) -> QuerySet[Evidence]:
    return (
        Evidence.objects.filter(
            ~Q(kind=EvidenceKind.SURVEY) | Q(survey_version__survey__in=Survey.objects.visible_to(user)),
            finding__in=reach.findings,
        )
        .filter(finding__in=Finding.objects.visible_to(user))
        .select_related("survey_version__survey")
        .defer("survey_version__definition")
        .order_by("finding_id", "position", "pk")
    )


def _finding_links(reached: dict[str, Any], user: Any) -> QuerySet[FocusAreaFinding]:
    return (
        FocusAreaFinding.objects.filter(**reached)
        .filter(
            finding__in=Finding.objects.visible_to(user), focus_area__in=FocusArea.objects.visible_to(user)
        )
        .select_related("finding", "focus_area")
        .order_by("focus_area__position", "finding__code", "pk")
    )


def _initiative_links(reached: dict[str, Any], user: Any) -> QuerySet[InitiativeFocusArea]:
    return (
        InitiativeFocusArea.objects.filter(**reached)
        .filter(
            initiative__in=Initiative.objects.visible_to(user),
            focus_area__in=FocusArea.objects.visible_to(user),
        )
        .select_related("initiative__strategy__pillar", "initiative__lead", "focus_area")
        .order_by(
            "focus_area__position",
            "initiative__strategy__pillar__number",
            "initiative__strategy__number",
            "initiative__number",
            "pk",
        )
    )


def _led_initiatives(start: Model, user: Any) -> QuerySet[Initiative]:
    return (
        Initiative.objects.filter(lead=start, strategy__pillar__cycle=newest_cycle())
        .visible_to(user)
        .for_list()
    )


def _actions_of(organization: Organization) -> QuerySet[Action, Any]:
    return (
        Action.objects.filter(cycle=newest_cycle())
        .filter(Q(lead=organization) | Q(partnerships__organization=organization))
        .values("pk")
    )


def _actions(reach: Reach, user: Any, start: Model) -> QuerySet[Action]:
    rows = Action.objects.visible_to(user).select_related("lead", "initiative__strategy__pillar")
    if reach.actions is None:
        rows = rows.filter(initiative__in=reach.initiatives)
    else:
        rows = rows.filter(pk__in=reach.actions)
    if isinstance(start, Organization):
        # The organisation's own part in each action, so that its thread needs no query for partnerships.
        rows = rows.annotate(
            own=FilteredRelation("partnerships", condition=Q(partnerships__organization=start))
        ).annotate(
            own_role=F("own__role"),
            own_commitment_ind=F("own__commitment_ind"),
            own_commitment_en=F("own__commitment_en"),
        )
    return rows.order_by("code", "pk")


def _partnerships(reach: Reach, user: Any) -> QuerySet[Partnership]:
    actions = Q(action__in=reach.actions) if reach.actions else Q(action__initiative__in=reach.initiatives)
    return (
        Partnership.objects.filter(
            actions,
            action__in=Action.objects.visible_to(user),
            organization__in=Organization.objects.visible_to(user),
        )
        .select_related("organization")
        .order_by("action__code", "organization__name", "pk")
    )
