"""Focus areas: proposed with their findings, chosen or not chosen with a reason, published."""

from datetime import date

from assessment.models import Finding, FocusArea
from assessment.operations.focus_areas import (
    attach_finding,
    drop_focus_area,
    propose_focus_area,
    publish_focus_area,
    select_focus_area,
)
from semarang_resilience.demo.cast import LEAD, STAFF, actor
from semarang_resilience.demo.data import table
from semarang_resilience.demo.story import Chapter, Row, moment, origin, pick, texts, the_cycle


def is_played() -> bool:
    return FocusArea.objects.filter(cycle=the_cycle()).exists()


def play() -> None:
    data = table("focus_areas")
    known = {finding.code: finding for finding in Finding.objects.filter(cycle=the_cycle())}
    for row in data["focus_areas"]:
        focus_area = propose_focus_area(
            cycle=the_cycle(),
            by=actor(STAFF),
            at=moment(row.get("proposed_on", data["proposed_on"])),
            **pick(row, "slug", "position"),
            **texts(row, "name", "theme"),
            rationale_id=_ours(row, "rationale_id", "rationale_id"),
            rationale_en=_ours(row, "rationale_en", "rationale_en"),
            **origin({**row, "source_note": data["note"]}),
        )
        _attach(focus_area, row["findings"], known, data["attached_on"])
        _decide(focus_area, row)
        _attach(focus_area, row["later"], known, data["attached_later_on"])


def _attach(focus_area: FocusArea, links: list[list[str]], known: dict[str, Finding], day: date) -> None:
    """Findings of the second round join when they are there: new evidence for a choice made before."""
    for code, reason_id, reason_en in links:
        attach_finding(
            focus_area=focus_area,
            finding=known[code],
            reason_id=reason_id,
            reason_en=reason_en,
            by=actor(STAFF),
            at=moment(day),
        )


def _decide(focus_area: FocusArea, row: Row) -> None:
    data, lead = table("focus_areas"), actor(LEAD)
    for word, decide in (("selected", select_focus_area), ("dropped", drop_focus_area)):
        if f"{word}_id" in row:
            decide(
                focus_area=focus_area,
                reason_id=_ours(row, f"{word}_id", "reason_id"),
                reason_en=_ours(row, f"{word}_en", "reason_en"),
                by=lead,
                at=moment(data["decided_on"]),
            )
            publish_focus_area(focus_area=focus_area, by=lead, at=moment(data["published_on"]))


def _ours(row: Row, name: str, mark: str) -> str:
    """A text that is ours also in a quoted focus area, which then says so."""
    words = [row[name], table("focus_areas")["ours"][mark] if "source" in row else ""]
    return " ".join(words).strip()


CHAPTER = Chapter("focus areas", is_played, play)
