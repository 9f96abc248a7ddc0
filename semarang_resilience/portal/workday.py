"""What waits for somebody in the office today; the number of queries does not depend on how much it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Window
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from actions.models import Action
from assessment.models import (
    Finding,
    FindingStatus,
    FocusArea,
    FocusAreaStatus,
    Response,
    Survey,
    SurveyStatus,
)
from semarang_resilience.accounts.models import Role
from semarang_resilience.core.models import Activity, Cycle
from semarang_resilience.core.permissions import allowed
from semarang_resilience.core.templatetags.formats import day, moment, number
from semarang_resilience.documents.models import Edition, EditionStatus
from semarang_resilience.mail.models import Message, MessageStatus
from stakeholders.models import ErasureRequest, ErasureStatus

SHOWN = 5
RECENT = 12


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing to look at."""

    title: str
    url: str
    meta: str = ""
    mark: Any = None


@dataclass(frozen=True, kw_only=True)
class Pile:
    """Things of one kind that wait: the first few, how many in all, and where the rest is."""

    key: str
    title: str | Promise
    url: str
    total: int
    items: list[Item]

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return f"#{self.key}"

    @property
    def all_label(self) -> str:
        """The words of the link to its list."""
        return _("All %(n)s") % {"n": number(self.total)}


def piles_for(user: Any, cycle: Cycle | None, at: datetime, today: date) -> list[Pile]:
    """What waits, the most pressing first; personal piles only for those who write."""
    piles = []
    if user.has_role(Role.CRO_LEAD):
        piles += [_to_decide(user, cycle), _to_publish(cycle)]
    if user.has_role(Role.CRO_STAFF, Role.CRO_LEAD):
        piles += [_own(user, cycle, FindingStatus.RETURNED), _own(user, cycle, FindingStatus.DRAFT)]
    if allowed(user, "stakeholders.erase_person"):
        piles.append(_erasure_requests())
    if allowed(user, "mail.see_outbox"):
        piles.append(_letters())
    return [*piles, _undecided_areas(cycle), _late_actions(cycle, today), _surveys(cycle), _editions(cycle)]


def recent_activity() -> Iterable[Activity]:
    """The newest lines of the log: one query."""
    return Activity.objects.order_by("-at", "-pk")[:RECENT]


def _pile(key: str, title: str | Promise, url: str, rows: QuerySet[Any], item: Callable[[Any], Item]) -> Pile:
    """One query: the first rows and, beside each, how many there are."""
    found = list(rows.annotate(total=Window(Count("pk")))[:SHOWN])
    return Pile(
        key=key,
        title=title,
        url=url,
        total=found[0].total if found else 0,
        items=[item(row) for row in found],
    )


def _findings(cycle: Cycle | None) -> QuerySet[Finding]:
    return Finding.objects.filter(cycle=cycle).select_related("author")


def _finding_item(finding: Finding) -> Item:
    return Item(
        title=f"{finding.code} {finding.title}",
        url=reverse("assessment:work_finding", args=[finding.code]),
        meta=finding.decision_reason
        if finding.status == FindingStatus.RETURNED
        else _("by %(author)s, %(date)s")
        % {"author": finding.author, "date": day(finding.submitted_at or finding.created_at)},
        mark=FindingStatus(finding.status),
    )


def _to_decide(user: Any, cycle: Cycle | None) -> Pile:
    rows = _findings(cycle).filter(status=FindingStatus.SUBMITTED).exclude(author=user)
    return _pile(
        "decide",
        gettext_lazy("Findings that wait for your decision"),
        f"{reverse('assessment:work_findings')}?status={FindingStatus.SUBMITTED.value}",
        rows.order_by("submitted_at", "pk"),
        _finding_item,
    )


def _to_publish(cycle: Cycle | None) -> Pile:
    return _pile(
        "publish",
        gettext_lazy("Accepted findings that are not published"),
        f"{reverse('assessment:work_findings')}?status={FindingStatus.ACCEPTED.value}",
        _findings(cycle).accepted().filter(is_published=False).order_by("code", "pk"),  # type: ignore[attr-defined]
        _finding_item,
    )


