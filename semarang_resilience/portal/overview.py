"""What the home page says: where the programme stands, counted as the public sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from actions.models import Action, partners_of
from actions.models.actions import ActionStatus
from assessment.models import Finding, FocusArea, FocusAreaStatus, Survey, SurveyStatus
from assessment.questionnaire import questionnaire_of
from semarang_resilience.core.choices import Provenance
from semarang_resilience.core.models import Cycle, Phase
from semarang_resilience.core.templatetags.formats import number
from semarang_resilience.documents.models import DocumentKind, Edition
from strategy.models import Initiative, InitiativeStatus, Pillar

PUBLIC = AnonymousUser()
DAYS_IN_A_MONTH = 30.44


@dataclass(frozen=True, kw_only=True)
class KeyNumber:
    """A computed number that opens its list."""

    value: str
    label: str
    url: str


def key_numbers(cycle: Cycle) -> list[KeyNumber]:
    """Partners, actions by status, findings, focus areas: four queries."""
    actions = Action.objects.visible_to(PUBLIC).filter(cycle=cycle)
    by_status = dict(actions.order_by().values_list("status").annotate(n=Count("pk")))
    areas = FocusArea.objects.visible_to(PUBLIC).filter(cycle=cycle)
    rows = [
        (
            partners_of(cycle.pk).visible_to(PUBLIC).count(),
            lambda n: ngettext("partner organisation", "partner organisations", n),
            reverse("actions:partners"),
        ),
        *(
            (by_status.get(status.value, 0), _action_label(status), _actions_url(status=status.value))
            for status in (ActionStatus.DONE, ActionStatus.ONGOING, ActionStatus.PLANNED)
        ),
        (
            Finding.objects.visible_to(PUBLIC).filter(cycle=cycle).count(),
            lambda n: ngettext("finding with its evidence", "findings with their evidence", n),
            reverse("assessment:findings"),
        ),
        (
            areas.filter(status=FocusAreaStatus.SELECTED).count(),
            lambda n: ngettext("focus area chosen", "focus areas chosen", n),
            reverse("assessment:focus_areas"),
        ),
    ]
    return [KeyNumber(value=number(n), label=label(n), url=url) for n, label, url in rows]


def _action_label(status: ActionStatus) -> Any:
    return {
        ActionStatus.DONE: lambda n: ngettext("action has run", "actions have run", n),
        ActionStatus.ONGOING: lambda n: ngettext("action is running", "actions are running", n),
        ActionStatus.PLANNED: lambda n: ngettext("action will run", "actions will run", n),
    }[status]


def _actions_url(**filters: object) -> str:
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    return f"{reverse('actions:action_list')}?{query}"


@dataclass(frozen=True, kw_only=True)
class PillarTile:
    """A pillar with what is published under it."""

    pillar: Pillar
    initiatives: int
    done: int
    ongoing: int
    planned: int

    @property
    def actions(self) -> int:
        """All its actions."""
        return self.done + self.ongoing + self.planned

    @property
    def meta(self) -> str:
        """How many initiatives, how many actions."""
        initiatives = ngettext("%(n)s initiative", "%(n)s initiatives", self.initiatives)
        actions = ngettext("%(n)s action", "%(n)s actions", self.actions)
        return f"{initiatives % {'n': self.initiatives}} · {actions % {'n': self.actions}}"

    @property
    def parts(self) -> list[tuple[ActionStatus, int]]:
        """The actions by status, for a bar."""
        parts = [
            (ActionStatus.DONE, self.done),
            (ActionStatus.ONGOING, self.ongoing),
            (ActionStatus.PLANNED, self.planned),
        ]
        return [(status, n) for status, n in parts if n]


def pillar_tiles(cycle: Cycle) -> list[PillarTile]:
    """The pillars in their order, with counts: one query."""
    initiatives = Q(strategies__initiatives__status=InitiativeStatus.PUBLISHED)
    actions = initiatives & Q(strategies__initiatives__actions__is_published=True)

    def counted(status: ActionStatus) -> Count:
        of_status = actions & Q(strategies__initiatives__actions__status=status)
        return Count("strategies__initiatives__actions", filter=of_status, distinct=True)

    pillars = (
        Pillar.objects.filter(cycle=cycle)
        .annotate(
            initiatives=Count("strategies__initiatives", filter=initiatives, distinct=True),
            done=counted(ActionStatus.DONE),
            ongoing=counted(ActionStatus.ONGOING),
            planned=counted(ActionStatus.PLANNED),
        )
        .order_by("number", "pk")
    )
    return [
        PillarTile(
            pillar=row, initiatives=row.initiatives, done=row.done, ongoing=row.ongoing, planned=row.planned
        )
        for row in pillars
    ]


def open_survey(cycle: Cycle, at: datetime) -> Survey | None:
    """The survey that takes answers now and closes first."""
    return (
        Survey.objects.filter(cycle=cycle, status=SurveyStatus.OPEN, opens_at__lte=at, closes_at__gt=at)
        .select_related("current_version")
        .order_by("closes_at", "pk")
        .first()
    )


def minutes_for(survey: Survey | None) -> int:
    """About how long the form takes."""
    version = survey.current_version if survey else None
    return questionnaire_of(version).minutes if version else 0


def newest_editions(cycle: Cycle) -> list[Edition]:
    """The newest edition of each document, in the reader's language where there is one: one query."""
    rows = Edition.objects.visible_to(PUBLIC).in_cycle(cycle.pk).for_list().order_by("-published_at", "-pk")
    own_first = sorted(rows, key=lambda edition: edition.language != get_language())
    newest = {edition.kind: edition for edition in reversed(own_first)}
    return [newest[kind] for kind in DocumentKind if kind in newest]


