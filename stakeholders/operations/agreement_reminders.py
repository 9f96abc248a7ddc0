"""Reminding the office of agreements before they end."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from semarang_resilience.accounts.models import Role, User
from semarang_resilience.core.activity import record
from semarang_resilience.mail.models import Purpose
from semarang_resilience.mail.operations import queue_message
from stakeholders.letters import AGREEMENT_ENDS, about_agreement
from stakeholders.models import Agreement, AgreementReminder

AT_ONCE = 200


def remind_of_agreements(*, at: datetime) -> int:
    """Write to the CRO staff about agreements that end soon; returns about how many.

    A row for each agreement and end date: never sent twice, and a renewed agreement gets its own. The row
    and the letters are one transaction; of two schedulers one does it.
    """
    today = timezone.localdate(at)
    staff = list(
        User.objects.filter(is_active=True, roles__overlap=[Role.CRO_STAFF, Role.CRO_LEAD]).order_by("pk")
    )
    if not staff:
        return 0
    due = Agreement.objects.due_for_reminder(today).values_list("pk", flat=True)[:AT_ONCE]
    return sum(_remind(pk, staff, at) for pk in due)


@transaction.atomic
def _remind(pk: int, staff: list[User], at: datetime) -> bool:
    agreement = Agreement.objects.select_for_update(no_key=True).get(pk=pk)
    if agreement.ends_on is None:
        return False
    _reminder, is_new = AgreementReminder.objects.get_or_create(
        agreement=agreement, ends_on=agreement.ends_on, defaults={"sent_on": timezone.localdate(at)}
    )
    if not is_new:
        return False
    about = about_agreement(agreement)
    for user in staff:
        queue_message(
            kind=AGREEMENT_ENDS,
            recipient=user.email,
            about=about,
            language="id",
            dedup_key=f"{AGREEMENT_ENDS}:{about}:{user.pk}",
            purpose=Purpose.OFFICE,
            at=at,
        )
    record(verb="remind_of_agreement", target=agreement, by=None, at=at, until=agreement.ends_on.isoformat())
    return True
