"""Bring the database up to date and print the welcome: `python -m tools.prepare ADDRESS`.

One process for everything that needs Django, because starting Django is what takes the time.
Progress goes to standard error; standard output is the text that `make run` shows once the portal answers.
"""

import io
import os
import sys

import django
from django.core.management import CommandError, call_command, get_commands

from tools.paths import say


def main(address: str) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "semarang_resilience.settings.dev")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    load_example_city()
    print(f"Portal Ketahanan Kota Semarang: {address}/  (stop with Ctrl-C)")
    print(example_logins(address))
    return 0


def load_example_city() -> None:
    """Idempotent by the command's own rule; a database with real users is left alone."""
    if "load_demo" in get_commands():
        try:
            call_command("load_demo", stdout=sys.stderr)
        except CommandError as refusal:
            say(f"The example city was not loaded: {refusal}")


def example_logins(address: str) -> str:
    """The example logins by role and an open survey link, as the example city tells them."""
    if "demo_info" not in get_commands():
        return ""
    text = io.StringIO()
    try:
        call_command("demo_info", stdout=text)
    except CommandError as refusal:
        return str(refusal)
    return text.getvalue().replace("http://localhost:8000", address)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
