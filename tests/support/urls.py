"""Small pages on which the fixtures are tried, beside the portal's own (its error pages link to them)."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from semarang_resilience.core.http import public
from semarang_resilience.urls import urlpatterns as portal

FRAME = (
    '<!doctype html><html lang="en"><head><title>{0}</title><link rel="icon" href="data:,"></head>{1}</html>'
)


def page(name: str, body: str, status: int = 200) -> object:
    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(FRAME.format(name, body), status=status)

    return path(name, public(view), name=name)


urlpatterns = [
    page("clean", "<h1>Clean</h1>"),
    page("inline", "<h1>Inline</h1><script>document.title = 'ran'</script>"),
    page("missing-image", '<h1>Image</h1><img src="/nothing.png" alt="">'),
    page("refused", "<h1>Refused</h1>", status=409),
    *portal,
]
