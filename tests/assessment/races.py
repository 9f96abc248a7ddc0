"""Two people at the same moment, with real threads and real connections."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import connection

from semarang_resilience.core.errors import Refused


def race(*runners: Callable[[], Any]) -> list[str]:
    """Run all at the same moment, each in its own connection; what came out of each: "done" or a refusal."""
    start, results = Barrier(len(runners)), ["crashed"] * len(runners)

    def run(number: int, runner: Callable[[], Any]) -> None:
        try:
            start.wait(10)
            runner()
            results[number] = "done"
        except Refused as refusal:
            results[number] = refusal.code
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number, runner)) for number, runner in enumerate(runners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results
