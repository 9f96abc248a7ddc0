"""Personal invitations by e-mail, reminders with a floor between them, and targets.

That somebody answered is one bit of the survey (survey_tokens). Reminders go to those whose bit is not set;
when the survey closes, who was reminded is forgotten, because "not yet on that day" would be an order of the
answers after all (docs/adr/0018).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.invitees import MOST_AT_ONCE, Candidate, CandidateState, TooMany, judged
from assessment.models import Invitation, InvitationKind, Reminder, Survey, SurveyStatus, SurveyTarget
from assessment.survey_letters import INVITATION, REMINDER, about
from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import check, lock
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.models import Activity
from semarang_resilience.core.permissions import ensure
from semarang_resilience.mail.models import Message, MessageStatus
from semarang_resilience.mail.models import Purpose as LetterPurpose
from semarang_resilience.mail.operations import Draft, queue_messages
from stakeholders.models import Person, Purpose

from .survey_tokens import reserve_positions, token_of

MOST_REMINDERS = 3


@transaction.atomic
def invite_people(*, survey: Survey, candidates: Sequence[Candidate], by: Any, at: datetime) -> int:
    """Make a personal link for each candidate and owe a letter; returns how many were invited.

    Everybody is judged anew: whoever was invited, unsubscribed or took a consent back since the preview is
    left out. The letters leave when the survey accepts answers.
    """
    ensure(by, "assessment.issue_link", survey)
    lock(survey)
    if survey.status != SurveyStatus.OPEN or survey.closes_at <= at:
        raise Refused(_("Open the survey before you invite people to it."), code="wrong_status")
    if len(candidates) > MOST_AT_ONCE:
        raise TooMany
    chosen = [each for each in judged(survey, candidates) if each.state == CandidateState.OK]
    chosen = _still_willing(chosen)
    if not chosen:
        raise Refused(_("Nobody in this list can be invited (any more)."), code="nobody")
    made = _make_links(survey, chosen, timezone.localdate(at))
    _queue(INVITATION, made, "", at, max(at, survey.opens_at))
    record(verb="invite_people", target=survey, by=by, at=at, count=len(made))
    return len(made)


def _still_willing(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Without people of the register whose consent is gone since the preview."""
    people = {each.person for each in candidates if each.person}
    willing = set(
        Person.objects.registered()
        .filter(
            pk__in=people,
            consents__text__purpose=Purpose.SURVEYS,
            consents__withdrawn_on__isnull=True,
        )
        .values_list("pk", flat=True)
    )
    return [each for each in candidates if each.person is None or each.person in willing]


def _make_links(survey: Survey, chosen: Sequence[Candidate], today: date) -> list[Invitation]:
    links = []
    for position, each in zip(reserve_positions(survey, len(chosen)), chosen, strict=True):
        nonce = uuid4()
        links.append(
            Invitation(
                survey=survey,
                kind=InvitationKind.PERSONAL,
                nonce=nonce,
                token_hash=Invitation.hash_of(token_of(nonce)),
                position=position,
                person_id=each.person,
                email=each.email,
                language=each.language,
                sector=each.sector,
                district_id=each.district or None,
                created_on=today,
            )
        )
    return Invitation.objects.bulk_create(links)


def _queue(kind: str, links: Sequence[Invitation], ending: str, at: datetime, send_after: datetime) -> None:
    drafts = [
        Draft(
            recipient=link.email,
            about=about(link),
            language=link.language,
            dedup_key=f"{kind}:{link.pk}{ending}",
        )
        for link in links
    ]
    queue_messages(kind=kind, drafts=drafts, purpose=LetterPurpose.SURVEYS, at=at, send_after=send_after)


# -- reminders -----------------------------------------------------------------------------------------


