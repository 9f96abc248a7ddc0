"""The people and the programme of these stories."""

import pytest

from tests.support.plan import People, Programme


@pytest.fixture
def people(db: None) -> People:
    return People()


@pytest.fixture
def programme(people: People) -> Programme:
    return Programme(people)
