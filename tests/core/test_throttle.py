"""How often one address may do something in public."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from semarang_resilience.core.throttle import address_of, is_too_often, parse_rate


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


def test_a_rate_is_a_number_in_a_time() -> None:
    assert parse_rate("120/min") == (120, 60)
    assert parse_rate("5/h") == (5, 3600)
    with pytest.raises(ValueError, match="120/min"):
        parse_rate("often")


def test_each_address_has_its_own_count(rf: RequestFactory) -> None:
    here, there = rf.post("/", REMOTE_ADDR="10.0.0.1"), rf.post("/", REMOTE_ADDR="10.0.0.2")
    assert [is_too_often(here, scope="x", rate="2/h") for _ in range(3)] == [False, False, True]
    assert not is_too_often(there, scope="x", rate="2/h")
    assert not is_too_often(here, scope="another form", rate="2/h")


def test_no_rate_means_no_limit(rf: RequestFactory) -> None:
    assert not any(is_too_often(rf.post("/"), scope="x", rate="") for _ in range(500))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "6.6.6.6", "10.0.0.9"),  # nobody vouches for the header
        (1, "6.6.6.6, 36.80.1.2", "36.80.1.2"),  # what the reader wrote himself does not count
        (2, "36.80.1.2, 10.0.0.8", "36.80.1.2"),
        (1, "", "10.0.0.9"),
    ],
)
def test_behind_our_proxies_the_reader_is_whom_the_outermost_saw(
    rf: RequestFactory, settings: Any, proxies: int, forwarded: str, address: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert address_of(rf.post("/", REMOTE_ADDR="10.0.0.9", **headers)) == address
