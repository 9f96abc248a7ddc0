"""The door between answering and closing: no sheet comes in after a survey was closed, not by milliseconds.

A submission looks at the survey and writes its sheet some statements later; a closing that commits in between
would be overtaken. So each submission holds an advisory lock of its survey (shared: any number at once, kept
in memory, nothing is written), and closing takes it alone. The sheet is written only where the survey is
still open, by a statement that begins after the lock was obtained: at READ COMMITTED it sees what was
committed by then.
"""

from __future__ import annotations

from django.db import connection

DOOR = 0x5E3B  # the class of these locks; the other half is the survey's number

# To stand before the statement that writes the sheet, in one round trip with it.
HOLD_DOOR = f"SELECT pg_advisory_xact_lock_shared({DOOR}, %s);"


def shut_door(survey_id: int) -> None:
    """Wait for the sheets that are coming in, and hold off further ones until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [DOOR, survey_id])
