"""Changes to working groups and to what they have to find out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from assessment.models import FocusArea, FocusAreaStatus
from semarang_resilience.core.activity import record
from semarang_resilience.core.changes import apply_changes, check, content_fields, create, lock, save
from semarang_resilience.core.choices import Provenance
from semarang_resilience.core.errors import Refused
from semarang_resilience.core.permissions import ensure
from stakeholders.models import ForumMembership
from strategy.models import GroupRole, OpenQuestion, OpenQuestionStatus, WorkingGroup, WorkingGroupMember


@transaction.atomic
def form_group(
    *,
    focus_area: FocusArea,
    by: Any,
    at: datetime,
    formed_on: date | None = None,
    provenance: str = Provenance.OFFICE,
    source: str = "",
    **content: str,
) -> WorkingGroup:
    """Form the group of a chosen focus area; `content` is name and purpose in both languages."""
    ensure(by, "strategy.manage_groups")
    lock(focus_area)
    if focus_area.status != FocusAreaStatus.SELECTED:
        raise Refused(_("Only a chosen focus area gets a working group."), code="not_selected")
    if WorkingGroup.objects.filter(focus_area=focus_area).exists():
        raise Refused(_("This focus area has its working group already."), code="has_group")
    group = create(
        WorkingGroup(
            focus_area=focus_area,
            formed_on=formed_on,
            provenance=provenance,
            source=source,
            **content_fields(WorkingGroup, content),
        )
    )
    record(verb="form_group", target=group, by=by, at=at, focus_area=focus_area.slug)
    return group


@transaction.atomic
def update_group(*, group: WorkingGroup, changes: Mapping[str, Any], by: Any, at: datetime) -> WorkingGroup:
    """Change what differs in name, purpose or founding day."""
    ensure(by, "strategy.manage_groups", group)
    lock(group)
    changed = apply_changes(group, changes, allowed=("formed_on", "provenance", "source"))
    if changed:
        record(verb="update_group", target=group, by=by, at=at, changed=changed)
    return group


@transaction.atomic
def add_member(
    *,
    group: WorkingGroup,
    membership: ForumMembership,
    by: Any,
    at: datetime,
    role: str = GroupRole.MEMBER,
    provenance: str = Provenance.OFFICE,
    source: str = "",
) -> WorkingGroupMember:
    """Take a forum member into the group. Coordinators may add members; the office names coordinators."""
    ensure(by, "strategy.manage_groups", None if role == GroupRole.COORDINATOR else group)
    if membership.cycle_id != group.focus_area.cycle_id:
        raise Refused(_("This member belongs to the forum of another cycle."), code="other_cycle")
    member = create(
        WorkingGroupMember(
            group=group, membership=membership, role=role, provenance=provenance, source=source
        )
    )
    record(verb="add_member", target=group, by=by, at=at, member=str(membership.organization), role=role)
    return member


@transaction.atomic
def remove_member(*, member: WorkingGroupMember, by: Any, at: datetime) -> WorkingGroup:
    """Take somebody out of the group; as with naming, coordinators are the office's business."""
    group = member.group
    ensure(by, "strategy.manage_groups", None if member.role == GroupRole.COORDINATOR else group)
    record(verb="remove_member", target=group, by=by, at=at, member=str(member.membership.organization))
    member.delete()
    return group


@transaction.atomic
def ask_question(
    *,
    group: WorkingGroup,
    by: Any,
    at: datetime,
    position: int | None = None,
    provenance: str = Provenance.OFFICE,
    source: str = "",
    **content: str,
) -> OpenQuestion:
    """Write down something the group has to find out; `content` is the text in both languages."""
    ensure(by, "strategy.manage_groups", group)
    lock(group)  # two questions at the same moment get two numbers
    last = group.questions.aggregate(last=Max("position"))["last"] or 0
    question = create(
        OpenQuestion(
            group=group,
            position=position or last + 1,
            provenance=provenance,
            source=source,
            **content_fields(OpenQuestion, content),
        )
    )
    record(verb="ask_question", target=question, by=by, at=at, group=str(group))
    return question


@transaction.atomic
def answer_question(
    *, question: OpenQuestion, source: str, by: Any, at: datetime, **content: str
) -> OpenQuestion:
    """Answer a question, with the source of the answer; `content` is the answer in both languages."""
    ensure(by, "strategy.manage_groups", question.group)
    texts = {name: text.strip() for name, text in content_fields(OpenQuestion, content).items()}
    if unknown := {name for name in content if not name.startswith("answer")}:
        raise TypeError(f"answer_question takes no {', '.join(sorted(unknown))}")
    lock(question)
    if question.status != OpenQuestionStatus.OPEN:
        raise Refused(_("This question is answered already."), code="answered_already")
    if not any(texts.values()):
        raise Refused(_("Write the answer."), code="no_answer")
    if not source.strip():
        raise Refused(_("An answer needs its source."), code="no_source")
    for name, text in texts.items():
        setattr(question, name, text)
    question.close(source=source.strip(), at=at)
    check(question)
    save(question)
    record(verb="answer_question", target=question, by=by, at=at, group=str(question.group))
    return question
