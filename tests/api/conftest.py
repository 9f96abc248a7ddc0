"""Every test here reads a published chain through the API, with the throttle counting from zero."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.support.network import Network, new_network


@pytest.fixture(autouse=True)
def fresh_throttle() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def network(db: None) -> Network:
    return new_network()
