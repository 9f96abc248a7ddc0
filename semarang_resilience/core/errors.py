"""The two ways in which an operation says no."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """A rule of the domain forbids the operation now; `message` is a translated sentence saying what to do.

    Pages answer 409 with the sentence, the API answers 409 with `code`.
    """

    code = "refused"
    message: Any = _("This is not possible now.")

    def __init__(self, message: Any = None, *, code: str | None = None) -> None:
        self.message = message or self.message
        self.code = code or self.code
        super().__init__(str(self.message))


class NotAllowed(PermissionDenied):
    """The actor lacks the right to the operation (pages: 403)."""
