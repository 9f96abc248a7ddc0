"""Drafts of people with a personal link: kept by the server, readable only with the link (docs/adr/0015).

Key and place of a draft are both derived from the link's token by HKDF (RFC 5869), and the database holds
neither the token nor anything to find it by. A draft is padded, so that its length says little, and carries
a day, no time. It is removed in a transaction of its own after the sheet has been taken in, never within it.
"""

from __future__ import annotations

import json
import secrets
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.models import Draft, Survey, SurveyStatus
from semarang_resilience.core.errors import Refused

from .survey_submission import find_invitation

SCHEMA = 1
LARGEST = 200_000  # bytes of JSON: thirty long texts are less
NONCE_BYTES = 12
PAD_TO = 2_048  # bytes


class NoDraftHere(Refused):
    """An open link belongs to nobody, so nobody could come back to its draft (API: 409)."""

    code = "no_draft_here"
    message = _("Only a personal link keeps a draft with us. On an open link it stays on your device.")


class DraftTooLarge(Refused):
    """More than any form of ours holds (API: 413)."""

    code = "too_large"
    message = _("The draft is too large to be kept.")


@dataclass(frozen=True, kw_only=True)
class KeptDraft:
    """An opened draft: the form's fields, the version whose form was seen, and what the client added."""

    version: int
    fields: Mapping[str, list[str]]
    notes: Mapping[str, Any]


def save_draft(
    *,
    token: str,
    slug: str,
    fields: Mapping[str, list[str]],
    version: int,
    at: datetime,
    notes: Mapping[str, Any] | None = None,
) -> None:
    """Keep the unfinished form of a personal link; a later one takes the place of an earlier one.

    Raises UnknownLink, SurveyClosed, AlreadyAnswered, NoDraftHere or DraftTooLarge.
    """
    invitation = find_invitation(slug=slug, token=token, at=at)
    if not invitation.is_personal:
        raise NoDraftHere()
    content = {"schema": SCHEMA, "version": version, "fields": dict(fields), "notes": dict(notes or {})}
    plain = json.dumps(content, ensure_ascii=False).encode()
    if len(plain) > LARGEST:
        raise DraftTooLarge()
    draft = Draft(
        locator=locator_of(token),
        survey_id=invitation.survey_id,
        sealed=_seal(plain, token=token, slug=slug),
        saved_on=timezone.localdate(at),
    )
    Draft.objects.bulk_create(
        [draft],
        update_conflicts=True,
        unique_fields=["locator"],
        update_fields=["survey", "sealed", "saved_on"],
    )


def open_draft(*, token: str, slug: str) -> KeptDraft | None:
    """The draft of a link, or None where there is none (or none that this token opens)."""
    sealed = Draft.objects.filter(locator=locator_of(token)).values_list("sealed", flat=True).first()
    plain = sealed and _unseal(bytes(sealed), token=token, slug=slug)
    if not plain:
        return None
    content = json.loads(plain)
    return KeptDraft(version=content["version"], fields=content["fields"], notes=content["notes"])


def has_draft(*, token: str) -> bool:
    """Whether the link has a draft: one query."""
    return Draft.objects.filter(locator=locator_of(token)).exists()


def forget_draft(*, token: str) -> None:
    """Remove the draft of a link, because its sheet has arrived or because its holder says so."""
    Draft.objects.filter(locator=locator_of(token)).delete()


def forget_drafts(survey: Survey) -> None:
    """Remove all drafts of a survey that closes; runs in the caller's transaction."""
    Draft.objects.filter(survey=survey).delete()


def forget_stale_drafts() -> int:
    """Remove drafts that were being kept in the moment when their survey closed; returns how many."""
    stale = Draft.objects.exclude(survey__status__in=[SurveyStatus.DRAFT, SurveyStatus.OPEN])
    return stale.delete()[0]


def locator_of(token: str) -> str:
    """Where the draft of a token lies (64 hexadecimal digits): known only to who has the token."""
    return _derive(token, b"survey draft: place").hex()


def _derive(token: str, purpose: bytes) -> bytes:
    """32 bytes for one purpose. Tokens are drawn at random (at least 128 bits), so HKDF needs no salt."""
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(token.encode())


def _seal(plain: bytes, *, token: str, slug: str) -> bytes:
    """AES-256-GCM with a fresh nonce; the survey's code is authenticated with it."""
    packed = zlib.compress(plain, level=6)
    length = len(packed).to_bytes(4, "big")
    padding = bytes(-(len(length) + len(packed)) % PAD_TO)
    nonce = secrets.token_bytes(NONCE_BYTES)
    key = AESGCM(_derive(token, b"survey draft: key"))
    return nonce + key.encrypt(nonce, length + packed + padding, slug.encode())


def _unseal(sealed: bytes, *, token: str, slug: str) -> bytes | None:
    key = AESGCM(_derive(token, b"survey draft: key"))
    try:
        padded = key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], slug.encode())
    except InvalidTag:
        return None
    length = int.from_bytes(padded[:4], "big")
    return zlib.decompress(padded[4 : 4 + length])
