"""Short addresses of open links, for paper: eight characters that a person can type.

The characters follow from the link's nonce and the portal's secret key, so nothing has to be stored and no
token stands in the database. Whoever knows them gets to the open link, as whoever reads a poster does.
"""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import override

from .models import Invitation, InvitationKind, SurveyStatus
from .operations.survey_tokens import LinkCannotBeShown, link_token

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0/O, 1/I/L
LENGTH = 8
AT_MOST = 500  # open links of open surveys that are looked through


def short_code(invitation: Invitation) -> str:
    """The eight characters of an open link."""
    secret = settings.SURVEY_LINK_KEY or settings.SECRET_KEY
    digest = salted_hmac("open-link", invitation.nonce.hex, secret=secret, algorithm="sha256").digest()
    number = int.from_bytes(digest, "big")
    code = ""
    for _place in range(LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        code += ALPHABET[rest]
    return code


def is_printable(invitation: Invitation) -> bool:
    """Whether the link's address can be made again: not where its token was brought along."""
    try:
        link_token(invitation)
    except LinkCannotBeShown:
        return False
    return True


def find_open_link(code: str) -> Invitation | None:
    """The open link behind a code, if its survey is open; one query."""
    wanted = code.upper().replace("-", "")
    links = Invitation.objects.select_related("survey").filter(
        kind=InvitationKind.OPEN, is_revoked=False, survey__status=SurveyStatus.OPEN
    )
    found = [
        link for link in links.order_by("-pk")[:AT_MOST] if constant_time_compare(short_code(link), wanted)
    ]
    return found[0] if found else None


def short_address(invitation: Invitation, language: str) -> str:
    """The whole address as it is printed, code in two groups: https://…/id/s/K7QF-2M9P/."""
    code = short_code(invitation)
    with override(language):
        path = reverse("assessment:survey_short_link", args=[f"{code[:4]}-{code[4:]}"])
    return f"{settings.SITE_URL.rstrip('/')}{path}"
