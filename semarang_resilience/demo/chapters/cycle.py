"""The cycle 2015–2016 with its stages, planned and actual, and the launch of the strategy."""

from semarang_resilience.core.models import Cycle
from semarang_resilience.core.operations import add_phase, date_phase, launch_cycle, open_cycle
from semarang_resilience.demo.cast import LEAD, actor
from semarang_resilience.demo.data import table
from semarang_resilience.demo.story import Chapter, moment, origin, pick, texts


def is_played() -> bool:
    return Cycle.objects.filter(slug=table("cycle")["slug"]).exists()


def play() -> None:
    """Plan everything on the first day, then date each stage when it is over."""
    data, lead = table("cycle"), actor(LEAD)
    opened_at = moment(data["opened_on"])
    cycle = open_cycle(
        by=lead,
        at=opened_at,
        **pick(data, "slug", "planned_start", "planned_end"),
        **origin(data),
        **texts(data, "name"),
    )
    phases = [
        add_phase(
            cycle=cycle,
            by=lead,
            at=opened_at,
            **pick(row, "position", "planned_start", "planned_end"),
            **origin(row),
            **texts(row, "name", "summary", "inputs", "outputs"),
        )
        for row in data["phases"]
    ]
    for phase, row in zip(phases, data["phases"], strict=True):
        date_phase(
            phase=phase,
            started=row["actual_start"],
            ended=row["actual_end"],
            by=lead,
            at=moment(row["actual_end"], hour=16),
        )
    launch_cycle(cycle=cycle, on=data["launched_on"], by=lead, at=moment(data["launched_on"]))


CHAPTER = Chapter("cycle and stages", is_played, play)
