"""Findings with their evidence: written by staff, decided by the lead, most of them published."""

from datetime import date

from assessment.models import Asset, Driver, Finding, Hazard, SurveyVersion
from assessment.operations.findings import (
    accept_finding,
    add_evidence,
    cite_survey,
    create_finding,
    publish_finding,
    return_finding,
    submit_finding,
)
from semarang_resilience.demo.cast import LEAD, STAFF, actor
from semarang_resilience.demo.data import table
from semarang_resilience.demo.story import (
    Chapter,
    Row,
    chosen,
    moment,
    origin,
    pick,
    texts,
    the_cycle,
)

from .inventory import drivers, hazards
from .surveys import published_survey, version_asked


def is_played() -> bool:
    return Finding.objects.filter(cycle=the_cycle()).exists()


def play() -> None:
    cycle = the_cycle()
    version = version_asked(published_survey())
    known = (drivers(), hazards(cycle), {asset.code: asset for asset in Asset.objects.filter(cycle=cycle)})
    for row in table("findings")["findings"]:
        days = table("findings")["rounds"][row["round"]]
        finding = _write(row, days["written_on"], version, *known)
        if not row.get("draft"):
            _decide(finding, row, days)


def _write(
    row: Row,
    day: date,
    version: SurveyVersion,
    known_drivers: dict[int, Driver],
    known_hazards: dict[str, Hazard],
    known_assets: dict[str, Asset],
) -> Finding:
    """A draft with its evidence: what the survey says, then documents."""
    staff = actor(STAFF)
    finding = create_finding(
        cycle=the_cycle(),
        drivers=chosen(known_drivers, row["drivers"]),
        hazards=chosen(known_hazards, row["hazards"]),
        assets=chosen(known_assets, row["assets"]),
        by=staff,
        at=moment(day),
        **pick(row, "code", "kind"),
        **texts(row, "title", "statement"),
        **origin(row),
    )
    for key, sector in row["survey"]:
        cite_survey(
            finding=finding, version=version, question_key=key, sector=sector, by=staff, at=moment(day, 10)
        )
    for evidence in row.get("evidence", ()):
        add_evidence(
            finding=finding,
            kind=evidence["kind"],
            by=staff,
            at=moment(day, hour=11),
            **texts(evidence, "summary"),
            **origin(evidence),
        )
    return finding


def _decide(finding: Finding, row: Row, days: Row) -> None:
    """Submitted by staff; then accepted and published, sent back, or left waiting."""
    lead = actor(LEAD)
    submit_finding(finding=finding, by=actor(STAFF), at=moment(days["submitted_on"]))
    if "accepted" in row:
        accept_finding(finding=finding, reason=row["accepted"], by=lead, at=moment(days["decided_on"]))
        publish_finding(finding=finding, by=lead, at=moment(days["published_on"]))
    elif "returned" in row:
        return_finding(finding=finding, reason=row["returned"], by=lead, at=moment(days["decided_on"]))


CHAPTER = Chapter("findings", is_played, play)
