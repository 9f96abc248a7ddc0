"""How allauth behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from .operations import send_password_link


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by himself; people without an office role land on the public home page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("portal:today" if getattr(request.user, "is_office", False) else "portal:home")

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        """By the outbox: a mail server that is away must not break the page."""
        send_password_link(user=user, language=get_language() or "id", at=timezone.now())
