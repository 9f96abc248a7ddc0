"""The stages of the programme."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from semarang_resilience.core.http import public, reads
from semarang_resilience.core.http_cache import public_page
from semarang_resilience.core.models import Cycle
from semarang_resilience.portal import overview


@public
@reads
@public_page
def stages(request: HttpRequest) -> HttpResponse:
    """What each stage takes in and produces, when it was planned, when it took place, and who did it."""
    cycle = Cycle.objects.for_detail().current()
    context = {
        "cycle": cycle,
        "phases": overview.phase_line(cycle) if cycle else [],
        "stages": overview.stages(cycle) if cycle else [],
        "late_by": overview.months_late(cycle.planned_end, cycle.launched_on) if cycle else 0,
        "today": timezone.localdate(),
    }
    return render(request, "portal/stages.html", context)
