"""A hundred phones that poll at the same moment: an answer without a body for each of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.request import urlopen

import pytest

from assessment.models import Workshop
from assessment.operations import survey_workshop
from semarang_resilience.accounts.models import User
from tests.assessment.surveys.conftest import AT

pytestmark = pytest.mark.django_db(transaction=True)
PHONES, ROUNDS = 100, 3


def test_a_hundred_phones_poll_and_are_all_answered(live_server: Any, workshop: Workshop, budi: User) -> None:
    survey_workshop.open_question(workshop=workshop, key="driver-01", seen=":closed", by=budi, at=AT)
    state = Workshop.objects.room_state("ABC234")
    assert state
    address = f"{live_server}/id/lokakarya/{workshop.code}/keadaan/?s={state.stamp}"

    def poll(_number: int) -> list[int]:
        return [urlopen(address, timeout=30).status for _round in range(ROUNDS)]  # noqa: S310

    with ThreadPoolExecutor(max_workers=PHONES) as pool:
        answers = [status for statuses in pool.map(poll, range(PHONES)) for status in statuses]
    assert answers == [204] * (PHONES * ROUNDS)
