"""Accounts: roles, who gives them, and two-factor login for the office."""

from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from semarang_resilience.accounts import operations
from semarang_resilience.accounts.models import Role, User
from semarang_resilience.core.errors import NotAllowed, Refused
from semarang_resilience.core.models import Activity

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
def dewi() -> User:
    """The administrator of all these stories."""
    return User.objects.create_user(
        "dewi@contoh.semarang", "sandi-contoh-1", name="Dewi", roles=["administrator"]
    )


@pytest.fixture
def budi() -> User:
    """CRO staff."""
    return User.objects.create_user(
        "budi@contoh.semarang", "sandi-contoh-1", name="Budi", roles=["cro_staff"]
    )


def test_an_address_has_one_account_whatever_its_case(dewi: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="DEWI@contoh.semarang", name="x")


def test_the_database_knows_the_roles(dewi: User) -> None:
    with pytest.raises(IntegrityError, match="user_roles_known"), transaction.atomic():
        User.objects.filter(pk=dewi.pk).update(roles=["king"])


def test_only_an_administrator_makes_accounts(dewi: User, budi: User) -> None:
    with pytest.raises(NotAllowed):
        operations.create_account(
            email="x@contoh.semarang", name="X", roles=[], password=None, by=budi, at=AT
        )
    made = operations.create_account(
        email="X@contoh.semarang", name="X", roles=[Role.CRO_LEAD], password=None, by=dewi, at=AT
    )
    assert (made.email, made.roles, made.has_usable_password()) == ("x@contoh.semarang", ["cro_lead"], False)
    assert Activity.objects.get().verb == "create_account"


def test_an_administrator_cannot_lock_herself_out(dewi: User) -> None:
    with pytest.raises(Refused):
        operations.assign_roles(user=dewi, roles=[Role.CRO_STAFF], by=dewi, at=AT)
    with pytest.raises(Refused):
        operations.set_active(user=dewi, active=False, by=dewi, at=AT)


def test_former_roles_stay_in_the_log(dewi: User, budi: User) -> None:
    operations.assign_roles(user=budi, roles=[Role.CRO_LEAD], by=dewi, at=AT)
    assert Activity.objects.get(verb="assign_roles").data == {"before": ["cro_staff"], "after": ["cro_lead"]}


def test_the_pages_make_change_and_deactivate_an_account(client: Client, dewi: User) -> None:
    client.force_login(dewi)
    answer = client.post(reverse("accounts:new"), {"name": "", "email": "salah"})
    assert answer.status_code == 422
    assert 'value="salah"' in answer.content.decode()
    client.post(
        reverse("accounts:new"), {"name": "Citra", "email": "citra@contoh.semarang", "roles": ["cro_lead"]}
    )
    citra = User.objects.get(name="Citra")
    assert "Citra" in client.get(reverse("accounts:list")).content.decode()
    client.post(reverse("accounts:edit", args=[citra.pk]), {"roles": ["leadership"]})
    client.post(reverse("accounts:switch", args=[citra.pk]), {"active": "0"})
    citra.refresh_from_db()
    assert (citra.roles, citra.is_active) == (["leadership"], False)


def test_a_deactivated_account_holds_no_role(budi: User) -> None:
    budi.is_active = False
    assert not budi.is_office


def test_office_users_set_up_a_second_factor_first(client: Client, budi: User, settings: object) -> None:
    settings.STAFF_TWO_FACTOR_REQUIRED = True  # type: ignore[attr-defined]
    client.force_login(budi)
    answer = client.get(reverse("portal:today"))
    assert (answer.status_code, answer.url) == (302, reverse("mfa_activate_totp"))
    assert client.get(reverse("portal:home")).status_code == 302, "public pages show drafts to the office"
    Authenticator.objects.create(user=budi, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert client.get(reverse("portal:today")).status_code == 200


def test_nobody_signs_up(client: Client) -> None:
    client.post(
        reverse("account_signup"),
        {"email": "x@x.id", "password1": "panjang-sekali-9", "password2": "panjang-sekali-9"},
    )
    assert not User.objects.exists()


def test_login_leads_the_office_to_its_work_and_others_home(client: Client, budi: User) -> None:
    answer = client.post(
        reverse("account_login"), {"login": "BUDI@contoh.semarang", "password": "sandi-contoh-1"}
    )
    assert (answer.status_code, answer.url) == (302, reverse("portal:today"))


def test_guessing_passwords_is_slowed_down(client: Client, budi: User, settings: object) -> None:
    answers = [
        client.post(reverse("account_login"), {"login": budi.email, "password": f"salah-{n}"})
        for n in range(7)
    ]
    assert "sandi-contoh-1" not in answers[-1].content.decode()
    good = client.post(reverse("account_login"), {"login": budi.email, "password": "sandi-contoh-1"})
    assert good.status_code != 302


def test_the_list_asks_the_database_the_same_number_of_times_for_one_and_for_fifty(
    client: Client, dewi: User
) -> None:
    client.force_login(dewi)
    client.get(reverse("accounts:list"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("accounts:list"))
    for number in range(50):
        User.objects.create_user(f"orang{number}@contoh.semarang", name=f"Orang {number}")
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("accounts:list"))
    assert len(many) == len(few)
