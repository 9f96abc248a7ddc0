"""The rows behind each endpoint: published, of the current cycle, with everything a serializer reads.

Related rows are narrowed too: a published action never names a partner whose page is not public.
"""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, QuerySet

from actions.models import Action, Partnership
from assessment.models import Evidence, Finding, FocusArea, FocusAreaFinding, Hazard, Survey
from semarang_resilience.core.models import Cycle
from semarang_resilience.documents.models import Edition
from semarang_resilience.thread.starts import newest_cycle
from stakeholders.models import Organization
from strategy.models import Initiative, InitiativeFocusArea

PUBLIC = AnonymousUser()


def cycles() -> QuerySet[Cycle]:
    """Runs of the programme, newest first: two queries."""
    return Cycle.objects.for_detail().order_by("-planned_start", "-pk")


def organizations() -> QuerySet[Organization]:
    """Organisations with a public page: one query."""
    return Organization.objects.visible_to(PUBLIC).for_list()


def hazards() -> QuerySet[Hazard]:
    """The city's shocks and stresses: one query."""
    return Hazard.objects.filter(cycle__in=newest_cycle()).for_list()


def surveys() -> QuerySet[Survey]:
    """Surveys that have been opened: one query."""
    rows = Survey.objects.visible_to(PUBLIC).filter(cycle__in=newest_cycle()).for_list()
    return rows.defer("current_version__definition")


def findings() -> QuerySet[Finding]:
    """Published findings: six queries."""
    shown = FocusArea.objects.visible_to(PUBLIC).order_by("position", "pk")
    return (
        Finding.objects.visible_to(PUBLIC)
        .filter(cycle__in=newest_cycle())
        .for_list()
        .prefetch_related(
            Prefetch("focus_areas", shown, to_attr="shown_focus_areas"),
            "assets",
            Prefetch("evidence", _evidence()),
        )
    )


def _evidence() -> QuerySet[Evidence]:
    rows = Evidence.objects.order_by("position", "pk")
    return rows.select_related("survey_version__survey").defer("survey_version__definition", "cited")


def focus_areas() -> QuerySet[FocusArea]:
    """Published focus areas with the findings behind them: two queries."""
    links = FocusAreaFinding.objects.filter(finding__in=Finding.objects.visible_to(PUBLIC))
    links = links.select_related("finding").order_by("finding__code", "pk")
    return (
        FocusArea.objects.visible_to(PUBLIC)
        .filter(cycle__in=newest_cycle())
        .for_list()
        .prefetch_related(Prefetch("finding_links", links, to_attr="shown_links"))
    )


def initiatives() -> QuerySet[Initiative]:
    """Published initiatives: five queries."""
    links = InitiativeFocusArea.objects.filter(focus_area__in=FocusArea.objects.visible_to(PUBLIC))
    links = links.select_related("focus_area").order_by("focus_area__position", "pk")
    actions = Action.objects.visible_to(PUBLIC).order_by("code", "pk")
    return (
        Initiative.objects.visible_to(PUBLIC)
        .filter(strategy__pillar__cycle__in=newest_cycle())
        .for_list()
        .prefetch_related(
            "drivers",
            "hazards",
            Prefetch("focus_area_links", links, to_attr="shown_links"),
            Prefetch("actions", actions, to_attr="shown_actions"),
        )
    )


def actions() -> QuerySet[Action]:
    """Published actions: two queries."""
    partners = Partnership.objects.filter(organization__in=Organization.objects.visible_to(PUBLIC))
    partners = partners.select_related("organization").order_by("organization__name", "pk")
    return (
        Action.objects.visible_to(PUBLIC)
        .filter(cycle__in=newest_cycle())
        .for_list()
        .prefetch_related(Prefetch("partnerships", partners, to_attr="shown_partnerships"))
    )


def editions() -> QuerySet[Edition]:
    """Published editions: one query."""
    return Edition.objects.visible_to(PUBLIC).filter(document__cycle__in=newest_cycle()).for_public_list()
