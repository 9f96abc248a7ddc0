"""Loading city, districts and wards: by code, repeatable, for administrators only."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

from semarang_resilience.accounts.models import Role, User
from semarang_resilience.core.errors import NotAllowed
from semarang_resilience.core.models import Activity
from semarang_resilience.places.models import City, District, Ward
from semarang_resilience.places.operations import CitySpec, DistrictSpec, WardSpec, load_places

pytestmark = pytest.mark.django_db
UTARA = DistrictSpec(
    code="33.74.02",
    name="Semarang Utara",
    area_km2=Decimal("10.97"),
    wards=[WardSpec("33.74.02.1004", "Purwosari"), WardSpec("33.74.02.1001", "Bandarharjo")],
)
MIJEN = DistrictSpec(code="33.74.14", name="Mijen", wards=[WardSpec("33.74.14.1005", "Purwosari")])
SEMARANG = CitySpec(code="33.74", name="Kota Semarang", districts=[UTARA, MIJEN])


@pytest.fixture
def administrator() -> User:
    return User.objects.create_user("admin@example.org", name="Admin", roles=[Role.ADMINISTRATOR])


def test_city_districts_and_wards_are_there_after_loading(administrator: User) -> None:
    city = load_places(places=SEMARANG, by=administrator, at=timezone.now())
    assert city.name == "Kota Semarang"
    assert District.objects.get(code="33.74.02").area_km2 == Decimal("10.970")
    assert Ward.objects.count() == 3


def test_one_ward_name_may_stand_in_two_districts(administrator: User) -> None:
    load_places(places=SEMARANG, by=administrator, at=timezone.now())
    districts = Ward.objects.filter(name="Purwosari").values_list("district__name", flat=True)
    assert sorted(districts) == ["Mijen", "Semarang Utara"]


def test_loading_again_corrects_by_code_and_adds_nothing(administrator: User) -> None:
    load_places(places=SEMARANG, by=administrator, at=timezone.now())
    outline = {
        "type": "Polygon",
        "coordinates": [[[110.4, -7.0], [110.5, -7.0], [110.5, -6.9], [110.4, -7.0]]],
    }
    renamed = replace(MIJEN, geometry=outline, wards=[WardSpec("33.74.14.1005", "Purwosari Baru")])
    load_places(places=replace(SEMARANG, districts=[UTARA, renamed]), by=administrator, at=timezone.now())
    assert (City.objects.count(), District.objects.count(), Ward.objects.count()) == (1, 2, 3)
    assert Ward.objects.get(code="33.74.14.1005").name == "Purwosari Baru"
    assert District.objects.get(code="33.74.14").geometry == outline


def test_places_that_the_data_no_longer_names_stay(administrator: User) -> None:
    load_places(places=SEMARANG, by=administrator, at=timezone.now())
    load_places(places=replace(SEMARANG, districts=[UTARA]), by=administrator, at=timezone.now())
    assert District.objects.filter(code="33.74.14").exists()


def test_the_number_of_queries_does_not_grow_with_the_city(
    administrator: User, django_assert_num_queries: object
) -> None:
    load_places(places=SEMARANG, by=administrator, at=timezone.now())  # warms the content types
    many = replace(UTARA, wards=[WardSpec(f"33.74.02.{n}", f"Kelurahan {n}") for n in range(2000, 2100)])
    with django_assert_num_queries(9):  # type: ignore[operator]
        load_places(places=replace(SEMARANG, districts=[many]), by=administrator, at=timezone.now())


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_administrators_load_places(role: Role) -> None:
    somebody = User.objects.create_user("somebody@example.org", name="Somebody", roles=[role])
    with pytest.raises(NotAllowed):
        load_places(places=SEMARANG, by=somebody, at=timezone.now())
    assert not City.objects.exists()


def test_loading_is_one_line_in_the_activity_log(administrator: User) -> None:
    load_places(places=SEMARANG, by=administrator, at=timezone.now())
    [line] = Activity.objects.all()
    assert (line.verb, line.actor, line.data) == ("load_places", administrator, {"districts": 2, "wards": 3})
