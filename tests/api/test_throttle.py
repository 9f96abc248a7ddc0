"""The limit of the open data counts visitors, not what they claim to be."""

from django.test import RequestFactory
from rest_framework.throttling import ScopedRateThrottle


def test_a_made_up_forwarding_address_is_not_a_new_visitor(rf: RequestFactory) -> None:
    asked = [rf.get("/", headers={"X-Forwarded-For": f"10.0.0.{n}"}) for n in range(2)]
    assert {ScopedRateThrottle().get_ident(request) for request in asked} == {"127.0.0.1"}
