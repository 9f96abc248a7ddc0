"""The example accounts, one for each role."""

from semarang_resilience.accounts.models import User
from semarang_resilience.accounts.operations import create_account
from semarang_resilience.demo.cast import ADMINISTRATOR, CAST, EXAMPLE_PASSWORD
from semarang_resilience.demo.data import table
from semarang_resilience.demo.story import Chapter, moment


def is_played() -> bool:
    return User.objects.filter(email=ADMINISTRATOR.email).exists()


def play() -> None:
    """The administrator is made by the installation itself, the others by the administrator."""
    at = moment(table("cycle")["opened_on"], hour=8)
    administrator = None
    for account in CAST:
        user = create_account(
            email=account.email,
            name=account.name,
            roles=[account.role],
            password=EXAMPLE_PASSWORD,
            is_example=True,
            by=administrator,
            at=at,
        )
        administrator = administrator or user


CHAPTER = Chapter("example accounts", is_played, play)
