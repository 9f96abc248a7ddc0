"""What every template may rely on."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """The name of the site and whether this is a development installation."""
    return {"site_name": settings.SITE_NAME, "is_development": settings.DEBUG}
