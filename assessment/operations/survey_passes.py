"""What a sheet in a file shows instead of its link, so that nobody who takes it in learns whose it was.

A file with answers and a personal link beside them would say who gave which answer. Therefore the form
carries the token sealed with a key of the server: different each time, and readable by nobody else
(docs/adr/0015).
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes

NONCE_BYTES = 12


def seal_pass(token: str) -> str:
    """`token` for the eyes of this server only: about 70 letters, never the same twice, without a date."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(next(_keys())).encrypt(nonce, token.encode(), None)
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def open_pass(sealed: str) -> str | None:
    """The token in a pass, also one made with an earlier key (SECRET_KEY_FALLBACKS); None if it is none."""
    try:
        content = base64.urlsafe_b64decode(sealed.encode())
    except (ValueError, binascii.Error):
        return None
    for key in _keys():
        try:
            return AESGCM(key).decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], None).decode()
        except (InvalidTag, ValueError):
            continue
    return None


def _keys() -> Iterator[bytes]:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"survey sheet: pass")
        yield derive.derive(force_bytes(secret))
