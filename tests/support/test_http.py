"""The policy client refuses what a browser would refuse, and lets through what it would let through."""

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from tests.support.http import HEADER, PolicyClient, assert_policy_holds, inline_code

STRICT = "default-src 'none'; script-src 'self'"


def answer(html: str, policy: str = STRICT, content_type: str = "text/html; charset=utf-8") -> HttpResponse:
    response = HttpResponse(html, content_type=content_type, headers={HEADER: policy} if policy else {})
    response.request = RequestFactory().get("/page").environ
    return response


@pytest.mark.parametrize(
    ("html", "what"),
    [
        ("<script>alert(1)</script>", "<script> without src (line 1)"),
        ('<script type="application/json">{}</script>', "<script> without src"),
        ("<p>\n<style>p {}</style>", "<style> (line 2)"),
        ('<p style="color: red">', "style= on <p>"),
        ("<button ONCLICK=go()>", "onclick= on <button>"),
        ('<svg><rect style="fill:red"/></svg>', "style= on <rect>"),
        ('<a href=" JavaScript:go()">', "href=javascript: on <a>"),
    ],
)
def test_inline_code_is_found(html: str, what: str) -> None:
    assert [found for found in inline_code(html) if found.startswith(what)]
    with pytest.raises(AssertionError, match="GET /page: the browser would refuse"):
        assert_policy_holds(answer(html))


@pytest.mark.parametrize(
    "html",
    [
        '<script src="/app.js" defer></script><link rel="stylesheet" href="/app.css">',
        "<!-- <script>in a comment</script> --><p>onclick= in a text</p>",
        '<p data-style="x" class="only">',
        "",
    ],
)
def test_clean_pages_pass(html: str) -> None:
    assert_policy_holds(answer(html))


@pytest.mark.parametrize("policy", ["", "default-src 'self'", f"{STRICT}; style-src 'unsafe-inline'"])
def test_a_page_without_the_strict_policy_is_refused(policy: str) -> None:
    with pytest.raises(AssertionError, match=HEADER):
        assert_policy_holds(answer("<p>", policy))


def test_what_is_not_a_page_may_be_anything() -> None:
    assert_policy_holds(answer("<script>", "", "image/svg+xml"))
    assert_policy_holds(StreamingHttpResponse(["<script>"]))


@pytest.mark.urls("tests.support.urls")
def test_the_client_fixture_enforces_it(client: PolicyClient) -> None:
    assert client.get("/clean").status_code == 200
    with pytest.raises(AssertionError, match="GET /inline: the browser would refuse <script> without src"):
        client.get("/inline")
