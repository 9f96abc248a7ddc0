"""Reaching people: who was invited, drawing and pasting, reminders, targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessment.forms.survey_reach import ListForm, QuotaForm, TargetForm
from assessment.invitees import (
    Candidate,
    CandidateState,
    draw,
    forum_candidates,
    listed_candidates,
    quotas_of,
    unpacked,
)
from assessment.models import Invitation, InvitationKind, Survey
from assessment.models.responses import InvitationQuerySet
from assessment.operations.survey_inviting import (
    MOST_REMINDERS,
    invite_people,
    next_reminder_on,
    remind_people,
    set_targets,
    to_remind,
)
from assessment.survey_letters import INVITATION, REMINDER
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.forms import form_view
from semarang_resilience.core.http import page_of, reads, writes
from semarang_resilience.core.permissions import ensure
from semarang_resilience.mail.models import Message, MessageStatus
from semarang_resilience.places.models import District

SALT = "assessment.invitees"
SHOWN = 100
A_DAY = 86_400
VIEWS = {
    "": gettext_lazy("All"),
    "belum": gettext_lazy("Not answered yet"),
    "gagal": gettext_lazy("Failed or bounced"),
}


def _survey(request: HttpRequest, slug: str, permission: str = "issue_link") -> Survey:
    survey = get_object_or_404(Survey.objects.for_detail(), slug=slug)
    ensure(request.user, f"assessment.{permission}", survey)
    return survey


def _personal(survey: Survey) -> InvitationQuerySet:
    return survey.invitations.with_use().filter(kind=InvitationKind.PERSONAL).exclude(email="")


@reads
def invitations(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody who was invited by e-mail: whether the letter arrived, whether the link was used."""
    survey = _survey(request, slug)
    view = request.GET.get("tampil", "")
    view = view if view in VIEWS else ""
    rows = _personal(survey).select_related("person", "district").order_by("-pk")
    letters = Message.objects.filter(kind=INVITATION, about__in=_abouts(survey))
    troubled = letters.filter(status__in=[MessageStatus.FAILED, MessageStatus.BOUNCED])
    if view == "belum":
        rows = rows.unused().filter(is_revoked=False)
    elif view == "gagal":
        rows = rows.filter(pk__in=[_pk_of(about) for about in troubled.values_list("about", flat=True)])
    page = page_of(request, rows, per_page=50)
    context = {
        "survey": survey,
        "page": page,
        "views": [
            {"label": label, "url": f"?tampil={key}#daftar", "current": key == view}
            for key, label in VIEWS.items()
        ],
        "rows": _with_letters(page.object_list),
        "counts": _counts(survey, letters),
        "reminding": _reminding(survey),
        "is_open": survey.is_answerable(timezone.now()) or survey.opens_at > timezone.now(),
    }
    return render(request, "assessment/reach/invitations.html", context)


def _abouts(survey: Survey) -> list[str]:
    return [f"invitation:{pk}" for pk in _personal(survey).values_list("pk", flat=True)]


def _pk_of(about: str) -> int:
    return int(about.removeprefix("invitation:"))


def _with_letters(rows: Iterable[Invitation]) -> list[tuple[Invitation, Message | None, int]]:
    """Each invitation with its letter and how many reminders were sent: one query for the page."""
    rows = list(rows)
    letters = Message.objects.filter(
        kind__in=[INVITATION, REMINDER], about__in=[f"invitation:{row.pk}" for row in rows]
    )
    first = {_pk_of(letter.about): letter for letter in letters if letter.kind == INVITATION}
    reminded = Counter(
        _pk_of(letter.about)
        for letter in letters
        if letter.kind == REMINDER and letter.status == MessageStatus.SENT
    )
    return [(row, first.get(row.pk), reminded[row.pk]) for row in rows]


def _counts(survey: Survey, letters: QuerySet[Message]) -> dict[str, int]:
    by_status = Counter(letters.values_list("status", flat=True))
    used = _personal(survey).used().count()
    return {
        "invited": sum(by_status.values()),
        "sent": by_status[MessageStatus.SENT],
        "waiting": by_status[MessageStatus.QUEUED] + by_status[MessageStatus.SENDING],
        "troubled": by_status[MessageStatus.FAILED] + by_status[MessageStatus.BOUNCED],
        "used": used,
    }


