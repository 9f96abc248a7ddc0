"""The repair pages of forum, strategy and plan open for who may use them."""

import pytest
from django.test import Client

from semarang_resilience.accounts.models import User
from tests.support.plan import People, Programme

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        "stakeholders/organization",
        "stakeholders/person",
        "stakeholders/forummembership",
        "strategy/pillar",
        "strategy/strategy",
        "strategy/initiative",
        "strategy/workinggroup",
        "actions/action",
    ],
)
def test_repair_pages_open(client: Client, people: People, programme: Programme, path: str) -> None:
    programme.member()
    programme.group()
    initiative = programme.complete()
    programme.action(initiative=initiative)
    client = Client()  # the repair pages are Django's own and not under the portal's strict policy
    client.force_login(User.objects.create_superuser("admin@contoh.semarang", name="Admin"))
    listing = client.get(f"/admin/{path}/")
    assert listing.status_code == 200
    pk = listing.context["cl"].result_list[0].pk
    assert client.get(f"/admin/{path}/{pk}/change/").status_code == 200
