"""Links to a survey: their tokens, and the one bit that says that a personal one was used.

A token is derived from the link's nonce with a key that is not in the database (SURVEY_LINK_KEY). So a letter
or a poster can be made again, and yet whoever reads the database holds no token: of it only the SHA-256 is
kept.

Whether a personal link was used is bit number `Invitation.position` of one row for the whole survey. The
row's own history says that somebody used a link, and never who did so when: there is no order on this side
that could be laid beside the order in which sheets arrived (docs/adr/0012).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from assessment.models import Invitation, Participation, Survey
from semarang_resilience.core.errors import Refused

TOKEN_LENGTH = 24


class LinkCannotBeShown(Refused):
    """The link's token was made with another key, or brought along: only its holder knows it."""

    code = "link_cannot_be_shown"
    message = _("The address of this link cannot be shown again. Withdraw the link and make a new one.")


def token_of(nonce: UUID) -> str:
    """24 letters, digits, - and _ (144 bits) that nobody can derive without the key."""
    return base64.urlsafe_b64encode(_keyed("link", nonce.bytes)).decode()[:TOKEN_LENGTH]


def link_token(invitation: Invitation) -> str:
    """The token of a link, to print or send it again; raises LinkCannotBeShown."""
    token = token_of(invitation.nonce)
    if not hmac.compare_digest(Invitation.hash_of(token), invitation.token_hash):
        raise LinkCannotBeShown()
    return token


def sheet_id(submission_id: UUID) -> UUID:
    """Under which id a sheet is kept: whoever saw the client's id (in a log, in a file) does not find it."""
    return UUID(bytes=_keyed("sheet", submission_id.bytes)[:16], version=4)


def _keyed(purpose: str, message: bytes) -> bytes:
    key = settings.SURVEY_LINK_KEY or settings.SECRET_KEY
    return hmac.digest(key.encode(), b"survey " + purpose.encode() + b"\0" + message, hashlib.sha256)


@transaction.atomic
def reserve_positions(survey: Survey, count: int = 1) -> range:
    """Bits for `count` more personal links; called where links are made, never where answers come in."""
    Participation.objects.get_or_create(survey=survey)
    Participation.objects.select_for_update(no_key=True).get(survey=survey)
    last = Invitation.objects.filter(survey=survey).aggregate(last=Max("position"))["last"]
    first = 0 if last is None else last + 1
    octets = (first + count + 7) // 8
    with connection.cursor() as cursor:
        cursor.execute(_GROW, [octets, survey.pk, octets])
    return range(first, first + count)


_GROW = r"""
    UPDATE assessment_participation
    SET used = used || decode(repeat('00', %s - octet_length(used)), 'hex')
    WHERE survey_id = %s AND octet_length(used) < %s
"""
# Exactly once: who finds the bit set has come too late, and takes his sheet back. The row stays locked from
# here to the end of the transaction, therefore this is the last thing that a submission does.
_USE = """
    UPDATE assessment_participation SET used = set_bit(used, %s, 1)
    WHERE survey_id = %s AND get_bit(used, %s) = 0
"""


def mark_used(*, survey_id: int, position: int) -> bool:
    """Set the bit of a personal link; False if it was set before."""
    with connection.cursor() as cursor:
        cursor.execute(_USE, [position, survey_id, position])
        return cursor.rowcount == 1
