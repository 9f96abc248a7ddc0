"""Every address of the portal, for every role: the table is complete, and it is true."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from semarang_resilience.accounts.models import User
from tests.guards.access_matrix import MATRIX, NOT_OURS, ROLES, Row, expected
from tests.guards.samples import SAMPLES
from tests.support.http import PolicyClient

pytestmark = pytest.mark.usefixtures("example_city")


def route_names(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[str]:
    """The names of all addresses, with their namespaces."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from route_names(pattern, inner)
        else:
            yield f"{namespace}{pattern.name}"


def ours() -> set[str]:
    return {name for name in route_names() if not name.startswith(NOT_OURS)}


def test_the_matrix_knows_every_address() -> None:
    assert ours() - set(MATRIX) == set(), "add a row to access_matrix.py"
    assert set(MATRIX) - ours() == set(), "these addresses are gone"


def outcome(response: HttpResponse) -> str:
    """The answer in a word of the matrix."""
    if response.status_code == 302 and "/akun/login/" in response["Location"]:
        return "login"
    return {200: "ok", 403: "no", 404: "gone"}.get(response.status_code, "acts")


def ask(row: Row, name: str, client: Client) -> str:
    cache.clear()  # so many questions from one address would be throttled
    address = reverse(name, kwargs=SAMPLES[row.arguments]())
    send = client.get if row.method == "GET" else client.post
    response = send(address, row.data)
    assert response.status_code < 500
    found = outcome(response)
    return "acts" if row.passed == "acts" and found == "ok" else found


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_each_role_gets_what_the_matrix_says(db: None, name: str) -> None:
    wrong = []
    for row in MATRIX[name]:
        for role in ROLES:
            client = PolicyClient()
            with transaction.atomic():
                if role != "anonymous":
                    client.force_login(User.objects.get(roles=[role], is_example=True))
                found = ask(row, name, client)
                transaction.set_rollback(True)
            if found != expected(row, role):
                wrong.append(f"{row.method} {name} as {role}: {found}, not {expected(row, role)}")
    assert wrong == []
