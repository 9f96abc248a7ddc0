"""The example city, loaded once for all tests of a module and taken back afterwards."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from semarang_resilience.core.models import Cycle
from semarang_resilience.demo.data import table


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """What `load_demo` printed; each test's own changes are taken back to here."""
    with django_db_blocker.unblock(), transaction.atomic():
        out = StringIO()
        call_command("load_demo", stdout=out)
        yield out.getvalue()
        transaction.set_rollback(True)


@pytest.fixture
def cycle(loaded: str, db: None) -> Cycle:
    """The cycle of the example city."""
    return Cycle.objects.get(slug=table("cycle")["slug"])
