"""Lists to import, and the people who do it."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import translation

from semarang_resilience.core.importing.models import ImportRow, ImportRun
from semarang_resilience.core.importing.operations import preview_import
from tests.support.plan import AT, People, Programme

Preview = Callable[..., ImportRun]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def people(db: None) -> People:
    return People()


@pytest.fixture
def programme(people: People) -> Programme:
    return Programme(people)


@pytest.fixture
def preview(people: People) -> Preview:
    """Look at a list written as CSV."""

    def look(text: str, kind: str = "organisasi", **options: Any) -> ImportRun:
        data = text.encode()
        return preview_import(
            kind=kind,
            file=io.BytesIO(data),
            file_name="daftar.csv",
            size=len(data),
            **({"by": people.sari, "at": AT} | options),
        )

    return look


def actions(run: ImportRun) -> list[str]:
    return list(ImportRow.objects.filter(run=run).order_by("number").values_list("action", flat=True))


def rows(run: ImportRun) -> list[ImportRow]:
    return list(ImportRow.objects.filter(run=run).order_by("number"))
