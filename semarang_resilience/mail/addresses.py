"""One way to write an address down, so that the same address is always the same text."""

from __future__ import annotations

import hashlib

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

LONGEST = 254  # RFC 5321


def normalised(address: str) -> str:
    """The address without blanks around it and in lower case; the empty text stays empty."""
    return address.strip().lower()


def is_address(address: str) -> bool:
    """Whether a normalised address can be written to at all."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return len(address) <= LONGEST


def hash_of(address: str) -> str:
    """The SHA-256 (hex) under which a wish about an address is kept without the address."""
    return hashlib.sha256(normalised(address).encode()).hexdigest()
