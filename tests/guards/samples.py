"""One real object of the example city for each address that needs one: name -> arguments of the address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from actions.models import Action, Partnership
from assessment.models import Finding, FocusArea
from semarang_resilience.accounts.models import User
from stakeholders.models import ForumMembership, Organization, Person
from strategy.models import Initiative, InitiativeFocusArea, OpenQuestion, Strategy, WorkingGroupMember

Arguments = dict[str, Any]


def _published_action() -> Action:
    return Action.objects.filter(is_published=True).order_by("code", "pk")[0]


def _initiative() -> Initiative:
    return Initiative.objects.published().order_by("code", "pk")[0]


def _initiative_link() -> Arguments:
    link = InitiativeFocusArea.objects.select_related("initiative").order_by("pk")[0]
    return {"code": link.initiative.code, "pk": link.pk}


def _group_member() -> Arguments:
    member = WorkingGroupMember.objects.select_related("group__focus_area").order_by("pk")[0]
    return {"slug": member.group.focus_area.slug, "pk": member.pk}


def _question() -> Arguments:
    question = OpenQuestion.objects.select_related("group__focus_area").order_by("pk")[0]
    return {"slug": question.group.focus_area.slug, "position": question.position}


def _partnership() -> Arguments:
    partnership = Partnership.objects.select_related("action").order_by("pk")[0]
    return {"code": partnership.action.code, "pk": partnership.pk}


def _finding() -> Finding:
    return Finding.objects.filter(is_published=True).order_by("code", "pk")[0]


def _focus_area() -> FocusArea:
    return FocusArea.objects.filter(is_published=True, status="selected").order_by("position", "pk")[0]


def _user() -> User:
    return User.objects.get(email="anggota@contoh.semarang")


SAMPLES: dict[str, Callable[[], Arguments]] = {
    "": dict,
    "thread": lambda: {"kind": "finding", "code": _finding().code},
    "user": lambda: {"pk": _user().pk},
    "organization": lambda: {"code": Organization.objects.filter(is_published=True).order_by("code")[0].code},
    "membership": lambda: {"pk": ForumMembership.objects.order_by("pk")[0].pk},
    "person": lambda: {"pk": Person.objects.order_by("pk")[0].pk},
    "pillar": lambda: {"number": 1},
    "strategy": lambda: {"code": Strategy.objects.order_by("code", "pk")[0].code},
    "initiative": lambda: {"code": _initiative().code},
    "initiative_link": _initiative_link,
    "group": lambda: {"slug": _focus_area().slug},
    "group_member": _group_member,
    "question": _question,
    "action": lambda: {"code": _published_action().code},
    "partnership": _partnership,
    "finding": lambda: {"code": _finding().code},
    "focus_area": lambda: {"slug": _focus_area().slug},
}