def _own(user: Any, cycle: Cycle | None, status: FindingStatus) -> Pile:
    titles = {
        FindingStatus.RETURNED: gettext_lazy("Returned to you"),
        FindingStatus.DRAFT: gettext_lazy("Your drafts"),
    }
    return _pile(
        str(status.value),
        titles[status],
        f"{reverse('assessment:work_findings')}?status={status.value}&mine=on",
        _findings(cycle).filter(status=status, author=user).order_by("code", "pk"),
        _finding_item,
    )


def _undecided_areas(cycle: Cycle | None) -> Pile:
    return _pile(
        "areas",
        gettext_lazy("Focus areas without a decision"),
        reverse("assessment:work_focus_areas"),
        FocusArea.objects.filter(cycle=cycle, status=FocusAreaStatus.PROPOSED).for_list(),
        lambda area: Item(
            title=area.name,
            url=reverse("assessment:work_focus_area", args=[area.slug]),
            meta=ngettext("%(n)s finding", "%(n)s findings", area.finding_count) % {"n": area.finding_count},
            mark=FocusAreaStatus(area.status),
        ),
    )


def _late_actions(cycle: Cycle | None, today: date) -> Pile:
    return _pile(
        "late",
        gettext_lazy("Late actions"),
        reverse("actions:work_actions"),
        Action.objects.filter(cycle=cycle).overdue(today).order_by("planned_end", "code", "pk"),
        lambda action: Item(
            title=f"{action.code} {action.name}",
            url=reverse("actions:work_action", args=[action.code]),
            meta=_("planned to end on %(date)s") % {"date": day(action.planned_end)},
            mark=action.status_choice,
        ),
    )


def _surveys(cycle: Cycle | None) -> Pile:
    answers = (
        Response.objects.filter(version__survey=OuterRef("pk"))
        .order_by()
        .values("version__survey")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return _pile(
        "surveys",
        gettext_lazy("Surveys that are open"),
        reverse("assessment:work_surveys"),
        Survey.objects.filter(cycle=cycle, status=SurveyStatus.OPEN)
        .annotate(n=Subquery(answers))
        .order_by("closes_at", "pk"),
        lambda survey: Item(
            title=survey.title,
            url=reverse("assessment:work_survey", args=[survey.slug]),
            meta=_("%(n)s answers, open until %(moment)s")
            % {"n": number(survey.n or 0), "moment": moment(survey.closes_at)},
            mark=SurveyStatus(survey.status),
        ),
    )


def _erasure_requests() -> Pile:
    rows = ErasureRequest.objects.filter(status=ErasureStatus.ASKED).select_related("person__organization")
    return _pile(
        "erasures",
        gettext_lazy("Requests for erasure"),
        reverse("stakeholders:erasure_requests"),
        rows.order_by("asked_at", "pk"),
        lambda request: Item(
            title=request.person.name,
            url=reverse("stakeholders:person_erase", args=[request.person_id]),
            meta=moment(request.asked_at),
            mark=ErasureStatus.ASKED,
        ),
    )


def _letters() -> Pile:
    """Without addresses: the page of the outbox has them."""
    return _pile(
        "letters",
        gettext_lazy("Letters that did not arrive"),
        f"{reverse('mail:outbox')}?status=failed",
        Message.objects.filter(status=MessageStatus.FAILED).for_list(),
        lambda letter: Item(
            title=str(letter.kind_label),
            url=f"{reverse('mail:outbox')}?status=failed",
            meta=str(letter.get_reason_display()),
            mark=letter.status_mark,
        ),
    )


def _editions(cycle: Cycle | None) -> Pile:
    owed = [EditionStatus.QUEUED, EditionStatus.RENDERING, EditionStatus.FAILED, EditionStatus.READY]
    rows = Edition.objects.in_cycle(cycle.pk if cycle else None).filter(status__in=owed).for_list()
    return _pile(
        "editions",
        gettext_lazy("Documents in work, failed or ready to publish"),
        reverse("documents:work_editions"),
        rows,
        lambda edition: Item(
            title=str(edition.title),
            url=reverse("documents:work_edition", args=[edition.pk]),
            meta=_("edition %(number)s, %(language)s")
            % {"number": edition.number, "language": edition.get_language_display()},
            mark=edition.status_choice,
        ),
    )
