"""Views in two kinds: those that read and those that write."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from .permissions import ensure

View = Callable[..., HttpResponse]

public = login_not_required


class WriteInReadView(AssertionError):
    """A view marked `@reads` tried to change the database (raised in tests only)."""


def _only_select(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    verb = sql.lstrip("( \n").split(None, 1)[0].upper()
    # Sessions may be refreshed by any request: that is the machinery's write, not the view's.
    if verb not in {"SELECT", "WITH", "SAVEPOINT", "RELEASE", "DECLARE", "FETCH", "CLOSE", "SET"} and (
        "django_session" not in sql
    ):
        raise WriteInReadView(sql)
    return execute(sql, params, many, context)


def reads(view: View) -> View:
    """Mark a view that only reads: GET and HEAD; under test, only SELECT may run."""

    @require_safe
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not getattr(settings, "GUARD_READ_VIEWS", False):
            return view(request, *args, **kwargs)
        with connection.execute_wrapper(_only_select):
            return view(request, *args, **kwargs)

    return inner


def writes(view: View) -> View:
    """Mark a view that changes something: POST only; it makes one operation call and redirects."""
    return require_POST(view)


def require(request: HttpRequest, permission: str, obj: object = None) -> HttpResponse | None:
    """Check a right in a view.

    Returns a redirect to the login for the anonymous, `None` where the right holds; raises
    `PermissionDenied` (403) for somebody who is logged in without it.
    """
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    ensure(request.user, permission, obj)
    return None


def page_of(request: HttpRequest, rows: QuerySet[Any], *, per_page: int = 25) -> Page[Any]:
    """The numbered page of `rows` that the URL asks for; a wrong number gives the nearest page."""
    return Paginator(rows, per_page).get_page(request.GET.get("page") or request.GET.get("halaman"))


__all__ = ["PermissionDenied", "WriteInReadView", "page_of", "public", "reads", "require", "writes"]
