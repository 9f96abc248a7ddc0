"""A test client that refuses a page which the strict Content-Security-Policy would break in a browser."""

from collections.abc import Iterator
from html.parser import HTMLParser

from django.http import HttpResponse
from django.test import Client

HEADER = "Content-Security-Policy"


class PolicyClient(Client):
    """Django's client; every HTML answer must carry the policy and contain nothing inline."""

    def request(self, **request: object) -> HttpResponse:
        response = super().request(**request)
        assert_policy_holds(response)
        return response


def assert_policy_holds(response: HttpResponse) -> None:
    """Raises AssertionError with every violation, so that one run shows them all."""
    if not response.headers.get("Content-Type", "").startswith("text/html") or not response_text(response):
        return
    where = f"{response.request['REQUEST_METHOD']} {response.request['PATH_INFO']}"  # type: ignore[attr-defined]
    policy = response.headers.get(HEADER, "")
    assert "default-src 'none'" in policy, f"{where}: no strict {HEADER}, but {policy!r}"
    assert "unsafe-" not in policy, f"{where}: the {HEADER} allows inline code: {policy!r}"
    found = list(inline_code(response_text(response)))
    assert not found, f"{where}: the browser would refuse " + "; ".join(found)


def inline_code(html: str) -> Iterator[str]:
    """Everything inline in a page, each with its line."""
    finder = _InlineFinder()
    finder.feed(html)
    finder.close()
    yield from finder.found


def response_text(response: HttpResponse) -> str:
    return "" if response.streaming else response.content.decode(response.charset)


class _InlineFinder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        names = {name for name, _value in attributes}
        if tag == "script" and "src" not in names:
            self._note("<script> without src")
        if tag == "style":
            self._note("<style>")
        for name, value in attributes:
            if name == "style" or name.startswith("on"):
                self._note(f"{name}= on <{tag}>")
            elif (value or "").strip().lower().startswith("javascript:"):
                self._note(f"{name}=javascript: on <{tag}>")

    def _note(self, what: str) -> None:
        self.found.append(f"{what} (line {self.getpos()[0]})")
