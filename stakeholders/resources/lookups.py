"""Finding rows that a spreadsheet points to: by key in one query, by what people call them in another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from django.db.models import Q

from semarang_resilience.core.models import Cycle
from semarang_resilience.core.sheets.cells import normal
from semarang_resilience.places.models import District
from stakeholders.models import Organization, OrganizationQuerySet, Person, PersonQuerySet


def organizations() -> OrganizationQuerySet:
    """Those that still stand for themselves."""
    return Organization.objects.filter(merged_into__isnull=True)


def people() -> PersonQuerySet:
    """Those that still stand for themselves and have not been erased."""
    return Person.objects.filter(merged_into__isnull=True, erased_at__isnull=True)


def organizations_by_code(codes: set[str]) -> Mapping[str, Organization]:
    """Code -> organisation: one query."""
    return {row.code: row for row in organizations().filter(code__in=codes)}


def organizations_by_name(words: set[str]) -> Mapping[str, list[str]]:
    """What people write instead of a code -> codes whose name, former name or acronym it is: one query."""
    rows = organizations().values_list("code", "name", "acronym", "former_names")
    index: dict[str, list[str]] = {}
    for code, name, acronym, former in rows:
        for word in {normal(each) for each in (name, acronym, *former) if each}:
            index.setdefault(word, []).append(code)
    return _fitting(words, index)


def districts_by_code(codes: set[str]) -> Mapping[str, District]:
    """Code -> district: one query."""
    return {row.code: row for row in District.objects.defer("geometry").filter(code__in=codes)}


def districts_by_name(words: set[str]) -> Mapping[str, list[str]]:
    """Name, with or without "Kecamatan" before it -> code: one query."""
    index: dict[str, list[str]] = {}
    for code, name in District.objects.values_list("code", "name"):
        index.setdefault(normal(name), []).append(code)
    bare = {word: re.sub(r"^(kecamatan|kec)\s+", "", normal(word)) for word in words}
    return {word: index.get(name, []) for word, name in bare.items()}


def cycles_by_slug(slugs: set[str]) -> Mapping[str, Cycle]:
    """Short name -> cycle: one query."""
    return {row.slug: row for row in Cycle.objects.filter(slug__in=slugs)}


def cycles_by_name(words: set[str]) -> Mapping[str, list[str]]:
    """Name -> short name: one query."""
    index: dict[str, list[str]] = {}
    for slug, name in Cycle.objects.values_list("slug", "name"):
        index.setdefault(normal(name), []).append(slug)
    return _fitting(words, index)


def people_by_number(numbers: set[str]) -> Mapping[str, Person]:
    """Number (as text) -> person with organisation: one query."""
    wanted = {int(number) for number in numbers if number.isdecimal() and len(number) < 12}
    return {str(row.pk): row for row in people().select_related("organization").filter(pk__in=wanted)}


def people_by_name(words: set[str]) -> Mapping[str, list[str]]:
    """Name -> numbers of the people who have it: one query."""
    match = Q(pk__in=[])
    for word in words:
        match |= Q(name__iexact=word)
    index: dict[str, list[str]] = {}
    for number, name in people().filter(match).order_by("pk").values_list("pk", "name"):
        index.setdefault(normal(name), []).append(str(number))
    return _fitting(words, index)


def _fitting(words: Iterable[str], index: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {word: index.get(normal(word), []) for word in words}
