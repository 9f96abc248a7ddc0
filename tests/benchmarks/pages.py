"""Public pages against a bare Django view on the same server."""

from __future__ import annotations

import re

from tests.benchmarks.measuring import Row, fetch, get_requests, load, web_server
from tests.benchmarks.world import World

PAGES = {
    "home": "/id/",
    "strategy tree": "/id/strategi/",
    "action list": "/id/rencana-tindak-lanjut/",
}


def run(world: World) -> list[Row]:
    """Requests per second of each page and of its 304 answer, as a share of the bare view's."""
    rows = []
    with web_server() as port:
        for name, path in PAGES.items():
            status, head, _ = fetch(port, path)
            assert status == 200, f"{path} answered {status}"
            hello = load(port, get_requests("/hello"), seconds=3)
            page = load(port, get_requests(path), seconds=3)
            rows.append(_row(name, page.per_second, hello.per_second, ">= 0.85 when cached (R1)"))
            etag = re.search(r"^etag: (.+?)\r?$", head, re.IGNORECASE | re.MULTILINE)
            if etag:
                again = load(port, get_requests(path, f"If-None-Match: {etag[1].strip()}\r\n"), seconds=3)
                assert set(again.statuses) == {304}, again.statuses
                rows.append(_row(f"{name}, not modified", again.per_second, hello.per_second, ">= 0.90 (R2)"))
    return rows


def _row(name: str, measured: float, reference: float, target: str) -> Row:
    return Row(
        name=f"page: {name}",
        measured=measured,
        unit="1/s",
        reference=reference,
        reference_name="hello",
        target=target,
    )
