"""Pytest plugin: private servers for one test run, in place before Django reads its settings.

Loaded by `-p` (see pyproject.toml) and wrapped around everybody else's `pytest_load_initial_conftests`,
because pytest-django reads the settings in that hook. With xdist the controlling process starts the
servers and the workers inherit their addresses; each worker counts its own broker database.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tools import messages
from tools.servers import private_servers


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        os.environ["REDIS_URL"] = broker_of_worker(os.environ["REDIS_URL"], worker)
    elif not {"-h", "--help", "--version", "-V"} & set(early_config.invocation_params.args):
        messages.compile_catalogues()
        stack = ExitStack()
        early_config.add_cleanup(stack.close)
        home = Path(tempfile.mkdtemp(prefix="portal-tests-"))
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        os.environ.update(stack.enter_context(private_servers(home, durable=False)))
    return (yield)


def broker_of_worker(url: str, worker: str) -> str:
    """`redis://…/0` for worker `gw2` becomes `redis://…/3`: neighbours never take each other's tasks."""
    address, _, number = re.fullmatch(r"(.*?)(/(\d+))?/?", url).groups()  # type: ignore[union-attr]
    return f"{address}/{(int(number or 0) + 1 + int(worker.removeprefix('gw'))) % 16}"
