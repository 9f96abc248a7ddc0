"""Two-factor login for the office."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _


class StaffTwoFactorMiddleware:
    """Send office users without a second factor to set one up before they reach any page.

    Public pages count too, because they show drafts to the office. The answer is remembered in the
    session, so it costs no query after the first page.
    """

    SESSION_KEY = "has_second_factor"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        if not settings.STAFF_TWO_FACTOR_REQUIRED:
            return None
        user = request.user
        if (
            not user.is_authenticated
            or not (user.is_office or user.is_staff)
            or self._is_account_page(request)
        ):
            return None
        if request.session.get(self.SESSION_KEY) or self._remember(request):
            return None
        messages.info(request, _("Your role needs two-factor login. Set it up once to go on."))
        return redirect("mfa_activate_totp")

    def _remember(self, request: HttpRequest) -> bool:
        if not is_mfa_enabled(request.user):
            return False
        request.session[self.SESSION_KEY] = True
        return True

    @staticmethod
    def _is_account_page(request: HttpRequest) -> bool:
        match = request.resolver_match
        return bool(match and (match.url_name or "").startswith(("account_", "mfa_")))
