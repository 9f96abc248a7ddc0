"""Set an edition from its snapshot into a file: the same bytes as the worker's."""

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from semarang_resilience.core.models import Cycle
from semarang_resilience.documents import rendering
from semarang_resilience.documents.models import DocumentKind, Edition
from semarang_resilience.documents.operations import preview_edition
from semarang_resilience.documents.snapshots import UnreadableSnapshot, load


class Command(BaseCommand):
    """`manage.py export_edition pra --language id --output pra.pdf`."""

    help = (
        "Set a document into a PDF file: the newest edition of the current cycle (or --edition N) from its "
        "frozen content, byte for byte as the worker sets it; without any edition, a draft of today."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Kind, language, where to write, which edition."""
        parser.add_argument("kind", choices=DocumentKind.values)
        parser.add_argument(
            "--language", choices=[code for code, _label in settings.LANGUAGES], required=True
        )
        parser.add_argument("--output", type=Path, required=True)
        parser.add_argument("--edition", type=int, default=None)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file and say what it is."""
        cycle = Cycle.objects.current()
        if cycle is None:
            raise CommandError("There is no cycle of the programme yet.")
        packed, sha256, edition = self._content(cycle, options)
        try:
            rendered = rendering.render(load(packed, sha256=sha256), snapshot_sha256=sha256)
        except rendering.CannotRender as error:
            raise CommandError(f"{error.reason}: {error}") from error
        except UnreadableSnapshot as error:
            raise CommandError(str(error)) from error
        Path(options["output"]).write_bytes(rendered.pdf)
        found = hashlib.sha256(rendered.pdf).hexdigest()
        self.stdout.write(f"{options['output']}: {rendered.pages} pages, SHA-256 {found}")
        if edition is None:
            self.stdout.write("This is a draft: no edition has been requested yet.")
        elif edition.has_file and edition.sha256 != found:
            self.stderr.write(
                f"The stored file of edition {edition.number} differs: it was set with templates "
                f"{edition.template_version}, these are {rendered.template_version}."
            )

    def _content(self, cycle: Cycle, options: dict[str, Any]) -> tuple[dict[str, Any], str, Edition | None]:
        kind, language, number = options["kind"], options["language"], options["edition"]
        editions = Edition.objects.filter(document__cycle=cycle, document__kind=kind, language=language)
        if number is not None:
            editions = editions.filter(number=number)
        edition = editions.order_by("-number").first()
        if edition is not None:
            return edition.snapshot, edition.snapshot_sha256, edition
        if number is not None:
            raise CommandError(f"There is no edition {number} of this document in this language.")
        frozen = preview_edition(kind=kind, cycle=cycle, language=language, at=timezone.now())
        return frozen.packed, frozen.sha256, None
