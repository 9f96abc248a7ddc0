"""Rows of the domain as nodes of the thread: the only place that knows their fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from actions.models import Action, Partnership
from actions.models.actions import ActionStatus
from actions.models.partnerships import PartnershipRole
from assessment.cited import Cited
from assessment.models import Evidence, Finding, FindingKind, FocusArea, FocusAreaStatus, SurveyStatus
from assessment.models.findings import EvidenceKind
from semarang_resilience.core.templatetags.formats import number, percent
from stakeholders.models import Organization, Sector
from strategy.models import Initiative, InitiativeStatus

from .chain import Link, Node, Stage


def finding_node(finding: Finding) -> Node:
    """What was found."""
    kind = FindingKind(finding.kind)
    return Node(
        stage=Stage.FINDING,
        ident=str(finding.pk),
        code=finding.code,
        title=finding.title,
        url=finding.get_absolute_url(),
        kind=f"{Stage.FINDING.label} · {kind.label}",
        is_draft=not finding.is_published,
        is_example=finding.is_example,
        thread_path=("finding", finding.code),
    )


def focus_area_node(area: FocusArea) -> Node:
    """The theme that was chosen, or not, because of findings."""
    return Node(
        stage=Stage.FOCUS_AREA,
        ident=str(area.pk),
        title=area.name,
        url=area.get_absolute_url(),
        mark=FocusAreaStatus(area.status),
        is_draft=not area.is_published,
        is_example=area.is_example,
        thread_path=("focus-area", area.slug),
    )


def initiative_node(initiative: Initiative) -> Node:
    """What the city wants to do; needs `strategy__pillar`."""
    strategy = initiative.strategy
    return Node(
        stage=Stage.INITIATIVE,
        ident=str(initiative.pk),
        code=initiative.code,
        title=initiative.name,
        url=initiative.get_absolute_url(),
        meta=f"{strategy.pillar.name} › {strategy.name}",
        is_draft=initiative.status != InitiativeStatus.PUBLISHED,
        is_example=initiative.is_example,
        thread_path=("initiative", initiative.code),
    )


def action_node(action: Action) -> Node:
    """What is done."""
    return Node(
        stage=Stage.ACTION,
        ident=str(action.pk),
        code=action.code,
        title=action.name,
        url=action.get_absolute_url(),
        mark=ActionStatus(action.status),
        is_draft=not action.is_published,
        is_example=action.is_example,
        thread_path=("action", action.code),
    )


def organization_node(organization: Organization) -> Node:
    """Who does it."""
    return Node(
        stage=Stage.PARTNER,
        ident=str(organization.pk),
        title=organization.name,
        url=organization.get_absolute_url(),
        meta=str(Sector(organization.sector).label),
        is_draft=not organization.is_published,
        is_example=organization.is_example,
        thread_path=("organization", organization.code),
    )


def evidence_node(evidence: Evidence, *, sees_drafts: bool) -> Node:
    """What a finding rests on: a question of a survey, or another source."""
    if evidence.kind != EvidenceKind.SURVEY:
        return Node(
            stage=Stage.SURVEY,
            ident=f"e{evidence.pk}",
            title=evidence.summary,
            url=evidence.url,
            kind=str(EvidenceKind(evidence.kind).label),
            icon="document",
            meta=evidence.source,
            is_example=evidence.is_example,
        )
    version, cited = evidence.survey_version, evidence.citation
    assert version is not None  # noqa: S101  held by evidence_survey_names_question_and_n
    survey = version.survey
    has_results = sees_drafts or survey.status == SurveyStatus.PUBLISHED
    return Node(
        stage=Stage.SURVEY,
        ident=f"{version.pk}-{evidence.question_key}",
        code=evidence.question_key,
        title=(cited.label if cited else "") or evidence.question_key,
        url=(evidence.chart_path if has_results else survey.get_absolute_url()),
        meta=_("%(survey)s, version %(number)s") % {"survey": survey.title, "number": version.number},
        is_example=survey.is_example,
    )


def evidence_link(evidence: Evidence, cause: str) -> Link:
    """Evidence -> finding, with the numbers as they were cited."""
    if evidence.kind != EvidenceKind.SURVEY:
        return Link(cause=cause, effect=f"finding-{evidence.finding_id}")
    cited = evidence.citation
    parts = [_("n = %(n)s") % {"n": number(evidence.n)}]
    if cited and cited.group:
        parts.append(cited.group)
    return Link(
        cause=cause,
        effect=f"finding-{evidence.finding_id}",
        reason=evidence.summary,
        detail=", ".join([*parts, *(_numbers(cited) if cited else ())]),
    )


def _numbers(cited: Cited) -> Iterator[str]:
    """The mean of each scale, or the choice that most people made."""
    for series in cited.series:
        if series.mean is not None:
            words = {"label": series.label or _("mean"), "mean": number(series.mean, 1), "top": series.top}
            yield _("%(label)s %(mean)s of %(top)s") % words
    if cited.options:
        first = max(cited.options, key=lambda option: option.share)
        yield f"{first.label} {percent(first.share)}"


def partnership_link(row: Partnership) -> Link:
    """Action -> organisation in its role, with what it committed."""
    return Link(
        cause=f"action-{row.action_id}",
        effect=f"partner-{row.organization_id}",
        reason=row.commitment,
        detail=str(PartnershipRole(row.role).label),
    )


def own_part_link(action: Any, organization_id: int) -> Link:
    """The same for an action that was loaded with the part of one organisation (`loading._actions`)."""
    return Link(
        cause=f"action-{action.pk}",
        effect=f"partner-{organization_id}",
        reason=_in_language(action.own_commitment_ind, action.own_commitment_en),
        detail=str(PartnershipRole(action.own_role).label),
    )


def lead_link(cause: str, organization_id: int) -> Link:
    """Initiative or action -> the organisation that leads it."""
    return Link(cause=cause, effect=f"partner-{organization_id}", detail=_("Leads it"))


def _in_language(indonesian: str | None, english: str | None) -> str:
    """The text in the reader's language, else in the other one."""
    first, second = (english, indonesian) if get_language() == "en" else (indonesian, english)
    return first or second or ""
