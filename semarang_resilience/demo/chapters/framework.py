"""The City Resilience Framework of 2014, and the city's own list of shocks and stresses."""

from assessment.models import Framework, Hazard
from assessment.operations.frameworks import DimensionSpec, DriverSpec, load_framework
from assessment.operations.inventory import register_hazard
from semarang_resilience.demo.cast import ADMINISTRATOR, STAFF, actor
from semarang_resilience.demo.data import table
from semarang_resilience.demo.story import Chapter, Row, moment, origin, pick, source, texts, the_cycle


def is_played() -> bool:
    return Hazard.objects.filter(cycle=the_cycle()).exists()


def play() -> None:
    at = moment(table("cycle")["opened_on"], hour=11)
    if not Framework.objects.filter(slug=table("framework")["slug"]).exists():
        data = table("framework")
        load_framework(
            by=actor(ADMINISTRATOR),
            at=at,
            dimensions=[_dimension(row) for row in data["dimensions"]],
            source=source(data["source"]),
            **pick(data, "slug", "name", "version"),
        )
    cycle, staff = the_cycle(), actor(STAFF)
    for row in table("hazards")["hazards"]:
        register_hazard(
            cycle=cycle,
            by=staff,
            at=at,
            **pick(row, "slug", "kind", "position", "standard_term"),
            **texts(row, "name", "description"),
            **origin({**row, "source": "shocks-stresses"}),
        )


def _dimension(row: Row) -> DimensionSpec:
    drivers = [
        DriverSpec(number=driver["number"], content=texts(driver, "name", "short_name", "description"))
        for driver in row["drivers"]
    ]
    return DimensionSpec(content=texts(row, "name"), drivers=drivers)


CHAPTER = Chapter("framework, shocks and stresses", is_played, play)