def sample_initiative(cycle: Cycle) -> Initiative | None:
    """A published initiative whose thread is whole from a finding to a partner: the first by code."""
    return (
        Initiative.objects.visible_to(PUBLIC)
        .filter(strategy__pillar__cycle=cycle)
        .filter(
            focus_areas__in=FocusArea.objects.visible_to(PUBLIC).filter(
                findings__in=Finding.objects.visible_to(PUBLIC)
            ),
            pk__in=Action.objects.visible_to(PUBLIC)
            .filter(partnerships__organization__is_published=True)
            .values("initiative"),
        )
        .for_list()
        .distinct()
        .first()
    )


def holds_examples(cycle: Cycle) -> bool:
    """Whether something published was invented to show how the portal works."""
    return (
        Finding.objects.visible_to(PUBLIC).filter(cycle=cycle, provenance=Provenance.EXAMPLE).exists()
        or Action.objects.visible_to(PUBLIC).filter(cycle=cycle, provenance=Provenance.EXAMPLE).exists()
    )


def phase_line(cycle: Cycle) -> list[dict[str, Any]]:
    """The stages with their dates only, each leading to its place on the page of the stages."""
    names = ("planned_start", "planned_end", "actual_start", "actual_end")
    return [
        {name: getattr(phase, name) for name in names}
        | {"title": phase.name, "url": phase.get_absolute_url()}
        for phase in cycle.phases.all()
    ]


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A phase with its texts as lists and how late it ended."""

    phase: Phase
    inputs: list[str]
    outputs: list[str]
    late_by: int

    @property
    def anchor(self) -> str:
        """Where `Phase.get_absolute_url` leads to."""
        return f"fase-{self.phase.position}"


def stages(cycle: Cycle) -> list[Stage]:
    """The phases of a cycle (loaded) as the page of the stages shows them."""
    return [
        Stage(
            phase=phase,
            inputs=phase.inputs.splitlines(),
            outputs=phase.outputs.splitlines(),
            late_by=months_late(phase.planned_end, phase.actual_end),
        )
        for phase in cycle.phases.all()
    ]


def months_late(planned: date | None, actual: date | None) -> int:
    """About how many months lie between the planned and the later actual day; plans name months, not days."""
    if planned is None or actual is None:
        return 0
    return max(0, round((actual - planned).days / DAYS_IN_A_MONTH))


def standing(cycle: Cycle) -> str:
    """Where the programme stands, in one sentence, from the phases' actual dates (`cycle.phases` loaded)."""
    phases = list(cycle.phases.all())
    running = [phase for phase in phases if phase.actual_start and not phase.actual_end]
    if running:
        return _("Now under way: %(phase)s") % {"phase": running[-1].name}
    done = [phase for phase in phases if phase.actual_end]
    if done and len(done) == len(phases):
        return _("All planned stages are finished.")
    if done:
        return _("Finished last: %(phase)s") % {"phase": done[-1].name}
    return _("The programme has not started yet.") if phases else ""
