"""A snapshot becomes a tagged PDF. The only module that imports WeasyPrint, and only when it is needed.

Nothing but the snapshot and the portal's own assets goes in: no domain row, no file, no network. The
same snapshot gives the same bytes in any process (fixed identifier, dates of the snapshot, our fonts).
"""

from __future__ import annotations

import gc
import hashlib
import io
import logging
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any

from . import assets
from .composition import Composition, compose

_SETTING = Lock()  # environment and loggers are the process's own: one document at a time
_PAGE = re.compile(r"Page (\d+)")
_MARKUP = re.compile(r"<svg.*?</svg>|<[^>]*>|\s+", re.DOTALL)
LETTERS_PER_PAGE = 1800  # as measured on the three documents; only used to guess how far the setting is
SECONDS_BETWEEN_SIGNS = 0.4


class CannotRender(Exception):
    """Setting is impossible; `reason` is a value of `models.FailureReason`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        super().__init__(detail)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far the work is, with a word for what is being done (in the document's language)."""

    done: int
    total: int
    label: str


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A finished file and what is known about it."""

    pdf: bytes
    pages: int
    outline: list[dict[str, Any]]
    template_version: str


OnProgress = Callable[[Progress], None]


def render(snapshot: Any, *, snapshot_sha256: str, on_progress: OnProgress | None = None) -> Rendered:
    """Set a snapshot (as `snapshots.load` gives it). Raises `CannotRender` with a reason."""
    report = on_progress or (lambda progress: None)
    weasyprint = _weasyprint()
    chapters = 0

    def chapter_done(done: int, total: int, label: str) -> None:
        nonlocal chapters
        chapters = total
        report(Progress(done=done, total=2 * total, label=label))

    composed = compose(snapshot, snapshot_sha256=snapshot_sha256, on_chapter=chapter_done)
    with _SETTING, _fixed_clock(composed), _patient_collector(), _page_count(composed, chapters, report):
        return _set(weasyprint, composed)


def set_form(composed: Composition) -> Rendered:
    """Set a short document that is no edition, such as a questionnaire to be filled in by hand."""
    weasyprint = _weasyprint()
    with _SETTING, _fixed_clock(composed), _patient_collector():
        return _set(weasyprint, composed)


def is_available() -> bool:
    """Whether the native libraries are there; asked by health checks and by the command line."""
    try:
        _weasyprint()
    except CannotRender:
        return False
    return True


def _weasyprint() -> Any:
    for chatty in ("weasyprint.progress", "fontTools"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        raise CannotRender("native_libraries", str(error).splitlines()[0]) from error
    return weasyprint


def _set(weasyprint: Any, composed: Composition) -> Rendered:
    fetcher = _fetcher()
    try:
        document = weasyprint.HTML(
            string=composed.html, base_url=f"{assets.SCHEME}document/", url_fetcher=fetcher
        ).render(font_config=None)
        identifier = hashlib.sha256(composed.identity.encode()).digest()[:16]
        target = io.BytesIO()
        document.write_pdf(target, pdf_variant="pdf/ua-1", pdf_identifier=identifier)
    except weasyprint.urls.FatalURLFetchingError as error:  # a BaseException, or WeasyPrint would swallow it
        raise CannotRender(fetcher.reason, str(error)) from None
    return Rendered(
        pdf=target.getvalue(),
        pages=len(document.pages),
        outline=_outline(document.make_bookmark_tree()),
        template_version=assets.template_version(),
    )


def _fetcher() -> Any:
    """A fetcher that knows the portal's own assets and `data:`, and stops the work at anything else."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OwnAssetsOnly(URLFetcher):
        reason = "forbidden"

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            try:
                body, media_type = assets.read(url)
            except assets.MissingAsset as error:
                self.reason = "assets"
                raise FatalURLFetchingError(str(error)) from error
            except LookupError as error:
                raise FatalURLFetchingError(url) from error
            return URLFetcherResponse(url, body, {"Content-Type": media_type})

    return OwnAssetsOnly(allowed_protocols=("data",))


@contextmanager
def _fixed_clock(composed: Composition) -> Iterator[None]:
    """Fonts carry the time at which they were cut; it becomes the moment of freezing."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(int(composed.frozen_at.timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


@contextmanager
def _patient_collector() -> Iterator[None]:
    """Setting makes millions of objects that live to its end; searching them again and again is waste."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


class _PageCounter(logging.Handler):
    """WeasyPrint tells its progress to a logger, page by page: that is our sign of life while it works."""

    def __init__(self, start: int, expected: int, label: str, report: OnProgress) -> None:
        super().__init__(logging.INFO)
        self.start, self.expected, self.label, self.tell = start, expected, label, report
        self.furthest, self.told_at = 0, 0.0

    def handle(self, record: logging.LogRecord) -> bool:
        """Called for every page, in every round of page numbering; what is reported never goes back."""
        found = _PAGE.search(record.getMessage())
        self.furthest = max(self.furthest, int(found[1]) if found else 0)
        if time.monotonic() - self.told_at >= SECONDS_BETWEEN_SIGNS:
            total = self.start + self.expected
            done = min(self.start + self.furthest, total - 1)
            self.tell(Progress(done=done, total=total, label=self.label % {"page": self.furthest}))
            self.told_at = time.monotonic()
        return True


@contextmanager
def _page_count(composed: Composition, chapters: int, report: OnProgress) -> Iterator[None]:
    progress = logging.getLogger("weasyprint.progress")
    expected = max(chapters, len(_MARKUP.sub(" ", composed.html)) // LETTERS_PER_PAGE)
    counter = _PageCounter(chapters, expected, composed.page_label, report)
    level, propagate = progress.level, progress.propagate
    progress.addHandler(counter)
    progress.setLevel(logging.INFO)
    progress.propagate = False
    try:
        yield
    finally:
        progress.removeHandler(counter)
        progress.setLevel(level)
        progress.propagate = propagate


def _outline(tree: Any) -> list[dict[str, Any]]:
    """Bookmarks as plain values: title, page and what lies below."""
    return [
        {"title": label, "page": target[0] + 1, "children": _outline(children)}
        for label, target, children, _state in tree
    ]
