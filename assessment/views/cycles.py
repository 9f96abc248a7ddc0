"""The cycle that the office works on."""

from django.utils.translation import gettext as _

from semarang_resilience.core.errors import Refused
from semarang_resilience.core.models import Cycle


def cycle_at_work() -> Cycle:
    """The current cycle; without one there is nothing to enter anything into."""
    cycle = Cycle.objects.current()
    if cycle is None:
        raise Refused(_("There is no cycle yet. Open one first."), code="no_cycle")
    return cycle
