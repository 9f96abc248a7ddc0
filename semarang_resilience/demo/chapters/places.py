"""The city with its districts and wards."""

from collections import defaultdict
from decimal import Decimal

from semarang_resilience.demo.cast import ADMINISTRATOR, actor
from semarang_resilience.demo.data import features, table
from semarang_resilience.demo.story import Chapter, moment
from semarang_resilience.places.models import City
from semarang_resilience.places.operations import CitySpec, DistrictSpec, WardSpec, load_places


def is_played() -> bool:
    return City.objects.exists()


def play() -> None:
    load_places(places=city(), by=actor(ADMINISTRATOR), at=moment(table("cycle")["opened_on"]))


def city() -> CitySpec:
    """The city as the files describe it: outlines from the polygons, areas from the statistics office."""
    wards = defaultdict(list)
    for ward in features("kelurahan"):
        properties = ward["properties"]
        wards[properties["district"]].append(
            WardSpec(code=properties["code"], name=properties["name"], geometry=ward["geometry"])
        )
    districts = [
        DistrictSpec(
            code=district["properties"]["code"],
            name=district["properties"]["name"],
            area_km2=Decimal(str(district["properties"]["area_km2"])),
            geometry=district["geometry"],
            wards=wards[district["properties"]["code"]],
        )
        for district in features("kecamatan")
    ]
    [outline] = features("kota")
    return CitySpec(
        code=outline["properties"]["code"],
        name=outline["properties"]["name"],
        geometry=outline["geometry"],
        districts=districts,
    )


CHAPTER = Chapter("places", is_played, play)
