"""The repair pages (/admin/) are entered through the one login: second factor, rate limits and all."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from semarang_resilience.accounts.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "sandi-contoh-1"


@pytest.fixture
def root() -> User:
    """Who may use the repair pages, with a second factor."""
    user = User.objects.create_superuser("root@contoh.semarang", PASSWORD, name="Root")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return user


def test_the_repair_pages_lead_to_the_login_of_the_portal(client: Client) -> None:
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.resolver_match.view_name == "account_login"
    assert answer.context["redirect_field_value"] == reverse("admin:index")


def test_a_password_alone_does_not_open_them(client: Client, root: User) -> None:
    client.post(reverse("admin:login"), {"username": root.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    answer = client.post(reverse("account_login"), {"login": root.email, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_authenticate"))
    assert "_auth_user_id" not in client.session


def test_an_account_without_the_right_to_repairs_is_refused(client: Client) -> None:
    user = User.objects.create_user("tamu@contoh.semarang", PASSWORD, name="Tamu", roles=["cro_lead"])
    client.force_login(user)
    assert client.get(reverse("admin:index"), follow=True).status_code == 403
