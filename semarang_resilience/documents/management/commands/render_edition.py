"""Set an owed edition in this process: for repairs, and for installations without a worker."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from semarang_resilience.documents.models import Edition
from semarang_resilience.documents.operations import render_edition


class Command(BaseCommand):
    """`manage.py render_edition 12`."""

    help = "Set an owed edition in this process, as a worker would."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The edition's number in the database, as its work page shows it in the address."""
        parser.add_argument("edition", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how it ended."""
        if not Edition.objects.filter(pk=options["edition"]).exists():
            raise CommandError(f"There is no edition {options['edition']}.")
        if not render_edition(edition_id=options["edition"]):
            raise CommandError("Nothing to do: it is finished, or another process is setting it.")
        edition = Edition.objects.for_detail().get(pk=options["edition"])
        if edition.failure:
            raise CommandError(f"{edition.get_failure_display()} {edition.failure_detail}".strip())
        self.stdout.write(f"{edition}: {edition.pages} pages, {edition.size} bytes, SHA-256 {edition.sha256}")
