"""The people and the programme of these stories, told in English."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from tests.support.plan import People, Programme


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Addresses and sentences in English, whatever the last request left active."""
    with translation.override("en"):
        yield


@pytest.fixture
def people(db: None) -> People:
    return People()


@pytest.fixture
def programme(people: People) -> Programme:
    return Programme(people)
