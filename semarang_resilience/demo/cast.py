"""Who plays the example city: accounts for every role, with one documented password.

They exist in development only: `load_demo` refuses wherever the settings do not allow an example city.
"""

from dataclasses import dataclass

from semarang_resilience.accounts.models import Role, User

EXAMPLE_PASSWORD = "contoh-semarang-2016"  # noqa: S105  documented on purpose
OPEN_SURVEY_TOKEN = "contoh-survei-2026"  # noqa: S105  opens the example survey, and nothing else


@dataclass(frozen=True)
class ExampleAccount:
    """A login of the example city."""

    email: str
    name: str
    role: Role


ADMINISTRATOR = ExampleAccount("admin@contoh.semarang", "Administrator (contoh)", Role.ADMINISTRATOR)
LEAD = ExampleAccount("ketua.cro@contoh.semarang", "Ketua CRO (contoh)", Role.CRO_LEAD)
STAFF = ExampleAccount("staf.cro@contoh.semarang", "Staf CRO (contoh)", Role.CRO_STAFF)
LEADERSHIP = ExampleAccount("pimpinan@contoh.semarang", "Pimpinan kota (contoh)", Role.LEADERSHIP)
PARTNER = ExampleAccount("mitra@contoh.semarang", "Narahubung mitra (contoh)", Role.PARTNER_CONTACT)
MEMBER = ExampleAccount("anggota@contoh.semarang", "Anggota forum (contoh)", Role.FORUM_MEMBER)

CAST = (ADMINISTRATOR, LEAD, STAFF, LEADERSHIP, PARTNER, MEMBER)


def actor(account: ExampleAccount) -> User:
    """The user behind an example account."""
    return User.objects.get(email=account.email)
