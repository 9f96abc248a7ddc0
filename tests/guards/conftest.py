"""The example city, loaded once for the guards and rolled back at their end."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction


@pytest.fixture(scope="package")
def example_city(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Load the example city into a transaction that is rolled back after the last guard."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            call_command("load_demo", verbosity=0)
            yield
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)