def to_remind(survey: Survey, on: date) -> QuerySet[Invitation]:
    """Personal links by e-mail that were not used and whose letter arrived long enough ago: one query."""
    floor = on - timedelta(days=survey.reminder_floor_days)
    letter = Message.objects.filter(
        kind=INVITATION,
        about=Concat(Value("invitation:"), Cast(OuterRef("pk"), CharField()), output_field=CharField()),
        status=MessageStatus.SENT,
        sent_at__date__lte=floor,
    )
    return (
        survey.invitations.unused()
        .filter(
            Exists(letter), ~Exists(Reminder.objects.filter(invitation=OuterRef("pk"), sent_on__gt=floor)),
            kind=InvitationKind.PERSONAL, is_revoked=False
        )
        .exclude(email="")
        .order_by("pk")
    )  # fmt: skip


def next_reminder_on(survey: Survey) -> date | None:
    """The first day on which people may be reminded again; None if nobody was reminded yet."""
    last = _rounds(survey).order_by("-at", "-pk").first()
    if last is None:
        return None
    return timezone.localdate(last.at) + timedelta(days=survey.reminder_floor_days)


def _rounds(survey: Survey) -> QuerySet[Activity]:
    kind = ContentType.objects.get_for_model(Survey)
    return Activity.objects.filter(target_type=kind, target_id=str(survey.pk), verb="remind_people")


@transaction.atomic
def remind_people(*, survey: Survey, by: Any, at: datetime) -> int:
    """Write again to those who have not answered; returns to how many. Of two who press at once one does it.

    Refused before the floor between two rounds has passed, after `MOST_REMINDERS` rounds, on the last day.
    """
    ensure(by, "assessment.issue_link", survey)
    lock(survey)
    today = timezone.localdate(at)
    _refuse_reminding(survey, today, at)
    number = _rounds(survey).count() + 1
    people = list(to_remind(survey, today))
    if not people:
        raise Refused(
            _("There is nobody to remind: everybody answered or was written to lately."), code="nobody"
        )
    Reminder.objects.bulk_create(
        Reminder(invitation=invitation, number=number, sent_on=today) for invitation in people
    )
    _queue(REMINDER, people, f":{number}", at, at)
    record(verb="remind_people", target=survey, by=by, at=at, count=len(people), number=number)
    return len(people)


def _refuse_reminding(survey: Survey, today: date, at: datetime) -> None:
    if not survey.is_answerable(at):
        raise Refused(_("Reminders are for surveys that accept answers now."), code="wrong_status")
    again = next_reminder_on(survey)
    if again is not None and today < again:
        raise Refused(
            _("The last reminder is less than %(days)s days ago. Wait until %(day)s.")
            % {"days": survey.reminder_floor_days, "day": again.isoformat()},
            code="floor",
        )
    if _rounds(survey).count() >= MOST_REMINDERS:
        raise Refused(_("People were reminded three times. More would be a nuisance."), code="enough")


def forget_reminders(survey: Survey) -> int:
    """Forget who was reminded when; called when the survey closes. Returns how many letters."""
    Reminder.objects.filter(invitation__survey=survey).delete()
    links = [f"invitation:{pk}" for pk in survey.invitations.values_list("pk", flat=True)]
    return Message.objects.filter(kind=REMINDER, about__in=links).delete()[0]


# -- targets -------------------------------------------------------------------------------------------


@transaction.atomic
def set_targets(*, survey: Survey, wanted: Mapping[tuple[str, str], int], by: Any, at: datetime) -> int:
    """Say how many answers are wanted by (sector, district code), one may be empty; replaces all targets."""
    ensure(by, "assessment.edit_survey", survey)
    lock(survey)
    survey.targets.all().delete()
    for (sector, district), count in wanted.items():
        if count:
            target = SurveyTarget(survey=survey, sector=sector, district_id=district or None, wanted=count)
            check(target)
            target.save()
    record(verb="set_targets", target=survey, by=by, at=at, count=sum(bool(each) for each in wanted.values()))
    return survey.targets.count()


def invited_of(person: Person) -> QuerySet[Invitation]:
    """The personal links that were sent to a person or to his or her address."""
    same = Q(person=person)
    if person.email:
        same |= Q(email__iexact=person.email)
    return Invitation.objects.filter(same)
