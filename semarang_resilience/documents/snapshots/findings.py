"""Findings and focus areas, which both the assessment and the strategy tell of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from assessment.models import EvidenceLevel, Finding, FindingKind, FocusArea, FocusAreaStatus
from assessment.models.findings import EvidenceKind
from semarang_resilience.core.models import Cycle

from .base import Origin, Reader, Term, Words
from .shared import Numbers, driver_numbers


@dataclass(frozen=True, kw_only=True)
class CitedFacts:
    """A survey result as it was copied when the finding cited it; `n` and means never change afterwards."""

    question: Words
    key: str
    sector: str
    as_of: date | None
    n: int
    mean: float | None
    top: int | None


@dataclass(frozen=True, kw_only=True)
class EvidenceFacts:
    """What a finding rests on."""

    kind: Term
    summary: Words
    survey: Words | None
    cited: CitedFacts | None
    source: str
    url: str
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class FindingFacts:
    """An accepted finding."""

    code: str
    kind: Term
    title: Words
    statement: Words
    drivers: tuple[int, ...]
    hazards: tuple[str, ...]
    assets: tuple[str, ...]
    evidence_level: Term
    evidence: tuple[EvidenceFacts, ...]
    origin: Origin

    @property
    def cited(self) -> list[CitedFacts]:
        """The survey questions that it cites."""
        return [one.cited for one in self.evidence if one.cited]


@dataclass(frozen=True, kw_only=True)
class FocusFindingFacts:
    """A finding that speaks for a focus area, and why."""

    code: str
    title: Words
    reason: Words


@dataclass(frozen=True, kw_only=True)
class FocusAreaFacts:
    """A focus area, chosen or not, with the reason."""

    slug: str
    position: int
    name: Words
    theme: Words
    rationale: Words
    is_chosen: bool
    status: Term
    decided_on: date | None
    decision_reason: Words
    findings: tuple[FocusFindingFacts, ...]
    origin: Origin


def finding_facts(cycle: Cycle, reader: Reader, numbers: Numbers) -> tuple[FindingFacts, ...]:
    """Accepted findings by code; the queries of `for_detail`."""
    found = Finding.objects.filter(cycle=cycle).accepted().for_detail().order_by("code", "pk")
    return tuple(_finding(one, reader, numbers) for one in found)


def focus_area_facts(cycle: Cycle, reader: Reader) -> tuple[FocusAreaFacts, ...]:
    """Decided focus areas in the city's order; two queries."""
    decided = FocusArea.objects.filter(cycle=cycle).exclude(status=FocusAreaStatus.PROPOSED)
    return tuple(_focus_area(one, reader) for one in decided.for_detail().order_by("position", "pk"))


def _finding(finding: Any, reader: Reader, numbers: Numbers) -> FindingFacts:
    return FindingFacts(
        code=finding.code,
        kind=reader.term(FindingKind(finding.kind)),
        title=reader.words(finding, "title"),
        statement=reader.words(finding, "statement"),
        drivers=driver_numbers(finding.drivers.all(), numbers),
        hazards=tuple(sorted(one.slug for one in finding.hazards.all())),
        assets=tuple(sorted(one.code for one in finding.assets.all())),
        evidence_level=reader.term(EvidenceLevel(finding.evidence_level)),
        evidence=tuple(_evidence(one, reader) for one in finding.evidence.all()),
        origin=reader.origin(finding),
    )


def _evidence(evidence: Any, reader: Reader) -> EvidenceFacts:
    version = evidence.survey_version
    return EvidenceFacts(
        kind=reader.term(EvidenceKind(evidence.kind)),
        summary=reader.words(evidence, "summary"),
        survey=reader.words(version.survey, "title") if version else None,
        cited=_cited(evidence, reader) if version else None,
        source=evidence.source,
        url=evidence.url,
        origin=reader.origin(evidence),
    )


def _cited(evidence: Any, reader: Reader) -> CitedFacts:
    """Reads the copied figures (assessment/cited.py says how they are kept)."""
    copied = evidence.cited
    series = (copied.get("series") or [{}])[0]
    return CitedFacts(
        question=reader.pick(copied.get("label") or {}, otherwise=evidence.question_key),
        key=evidence.question_key,
        sector=evidence.sector,
        as_of=date.fromisoformat(copied["as_of"]) if copied.get("as_of") else None,
        n=evidence.n,
        mean=series.get("mean"),
        top=series.get("top"),
    )


def _focus_area(area: FocusArea, reader: Reader) -> FocusAreaFacts:
    status = FocusAreaStatus(area.status)
    return FocusAreaFacts(
        slug=area.slug,
        position=area.position,
        name=reader.words(area, "name"),
        theme=reader.words(area, "theme"),
        rationale=reader.words(area, "rationale"),
        is_chosen=status is FocusAreaStatus.SELECTED,
        status=reader.term(status),
        decided_on=area.decided_at.date() if area.decided_at else None,
        decision_reason=reader.words(area, "decision_reason"),
        findings=tuple(
            FocusFindingFacts(
                code=link.finding.code,
                title=reader.words(link.finding, "title"),
                reason=reader.words(link, "reason"),
            )
            for link in area.finding_links.all()
            if link.finding.status == "accepted"
        ),
        origin=reader.origin(area),
    )


def by_code(findings: Iterable[FindingFacts]) -> dict[str, FindingFacts]:
    """Findings to be looked up by the codes that focus areas name."""
    return {one.code: one for one in findings}
