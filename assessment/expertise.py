"""What the fields of expertise of forum members are called: the drivers of the cycle's framework."""

from __future__ import annotations

from stakeholders.expertise import Field, provide_fields

from .models import Driver, FocusArea


def register() -> None:
    """Let the forum know the drivers by name."""
    provide_fields(fields_of_cycle)


def fields_of_cycle(cycle_id: int | None) -> list[Field]:
    """The drivers of the framework with which the cycle began, in the order of the wheel: one query.

    A cycle may use a second framework later on; codes of memberships are those of the first one.
    """
    drivers = list(Driver.objects.in_use(cycle_id))
    first = min((each.dimension.framework_id for each in drivers), default=None)
    return [
        Field(str(each.position), each.name, each.short_name, each.dimension.name)
        for each in drivers
        if each.dimension.framework_id == first
    ]


def drivers_of(focus_area: FocusArea) -> set[str]:
    """Codes of the drivers that the findings of a focus area are about: one query."""
    numbers = Driver.objects.filter(findings__focus_area_links__focus_area=focus_area)
    return {str(position) for position in numbers.values_list("position", flat=True)}
