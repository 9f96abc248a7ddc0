"""Headless Chromium through Playwright. A page with a console error or a policy violation fails its test."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

from tools.assets import find_npm
from tools.native import find_chromium

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", event =>
  console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI} in ${event.sourceFile}`));
"""
# Answers that a page asks for on purpose: Chromium notes each as an error, the test asserts on it itself.
EXPECTED_STATUS = range(400, 500)
DELIBERATE_REQUESTS = {"document", "xhr", "fetch"}
DEFAULT_VIEWPORT = (1280, 800)


@dataclass
class Complaints:
    """What the browser held against the pages of one test."""

    lines: list[str] = field(default_factory=list)
    deliberate: set[str] = field(default_factory=set)

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.lines.append(f"{page.url}: {error}"))
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.lines.append(f"{message.location.get('url', '')}: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status in EXPECTED_STATUS and response.request.resource_type in DELIBERATE_REQUESTS:
            self.deliberate.add(f"{response.url}: Failed to load resource: ")

    def unexpected(self) -> list[str]:
        return [line for line in self.lines if not line.startswith(tuple(self.deliberate))]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for the whole run; without one the browser tests are left out, and the summary says so."""
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("no Chromium: install it (apt-get install chromium) or set CHROMIUM_PATH")
    # The Node that builds the assets is known to work; Playwright's own one needs a library of the system.
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(find_npm()[0] / "node"))
    # Playwright's loop runs in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def viewport(request: pytest.FixtureRequest) -> tuple[int, int]:
    """Override or parametrise this, or mark a test with `viewport(360, 740)`."""
    marker = request.node.get_closest_marker("viewport")
    return marker.args if marker else DEFAULT_VIEWPORT


@pytest.fixture
def new_page(browser: Browser, viewport: tuple[int, int]) -> Iterator[Callable[..., Page]]:
    """Pages with separate cookies, one per person in the story: `new_page(java_script_enabled=False)`."""
    complaints = Complaints()
    contexts: list[BrowserContext] = []

    def open_page(**options: object) -> Page:
        size = {"width": viewport[0], "height": viewport[1]}
        context = browser.new_context(**({"viewport": size, "locale": "id-ID"} | options))  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        context.add_init_script(REPORT_VIOLATIONS)
        contexts.append(context)
        page = context.new_page()
        complaints.watch(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints.unexpected(), "The browser complained:\n" + "\n".join(complaints.unexpected())


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One page in a window of the test's viewport."""
    return new_page()
