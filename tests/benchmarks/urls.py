"""The portal's addresses and one bare view: the ceiling that a page can reach on the same server."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from semarang_resilience.core.http import public
from semarang_resilience.urls import urlpatterns as portal


@public
def hello(request: HttpRequest) -> HttpResponse:
    """Nothing but the middleware."""
    return HttpResponse("hello")


urlpatterns = [path("hello", hello), *portal]
