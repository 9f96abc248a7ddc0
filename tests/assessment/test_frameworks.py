"""Loading a version of a resilience framework."""

import pytest
from django.utils import timezone

from assessment.models import Driver, Framework
from assessment.operations.frameworks import DimensionSpec, DriverSpec, load_framework
from semarang_resilience.accounts.models import Role, User
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.models import Activity

pytestmark = pytest.mark.django_db


def dimensions() -> list[DimensionSpec]:
    """Two dimensions whose drivers are numbered through."""
    return [
        DimensionSpec(
            content={"name_id": f"Dimensi {place}", "name_en": f"Dimension {place}"},
            drivers=[
                DriverSpec(
                    number=number, content={"name_id": f"Penggerak {number}", "short_name_id": f"P{number}"}
                )
                for number in numbers
            ],
        )
        for place, numbers in ((1, (1, 2)), (2, (3, 4)))
    ]


def load(by: User) -> Framework:
    return load_framework(
        slug="crf-2014",
        name="City Resilience Framework",
        version="2014",
        dimensions=dimensions(),
        by=by,
        at=timezone.now(),
    )


def test_drivers_keep_their_number_and_the_order_of_the_wheel(django_user_model: type[User]) -> None:
    load(django_user_model.objects.create_user("a@example.org", name="A", roles=[Role.ADMINISTRATOR]))
    drivers = [(d.dimension.position, d.position, d.name_ind) for d in Driver.objects.for_list()]
    assert drivers == [
        (1, 1, "Penggerak 1"),
        (1, 2, "Penggerak 2"),
        (2, 3, "Penggerak 3"),
        (2, 4, "Penggerak 4"),
    ]


def test_a_loaded_version_is_never_changed(django_user_model: type[User]) -> None:
    administrator = django_user_model.objects.create_user(
        "a@example.org", name="A", roles=[Role.ADMINISTRATOR]
    )
    load(administrator)
    with pytest.raises(Refused) as refusal:
        load(administrator)
    assert refusal.value.code == "framework_exists"
    assert Driver.objects.count() == 4
    assert Activity.objects.filter(verb="load_framework").count() == 1


@pytest.mark.parametrize("role", [Role.CRO_LEAD, Role.CRO_STAFF, Role.LEADERSHIP])
def test_only_administrators_load_frameworks(django_user_model: type[User], role: Role) -> None:
    somebody = django_user_model.objects.create_user("s@example.org", name="S", roles=[role])
    with pytest.raises(NotAllowed):
        load(somebody)
    assert not Framework.objects.exists()