def _reminding(survey: Survey) -> dict[str, Any]:
    today = timezone.localdate()
    again = next_reminder_on(survey)
    return {
        "people": to_remind(survey, today).count() if survey.is_answerable(timezone.now()) else 0,
        "again": again if again and again > today else None,
        "most": MOST_REMINDERS,
    }


@form_view
def quotas(request: HttpRequest, slug: str) -> HttpResponse:
    """Draw people of the forum by lot in quotas, and show whom before anybody gets a letter."""
    survey = _survey(request, slug)
    candidates = forum_candidates(survey)
    form = QuotaForm(request.POST if request.method == "POST" else None, quotas=quotas_of(survey, candidates))
    if form.is_valid():
        return _preview(request, survey, draw(candidates, form.wanted()), back="work_survey_quotas")
    return form.answer(request, "assessment/reach/quotas.html", survey=survey, available=len(candidates))


@form_view
def address_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Paste or upload addresses, and see of each what would happen."""
    survey = _survey(request, slug)
    form = ListForm(request.POST or None, request.FILES or None)
    if form.is_valid() and (
        (found := form.run(listed_candidates, survey=survey, rows=form.cleaned_data["rows"])) is not None
    ):
        return _preview(request, survey, found, back="work_survey_address_list")
    return form.answer(request, "assessment/reach/address_list.html", survey=survey)


def _preview(request: HttpRequest, survey: Survey, found: Sequence[Candidate], *, back: str) -> HttpResponse:
    chosen = [each for each in found if each.state == CandidateState.OK]
    others = [each for each in found if each.state != CandidateState.OK]
    districts = dict(District.objects.values_list("code", "name"))
    context = {
        "survey": survey,
        "chosen": [(each, districts.get(each.district, "")) for each in chosen[:SHOWN]],
        "chosen_count": len(chosen),
        "others": others[:SHOWN],
        "other_count": len(others),
        "packed": signing.dumps(
            [each.packed() for each in chosen], salt=f"{SALT}.{survey.pk}", compress=True
        ),
        "back": f"assessment:{back}",
    }
    return render(request, "assessment/reach/preview.html", context)


@writes
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Invite whom the preview showed."""
    survey = _survey(request, slug)
    try:
        packed = signing.loads(request.POST.get("packed", ""), salt=f"{SALT}.{survey.pk}", max_age=A_DAY)
    except signing.BadSignature as error:
        raise Refused(_("This preview is too old or was changed. Make a new one."), code="preview") from error
    count = invite_people(
        survey=survey, candidates=[unpacked(each) for each in packed], by=request.user, at=timezone.now()
    )
    text = ngettext("%(n)s person is invited.", "%(n)s people are invited.", count) % {"n": count}
    if count < len(packed):
        text += " " + _("The others were invited or unsubscribed since the preview.")
    messages.success(request, text)
    return redirect("assessment:work_survey_invitations", slug)


@writes
def remind(request: HttpRequest, slug: str) -> HttpResponse:
    """Write again to those who have not answered."""
    survey = _survey(request, slug)
    count = remind_people(survey=survey, by=request.user, at=timezone.now())
    text = ngettext("%(n)s person is reminded.", "%(n)s people are reminded.", count)
    messages.success(request, text % {"n": count})
    return redirect("assessment:work_survey_invitations", slug)


@form_view
def targets(request: HttpRequest, slug: str) -> HttpResponse:
    """How many answers the office wants from whom."""
    survey = _survey(request, slug, "edit_survey")
    form = TargetForm(request.POST if request.method == "POST" else None, targets=survey.targets.all())
    if form.is_valid():
        set_targets(survey=survey, wanted=form.wanted(), by=request.user, at=timezone.now())
        messages.success(request, _("The targets are kept."))
        return redirect("assessment:work_survey", slug)
    return form.answer(request, "assessment/reach/targets.html", survey=survey)
