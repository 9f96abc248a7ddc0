"""Letters when a worker dies or the broker forgets: nothing is lost, and what is sent twice is one letter."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import redis
from django.utils import timezone

from semarang_resilience.accounts.models import User
from semarang_resilience.accounts.operations import create_account
from semarang_resilience.mail.models import Message
from tests.support.smtp import MailServer
from tests.support.worker import WorkerProcess

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PATIENCE = 60.0


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def hurry(mail_server: MailServer, settings: Any) -> dict[str, str]:
    """All processes write to this mail server, and notice a death within seconds."""
    return {
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_server.port}",
        "MAIL_LEASE_SECONDS": "3",
        "MAIL_SWEEP_SECONDS": "1",
    }


@pytest.fixture
def invite(transactional_db: None) -> Callable[[str], Message]:
    """Make an account, which owes a letter."""
    administrator = User.objects.create_user(
        "dewi@contoh.id", "sandi-panjang", name="Dewi", roles=["administrator"]
    )

    def invite(address: str) -> Message:
        create_account(
            email=address, name="Siti", roles=[], password=None, by=administrator, at=timezone.now()
        )
        return Message.objects.get(recipient=address)

    return invite


def _wait(until: Callable[[], bool], worker: WorkerProcess) -> None:
    deadline = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < deadline, worker.output
        time.sleep(0.05)


def _status(message: Message) -> str:
    message.refresh_from_db()
    return message.status


@pytest.mark.usefixtures("scheduler")
def test_a_worker_killed_between_sending_and_marking(
    invite: Callable[[str], Message],
    mail_server: MailServer,
    start_worker: Callable[..., WorkerProcess],
    hurry: dict[str, str],
) -> None:
    mail_server.hold = threading.Event()
    worker = start_worker(queues="mail", environment=hurry)
    message = invite("siti@contoh.id")
    _wait(lambda: len(mail_server.letters) == 1, worker)
    assert _status(message) == "sending", "the mail server has it, the worker does not know yet"
    worker.kill()
    mail_server.hold.set()
    worker = start_worker(queues="mail", environment=hurry)
    _wait(lambda: _status(message) == "sent", worker)
    first, second = mail_server.letters
    assert first["Message-ID"] == second["Message-ID"]
    assert message.attempts == 2


@pytest.mark.usefixtures("scheduler")
def test_a_broker_that_forgets_everything_loses_no_letter(
    invite: Callable[[str], Message],
    mail_server: MailServer,
    broker: redis.Redis,
    start_worker: Callable[..., WorkerProcess],
    hurry: dict[str, str],
) -> None:
    message = invite("siti@contoh.id")
    broker.flushdb()
    worker = start_worker(queues="mail", environment=hurry)
    _wait(lambda: _status(message) == "sent", worker)
    time.sleep(2.5)  # two more sweeps
    assert len(mail_server.letters) == 1


def test_a_letter_leaves_within_moments_of_its_cause(
    invite: Callable[[str], Message],
    mail_server: MailServer,
    start_worker: Callable[..., WorkerProcess],
    hurry: dict[str, str],
) -> None:
    worker = start_worker(queues="mail", environment=hurry)
    began: datetime = timezone.now()
    message = invite("siti@contoh.id")
    _wait(lambda: _status(message) == "sent", worker)
    assert (timezone.now() - began).total_seconds() < 10, "by the nudge: no scheduler runs here"
