"""`manage.py load_demo`: play the example city into an empty database."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from semarang_resilience.accounts.models import User
from semarang_resilience.demo.chapters import CHAPTERS
from semarang_resilience.demo.story import Chapter


class Command(BaseCommand):
    help = "Load the example city Semarang. Refuses a database with real users; a second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_real_installation()
        self.is_silent = options["verbosity"] < 1
        played = [chapter for chapter in CHAPTERS if self._play(chapter)]
        if played:
            self._say(f"The example city is loaded ({len(played)} of {len(CHAPTERS)} chapters were new).")
        else:
            self._say("The example city is loaded already; nothing was changed.")

    def _play(self, chapter: Chapter) -> bool:
        """Play a chapter unless it is there; True if it was played."""
        if chapter.is_played():
            return False
        self._say(f"Example city: {chapter.title} …")
        with transaction.atomic():
            chapter.play()
        return True

    def _say(self, line: str) -> None:
        if not self.is_silent:
            self.stdout.write(line)


def refuse_real_installation() -> None:
    """The example logins have a public password, so they may never stand beside real people."""
    if not settings.EXAMPLE_CITY_ALLOWED:
        raise CommandError(
            "The example city is for development: its logins have a public password. "
            "Set EXAMPLE_CITY_ALLOWED=1 for a demonstration without real data."
        )
    if User.objects.filter(is_example=False).exists():
        raise CommandError(
            "This database has real users, so the example city is not loaded. Use an empty database."
        )
