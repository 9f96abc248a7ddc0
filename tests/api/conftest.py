"""Every test here reads a chain."""

import pytest

from tests.support.network import Network, new_network


@pytest.fixture
def network(db: None) -> Network:
    return new_network()
