"""Whole addresses for letters: a worker has no request that would know the host."""

from django.conf import settings


def absolute(path: str) -> str:
    """The whole address of a path of this portal (`reverse(...)` in the letter's language)."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"
