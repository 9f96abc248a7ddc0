"""No page of the example city asks the database more than a small, fixed number of times.

Each app compares its pages with one and with fifty rows; this guard holds every address at once, with the
dozens of rows that the example city has, so that a new page cannot be forgotten.
"""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from semarang_resilience.accounts.models import User
from tests.guards.access_matrix import MATRIX
from tests.guards.samples import SAMPLES
from tests.support.http import PolicyClient

pytestmark = pytest.mark.usefixtures("example_city")
BUDGET = 20
# Start pages of the whole programme: they count everything once.
BUDGETS = {"portal:home": 26, "portal:today": 26}
READS = sorted(
    (name, row.arguments)
    for name, rows in MATRIX.items()
    for row in rows
    if row.method == "GET" and row.passed == "ok" and name not in {"readyz"}
)


@pytest.mark.parametrize(("name", "arguments"), READS)
def test_a_page_keeps_to_its_budget(db: None, name: str, arguments: str) -> None:
    row = next(row for row in MATRIX[name] if row.method == "GET" and row.arguments == arguments)
    role = "cro_lead" if "cro_lead" in row.may else "administrator"
    client = PolicyClient()
    client.force_login(User.objects.get(roles=[role], is_example=True))
    address = reverse(name, kwargs=SAMPLES[arguments]())
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(asked) <= BUDGETS.get(name, BUDGET), "\n".join(sql[:160] for sql in asked)
