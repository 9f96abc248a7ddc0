"""Telling a worker that an edition waits."""

from semarang_resilience.core.announcing import announce_task

RENDER = "documents.render_edition"


def announce(edition_id: int) -> bool:
    """Send the edition's id to the workers; False when the broker cannot be reached."""
    return announce_task(RENDER, edition_id)
