"""Telling a worker that an edition waits. The row in the database is the truth; this is only a nudge."""

from __future__ import annotations

import logging

from celery import current_app

logger = logging.getLogger(__name__)

RENDER = "documents.render_edition"
PATIENCE_SECONDS = 0.4


def announce(edition_id: int) -> bool:
    """Send the edition's id to the workers; False when the broker cannot be reached.

    A connection of its own with a short fuse: a dead or frozen broker must not hold a request up,
    and the sweeper will announce the edition again anyway.
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
            current_app.send_task(RENDER, args=[edition_id], producer=producer, retry=False)
    except (
        Exception
    ) as error:  # whatever the transport raises: the edition is owed and will be announced again
        logger.warning("edition %s could not be announced: %r", edition_id, error)
        return False
    return True
