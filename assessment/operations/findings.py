"""Findings: written by staff, decided by the lead (never by the author), published."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.models import (
    Asset,
    Driver,
    Evidence,
    EvidenceKind,
    Finding,
    FindingStatus,
    Hazard,
    SurveyVersion,
)
from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import apply_changes, content_fields, create, lock
from semarang_resilience.core.choices import Provenance
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.models import Cycle
from semarang_resilience.core.permissions import ensure

from .citations import take_citation
from .workflow import one_winner, refuse_gaps, refuse_reserved, required_reason

PLAIN = ("kind", "provenance", "source")
LINKS = ("drivers", "hazards", "assets")


@transaction.atomic
def create_finding(
    *,
    cycle: Cycle,
    kind: str,
    by: Any,
    at: datetime,
    code: str | None = None,
    drivers: Iterable[Driver] = (),
    hazards: Iterable[Hazard] = (),
    assets: Iterable[Asset] = (),
    provenance: str = Provenance.OFFICE,
    source: str = "",
    **content: str,
) -> Finding:
    """Begin a draft; without `code` it gets the next number of the cycle (T-001, T-002, …)."""
    ensure(by, "assessment.create_finding")
    refuse_reserved(code or "")
    finding = create(
        Finding(
            cycle=cycle,
            code=code or next_code(cycle),
            kind=kind,
            author=by,
            created_at=at,
            provenance=provenance,
            source=source,
            **content_fields(Finding, content),
        )
    )
    finding.drivers.set(drivers)
    finding.hazards.set(hazards)
    finding.assets.set(assets)
    record(verb="create_finding", target=finding, by=by, at=at)
    return finding


@transaction.atomic
def create_finding_from_chart(
    *,
    version: SurveyVersion,
    question_key: str,
    by: Any,
    at: datetime,
    sector: str = "",
    district: str = "",
    **facts: Any,
) -> Finding:
    """Begin a draft that cites the chart it was made from: both or neither."""
    finding = create_finding(**facts, by=by, at=at)
    cite_survey(
        finding=finding,
        version=version,
        question_key=question_key,
        sector=sector,
        district=district,
        by=by,
        at=at,
    )
    return finding


def next_code(cycle: Cycle) -> str:
    """The next free code of the cycle. Locks the cycle, so that two drafts begun at once get two numbers."""
    Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    codes = Finding.objects.filter(cycle=cycle, code__regex=r"^T-\d+$").values_list("code", flat=True)
    numbers = (int(re.sub(r"\D", "", code)) for code in codes)
    return f"T-{max(numbers, default=0) + 1:03d}"


@transaction.atomic
def update_finding(*, finding: Finding, changes: Mapping[str, Any], by: Any, at: datetime) -> Finding:
    """Change text, kind, provenance or links (drivers, hazards, assets) of a draft or a returned finding."""
    _ensure_editable(finding, by)
    links = {name: changes[name] for name in LINKS if name in changes}
    texts = {name: value for name, value in changes.items() if name not in LINKS}
    changed = apply_changes(finding, texts, allowed=PLAIN)
    for name, rows in links.items():
        if {row.pk for row in rows} != set(getattr(finding, name).values_list("pk", flat=True)):
            getattr(finding, name).set(rows)
            changed.append(name)
    if changed:
        record(verb="update_finding", target=finding, by=by, at=at, changed=changed)
    return finding


@transaction.atomic
def add_evidence(
    *,
    finding: Finding,
    kind: str,
    by: Any,
    at: datetime,
    source: str = "",
    url: str = "",
    provenance: str = Provenance.OFFICE,
    **content: str,
) -> Evidence:
    """Add what the finding rests on besides surveys: a document, an exposure, programmes, a meeting."""
    _ensure_editable(finding, by)
    evidence = create(
        Evidence(
            finding=finding,
            position=_next_position(finding),
            kind=kind,
            source=source,
            url=url,
            provenance=provenance,
            **content_fields(Evidence, content),
        )
    )
    record(verb="add_evidence", target=finding, by=by, at=at, kind=kind, summary=evidence.summary)
    return evidence


@transaction.atomic
def cite_survey(
    *,
    finding: Finding,
    version: SurveyVersion,
    question_key: str,
    by: Any,
    at: datetime,
    sector: str = "",
    district: str = "",
    **content: str,
) -> Evidence:
    """Cite the result of one question (of a sector, of a district), copying n and the numbers of today."""
    _ensure_editable(finding, by)
    group = {"sector": sector, "district": district}
    known = {"survey_version": version, "question_key": question_key} | group
    if finding.evidence.filter(**known).exists():
        raise Refused(_("This finding cites that result already."), code="already_cited")
    today = timezone.localdate(at)
    citation = take_citation(version=version, question_key=question_key, **group, on=today)
    evidence = create(
        Evidence(
            finding=finding,
            position=_next_position(finding),
            kind=EvidenceKind.SURVEY,
            n=citation.n,
            cited=citation.cited,
            **known,
            **content_fields(Evidence, content),
        )
    )
    facts = {"survey": version.survey.slug, "question": question_key, "label": citation.cited["label"]}
    record(verb="cite_survey", target=finding, by=by, at=at, **facts, **group, n=citation.n)
    return evidence


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by: Any, at: datetime) -> None:
    """Take a piece of evidence away from a draft; what it was stays in the activity log."""
    finding = evidence.finding
    _ensure_editable(finding, by)
    kind, label = evidence.kind, str(evidence)
    evidence.delete()
    record(verb="remove_evidence", target=finding, by=by, at=at, kind=kind, summary=label)


@transaction.atomic
def submit_finding(*, finding: Finding, by: Any, at: datetime) -> Finding:
    """Hand a complete draft to the lead."""
    ensure(by, "assessment.submit_finding", finding)
    with one_winner(finding):
        finding.submit(at=at)
        refuse_gaps(finding.submission_gaps())
        finding.save()
    record(verb="submit_finding", target=finding, by=by, at=at)
    return finding


@transaction.atomic
def accept_finding(*, finding: Finding, reason: str, by: Any, at: datetime) -> Finding:
    """Take a submitted finding into the assessment."""
    reason = _decision(finding, reason, by)
    with one_winner(finding):
        finding.accept(by=by, at=at, reason=reason)
        finding.save()
    record(verb="accept_finding", target=finding, by=by, at=at, reason=reason)
    return finding


@transaction.atomic
def return_finding(*, finding: Finding, reason: str, by: Any, at: datetime) -> Finding:
    """Give a submitted finding back to its author, saying what to improve."""
    reason = _decision(finding, reason, by)
    with one_winner(finding):
        finding.send_back(by=by, at=at, reason=reason)
        finding.save()
    record(verb="return_finding", target=finding, by=by, at=at, reason=reason)
    return finding


@transaction.atomic
def reject_finding(*, finding: Finding, reason: str, by: Any, at: datetime) -> Finding:
    """Leave a submitted finding out of the assessment; it stays readable for the office with its reason."""
    reason = _decision(finding, reason, by)
    with one_winner(finding):
        finding.reject(by=by, at=at, reason=reason)
        finding.save()
    record(verb="reject_finding", target=finding, by=by, at=at, reason=reason)
    return finding


@transaction.atomic
def publish_finding(*, finding: Finding, by: Any, at: datetime) -> Finding:
    """Let everybody read an accepted finding; the row count says who was first."""
    ensure(by, "assessment.publish_finding", finding)
    refuse_gaps(finding.publication_gaps())
    first = Finding.objects.filter(pk=finding.pk, status=FindingStatus.ACCEPTED, is_published=False)
    if not first.update(is_published=True):
        raise Refused(_("This finding is published already."), code="already_published")
    finding.is_published = True
    record(verb="publish_finding", target=finding, by=by, at=at)
    return finding


def _decision(finding: Finding, reason: str, by: Any) -> str:
    """Check right, four eyes and reason; the database holds the last two as well."""
    if by is not None and finding.author_id == by.pk:
        raise Refused(_("A finding is decided by somebody other than its author."), code="four_eyes")
    ensure(by, "assessment.decide_finding", finding)
    return required_reason(reason)


def _ensure_editable(finding: Finding, by: Any) -> None:
    """Hold the finding and see that it is still a draft: nothing changes under the eyes of who decides."""
    lock(finding)
    if not finding.is_editable:
        raise Refused(
            _("This finding can no longer be changed: its status is “%(status)s”.")
            % {"status": finding.get_status_display()},
            code="not_editable",
        )
    ensure(by, "assessment.edit_finding", finding)


def _next_position(finding: Finding) -> int:
    last = finding.evidence.order_by("-position").values_list("position", flat=True).first()
    return 1 if last is None else last + 1
