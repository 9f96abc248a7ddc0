"""`manage.py demo_info`: the example logins and an open survey link, for the launcher and for people."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils.translation import override

from assessment.models import Survey
from semarang_resilience.accounts.models import User
from semarang_resilience.demo.cast import CAST, EXAMPLE_PASSWORD, OPEN_SURVEY_TOKEN
from semarang_resilience.demo.chapters.surveys import open_row

ADDRESS = "http://localhost:8000"


class Command(BaseCommand):
    help = "Print the example logins by role and a link to the open example survey."

    def handle(self, *args: Any, **options: Any) -> None:
        example_users = set(User.objects.filter(is_example=True).values_list("email", flat=True))
        if not example_users:
            raise CommandError("The example city is not loaded (manage.py load_demo).")
        with override("en"):
            logins = [(a.role.label, a.email) for a in CAST if a.email in example_users]
        width = max(len(str(role)) for role, _email in logins)
        self.stdout.write(f"Example logins (password for all: {EXAMPLE_PASSWORD})")
        for role, email in logins:
            self.stdout.write(f"  {role!s:<{width}}  {email}")
        if Survey.objects.filter(slug=open_row()["slug"]).exists():
            self.stdout.write(f"Open survey: {ADDRESS}{survey_path()}")


def survey_path() -> str:
    """Where anybody can answer the open example survey."""
    with override("id"):
        return reverse("assessment:survey_form", args=[open_row()["slug"], OPEN_SURVEY_TOKEN])
