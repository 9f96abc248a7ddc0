"""Running commands and counting rows, for the tests of the example city."""

from io import StringIO

from django.apps import apps
from django.core.management import call_command


def run(command: str, **options: object) -> str:
    """What a management command printed."""
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


def row_counts() -> dict[str, int]:
    """How many rows every table has."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}
