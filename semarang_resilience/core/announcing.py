"""Telling a worker that a row waits. The row in the database is the truth; this is only a nudge."""

from __future__ import annotations

import logging
from typing import Any

from celery import current_app

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 0.4


def announce_task(name: str, *args: Any) -> bool:
    """Send the task `name` with ids to the workers; False when the broker cannot be reached.

    A connection of its own with a short fuse: a dead or frozen broker must not hold a request up,
    and a sweeper will announce what is owed again anyway.
    """
    impatient = current_app.conf.broker_transport_options | {
        "socket_connect_timeout": PATIENCE_SECONDS,
        "socket_timeout": PATIENCE_SECONDS,
        "max_retries": 0,
    }
    try:
        with (
            current_app.connection_for_write(transport_options=impatient) as connection,
            current_app.amqp.Producer(connection) as producer,
        ):
            current_app.send_task(name, args=list(args), producer=producer, retry=False)
    except Exception as error:  # whatever the transport raises: the row is owed and will be announced again
        logger.warning("%s could not be announced: %r", name, error)
        return False
    return True
