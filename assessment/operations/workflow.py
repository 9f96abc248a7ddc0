"""Refusals that all state machines of the assessment share."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import models
from django.utils.translation import gettext as _
from django_fsm import ConcurrentTransition, TransitionNotAllowed

from assessment.gaps import Gap
from semarang_resilience.core.changes import ChangedMeanwhile
from semarang_resilience.core.errors import Refused


@contextmanager
def one_winner(row: models.Model) -> Iterator[None]:
    """Turn the library's two exceptions into sentences: too late, or somebody else at the same moment."""
    try:
        yield
    except ConcurrentTransition as error:
        raise ChangedMeanwhile(
            _("Somebody else decided this meanwhile. Load the page again to see the decision.")
        ) from error
    except TransitionNotAllowed as error:
        status = row.get_status_display()  # type: ignore[attr-defined]
        raise Refused(
            _("This step is no longer possible: the status is now “%(status)s”.") % {"status": status},
            code="wrong_status",
        ) from error


def refuse_gaps(gaps: Sequence[Gap]) -> None:
    """Refuse with everything that is missing, in one sentence each."""
    if gaps:
        raise Refused(" ".join(str(gap) for gap in gaps), code=gaps[0].code)


RESERVED_CODES = frozenset({"baru"})  # kerja/aset/baru/ is the page for a new one


def refuse_reserved(code: str) -> None:
    """Refuse a code that would hide behind the address of the form for a new entry."""
    if code in RESERVED_CODES:
        raise Refused(_("“%(code)s” cannot be a code. Choose another one.") % {"code": code}, code="reserved")


def required_reason(text: str) -> str:
    """The written reason of a decision, without blanks around it; refuses an empty one."""
    if not text.strip():
        raise Refused(_("A decision needs a reason."), code="no_reason")
    return text.strip()
