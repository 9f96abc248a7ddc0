"""The start page of the office."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from semarang_resilience.core.http import reads, require
from semarang_resilience.core.models import Cycle
from semarang_resilience.portal import workday
from semarang_resilience.portal.activity_text import tell


@reads
def today(request: HttpRequest) -> HttpResponse:
    """What waits for the reader, and what happened lately."""
    if redirect := require(request, "portal.see_today"):
        return redirect
    at = timezone.now()
    day = timezone.localdate(at)
    piles = workday.piles_for(request.user, Cycle.objects.current(), at, day)
    context = {
        "waiting": [pile for pile in piles if pile.total],
        "empty": [pile for pile in piles if not pile.total],
        "told": tell(workday.recent_activity()),
        "day": day,
    }
    return render(request, "portal/today.html", context)
