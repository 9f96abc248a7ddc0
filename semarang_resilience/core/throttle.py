"""A limit on how often one address may do something in public: slows down abuse, never breaks a page."""

from __future__ import annotations

import re
import time

import structlog
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

log = structlog.get_logger(__name__)

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def parse_rate(rate: str) -> tuple[int, int]:
    """How many in how many seconds: "120/min" gives (120, 60). An empty rate means no limit."""
    found = re.fullmatch(r"(\d+)/(s|m|h|d)[a-z]*", rate.strip())
    if not found:
        raise ValueError(f"A rate is written like 120/min, not {rate!r}.")
    return int(found[1]), SECONDS[found[2]]


def is_too_often(request: HttpRequest, *, scope: str, rate: str, whose: str = "") -> bool:
    """Whether the address of `request` has used up `rate` in the present window, this time included.

    `whose` counts something else than the address: a link, where a whole room shares one. The counters
    live in the cache of this process, and nowhere else: an address is never written to a table or a log. A
    cache that fails counts as "not too often".
    """
    if not rate:
        return False
    limit, seconds = parse_rate(rate)
    window = int(time.time() // seconds)
    key = f"throttle:{scope}:{window}:{whose or address_of(request)}"
    try:
        cache.add(key, 0, timeout=seconds)
        return bool(cache.incr(key) > limit)
    except Exception:
        # Whatever is wrong with the cache, somebody's answers matter more than the limit.
        log.exception("throttle_failed", scope=scope)
        return False


def is_used_up(request: HttpRequest, *, scope: str, rate: str) -> bool:
    """Whether the address has used up `rate` already; looks only, and counts nothing.

    For limits on what went wrong (codes that do not exist): a whole room shares one address, and most of
    what it does is right.
    """
    if not rate:
        return False
    limit, seconds = parse_rate(rate)
    window = int(time.time() // seconds)
    try:
        return int(cache.get(f"throttle:{scope}:{window}:{address_of(request)}", 0)) >= limit
    except Exception:
        log.exception("throttle_failed", scope=scope)
        return False


def address_of(request: HttpRequest) -> str:
    """The reader's address: behind our own proxies, the one that the outermost of them saw."""
    proxies: int = getattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", 0)
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if proxies and len(forwarded) >= proxies and forwarded[-proxies]:
        return str(forwarded[-proxies])
    return str(request.META.get("REMOTE_ADDR", ""))
