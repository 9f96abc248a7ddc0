"""Fields of expertise: what the drivers of a cycle's framework are called.

Memberships keep plain codes ("9"), because stakeholders stand below the assessment, which owns the drivers
and their names. The assessment says here what the codes mean when the portal starts; without it the codes
stand for themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """A field of expertise: a driver of resilience."""

    code: str
    name: str
    short_name: str
    group: str = ""  # the dimension of the framework

    def __str__(self) -> str:
        return f"{self.code}. {self.name}"


Provider = Callable[[int | None], Sequence[Field]]
_providers: list[Provider] = []


def provide_fields(provider: Provider) -> None:
    """Say what the codes of a cycle mean; called once, when the portal starts."""
    _providers[:] = [provider]


def fields_of(cycle_id: int | None) -> list[Field]:
    """The fields of a cycle's framework in its order; empty where no framework is loaded: one query."""
    return list(_providers[0](cycle_id)) if _providers else []


def named(codes: Iterable[str], fields: Sequence[Field]) -> list[Field]:
    """The fields with these codes in the framework's order; a code without a name stands for itself, last."""
    wanted = list(dict.fromkeys(codes))
    known = {each.code: each for each in fields}
    unknown = [Field(code, code, code) for code in wanted if code not in known]
    return [each for each in fields if each.code in wanted] + unknown
