"""Working groups with members from the forum, and what they want to know."""

from assessment.models import FocusArea
from semarang_resilience.demo.cast import STAFF, actor
from semarang_resilience.demo.data import table
from semarang_resilience.demo.story import Chapter, Row, moment, origin, source, texts, the_cycle
from strategy.models import GroupRole, WorkingGroup
from strategy.operations.groups import add_member, answer_question, ask_question, form_group

from .organizations import memberships


def is_played() -> bool:
    return WorkingGroup.objects.filter(focus_area__cycle=the_cycle()).exists()


def play() -> None:
    data, staff, forum = table("groups"), actor(STAFF), memberships()
    for row in data["groups"]:
        formed_at = moment(data["formed_on"])
        group = form_group(
            focus_area=FocusArea.objects.get(cycle=the_cycle(), slug=row["focus_area"]),
            formed_on=data["formed_on"],
            by=staff,
            at=formed_at,
            **texts(row, "name", "purpose"),
            **origin(row),
        )
        roles = {GroupRole.COORDINATOR: row["coordinators"], GroupRole.MEMBER: row["members"]}
        for role, keys in roles.items():
            for key in keys:
                add_member(
                    group=group,
                    membership=forum[key],
                    role=role,
                    by=staff,
                    at=formed_at,
                    **origin(row),
                )
        for question in row["questions"]:
            _ask(group, question)


def _ask(group: WorkingGroup, row: Row) -> None:
    """Some questions found their answer, always with its source."""
    asked = ask_question(
        group=group,
        by=actor(STAFF),
        at=moment(table("groups")["asked_on"]),
        **texts(row, "text"),
        **origin(row),
    )
    if "answer_id" in row:
        answer_question(
            question=asked,
            source=source(row["answer_source"]),
            by=actor(STAFF),
            at=moment(row["answered_on"]),
            **texts(row, "answer"),
        )


CHAPTER = Chapter("working groups", is_played, play)
