"""A workshop as the room sees it: joining by code, answering by phone, the projector. No account, no name.

Phones ask every few seconds whether anything has changed. The page carries a stamp of what it shows; where it
still holds, the answer is 204 after one query, and nothing on the phone moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from assessment.answers import InvalidAnswers, Mistake
from assessment.forms.fieldwork import one_question
from assessment.forms.surveys import form_page
from assessment.models import Workshop, WorkshopParticipant, WorkshopQuestion
from assessment.models.fieldwork import RoomState
from assessment.operations import survey_workshop_room as rooms
from assessment.questionnaire import Questionnaire, questionnaire_of
from assessment.workshop import answers_to, bars_of, codes_so_far
from semarang_resilience.core.forms import form_view
from semarang_resilience.core.http import public, reads, writes
from semarang_resilience.core.throttle import is_too_often, is_used_up

SCOPE = "workshop-code"
COOKIE_SECONDS = 12 * 3600


@public
@form_view
def join(request: HttpRequest) -> HttpResponse:
    """Type the code from the wall."""
    if request.method != "POST":
        return render(request, "assessment/workshop/join.html", {"summary": (), "code": ""})
    code = _tidy(request.POST.get("code", ""))
    if is_used_up(request, scope=SCOPE, rate=settings.WORKSHOP_WRONG_CODE_RATE):
        return render(request, "429.html", status=429)
    if code and Workshop.objects.room_state(code):
        return redirect("assessment:workshop_room", code)
    is_too_often(request, scope=SCOPE, rate=settings.WORKSHOP_WRONG_CODE_RATE)
    message = _("No workshop has this code. Look at the wall again: it has six letters and digits.")
    context = {"summary": [(message, "#id_code")], "code": request.POST.get("code", "")[:20]}
    return render(request, "assessment/workshop/join.html", context, status=422)


@public
@never_cache  # phones are shared: nothing of an answer stays in a browser's cache
@sensitive_post_parameters()
@form_view
def room(request: HttpRequest, code: str) -> HttpResponse:
    """The one page of a phone: joining, then whatever the workshop has come to."""
    workshop = _workshop(request, code)
    if isinstance(workshop, HttpResponse):
        return workshop
    if request.method != "POST":
        return _room(request, workshop)
    if is_too_often(request, scope="workshop", rate=settings.WORKSHOP_ANSWER_RATE):
        return render(request, "429.html", status=429)
    sector, district = request.POST.get("sector", ""), request.POST.get("district", "")
    try:
        participant = rooms.join_workshop(
            workshop=workshop, sector=sector, district=district, at=timezone.now()
        )
    except InvalidAnswers as invalid:
        return _room(request, workshop, mistakes=invalid.mistakes, typed=dict(request.POST.lists()))
    except rooms.RoomClosed:
        return redirect("assessment:workshop_room", workshop.code)
    response = redirect("assessment:workshop_room", workshop.code)
    response.status_code = 303
    response.set_signed_cookie(
        _cookie(workshop.code),
        participant.pk.hex,
        salt="workshop",
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


@public
@never_cache
@sensitive_post_parameters()
@writes
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """Keep an answer to the open question."""
    if is_too_often(request, scope="workshop", rate=settings.WORKSHOP_ANSWER_RATE):
        return render(request, "429.html", status=429)
    workshop = _workshop(request, code)
    if isinstance(workshop, HttpResponse):
        return workshop
    participant = _participant(request, workshop)
    if participant is None:
        return redirect("assessment:workshop_room", workshop.code)
    data, key = dict(request.POST.lists()), request.POST.get("question", "")
    try:
        rooms.answer_question(
            workshop=workshop, participant=participant, key=key, data=data, at=timezone.now()
        )
    except InvalidAnswers as invalid:
        return _room(request, workshop, mistakes=invalid.mistakes, typed=data)
    except rooms.QuestionClosed as late:
        return _room(request, _fresh(workshop), notice=str(late.message))
    except rooms.RoomClosed:
        return redirect("assessment:workshop_room", workshop.code)
    response = redirect("assessment:workshop_room", workshop.code)
    response.status_code = 303
    return response


@public
@reads
def state(request: HttpRequest, code: str) -> HttpResponse:
    """Whether anything has changed for a phone: 204, or the box anew."""
    now = _state_or_response(request, code, Workshop.objects.room_state)
    if isinstance(now, HttpResponse):
        return now
    if request.GET.get("s") == now.stamp:
        return _unchanged()
    workshop = _workshop(request, code)
    if isinstance(workshop, HttpResponse):
        return workshop
    response = render(request, "assessment/workshop/room.html#box", _room_context(request, workshop))
    patch_cache_control(response, private=True, no_store=True)
    return response


# -- the projector -----------------------------------------------------------------------------------


@public
@reads
def screen(request: HttpRequest, code: str) -> HttpResponse:
    """Large, for everybody to see: the code, then the question and the bars that grow."""
    now = _state_or_response(request, code, Workshop.objects.screen_state)
    if isinstance(now, HttpResponse):
        return now
    context = screen_context(request, now, code)
    return render(request, "assessment/workshop/screen.html", context)


@public
@reads
def screen_state(request: HttpRequest, code: str) -> HttpResponse:
    """204 while the projector shows what it should, or its box anew."""
    now = _state_or_response(request, code, Workshop.objects.screen_state)
    if isinstance(now, HttpResponse):
        return now
    if request.GET.get("s") == now.stamp:
        return _unchanged()
    context = screen_context(request, now, code)
    response = render(request, "assessment/workshop/screen.html#box", context)
    patch_cache_control(response, private=True, no_store=True)
    return response


def screen_context(request: HttpRequest, now: RoomState, code: str) -> dict[str, Any]:
    """What a projector (and a facilitator's page) shows of the question on the screen."""
    workshop = Workshop.objects.for_room().get(pk=now.pk)
    questionnaire = questionnaire_of(workshop.version)
    address = request.build_absolute_uri(reverse("assessment:workshop_room", args=[workshop.code]))
    question = questionnaire.by_key.get(now.on_screen)
    row = WorkshopQuestion.objects.filter(workshop=now.pk, question_key=now.on_screen).first()
    threshold: int = settings.SMALL_GROUP_THRESHOLD
    return {
        "workshop": workshop,
        "now": now,
        "code": workshop.code,
        "threshold": threshold,
        "question": question,
        "row": row,
        "parts": bars_of(questionnaire, question, row.counts, row.n, threshold=threshold)
        if question and row
        else [],
        "qr": segno.make(address, error="m", micro=False).svg_data_uri(border=1),
        "join_address": request.build_absolute_uri(reverse("assessment:workshop_join")).split("://", 1)[1],
    }


# -- helpers -------------------------------------------------------------------------------------------


def _room(
    request: HttpRequest,
    workshop: Workshop,
    *,
    mistakes: Sequence[Mistake] = (),
    typed: dict[str, list[str]] | None = None,
    notice: str = "",
) -> HttpResponse:
    context = _room_context(request, workshop, mistakes=mistakes, typed=typed) | {"notice": notice}
    status = 422 if mistakes else 409 if notice else 200
    return render(request, "assessment/workshop/room.html", context, status=status)


def _room_context(
    request: HttpRequest,
    workshop: Workshop,
    *,
    mistakes: Sequence[Mistake] = (),
    typed: dict[str, list[str]] | None = None,
) -> dict[str, Any]:
    questionnaire = questionnaire_of(workshop.version)
    is_open: bool = workshop.is_open  # type: ignore[attr-defined]  # for_room()
    now = RoomState(workshop.pk, workshop.status, workshop.on_screen, is_open)
    participant = _participant(request, workshop) if workshop.is_running else None
    context: dict[str, Any] = {
        "workshop": workshop,
        "now": now,
        "threshold": settings.SMALL_GROUP_THRESHOLD,
        "summary": [(mistake.message, f"#id_{mistake.name}") for mistake in mistakes],
    }
    if not workshop.is_running:
        return context | {"view": "ended"}
    if participant is None:
        return context | {"view": "join", "page": form_page(questionnaire, data=typed, mistakes=mistakes)}
    if not is_open:
        return context | {"view": "closed" if workshop.on_screen else "waiting"}
    return context | _question_context(questionnaire, workshop, participant, mistakes, typed)


def _question_context(
    questionnaire: Questionnaire,
    workshop: Workshop,
    participant: WorkshopParticipant,
    mistakes: Sequence[Mistake],
    typed: dict[str, list[str]] | None,
) -> dict[str, Any]:
    question = questionnaire.by_key[workshop.on_screen]
    answers = list(participant.answers.all())
    mine = next((answer.data for answer in answers if answer.question_key == question.key), None)
    others = answers_to(participant, [answer for answer in answers if answer.question_key != question.key])
    if not questionnaire.is_shown(question, codes_so_far(questionnaire, others)):
        return {"view": "not_asked", "question": question}
    data = typed if mistakes else mine
    return {
        "view": "question",
        "question": question,
        "is_answered": mine is not None,
        "field": one_question(questionnaire, question, data=data, mistakes=mistakes),
    }


def _tidy(code: str) -> str:
    """A code as people type it: small letters, spaces and hyphens are forgiven."""
    return "".join(character for character in code.upper() if character.isalnum())[:8]


def _cookie(code: str) -> str:
    return f"lokakarya-{code}"


def _unchanged() -> HttpResponse:
    return HttpResponse(status=204, headers={"Cache-Control": "no-store"})


def _state_or_response(request: HttpRequest, code: str, ask: Any) -> RoomState | HttpResponse:
    """Where the workshop stands; codes that do not exist are counted, and too many of them answered 429.

    A phone that has joined is let through: somebody who guesses in the same room must not stop the others.
    """
    if not _pass(request, _tidy(code)) and is_used_up(
        request, scope=SCOPE, rate=settings.WORKSHOP_WRONG_CODE_RATE
    ):
        return render(request, "429.html", status=429)
    now: RoomState | None = ask(_tidy(code))
    if now is None:
        is_too_often(request, scope=SCOPE, rate=settings.WORKSHOP_WRONG_CODE_RATE)
        raise Http404
    return now


def _workshop(request: HttpRequest, code: str) -> Workshop | HttpResponse:
    now = _state_or_response(request, code, Workshop.objects.room_state)
    return now if isinstance(now, HttpResponse) else get_object_or_404(Workshop.objects.for_room(), pk=now.pk)


def _fresh(workshop: Workshop) -> Workshop:
    return Workshop.objects.for_room().get(pk=workshop.pk)


def _pass(request: HttpRequest, code: str) -> str:
    """The phone's number in the room `code`, from its signed cookie; empty without one."""
    name = _cookie(code)
    return request.get_signed_cookie(name, default="", salt="workshop", max_age=COOKIE_SECONDS) or ""


def _participant(request: HttpRequest, workshop: Workshop) -> WorkshopParticipant | None:
    """The phone, by its signed cookie; None for one that has not joined or was forgotten."""
    value = _pass(request, workshop.code)
    if not value:
        return None
    rows = workshop.participants.prefetch_related("answers")
    return rows.filter(pk=UUID(hex=value)).first()
