"""The home page."""

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
def home(request: HttpRequest) -> HttpResponse:
    """Where the programme stands, what it found and decided, what is done: the same for every reader."""
    cycle = Cycle.objects.for_detail().current()
    if cycle is None:
        return render(request, "portal/home_empty.html")
    at = timezone.now()
    survey = overview.open_survey(cycle, at)
    context = {
        "cycle": cycle,
        "standing": overview.standing(cycle),
        "phases": overview.phase_line(cycle),
        "survey": survey,
        "minutes": overview.minutes_for(survey),
        "numbers": overview.key_numbers(cycle),
        "tiles": overview.pillar_tiles(cycle),
        "editions": overview.newest_editions(cycle),
        "sample": overview.sample_initiative(cycle),
        "holds_examples": overview.holds_examples(cycle),
        "today": timezone.localdate(at),
    }
    return render(request, "portal/home.html", context)
